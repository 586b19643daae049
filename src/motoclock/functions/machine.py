"""The disk of an execution environment: real files behind the paths that a handler names.

A handler sees its package under /var/task, its layers under /opt, and a /tmp of its environment's own; the first two are read-only, and
so is the rest, as in Lambda. Behind them stand folders in one temporary folder of the Cloud, made when they are first asked for: the
package is unpacked once a deployment, whatever the number of environments. `virtual.files` asks `Machine.real` for every path.

Modelled: /tmp has no size, files bear the time of this machine, and of what lies elsewhere a handler sees what Python and the system
need. Everything is removed with the environment or the Cloud, and at the end of the process at the latest.
"""

import errno
import os
import posixpath
import shutil
import sys
import tempfile
import weakref
from pathlib import Path
from typing import Any

from motoclock.functions.bundle import LAYER_ROOT, TASK_ROOT, Bundle

TMP = "/tmp"
_HOST_TEMPDIR = os.path.realpath(tempfile.gettempdir())  # a handler's is another
_PACKED_AT_S = 315_532_800  # 1980-01-01, where the time of a zip begins: the same files at every run
_SYSTEM = tuple(
    f"/{name}"
    for name in ("bin", "dev", "etc", "lib", "lib64", "proc", "sbin", "sys", "usr", "Library", "System", "private/etc")
)

# devices that keep nothing; AWS's machines have no /dev/shm
_DEVICES = tuple(f"/dev/{name}" for name in ("null", "zero", "full", "random", "urandom", "tty", "std", "fd/"))
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Disk:
    """What the machines of one Cloud keep on disk. `close` removes all of it; so does the end of the process."""

    def __init__(self) -> None:
        self._root: str | None = None
        self._remove: Any = None
        self._packages: dict[int, tuple[Bundle, str]] = {}  # by identity of the bundle, which is kept
        self._folders = 0
        self.host_roots = _host_roots()

    def new_folder(self) -> str:
        """An empty folder."""
        if self._root is None:
            self._root = tempfile.mkdtemp(prefix="motoclock-", dir=_HOST_TEMPDIR)
            self._remove = weakref.finalize(self, _remove, self._root, os.getpid())
        self._folders += 1
        folder = os.path.join(self._root, str(self._folders))
        os.mkdir(folder)
        return folder

    def package(self, bundle: Bundle) -> str:
        """The folder in which var/task and opt hold a bundle's files."""
        if id(bundle) not in self._packages:
            folder = self.new_folder()
            folders = {parent for path in bundle.files for parent in map(str, Path(path).parents)}
            for path, content in bundle.files.items():
                if path.rstrip("/") in folders:
                    continue  # a zip may hold a file and a folder of one name, a disk may not
                target = Path(folder + path)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
                os.utime(target, (_PACKED_AT_S, _PACKED_AT_S))
            for root in (TASK_ROOT, LAYER_ROOT):
                Path(folder + root).mkdir(parents=True, exist_ok=True)
            self._packages[id(bundle)] = bundle, folder
        return self._packages[id(bundle)][1]

    def close(self) -> None:
        if self._remove is not None:
            self._remove()
        self._root = self._remove = None
        self._packages.clear()


class Machine:
    """What one environment has of it: its package, its /tmp, its working directory."""

    def __init__(self, disk: Disk, bundle: Bundle):
        self.cwd = TASK_ROOT
        self.umask = 0o022
        self._disk, self._bundle = disk, bundle
        self._tmp: str | None = None
        self._linked = False  # whether its /tmp has had symbolic links, which lead anywhere
        self._open: dict[int, str] = {}  # what file descriptors stand for, as an absolute path of the handler's

    def absolute(self, path: str, folder: int | None = None) -> str:
        """OSError for a path that is relative to a folder which the handler didn't open."""
        if folder is None or path.startswith("/"):
            return posixpath.normpath(posixpath.join(self.cwd, path))
        if folder not in self._open:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF), path)
        return posixpath.normpath(posixpath.join(self._open[folder], path))

    def is_the_hosts(self, path: str) -> bool:
        """Whether it is where Python and its packages are, which every environment sees: in /tmp, too, if they happen to be there."""
        return f"{self.absolute(path)}/".startswith(self._disk.host_roots)

    def real(self, path: str, folder: int | None = None, followed: bool = True) -> tuple[str, bool]:
        """Where a path of the handler's really lies, and whether something may be written there. `followed` through a link."""
        absolute = self.absolute(path, folder)
        if self.is_the_hosts(absolute):
            return absolute, False
        root = next((root for root in (TASK_ROOT, LAYER_ROOT, TMP) if _is_in(absolute, root)), None)
        if root == TMP:
            inside = self._own_tmp() + absolute[len(TMP) :]
            return self._through_links(inside, followed) if self._linked else (inside, True)
        if root is not None:
            return self._disk.package(self._bundle) + absolute, False
        if _is_the_systems(absolute):
            return absolute, absolute.startswith(_DEVICES)
        if _is_above(absolute):
            return absolute, False
        return self._nowhere(absolute), False

    def virtual(self, real: str) -> str:
        """The path by which the handler knows a real one: where a link of its own points."""
        if self._tmp is not None and _is_in(real, self._tmp):
            return TMP + real[len(self._tmp) :]
        package = self._disk.package(self._bundle)
        return real[len(package) :] if _is_in(real, package) else real

    def owns(self, real: str) -> bool:
        """Whether a real path lies in its /tmp."""
        return self._tmp is not None and _is_in(os.path.realpath(real), self._tmp)

    def opened(self, number: int, path: str, folder: int | None = None) -> None:
        """A file descriptor stands for this path from now on."""
        self._open[number] = self.absolute(path, folder)

    def may_change(self, number: int) -> bool:
        """Whether what stands for a file descriptor may be changed in its folder, its mode or its times."""
        place = os.path.realpath(f"/dev/fd/{number}")  # where the system says so; a pipe has none
        if os.path.exists(place) and not place.startswith("/dev/"):
            return self.owns(place)
        return number not in self._open or self.real(self._open[number])[1]

    def change_to(self, place: str | int) -> None:
        self.cwd = self.absolute(".", place) if isinstance(place, int) else self.absolute(place)

    def link_target(self, target: str, link: str, folder: int | None = None) -> str:
        """What a symbolic link must really hold. It keeps its text where that leads from one place in /tmp to another."""
        self._linked = True
        absolute = posixpath.normpath(posixpath.join(posixpath.dirname(self.absolute(link, folder)), target))
        if not target.startswith("/") and _is_in(absolute, TMP) and not self.is_the_hosts(absolute):
            return target
        return self.real(absolute)[0]

    def destroy(self) -> None:
        if self._tmp is not None:
            shutil.rmtree(self._tmp, ignore_errors=True)
            self._tmp = None

    def _own_tmp(self) -> str:
        if self._tmp is None:
            self._tmp = self._disk.new_folder()
        return self._tmp

    def _through_links(self, inside: str, followed: bool) -> tuple[str, bool]:
        """A path in /tmp that may lead out of it: what it names then is what the handler's machine has there."""
        folder, name = os.path.split(inside)
        end = os.path.realpath(inside if followed or inside == self._tmp else folder)
        if _is_in(end, self._own_tmp()):
            return inside, True
        if end.startswith(_DEVICES):
            return inside, True
        packaged = _is_in(end, self._disk.package(self._bundle))
        if packaged or f"{end}/".startswith(self._disk.host_roots) or _is_the_systems(end):
            return inside, False
        return self._nowhere(end if followed else posixpath.join(end, name)), False

    def _nowhere(self, absolute: str) -> str:
        return os.path.join(self._disk.package(self._bundle), "nowhere" + absolute)


def is_writing(flags: int) -> bool:
    """Whether to open with these flags may change something."""
    return bool(flags & _WRITING)


def read_only(path: Any) -> OSError:
    """What writing outside /tmp raises."""
    return OSError(errno.EROFS, os.strerror(errno.EROFS), path)


def _is_in(path: str, root: str) -> bool:
    return path == root or path.startswith(f"{root}/")


def _is_the_systems(absolute: str) -> bool:
    if _is_in(absolute, "/dev/shm") or _is_in(absolute, "/dev/mqueue"):
        return False
    return absolute == "/" or any(_is_in(absolute, system) for system in _SYSTEM)


def _is_above(path: str) -> bool:
    """/var, which has no files of the learner's but holds /var/task."""
    return any(root.startswith(f"{path}/") for root in (TASK_ROOT, LAYER_ROOT, TMP))


def _host_roots() -> tuple[str, ...]:
    """Where Python and its libraries lie, maybe below /opt or /tmp: they read their own data there, whoever runs."""
    here = os.getcwd()
    folders = {sys.prefix, sys.base_prefix, sys.exec_prefix, os.path.dirname(os.__file__), *sys.path}
    folders.add(str(Path(__file__).parents[1]))
    folders = {os.path.abspath(folder) for folder in folders if os.path.isabs(folder)} - {here}
    folders |= {os.path.realpath(folder) for folder in folders}
    roots = (TASK_ROOT, LAYER_ROOT, TMP)
    return tuple(
        sorted(f"{folder}/" for folder in folders if folder not in ("/", "/usr", *roots) and not _is_above(folder))
    )


def _remove(root: str, owner: int) -> None:
    """A child of a fork takes nothing away from its parent."""
    if os.getpid() == owner:
        shutil.rmtree(root, ignore_errors=True)
