"""One thread for all runs. JupyterLab may deliver a widget's events on a thread of their own (a kernel subshell), in the middle of a
cell; but there is one open Cloud in a process, and its handlers' strands belong to the thread that runs the cells.
"""

import asyncio
from collections.abc import Callable

import ipywidgets

from motoclock.platform import threads


def keep_home(*widgets: ipywidgets.Widget) -> None:
    """Have the kernel deliver the events of these widgets, and of all inside them, on the thread of the cells.

    By default JupyterLab 4.6 with ipykernel 7.4 sends some to a subshell, and when two controls change in quick succession one message
    is lost and its control stays dead. ipykernel asks each comm which subshell to use; ours answer: none.
    """
    for widget in widgets:
        if widget.comm is not None:
            widget.comm._reply_subshell_for = lambda data, default: None
        keep_home(*getattr(widget, "children", ()))


class HomeThread:
    """Runs `work` on the thread on which this object was made. Calls that come while one is waiting there are joined into it."""

    def __init__(self, work: Callable[[], None]):
        self._work = work
        self._home = threads.ident()
        self._waiting = threads.Flag()
        try:
            self._loop: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
        except RuntimeError:
            self._loop = None  # no kernel: tests and scripts, where everything happens on one thread

    def run(self) -> None:
        """At once from the home thread; from another, as soon as the home thread has finished its cell."""
        if threads.ident() == self._home or self._loop is None:
            self._work()
        elif self._waiting.acquire(blocking=False):
            self._loop.call_soon_threadsafe(self._run_waiting)

    def _run_waiting(self) -> None:
        self._waiting.release()
        self._work()
