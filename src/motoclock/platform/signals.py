"""Ctrl-C, and a look at the code that is running, once a second. A platform without signals yields and does nothing.

`watched` is for runs, `shield` for the doors of a Cloud. Without the first, Ctrl-C lands wherever Python puts it, and a handler that
never ends is never stopped.
"""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import CodeType, FrameType
from typing import Any, TypeVar

from motoclock.platform import threads

F = TypeVar("F", bound=Callable[..., Any])


@contextmanager
def watched(interrupted: Callable[[], None], look: Callable[[], None]) -> Iterator[None]:
    """In the block Ctrl-C calls `interrupted`, and every second of real time calls `look`; both land in the code that runs then.

    Only the main thread gets signals, and only POSIX has the timer; elsewhere Python's own behaviour stays. A handler or a timer of
    somebody else's is left alone, and what was set before is set again.
    """
    if not threads.is_main():
        yield
        return
    previous_int = signal.getsignal(signal.SIGINT)
    takes_int = callable(previous_int)
    looks = hasattr(signal, "setitimer") and signal.getsignal(signal.SIGALRM) is signal.SIG_DFL
    if takes_int:
        signal.signal(signal.SIGINT, lambda *_: interrupted())
    if looks:
        signal.signal(signal.SIGALRM, lambda *_: look())
        signal.setitimer(signal.ITIMER_REAL, 1.0, 1.0)
    try:
        yield
    finally:
        if looks:
            signal.setitimer(signal.ITIMER_REAL, 0.0)
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
        if takes_int:
            signal.signal(signal.SIGINT, previous_int)


class Shield:
    """Ctrl-C waits while certain functions run, and whatever these call. What they leave behind is whole.

    The handler is told where Python is, so it knows of the first and the last instruction of a function too, where no `try` holds.
    A covered function asks for what has waited by `let_through`, where it can still undo what it did.
    """

    def __init__(self) -> None:
        self._covered: set[CodeType] = set()
        self._before: Any = None
        self._waiting: FrameType | None = None  # the covered function in which Ctrl-C was pressed

    def covers(self, function: F) -> F:
        """Decorator: Ctrl-C does not land in this function."""
        self._covered.add(function.__code__)
        return function

    def up(self) -> None:
        """From now on. Whoever sets another handler of Ctrl-C later, as a kernel does before each cell, has that one alone."""
        if threads.is_main() and callable(before := signal.getsignal(signal.SIGINT)) and before != self._interrupted:
            self._before = before
            signal.signal(signal.SIGINT, self._interrupted)

    def down(self) -> None:
        """The handler that was there before is back."""
        if self._before is not None and threads.is_main() and signal.getsignal(signal.SIGINT) == self._interrupted:
            signal.signal(signal.SIGINT, self._before)

    def let_through(self) -> None:
        """Raise the KeyboardInterrupt that has waited, if there is one. Pressed at a function's last instruction, it has no effect."""
        waiting, self._waiting = self._waiting, None
        if waiting is not None and waiting in _frames(sys._getframe()):
            raise KeyboardInterrupt

    def _interrupted(self, number: int, frame: FrameType | None) -> None:
        self._waiting = next((place for place in _frames(frame) if place.f_code in self._covered), None)
        if self._waiting is None:
            self._before(number, frame)


def _frames(innermost: FrameType | None) -> Iterator[FrameType]:
    while innermost is not None:
        yield innermost
        innermost = innermost.f_back


shield = Shield()
