"""The functions of `os` that list folders, move between them and link into them, in handlers. Listings are sorted."""

import errno
import os
from collections.abc import Callable, Iterator
from typing import Any

from motoclock.functions.virtual.paths import Inside, named, real


def _listdir(path: Any = ".") -> list[Any]:
    path = "." if path is None else path
    with Inside() as machine:
        if machine is None:
            return _REAL["listdir"](path)
        with named(path):
            return sorted(_REAL["listdir"](real(machine, path)))


def _scandir(path: Any = ".") -> Any:
    path = "." if path is None else path
    with Inside() as machine:
        if machine is None:
            return _REAL["scandir"](path)
        with named(path), _REAL["scandir"](real(machine, path)) as entries:
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
    with Inside() as machine:
        if machine is None:
            return _REAL["symlink"](src, dst, target_is_directory, dir_fd=dir_fd)
        given, dst = dst, real(machine, dst, True, dir_fd, followed=False)
        target = machine.link_target(os.fsdecode(src), os.fsdecode(given), dir_fd)
        with named(src, given):
            _REAL["symlink"](
                os.fsencode(target) if isinstance(dst, bytes) else target, dst, target_is_directory, dir_fd=dir_fd
            )


def _link(
    src: Any, dst: Any, *, src_dir_fd: int | None = None, dst_dir_fd: int | None = None, follow_symlinks: bool = True
) -> None:
    with Inside() as machine:
        given = src, dst
        if machine is not None:
            dst = real(machine, dst, True, dst_dir_fd, followed=False)
            if not machine.real(os.fsdecode(src), src_dir_fd, follow_symlinks)[1]:
                raise OSError(errno.EXDEV, os.strerror(errno.EXDEV), given[0], None, given[1])  # another file system
            src = real(machine, src, False, src_dir_fd, follow_symlinks)
        with named(*given):
            _REAL["link"](src, dst, src_dir_fd=src_dir_fd, dst_dir_fd=dst_dir_fd, follow_symlinks=follow_symlinks)


def _readlink(path: Any, *, dir_fd: int | None = None) -> Any:
    with Inside() as machine:
        if machine is None:
            return _REAL["readlink"](path, dir_fd=dir_fd)
        with named(path):
            target = _REAL["readlink"](real(machine, path, folder=dir_fd, followed=False), dir_fd=dir_fd)
        seen = machine.virtual(os.fsdecode(target))
        return os.fsencode(seen) if isinstance(target, bytes) else seen


def _chdir(path: Any) -> None:
    with Inside() as machine:
        if machine is None:
            return _REAL["chdir"](path)
        with named(path):
            _REAL["listdir"](real(machine, path))
        machine.change_to(path if isinstance(path, int) else os.fsdecode(path))


def _getcwd() -> str:
    with Inside() as machine:
        return _REAL["getcwd"]() if machine is None else machine.cwd


def _getcwdb() -> bytes:
    return os.fsencode(_getcwd())


_OWN: dict[str, Callable[..., Any]] = {
    "listdir": _listdir,
    "scandir": _scandir,
    "symlink": _symlink,
    "link": _link,
    "readlink": _readlink,
    "chdir": _chdir,
    "fchdir": _chdir,
    "getcwd": _getcwd,
    "getcwdb": _getcwdb,
}
_REAL: dict[str, Any] = {name: vars(os)[name] for name in _OWN if name in vars(os)}
STAND_INS: dict[str, Callable[..., Any]] = {name: _OWN[name] for name in _REAL}
