"""What a path means in a handler: on its environment's machine, not on the learner's. The stand-ins of `files` and `doors` ask here."""

import functools
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from motoclock.functions.machine import Machine, read_only
from motoclock.functions.virtual.current import owning_task


class Inside:
    """The machine of the handler whose code runs, for one call; None for everybody else. The real functions work in the block."""

    __slots__ = ("machine", "task")

    def __enter__(self) -> Machine | None:
        task = owning_task()
        self.machine = None
        if task is not None and not task.in_api:
            environment = getattr(task.surroundings, "environment", None)
            if environment is not None:
                self.task, self.machine = task, environment.machine
                task.in_api += 1
        return self.machine

    def __exit__(self, *_: object) -> None:
        if self.machine is not None:
            self.task.in_api -= 1
            self.task.clock.stop_if_interrupted()

    def handlers_own(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """A callback of the handler's, which sees its machine though we are in the block."""

        @functools.wraps(call)
        def calling(*args: Any, **more: Any) -> Any:
            self.task.in_api -= 1
            try:
                return call(*args, **more)
            finally:
                self.task.in_api += 1

        return calling if self.machine is not None else call


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument that is a path: its keyword, the keyword of the folder that it may be relative to, whether what it names is changed,
    and whether a link is followed, or is itself what is named."""

    keyword: str = "path"
    folder: str = "dir_fd"
    changed: bool = False
    followed: bool = True


def real(machine: Machine, path: Any, changed: bool = False, folder: int | None = None, followed: bool = True) -> Any:
    """The real path, of the type that was given; None and file descriptors stay what they are. OSError where nothing may be changed."""
    if path is None:
        return None
    if isinstance(path, int):
        if changed and not machine.may_change(path):
            raise read_only(path)
        return path
    given = os.fspath(path)
    text = os.fsdecode(given)
    if not text:
        return path
    found, writable = machine.real(text, folder, followed)
    if changed and not writable:
        raise read_only(path)
    return os.fsencode(found) if isinstance(given, bytes) else found


def stand_in(original: Callable[..., Any], paths: tuple[Argument, ...], first: int = 0) -> Callable[..., Any]:
    """The function, with these arguments, from the first on, translated. A method's first is 1."""

    @functools.wraps(original)
    def call(*args: Any, **more: Any) -> Any:
        with Inside() as machine:
            if machine is None:
                return original(*args, **more)
            given, arguments = [], list(args)
            links = more.get("follow_symlinks", True)
            for index, path in enumerate(paths, first):
                holder: Any = arguments if index < len(args) else more
                key: Any = index if holder is arguments else path.keyword
                if key in more or holder is arguments:
                    given.append(holder[key])
                    holder[key] = real(
                        machine, holder[key], path.changed, more.get(path.folder), path.followed and links
                    )
            with named(*given):
                return original(*arguments, **more)

    return call


class named:
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
