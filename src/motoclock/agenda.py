"""What is due when: virtual seconds, and a heap of timers. What is due at one second happens in the order in which it was asked for."""

from collections.abc import Callable
from heapq import heappop, heappush
from math import inf
from typing import Annotated, Any

from motoclock.asking import Range
from motoclock.facts import modelled

END_S = modelled.CLOCK_MAX_S.value

# what a public function takes for a length of time, or a virtual second since opening
Seconds = Annotated[float, Range(0, END_S, "0 or more seconds, and a hundred years at most")]


class TimeIsOver(RuntimeError):
    """Nothing is due any more before the end of all time that a Cloud has."""


class Timer:
    """A call at a virtual time. `cancel()` it before it is due and it never happens."""

    __slots__ = ("_agenda", "args", "at", "call", "foreground")

    def __init__(self, agenda: "Agenda", at: float, call: Callable[..., Any] | None, args: tuple, foreground: bool):
        self._agenda, self.at, self.call, self.args, self.foreground = agenda, at, call, args, foreground

    @property
    def pending(self) -> bool:
        return self.call is not None

    def cancel(self) -> None:
        if self.call is not None:
            self.call, self.args = None, ()
            if self.foreground:
                self._agenda.foreground -= 1

    def set_foreground(self, foreground: bool) -> None:
        """Work became pending, or ceased to be, while the timer runs."""
        if self.call is not None and foreground != self.foreground:
            self._agenda.foreground += 1 if foreground else -1
            self.foreground = foreground


class Agenda:
    """`now`, the timers, and how many of the pending ones are foreground. A cancelled timer stays until its second and does nothing.

    `failed` is told of a call that raises, and of what it raised: what is due next comes all the same.
    """

    __slots__ = ("_failed", "_heap", "_number", "foreground", "now")

    def __init__(self, failed: Callable[[Callable[..., Any], Exception], None]):
        self._failed = failed
        self.now: float = 0
        self.foreground = 0
        self._heap: list[tuple[float, int, Timer]] = []
        self._number = 0  # of the next timer: it orders those of one second

    def add(self, delay: float, call: Callable[..., Any], args: tuple, foreground: bool) -> Timer:
        """Plan a call in `delay` seconds, 0 or more. What is due after the end of time never happens."""
        if not 0 <= delay < inf:
            raise ValueError(f"A delay must be 0 seconds or more and have an end, not {delay}.")
        timer = Timer(self, self.now + delay, call, args, foreground)
        heappush(self._heap, (timer.at, self._number, timer))
        self._number += 1
        if foreground:
            self.foreground += 1
        return timer

    def __len__(self) -> int:
        return len(self._heap)

    @property
    def next_at(self) -> float:
        """The second of the next timer; infinity where there is none."""
        return self._heap[0][0] if self._heap else inf

    @property
    def next_work_at(self) -> float:
        """The second of the next foreground timer; infinity where there is none. Looks at all of them."""
        return min((at for at, _, timer in self._heap if timer.foreground and timer.pending), default=inf)

    def step(self) -> None:
        """Go to the next timer and make its call. There must be one: `IndexError`. `TimeIsOver` where it is due too late."""
        if self._heap[0][0] > END_S:
            raise TimeIsOver(
                "A Cloud's time ends a hundred years after its opening, and nothing else is due before that."
            )
        self.now, _, timer = heappop(self._heap)
        if (call := timer.call) is not None:
            args = timer.args
            timer.cancel()
            try:
                call(*args)
            except Exception as error:
                self._failed(call, error)

    def skip_to(self, at: float) -> bool:
        """Go to a second, unless something is due at it or before, or it never comes."""
        if (self._heap and self._heap[0][0] <= at) or at > END_S:
            return False
        self.now = at
        return True

    def clear(self) -> None:
        """Nothing is due any more."""
        self._heap.clear()
        self.foreground = 0
