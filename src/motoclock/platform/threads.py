"""Which thread this is. A platform with one thread answers the same number always, True, and gives a flag.

A Cloud runs in the thread that opened it, a signal comes only to the main one, and a widget's events may come on a third.
"""

import threading
from _thread import allocate_lock as Flag  # raised by `acquire(blocking=False)` if it was not, lowered by `release()`
from threading import get_ident as ident

__all__ = ["Flag", "ident", "is_main"]


def is_main() -> bool:
    """Whether this is the interpreter's main thread."""
    return threading.current_thread() is threading.main_thread()
