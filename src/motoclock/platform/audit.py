"""What code asks of the machine at the lowest level that Python has: connections, names of hosts, programs, threads, files.

A platform offers `listen(listeners)`: from then on, and for good, it calls a listener before the act that it is named after, with what
the act is about; the listener lets it happen by returning, and prevents it by raising. The names are those of Python's audit events
(https://docs.python.org/3/library/audit_events.html), and six where Python has none in all versions: `start_thread`, `fork_exec`,
`shm_open`, `mkfifo`, `mknod`, and `load_library` (of cffi). A platform that has no sockets and no programs does nothing.
"""

import _thread
import functools
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib import import_module
from typing import Any

# events of ours, and the module in C whose function has none; Windows has none of them: there CreateProcess has an event
_ASKED_FIRST = {
    "fork_exec": "_posixsubprocess",
    "shm_open": "_posixshmem",
    "mkfifo": "posix",
    "mknod": "posix",
    "load_library": "_cffi_backend",
}

Listener = Callable[..., None]


def listen(listeners: Mapping[str, Listener]) -> None:
    """Call these from now on. A hook can't be removed, and it is asked thousands of times a second: it does one look-up and no more."""
    find = listeners.get

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        listener = find(event)
        if listener is not None:
            listener(*arguments)

    sys.addaudithook(hook)
    if "start_thread" in listeners:
        for module in (_thread, threading):
            for name in ("start_new_thread", "start_joinable_thread", "_start_new_thread", "_start_joinable_thread"):
                _ask_first(module, name, listeners["start_thread"])
    for name, module_name in _ASKED_FIRST.items():
        if name in listeners:
            with suppress(ImportError):
                _ask_first(import_module(module_name), name, listeners[name])


def _ask_first(module: Any, name: str, listener: Listener) -> None:
    original = getattr(module, name, None)
    if original is None:
        return

    @functools.wraps(original)
    def asking(*args: Any, **more: Any) -> Any:
        listener(*args, **more)
        return original(*args, **more)

    setattr(module, name, asking)
