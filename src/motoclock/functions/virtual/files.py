"""`open` and the functions of `os` that take a path, in handlers: a path means what it means on the environment's machine.

Everything above (pathlib, shutil, glob, tempfile, zipfile, importlib.resources) stands on these and on those of `folders`; what goes to
the disk without them is in `doors`, and `last_line` is asked about the rest. They take their places as an environment's code is
switched in, and the real ones come back with the next switch: `put_in` and `take_out`. A library that keeps one for ever does no
harm, for outside an environment each is the real function. The engine's own calls (`in_api`) see the real disk.
"""

import abc
import builtins
import functools
import io
import os
import sys
import tempfile
from collections.abc import Callable
from typing import Any

from motoclock.functions.machine import Machine, is_writing
from motoclock.functions.virtual import doors, folders, process
from motoclock.functions.virtual.paths import Argument, Inside, named, real, stand_in

_READ, _CHANGED = (Argument(),), (Argument(changed=True),)
_NAME, _OPEN = (Argument(changed=True, followed=False),), (Argument("fd", changed=True),)
_MOVED = (Argument("src", "src_dir_fd", True, False), Argument("dst", "dst_dir_fd", True, False))
_PATHS: dict[str, tuple[Argument, ...]] = {
    **dict.fromkeys(("stat", "statvfs", "getxattr", "listxattr", "pathconf"), _READ),
    "lstat": (Argument(followed=False),),
    **dict.fromkeys(("mkdir", "chmod", "chown", "chflags"), _CHANGED),
    **dict.fromkeys(("rmdir", "unlink", "remove", "lchmod", "lchown"), _NAME),
    **dict.fromkeys(("utime", "truncate", "mkfifo", "mknod", "setxattr", "removexattr", "chroot"), _CHANGED),
    **dict.fromkeys(("fchmod", "fchown"), _OPEN),
    **dict.fromkeys(("rename", "replace"), _MOVED),
}


def put_in() -> None:
    vars(os).update(_VIRTUAL_OS)
    vars(builtins)["open"] = io.open = open_
    vars(io).update(FileIO=FileIO, open_code=_open_code)
    doors.put_in()


def take_out() -> None:
    vars(os).update(_REAL_OS)
    vars(builtins)["open"] = io.open = _real_open
    vars(io).update(FileIO=_RealFileIO, open_code=_real_open_code)
    doors.take_out()


_RealFileIO = io.FileIO
_real_open, _real_open_code = io.open, io.open_code
_open_code = stand_in(_real_open_code, (Argument(),))


@functools.wraps(_real_open)
def open_(
    file: Any,
    mode: str = "r",
    buffering: int = -1,
    encoding: str | None = None,
    errors: str | None = None,
    newline: str | None = None,
    closefd: bool = True,
    opener: Any = None,
) -> Any:
    inside = Inside()
    with inside as machine:
        if encoding is None and "b" not in mode and machine is not None:
            encoding = "utf-8"  # Lambda's locale
        opener = _opener(inside, file, opener)
        return _real_open(file, mode, buffering, encoding, errors, newline, closefd, opener)


class _AnyFileIO(abc.ABCMeta):
    """What `open` gives is one, too."""

    def __instancecheck__(cls, one: Any) -> bool:
        return isinstance(one, _RealFileIO) if cls is FileIO else super().__instancecheck__(one)

    def __subclasscheck__(cls, one: Any) -> bool:
        return issubclass(one, _RealFileIO) if cls is FileIO else super().__subclasscheck__(one)


class FileIO(_RealFileIO, metaclass=_AnyFileIO):
    """`io.FileIO` in handlers."""

    def __init__(self, file: Any, mode: str = "r", closefd: bool = True, opener: Any = None):
        inside = Inside()
        with inside:
            super().__init__(file, mode, closefd, _opener(inside, file, opener))


FileIO.__module__ = "_io"


def _opener(inside: Inside, file: Any, opener: Any) -> Any:
    """Who opens a file for the handler that is inside: its own opener does, as it would without us."""
    if inside.machine is None or isinstance(file, int):
        return opener
    return functools.partial(_open_in, inside.machine) if opener is None else inside.handlers_own(opener)


def _open_in(machine: Machine, path: Any, flags: int, mode: int = 0o666, folder: int | None = None) -> int:
    there = real(machine, path, is_writing(flags), folder)
    with named(path):
        number = _REAL_OS["open"](there, flags, mode, dir_fd=folder)
    machine.opened(number, os.fsdecode(path), folder)
    return number


def _os_open(path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
    with Inside() as machine:
        if machine is None:
            return _REAL_OS["open"](path, flags, mode, dir_fd=dir_fd)
        return _open_in(machine, path, flags, mode, dir_fd)


def _access(path: Any, mode: int, **more: Any) -> bool:
    with Inside() as machine:
        if machine is None:
            return _REAL_OS["access"](path, mode, **more)
        try:
            there = real(machine, path, bool(mode & os.W_OK), more.get("dir_fd"))
        except OSError:
            return False
        return _REAL_OS["access"](there, mode, **more)


_OWN: dict[str, Callable[..., Any]] = {
    "open": _os_open,
    "access": _access,
    **folders.STAND_INS,
    **process.STAND_INS,
}
_REAL_OS: dict[str, Any] = {name: vars(os)[name] for name in (*_PATHS, *_OWN) if name in vars(os)}
_VIRTUAL_OS: dict[str, Any] = {
    name: _OWN[name] if name in _OWN else stand_in(original, _PATHS[name]) for name, original in _REAL_OS.items()
}
for _able in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks, os.supports_effective_ids):
    _able |= {_VIRTUAL_OS[name] for name, original in _REAL_OS.items() if original in _able}


def patch_captured() -> None:
    """A few modules of the library took these as they were imported: give them those that ask who is calling."""
    for module, name in (("tarfile", "bltn_open"), ("bz2", "_builtin_open"), ("tokenize", "_builtin_open")):
        if module in sys.modules and getattr(sys.modules[module], name, None) is _real_open:
            setattr(sys.modules[module], name, open_)
    stand_ins = {id(original): _VIRTUAL_OS[name] for name, original in _REAL_OS.items()}
    for one in vars(getattr(tempfile, "_TemporaryFileCloser", object)).values():
        if getattr(one, "__defaults__", None):  # as in `def close(self, unlink=_os.unlink)`
            one.__defaults__ = tuple(stand_ins.get(id(value), value) for value in one.__defaults__)
