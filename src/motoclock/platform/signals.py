"""Ctrl-C, and a look at the code that is running, once a second. A platform without signals yields and does nothing.

Without the first, Ctrl-C lands wherever Python puts it; without the second, a handler that never ends is never stopped.
"""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from motoclock.platform import threads


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
