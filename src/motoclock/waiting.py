"""What blocking code waits for, and who waits."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from motoclock.agenda import Timer
    from motoclock.clock import Clock, Task


class Waiter:
    """One wait: of a Task, or of the hub (no task). It ends once: by its signal, by its timer, or because nobody waits any more."""

    __slots__ = ("done", "fired", "signal", "task", "timer", "value")

    def __init__(self, task: "Task | None", signal: "Signal | None" = None):
        self.task, self.signal = task, signal
        self.timer: Timer | None = None
        self.done, self.fired, self.value = False, False, None
        if signal is not None:
            signal._waiters.append(self)

    def leave(self) -> None:
        """Out of its signal's row, not woken by it."""
        if self.signal is not None:
            self.signal._waiters.remove(self)

    def give_up(self) -> None:
        """Nobody waits here any more: no timer stays pending as work, and no wake-up is spent on it."""
        if not self.done:
            self.done = True
            if self.timer is not None:
                self.timer.cancel()
            self.leave()


class Signal:
    """Something Tasks wait for. `fire()` wakes all that wait now, `wake(n)` the n that have waited longest; it remembers nothing."""

    __slots__ = ("_clock", "_waiters")

    def __init__(self, clock: "Clock"):
        self._clock = clock
        self._waiters: list[Waiter] = []

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
