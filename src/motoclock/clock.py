"""Virtual time. SimPy's event loop decides what happens next; greenlets let pollers and handlers be ordinary blocking code.

A `Task` is a greenlet of ours: a poller, a running handler, a timer's work. A cell runs on the *hub*, the greenlet from which time
is driven. Blocking in a Task suspends it; blocking on the hub steps the world until the thing waited for has happened.

Time passes only between steps, so an idle day costs nothing. Timers are *foreground* (work is pending) or *background* (housekeeping):
`run()` ends when no foreground timer is left.
"""

import datetime
import signal
import threading
import time as wall
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import greenlet
import simpy

from motoclock.facts import modelled

EPOCH = datetime.datetime.fromisoformat(modelled.OPENING.value)
SPIN_LIMIT_WALL_S = modelled.SPIN_MAX_WALL_S.value

_abandoned: list["Task"] = []  # never resumed, never collected: collecting a greenlet runs its `finally` blocks


class ClockError(RuntimeError):
    """The clock was asked for something that can't be. The message says what to do instead."""


class HandlerSpins(RuntimeError):
    """A handler computed for ten seconds of real time without waiting for anything, and was stopped."""


class DeadTask(BaseException):
    """Raised at every boundary in a Task that was abandoned, should it ever run again."""


class Surroundings(Protocol):
    """What the code in a Task sees around itself: standard streams, environment variables, logging."""

    def enter(self) -> None: ...

    def leave(self) -> None: ...


class Task(greenlet.greenlet):
    """One strand of blocking code. `handler` marks learners' code, which may be stopped anywhere outside an API call."""

    def __init__(self, run: Callable[[], Any], parent: greenlet.greenlet, name: str, surroundings: Surroundings | None):
        super().__init__(run, parent)
        self.name = name
        self.surroundings = surroundings
        self.handler = False
        self.abandoned = False
        self.on_abandoned: Callable[[BaseException], None] | None = None
        self.in_api = 0  # depth of calls into boto3, the clock, HTTP: not to be interrupted there
        # on whose behalf it runs, for the trace: a function's ARN, its invocation, the messages it was given
        self.function_arn: str | None = None
        self.invocation_id: str | None = None
        self.message_ids: tuple[str, ...] = ()
        self.waiter: _Waiter | None = None  # what it is suspended on
        self.clock: Clock | None = None


class Timer:
    """A call at a virtual time. `cancel()` it before it is due and it never happens."""

    __slots__ = ("_clock", "args", "at", "call", "foreground")

    def __init__(self, clock: "Clock", at: float, call: Callable[..., Any] | None, args: tuple, foreground: bool):
        self._clock, self.at, self.call, self.args, self.foreground = clock, at, call, args, foreground

    @property
    def pending(self) -> bool:
        return self.call is not None

    def cancel(self) -> None:
        if self.call is not None:
            self.call, self.args = None, ()
            if self.foreground:
                self._clock._foreground -= 1

    def set_foreground(self, foreground: bool) -> None:
        """Work became pending, or ceased to be, while the timer runs."""
        if self.call is not None and foreground != self.foreground:
            self._clock._foreground += 1 if foreground else -1
            self.foreground = foreground

    def _due(self, _event: simpy.Event) -> None:
        if (call := self.call) is not None:
            args = self.args
            self.cancel()
            try:
                call(*args)
            except Exception as error:
                self._clock.fault(f"a timer's {getattr(call, '__qualname__', 'call')}", error)


class _Waiter:
    __slots__ = ("done", "fired", "signal", "task", "timer", "value")

    def __init__(self, task: Task | None, signal: "Signal | None" = None):
        self.task, self.signal = task, signal
        self.timer: Timer | None = None
        self.done, self.fired, self.value = False, False, None

    def give_up(self) -> None:
        """Nobody waits here any more: no timer stays pending as work, and no wake-up is spent on it."""
        if not self.done:
            self.done = True
            if self.timer is not None:
                self.timer.cancel()
            if self.signal is not None:
                self.signal._waiters.remove(self)


class Signal:
    """Something Tasks wait for. `fire()` wakes all that wait now, `wake(n)` the n that have waited longest; it remembers nothing."""

    __slots__ = ("_clock", "_waiters")

    def __init__(self, clock: "Clock"):
        self._clock, self._waiters = clock, []

    @property
    def waiting(self) -> int:
        return len(self._waiters)

    def fire(self, value: Any = None) -> None:
        self.wake(len(self._waiters), value)

    def wake(self, count: int, value: Any = None) -> None:
        """Wake up to `count` waiters, first come first served."""
        woken, self._waiters = self._waiters[:count], self._waiters[count:]
        for waiter in woken:
            self._clock._wake(waiter, value)


class Clock:
    """Virtual seconds since a Cloud was opened, and everything that waits for them."""

    def __init__(self) -> None:
        self._env = simpy.Environment()
        self._foreground = 0
        self._hub: greenlet.greenlet | None = None
        self._driving = False
        self._thread = threading.get_ident()
        self._failures: list[BaseException] = []
        self._interrupted: BaseException | None = None
        self._switched_in_at = 0.0
        self._switches = 0
        self.closed = False
        self.on_fault: Callable[[str, Exception], None] | None = (
            None  # told of bugs in the engine's own strands and timers
        )
        self.on_close: list[Callable[[], None]] = []  # first of all: abandon what must not be collected

    # ------------------------------------------------------------------ reading

    @property
    def now(self) -> float:
        """Virtual seconds since opening."""
        return self._env._now

    @property
    def datetime(self) -> datetime.datetime:
        """The virtual time as an aware UTC datetime."""
        return EPOCH + datetime.timedelta(seconds=self._env._now)

    @property
    def has_foreground(self) -> bool:
        return self._foreground > 0

    @property
    def driving(self) -> bool:
        """Whether a run is in progress."""
        return self._driving

    def current_task(self) -> Task | None:
        """The Task whose code is running, or None on the hub."""
        current = greenlet.getcurrent()
        return current if isinstance(current, Task) else None

    # ------------------------------------------------------------------ waiting

    def signal(self) -> Signal:
        return Signal(self)

    def sleep(self, seconds: float, foreground: bool = True) -> None:
        """Let virtual seconds pass for the caller. In a Task others run meanwhile; from a cell the world runs on."""
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        task = self._boundary()
        if task is None:
            self.run_until(self.now + seconds)
            return
        if not self._skip_to(self._env._now + seconds):
            waiter = _Waiter(task)
            waiter.timer = self.call_later(seconds, self._expire, waiter, foreground=foreground)
            self._suspend(task, waiter)

    def wait(self, signal: Signal, timeout: float | None = None, foreground: bool = False) -> bool:
        """Wait for the signal; False when `timeout` virtual seconds passed first. `foreground` says whether the timeout is work."""
        return self.wait_value(signal, timeout, foreground)[0]

    def wait_value(self, signal: Signal, timeout: float | None = None, foreground: bool = False) -> tuple[bool, Any]:
        """As `wait`, with the value that was fired."""
        task = self._boundary()
        waiter = _Waiter(task, signal)
        signal._waiters.append(waiter)
        if timeout is not None:
            waiter.timer = self.call_later(timeout, self._expire, waiter, foreground=foreground)
        if task is None:
            self._drive(lambda: waiter.done)
            if not waiter.done:
                signal._waiters.remove(waiter)
                raise ClockError("Nothing will ever happen that this call waits for: no work is left in the Cloud.")
        else:
            self._suspend(task, waiter)
        return waiter.fired, waiter.value

    # ------------------------------------------------------------------ scheduling

    def call_later(self, delay: float, call: Callable[..., Any], *args: Any, foreground: bool = True) -> Timer:
        """Call a function on the hub after virtual seconds. It must not block; `spawn` a Task for what blocks."""
        timer = Timer(self, self._env._now + delay, call, args, foreground)
        if foreground:
            self._foreground += 1
        self._env.timeout(delay).callbacks.append(timer._due)
        return timer

    def spawn(
        self,
        work: Callable[..., Any],
        *args: Any,
        name: str = "",
        surroundings: Surroundings | None = None,
        delay: float = 0.0,
        learners: bool = False,
    ) -> Task:
        """Start blocking code as a Task, now or after virtual seconds.

        An exception that escapes it is a fault of the engine, and the others go on; out of a learner's own code it ends the run.
        """

        def strand() -> None:
            try:
                work(*args)
            except DeadTask:
                return
            except BaseException as error:
                if learners or not isinstance(error, Exception):
                    self._failures.append(error)
                else:
                    self.fault(task.name, error)

        task = Task(strand, greenlet.getcurrent(), name or getattr(work, "__name__", "task"), surroundings)
        task.clock = self
        self.call_later(delay, self._switch, task)
        return task

    def fault(self, where: str, error: Exception) -> None:
        """The part of this name met a bug of the engine: tell, and go on. Without anybody to tell, the run in progress ends with it."""
        try:
            if self.on_fault is None:
                raise error
            self.on_fault(where, error)
        except Exception as unheard:
            self._failures.append(unheard)

    def abandon(self, task: Task) -> None:
        """Never resume this Task. Its `finally` blocks don't run, as when AWS freezes an environment at a timeout."""
        if not task.abandoned:
            task.abandoned = True
            _abandoned.append(task)
            if task.waiter is not None:
                task.waiter.give_up()

    def check_alive(self) -> None:
        """Raise in a Task that was abandoned. Every boundary of the package calls this first."""
        current = greenlet.getcurrent()
        if isinstance(current, Task) and (current.abandoned or current.clock is not self or self.closed):
            raise DeadTask

    # ------------------------------------------------------------------ driving, from the hub

    def run_until(self, at: float, stop: Callable[[], bool] = lambda: False) -> bool:
        """Step the world up to and including a virtual second, or until `stop()` says so. True: the second was reached."""
        reached: list[simpy.Event] = []
        self._env.timeout(max(0.0, at - self.now)).callbacks.append(reached.append)
        self._drive(lambda: (reached and self._env.peek() > self._env._now) or stop())
        return bool(reached)

    def run_while_work(self, stop: Callable[[], bool], at_most_until: float) -> bool:
        """Step the world until no foreground work is left, `stop()` says so, or a virtual second has come. True: no work is left."""
        self._drive(lambda: not self._foreground or stop() or self._env.peek() > at_most_until)
        return not self._foreground

    def _drive(self, finished: Callable[[], Any]) -> None:
        if self._driving:
            raise ClockError("The clock is already running: code that a run calls can't start another run.")
        if threading.get_ident() != self._thread:
            raise ClockError(
                "A Cloud runs only in the thread that opened it. In a widget's callback, use Explorer, or open the Cloud there."
            )
        self._hub = greenlet.getcurrent()
        step, env = self._env.step, self._env
        self._driving = True
        try:
            with self._signals():
                while not finished() and env._queue:
                    step()
                    if self._failures:
                        failure, self._failures = self._failures[0], []
                        raise failure
                    if self._interrupted is not None:
                        interrupted, self._interrupted = self._interrupted, None
                        raise interrupted
        finally:
            self._driving = False

    def close(self) -> None:
        """End this clock's world: no Task of it may touch anything again, and nothing is due any more."""
        for call in self.on_close:
            call()
        self.on_close.clear()
        self.closed = True
        self._env._queue.clear()
        self._foreground = 0

    # ------------------------------------------------------------------ inside

    def _boundary(self) -> Task | None:
        """The calling Task, or None for a cell; a sentence where blocking is impossible."""
        current = greenlet.getcurrent()
        if not isinstance(current, Task):
            if self._driving:
                raise ClockError(
                    "A plain callback of the clock must not wait. Put what waits in a function and deploy it."
                )
            return None
        self.check_alive()
        return current

    def _skip_to(self, at: float) -> bool:
        """Nothing else is due before `at`: move time without a switch. The commonest wait costs next to nothing this way."""
        env = self._env
        if env._queue and env._queue[0][0] <= at:
            return False
        if self._interrupted is not None or not self._driving:
            return False
        env._now = at
        self._switched_in_at = wall.monotonic()  # it has waited: a handler that only ever skips does not spin
        return True

    def _suspend(self, task: Task, waiter: _Waiter) -> None:
        task.waiter = waiter
        self._hub.switch()
        task.waiter = None
        if task.abandoned or self.closed:
            raise DeadTask

    def _switch(self, task: Task) -> None:
        """The one place where control passes to a Task and comes back."""
        if task.abandoned or task.dead:
            return
        self._switches += 1
        self._switched_in_at = wall.monotonic()
        task.parent = self._hub
        surroundings = task.surroundings
        if surroundings is None:
            task.switch()
            return
        surroundings.enter()
        try:
            task.switch()
        finally:
            surroundings.leave()

    def _wake(self, waiter: _Waiter, value: Any) -> None:
        if waiter.done:
            return
        waiter.done = waiter.fired = True
        waiter.value = value
        if waiter.timer is not None:
            waiter.timer.cancel()
        if waiter.task is not None:
            self.call_later(0.0, self._switch, waiter.task)

    def _expire(self, waiter: _Waiter) -> None:
        if waiter.done:
            return
        waiter.done = True
        if waiter.signal is not None:
            waiter.signal._waiters.remove(waiter)
        if waiter.task is not None:
            self._switch(waiter.task)

    # ------------------------------------------------------------------ interrupts

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """During a run: Ctrl-C never lands inside moto or the engine, and a handler that spins is stopped.

        Only the main thread gets signals, and only POSIX has the timer; elsewhere Python's own behaviour stays.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        previous_int = signal.getsignal(signal.SIGINT)
        takes_int = callable(previous_int)
        watch = hasattr(signal, "setitimer") and signal.getsignal(signal.SIGALRM) is signal.SIG_DFL
        if takes_int:
            signal.signal(signal.SIGINT, lambda *_: self._stop(KeyboardInterrupt()))
        if watch:
            signal.signal(signal.SIGALRM, lambda *_: self._look_for_spin())
            signal.setitimer(signal.ITIMER_REAL, 1.0, 1.0)
        try:
            yield
        finally:
            if watch:
                signal.setitimer(signal.ITIMER_REAL, 0.0)
                signal.signal(signal.SIGALRM, signal.SIG_DFL)
            if takes_int:
                signal.signal(signal.SIGINT, previous_int)

    def _look_for_spin(self) -> None:
        task = self.current_task()
        if task is not None and task.handler and wall.monotonic() - self._switched_in_at > SPIN_LIMIT_WALL_S:
            self._stop(
                HandlerSpins(
                    f"{task.name} computed for {SPIN_LIMIT_WALL_S:.0f} seconds of real time without waiting for anything, so it was "
                    "stopped. Virtual time passes in time.sleep, in AWS calls and in HTTP calls, not in a loop."
                )
            )

    def _stop(self, why: BaseException) -> None:
        """Make the run raise `why` after this step. Learners' code that is running outside an API call is left at once, for good."""
        self._interrupted = why
        task = self.current_task()
        if task is not None and task.handler and not task.in_api:
            self.abandon(task)
            if task.on_abandoned is not None:
                task.on_abandoned(why)
            self._hub.switch()
