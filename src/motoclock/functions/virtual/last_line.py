"""The last line: code of an environment that goes to the disk by a way nobody translates leaves nothing on the learner's machine.

`posix`, `_io`, and whatever else Python audits (https://docs.python.org/3/library/audit_events.html), arrives here with the path as the
handler gave it. Outside /tmp that is AWS's own error; for /tmp a sentence says which ways lead to the function's. The stand-ins of
`files` and `doors` have translated before they ask Python, and don't come here.

C itself is refused: who calls it by `ctypes` or `cffi` sees the learner's machine, its disk and its network, and nothing here would
translate. Data may be described with them, and a library imported that does.

What can't be stopped: a module in C that opens files without Python's functions, such as the history of `readline`.
"""

import errno
import os
from collections.abc import Callable
from typing import Any

from motoclock.functions.machine import TMP, Machine, is_writing, read_only
from motoclock.functions.virtual import doors
from motoclock.functions.virtual.paths import Inside

_WRITING = frozenset("wax+")  # in a mode


def listeners() -> dict[str, Callable[..., None]]:
    """What to call for which of Python's audit events."""
    return {
        "open": _open,
        "sqlite3.connect": _database,
        "shm_open": _shared_memory,
        "mkfifo": _make,
        "mknod": _make,
        "ctypes.dlopen": lambda library: (
            None if library is None else _call_c("ctypes", library)
        ),  # what its import asks for
        "ctypes.dlsym": lambda _, function: _call_c("ctypes", function),
        "ctypes.dlsym/handle": lambda _, function: _call_c("ctypes", function),
        "load_library": lambda library, *_: _call_c("cffi", library),
        "os.mkdir": lambda path, _, folder=-1: _change(path, folder),
        "os.rmdir": _change,
        "os.remove": _change,
        "os.truncate": lambda path, _: _change(path),
        "os.chmod": lambda path, _, folder=-1: _change(path, folder),
        "os.chown": lambda path, _, __, folder=-1: _change(path, folder),
        "os.chflags": lambda path, _: _change(path),
        "os.utime": lambda path, _, __, folder=-1: _change(path, folder),
        "os.setxattr": lambda path, *_: _change(path),
        "os.removexattr": lambda path, *_: _change(path),
        "os.rename": _change_both,
        "os.link": _change_both,
        "os.symlink": lambda _, path, folder=-1: _change(path, folder),
        "os.chdir": _change_to,
    }


def _open(path: Any, mode: Any, flags: Any) -> None:
    """Libraries in C say their mode and no flags. A descriptor was judged when it was opened."""
    if isinstance(path, int):
        return
    if (isinstance(flags, int) and is_writing(flags)) or (isinstance(mode, str) and _WRITING & set(mode)):
        _change(path)


def _database(database: Any) -> None:
    with Inside() as machine:
        path = None if machine is None else doors.database_path(database)
        if machine is not None and path is not None and not doors.opens_read_only(database):
            _judge(machine, path)


def _shared_memory(*_: Any, **__: Any) -> None:
    with Inside() as machine:
        if machine is not None:
            raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))  # as on Lambda, which has no /dev/shm


def _make(path: Any = None, *_: Any, dir_fd: int | None = None, **__: Any) -> None:
    """A queue between programs, or another node of the file system: as the function of `posix` was given it."""
    _change(path, -1 if dir_fd is None else dir_fd)


def _call_c(library: str, what: Any) -> None:
    with Inside() as machine:
        if machine is not None:
            sentence = f"What {library} calls would see your own machine's disk and network, not the function's. Use what Python has"
            raise OSError(errno.EACCES, sentence, what)


def _change_both(first: Any, second: Any, first_folder: int = -1, second_folder: int = -1) -> None:
    _change(first, first_folder)
    _change(second, second_folder)


def _change(path: Any, folder: int = -1) -> None:
    if path is None:
        return
    with Inside() as machine:
        if machine is None:
            return
        if not isinstance(path, int):
            _judge(machine, path, folder)
        elif not machine.may_change(path):
            raise read_only(path)


def _change_to(path: Any) -> None:
    with Inside() as machine:
        if machine is not None:
            raise OSError(errno.EACCES, "This would change the folder of your whole Python. Use os.chdir", path)


def _judge(machine: Machine, path: Any, folder: int = -1) -> None:
    given = os.fsdecode(path)
    if not given or (folder < 0 and (_is_harmless(machine, given) or machine.owns(given))):
        return
    absolute = machine.absolute(given) if folder < 0 or given.startswith("/") else TMP
    if not f"{absolute}/".startswith(f"{TMP}/"):
        raise read_only(path)
    sentence = (
        "This way of opening files goes past the function's own /tmp, and would leave something on your machine. "
        "Use open, pathlib, os or sqlite3.connect"
    )
    raise OSError(errno.EACCES, sentence, path)


def _is_harmless(machine: Machine, path: str) -> bool:
    """A device, which keeps nothing; or what Python compiles as it imports from a folder of its own."""
    if path.startswith("/dev/"):
        return machine.real(path)[1]
    return os.path.isabs(path) and "__pycache__" in path.split("/") and machine.is_the_hosts(path)
