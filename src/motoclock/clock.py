"""Virtual time. An agenda says what is due next; strands that stand still anywhere let pollers and handlers be ordinary blocking code.

A `Task` is a strand of ours: a poller, a running handler, a timer's work. A cell runs on the *hub*, the strand from which time
is driven. Blocking in a Task suspends it; blocking on the hub steps the world until the thing waited for has happened.

Time passes only between steps, so an idle day costs nothing. Timers are *foreground* (work is pending) or *background* (housekeeping):
`run()` ends when no foreground timer is left.
"""

import datetime
import time as wall
from collections.abc import Callable
from typing import Any

from motoclock.agenda import END_S, Agenda, Timer
from motoclock.facts import modelled
from motoclock.on_behalf import CELL, OnBehalf
from motoclock.platform import gc, signals, switching, threads
from motoclock.task import DeadTask, Surroundings, Task, Unfinished
from motoclock.waiting import Signal, Waiter

EPOCH = datetime.datetime.fromisoformat(modelled.OPENING.value)
SPIN_LIMIT_WALL_S = modelled.SPIN_MAX_WALL_S.value
SPIN_MIN_WAIT_S = modelled.SPIN_MIN_WAIT_S.value
SPIN_LIMIT_SHORT_WAITS = modelled.SPIN_MAX_SHORT_WAITS.value
LONGEST_SLEEP_S = (2**63 - 1) / 1e9  # what CPython's time.sleep takes: nanoseconds in 64 bits

__all__ = ["EPOCH", "Clock", "ClockError", "DeadTask", "HandlerSpins", "Signal", "Surroundings", "Task", "Timer"]


class ClockError(RuntimeError):
    """The clock was asked for something that can't be. The message says what to do instead."""


class HandlerSpins(RuntimeError):
    """A handler computed for ten seconds of real time without waiting for anything, or waited for nothing without end; stopped."""


class Clock:
    """Virtual seconds since a Cloud was opened, and everything that waits for them."""

    def __init__(self) -> None:
        self._agenda = Agenda(self._timer_failed)
        self._unfinished = Unfinished()
        self._hub: Any = None  # the strand that drives, once somebody does
        self._driving = False
        self._thread = threads.ident()
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
        return self._agenda.now

    @property
    def datetime(self) -> datetime.datetime:
        """The virtual time as an aware UTC datetime."""
        return EPOCH + datetime.timedelta(seconds=self._agenda.now)

    @property
    def next_work_at(self) -> float:
        """The virtual second at which the next foreground timer is due; infinity where no work is left."""
        return self._agenda.next_work_at

    @property
    def has_foreground(self) -> bool:
        return self._agenda.foreground > 0

    @property
    def driving(self) -> bool:
        """Whether a run is in progress."""
        return self._driving

    @property
    def driving_here(self) -> bool:
        """Whether a run is in progress in the thread that asks: then its code is part of the run, whatever strand it is on."""
        return self._driving and threads.ident() == self._thread

    def current_task(self) -> Task | None:
        """The Task whose code is running, or None on the hub."""
        current = switching.current()
        return current if isinstance(current, Task) else None

    @property
    def on_behalf(self) -> OnBehalf:
        """On whose behalf the code runs that asks."""
        current = switching.current()
        return current.on_behalf if isinstance(current, Task) else CELL

    # ------------------------------------------------------------------ waiting

    def signal(self) -> Signal:
        return Signal(self)

    def sleep(self, seconds: float, foreground: bool = True) -> None:
        """Let virtual seconds pass for the caller. In a Task others run meanwhile; from a cell the world runs on.

        A length that is none is refused as Python's time.sleep refuses it. A Task may sleep for longer than there is time.
        """
        if not 0 <= seconds <= LONGEST_SLEEP_S:
            raise _no_length(seconds)
        task = self._boundary()
        if task is None:
            self.run_until(self.now + seconds)
            return
        self._count_short_wait(task, seconds)
        if not self._skip_to(self._agenda.now + seconds):
            waiter = Waiter(task)
            waiter.timer = self.call_later(seconds, self._expire, waiter, foreground=foreground)
            self._suspend(task, waiter)

    def wait(self, signal: Signal, timeout: float | None = None, foreground: bool = False) -> bool:
        """Wait for the signal; False when `timeout` virtual seconds passed first. `foreground` says whether the timeout is work."""
        return self.wait_value(signal, timeout, foreground)[0]

    def wait_value(self, signal: Signal, timeout: float | None = None, foreground: bool = False) -> tuple[bool, Any]:
        """As `wait`, with the value that was fired."""
        task = self._boundary()
        if task is not None:
            self._count_short_wait(task, timeout)
        waiter = Waiter(task, signal)
        if timeout is not None:
            waiter.timer = self.call_later(timeout, self._expire, waiter, foreground=foreground)
        if task is None:
            self._drive(lambda: waiter.done)
            if not waiter.done:
                waiter.leave()
                raise ClockError("Nothing will ever happen that this call waits for: no work is left in the Cloud.")
        else:
            self._suspend(task, waiter)
        return waiter.fired, waiter.value

    # ------------------------------------------------------------------ scheduling

    def call_later(self, delay: float, call: Callable[..., Any], *args: Any, foreground: bool = True) -> Timer:
        """Call a function on the hub after virtual seconds. It must not block; `spawn` a Task for what blocks."""
        return self._agenda.add(delay, call, args, foreground)

    def spawn(
        self,
        work: Callable[..., Any],
        *args: Any,
        name: str = "",
        surroundings: Surroundings | None = None,
        delay: float = 0.0,
        on_behalf: OnBehalf = CELL,
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
            finally:
                self._unfinished.discard(task)

        label = name or getattr(work, "__name__", "task")
        task = Task(strand, switching.current(), label, surroundings, self, on_behalf)
        task.learners = learners
        self._unfinished.add(task)
        self.call_later(delay, self._switch, task)
        return task

    def _timer_failed(self, call: Callable[..., Any], error: Exception) -> None:
        if call == self._switch:  # Tasks let nothing out: it comes from a strand that a handler started itself
            self._failures.append(error)
        else:
            self.fault(f"a timer's {getattr(call, '__qualname__', 'call')}", error)

    def fault(self, where: str, error: Exception) -> None:
        """The part of this name met a bug of the engine: tell, and go on. Without anybody to tell, the run in progress ends with it."""
        try:
            if self.on_fault is None:
                raise error
            self.on_fault(where, error)
        except Exception as unheard:
            self._failures.append(unheard)

    def abandon(self, task: Task) -> None:
        """Never resume this Task."""
        task.abandon()

    def check_alive(self) -> None:
        """Raise in a Task that was abandoned. Every boundary of the package calls this first."""
        current = switching.current()
        if isinstance(current, Task) and (current.abandoned or current.clock is not self or self.closed):
            raise DeadTask

    def stop_if_interrupted(self) -> None:
        """For code that was not to be interrupted and is over: what came meanwhile stops the handler now."""
        if self._interrupted is not None:
            self._stop(self._interrupted)

    # ------------------------------------------------------------------ driving, from the hub

    def run_until(self, at: float, stop: Callable[[], bool] = lambda: False) -> bool:
        """Step the world up to and including a virtual second, or until `stop()` says so. True: the second was reached."""
        if not at <= END_S:
            raise ValueError(
                f"A Cloud's time ends {END_S / 86400:,.0f} days after its opening, and this would end at second {at:g}: "
                "let less time pass."
            )
        agenda = self._agenda
        reached: list[bool] = []
        agenda.add(max(0.0, at - agenda.now), reached.append, (True,), False)
        self._drive(lambda: (reached and agenda.next_at > agenda.now) or stop())
        return bool(reached)

    def run_while_work(self, stop: Callable[[], bool], at_most_until: float) -> bool:
        """Step the world until no foreground work is left, `stop()` says so, or a virtual second has come. True: no work is left."""
        agenda, at_most_until = self._agenda, min(at_most_until, END_S)
        self._drive(lambda: not agenda.foreground or stop() or agenda.next_at > at_most_until)
        return not agenda.foreground

    def _drive(self, finished: Callable[[], Any]) -> None:
        if self._driving:
            raise ClockError("The clock is already running: code that a run calls can't start another run.")
        if threads.ident() != self._thread:
            raise ClockError(
                "A Cloud runs only in the thread that opened it. In a widget's callback, use Explorer, or open the Cloud there."
            )
        self._hub = switching.current()
        agenda = self._agenda
        self._driving = True
        try:
            with signals.watched(self._interrupt, self._look_for_spin), gc.seldom():
                while not finished() and len(agenda):
                    agenda.step()
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
        self._agenda.clear()

    def unwind(self) -> None:
        """Once it is closed: let go of what the engine's strands hold. In another thread than its own they stay as they are."""
        if threads.ident() == self._thread:
            self._unfinished.unwind()
            self._agenda.clear()

    # ------------------------------------------------------------------ inside

    def _boundary(self) -> Task | None:
        """The calling Task, or None for a cell; a sentence where blocking is impossible."""
        current = switching.current()
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
        if self._interrupted is not None or not self._driving or not self._agenda.skip_to(at):
            return False
        self._switched_in_at = wall.monotonic()  # it has waited: a handler that only ever skips does not spin
        return True

    def _suspend(self, task: Task, waiter: Waiter) -> None:
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

    def _wake(self, waiter: Waiter, value: Any) -> None:
        if waiter.done:
            return
        waiter.done = waiter.fired = True
        waiter.value = value
        if waiter.timer is not None:
            waiter.timer.cancel()
        if waiter.task is not None:
            self.call_later(0.0, self._switch, waiter.task)

    def _expire(self, waiter: Waiter) -> None:
        if waiter.done:
            return
        waiter.done = True
        waiter.leave()
        if waiter.task is not None:
            self._switch(waiter.task)

    # ------------------------------------------------------------------ interrupts

    def _interrupt(self) -> None:
        """Ctrl-C never lands inside moto or the engine."""
        self._stop(KeyboardInterrupt())

    def _look_for_spin(self) -> None:
        """A handler that computes without end is stopped."""
        task = self.current_task()
        if task is not None and task.handler and wall.monotonic() - self._switched_in_at > SPIN_LIMIT_WALL_S:
            self._stop(
                HandlerSpins(
                    f"{task.name} computed for {SPIN_LIMIT_WALL_S:.0f} seconds of real time without waiting for anything, so it was "
                    "stopped. Virtual time passes in time.sleep, in AWS calls and in HTTP calls, not in a loop."
                )
            )

    def _count_short_wait(self, task: Task, seconds: float | None) -> None:
        """Each wait resets the watch on the wall clock; a loop of waits for nothing, or of looks at the clock, ends all the same."""
        if seconds is None or seconds >= SPIN_MIN_WAIT_S:
            task.short_waits = 0
            return
        task.short_waits += 1
        if task.short_waits > SPIN_LIMIT_SHORT_WAITS and task.handler:
            self._stop(
                HandlerSpins(
                    f"{task.name} read the clock or waited for less than {SPIN_MIN_WAIT_S * 1000:g} ms, "
                    f"{SPIN_LIMIT_SHORT_WAITS:,} times in a row, so it was stopped. "
                    "A loop that waits for something sleeps for a while in each round."
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


def _no_length(seconds: float) -> Exception:
    """What CPython says of such a sleep."""
    if seconds < 0:
        return ValueError("sleep length must be non-negative")
    if seconds != seconds:
        return ValueError("Invalid value NaN (not a number)")
    return OverflowError("timestamp too large to convert to C _PyTime_t")
