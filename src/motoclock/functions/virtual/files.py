"""`open` and the functions of `os` that take a path, in handlers: a path means what it means on the environment's machine.

Everything above (pathlib, shutil, glob, tempfile, zipfile, importlib.resources) stands on these. They take their places as an
environment's code is switched in, and the real ones come back with the next switch: `put_in` and `take_out`. A library that keeps one
for ever does no harm, for outside an environment each is the real function. The engine's own calls (`in_api`) see the real disk.

Modelled: `posix`, `_io.FileIO` and C libraries open what they are told to on the real disk, and directory listings are sorted.
"""

import builtins
import functools
import io
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from motoclock.clock import Task
from motoclock.functions.machine import Machine, read_only
from motoclock.platform import switching

_CTRL_C = 2  # SIGINT, which the run takes as if the learner had pressed it
_SHARED = "os.{} would change the Python that runs this notebook, which functions share here. Leave it out."
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


@dataclass(frozen=True, slots=True)
class _Path:
    """One argument that is a path: its keyword, the keyword of the folder that it may be relative to, and whether it is changed."""

    keyword: str = "path"
    folder: str = "dir_fd"
    changed: bool = False


_READ, _CHANGED = (_Path(),), (_Path(changed=True),)
_MOVED = (_Path("src", "src_dir_fd", True), _Path("dst", "dst_dir_fd", True))
_PATHS: dict[str, tuple[_Path, ...]] = {
    **dict.fromkeys(("stat", "lstat", "statvfs", "getxattr", "listxattr", "pathconf"), _READ),
    **dict.fromkeys(("mkdir", "rmdir", "unlink", "remove", "chmod", "lchmod", "chown", "lchown", "chflags"), _CHANGED),
    **dict.fromkeys(("utime", "truncate", "mkfifo", "mknod", "setxattr", "removexattr", "chroot"), _CHANGED),
    **dict.fromkeys(("rename", "replace"), _MOVED),
    "link": (_Path("src", "src_dir_fd"), _Path("dst", "dst_dir_fd", True)),
}


def put_in() -> None:
    vars(os).update(_VIRTUAL_OS)
    vars(builtins)["open"] = io.open = open_


def take_out() -> None:
    vars(os).update(_REAL_OS)
    vars(builtins)["open"] = io.open = _real_open


class _Inside:
    """The machine of the handler whose code runs, for one call; None for everybody else. The real functions work in the block."""

    __slots__ = ("machine", "task")

    def __enter__(self) -> Machine | None:
        task = switching.current()
        self.machine = None
        if isinstance(task, Task) and not task.in_api:
            environment = getattr(task.surroundings, "environment", None)
            if environment is not None:
                self.task, self.machine = task, environment.machine
                task.in_api += 1
        return self.machine

    def __exit__(self, *_: object) -> None:
        if self.machine is not None:
            self.task.in_api -= 1
            self.task.clock.stop_if_interrupted()


def _real(machine: Machine, path: Any, changed: bool = False, folder: int | None = None) -> Any:
    """The real path, of the type that was given; file descriptors stay what they are."""
    if isinstance(path, int):
        return path
    given = os.fspath(path)
    text = os.fsdecode(given)
    if folder is not None and not text.startswith("/"):
        if changed and folder in machine.locked:
            raise read_only(path)
        return path
    if not text:
        return path
    real, writable = machine.real(text)
    if changed and not writable:
        raise read_only(path)
    return os.fsencode(real) if isinstance(given, bytes) else real


def _stand_in(original: Callable[..., Any], paths: tuple[_Path, ...]) -> Callable[..., Any]:
    @functools.wraps(original)
    def call(*args: Any, **more: Any) -> Any:
        inside = _Inside()
        with inside as machine:
            if machine is None:
                return original(*args, **more)
            given, arguments = [], list(args)
            for index, path in enumerate(paths):
                holder: Any = arguments if index < len(args) else more
                key: Any = index if holder is arguments else path.keyword
                if key in more or holder is arguments:
                    given.append(holder[key])
                    holder[key] = _real(machine, holder[key], path.changed, more.get(path.folder))
            with _named(*given):
                return original(*arguments, **more)

    return call


class _named:
    """Errors in the block name the paths as the handler did."""

    __slots__ = ("paths",)

    def __init__(self, *paths: Any):
        self.paths = paths

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: Any, error: Any, _where: Any) -> None:
        if isinstance(error, OSError) and error.filename is not None:
            error.filename = self.paths[0]
            if error.filename2 is not None:
                error.filename2 = self.paths[-1]


# ------------------------------------------------------------------ those with more to them


_real_open = io.open


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
    with _Inside() as machine:
        if machine is not None and opener is None and not isinstance(file, int):
            opener = functools.partial(_open_in, machine)
        if encoding is None and "b" not in mode and machine is not None:
            encoding = "utf-8"  # Lambda's locale
        return _real_open(file, mode, buffering, encoding, errors, newline, closefd, opener)


def _open_in(machine: Machine, path: Any, flags: int, mode: int = 0o666, folder: int | None = None) -> int:
    real = _real(machine, path, bool(flags & _WRITING), folder)
    with _named(path):
        number = _REAL_OS["open"](real, flags, mode, dir_fd=folder)
    inherited = folder in machine.locked and not os.fsdecode(path).startswith("/")
    if inherited or (real is not path and not machine.real(os.fsdecode(path))[1]):
        machine.locked.add(number)
    else:
        machine.locked.discard(number)
    return number


def _os_open(path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
    with _Inside() as machine:
        if machine is None:
            return _REAL_OS["open"](path, flags, mode, dir_fd=dir_fd)
        return _open_in(machine, path, flags, mode, dir_fd)


def _access(path: Any, mode: int, **more: Any) -> bool:
    with _Inside() as machine:
        if machine is None:
            return _REAL_OS["access"](path, mode, **more)
        try:
            real = _real(machine, path, bool(mode & os.W_OK), more.get("dir_fd"))
        except OSError:
            return False
        return _REAL_OS["access"](real, mode, **more)


def _listdir(path: Any = ".") -> list[Any]:
    path = "." if path is None else path
    with _Inside() as machine:
        if machine is None:
            return _REAL_OS["listdir"](path)
        with _named(path):
            return sorted(_REAL_OS["listdir"](_real(machine, path)))


def _scandir(path: Any = ".") -> Any:
    path = "." if path is None else path
    with _Inside() as machine:
        if machine is None:
            return _REAL_OS["scandir"](path)
        with _named(path), _REAL_OS["scandir"](_real(machine, path)) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
        if isinstance(path, int):
            return _Entries([_Entry(entry, entry.name) for entry in found])
        return _Entries([_Entry(entry, os.path.join(os.fspath(path), entry.name)) for entry in found])


class _Entry:
    """`os.DirEntry`, with the path as the handler knows it."""

    __slots__ = ("_entry", "path")

    def __init__(self, entry: os.DirEntry[Any], path: Any):
        self._entry, self.path = entry, path

    def __getattr__(self, name: str) -> Any:
        return getattr(self._entry, name)

    def __fspath__(self) -> Any:
        return self.path

    def __repr__(self) -> str:
        return f"<DirEntry {self.name!r}>"


class _Entries:
    """What `os.scandir` gives: an iterator that is closed."""

    def __init__(self, entries: list[_Entry]):
        self._entries = iter(entries)

    def __iter__(self) -> Iterator[_Entry]:
        return self

    def __next__(self) -> _Entry:
        return next(self._entries)

    def __enter__(self) -> "_Entries":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._entries = iter(())


def _symlink(src: Any, dst: Any, target_is_directory: bool = False, *, dir_fd: int | None = None) -> None:
    with _Inside() as machine:
        if machine is not None:
            src = _real(machine, src) if os.fsdecode(src).startswith("/") else src
            given, dst = dst, _real(machine, dst, True, dir_fd)
            with _named(src, given):
                return _REAL_OS["symlink"](src, dst, target_is_directory, dir_fd=dir_fd)
        return _REAL_OS["symlink"](src, dst, target_is_directory, dir_fd=dir_fd)


def _readlink(path: Any, *, dir_fd: int | None = None) -> Any:
    with _Inside() as machine:
        if machine is None:
            return _REAL_OS["readlink"](path, dir_fd=dir_fd)
        with _named(path):
            target = _REAL_OS["readlink"](_real(machine, path, folder=dir_fd), dir_fd=dir_fd)
        seen = machine.virtual(os.fsdecode(target))
        return os.fsencode(seen) if isinstance(target, bytes) else seen


def _chdir(path: Any) -> None:
    with _Inside() as machine:
        if machine is None:
            return _REAL_OS["chdir"](path)
        if isinstance(path, int):
            raise OSError("Handlers change their working directory by a path here, not by a file descriptor.")
        with _named(path):
            _REAL_OS["listdir"](_real(machine, path))
        machine.cwd = machine.absolute(os.fsdecode(path))


def _getcwd() -> str:
    with _Inside() as machine:
        return _REAL_OS["getcwd"]() if machine is None else machine.cwd


def _getcwdb() -> bytes:
    return os.fsencode(_getcwd())


# ------------------------------------------------------------------ the process itself


def _exit(status: int) -> None:
    """`os._exit`: the runtime ends; the process of the learner does not."""
    with _Inside() as machine:
        if machine is None:
            _REAL_OS["_exit"](status)
    raise SystemExit(status)


def _abort() -> None:
    with _Inside() as machine:
        if machine is None:
            _REAL_OS["abort"]()
    raise SystemExit(134)


def _kill(pid: int, number: int) -> None:
    with _Inside() as machine:
        if machine is None or number == _CTRL_C:
            return _REAL_OS["kill"](pid, number)
        raise OSError(_SHARED.format("kill"))


def _refusing(name: str) -> Callable[..., Any]:
    @functools.wraps(getattr(os, name))
    def call(*args: Any, **more: Any) -> Any:
        with _Inside() as machine:
            if machine is None:
                return _REAL_OS[name](*args, **more)
        raise OSError(_SHARED.format(name))

    return call


_PROCESS = ("fchdir", "killpg", "nice", "setuid", "setgid", "setpriority", "sched_setaffinity", "umask")
_MORE: dict[str, Callable[..., Any]] = {
    "open": _os_open,
    "access": _access,
    "listdir": _listdir,
    "scandir": _scandir,
    "symlink": _symlink,
    "readlink": _readlink,
    "chdir": _chdir,
    "getcwd": _getcwd,
    "getcwdb": _getcwdb,
    "_exit": _exit,
    "kill": _kill,
    "abort": _abort,
}
_REAL_OS: dict[str, Any] = {name: vars(os)[name] for name in (*_PATHS, *_MORE, *_PROCESS) if name in vars(os)}
_VIRTUAL_OS: dict[str, Any] = {
    name: _MORE[name] if name in _MORE else _stand_in(original, _PATHS[name]) if name in _PATHS else _refusing(name)
    for name, original in _REAL_OS.items()
}
for _able in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks, os.supports_effective_ids):
    _able |= {_VIRTUAL_OS[name] for name, original in _REAL_OS.items() if original in _able}


def patch_captured() -> None:
    """A few modules of the library took `open` as they were imported: give them the one that asks who is calling."""
    for module, name in (("tarfile", "bltn_open"), ("bz2", "_builtin_open"), ("tokenize", "_builtin_open")):
        if module in sys.modules and getattr(sys.modules[module], name, None) is _real_open:
            setattr(sys.modules[module], name, open_)
