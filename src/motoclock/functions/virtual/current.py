"""Whose code is running: what the stand-ins ask first."""

import types
from typing import Any

from motoclock.clock import Clock, Task
from motoclock.platform import switching


def running_task() -> Task | None:
    """The Task whose code runs now; None for a cell, a test, another thread."""
    task = switching.current()
    return task if isinstance(task, Task) else None


def owning_task() -> Task | None:
    """The Task whose code runs now, in a strand that the handler started without us, too: a greenlet of its own."""
    strand = switching.current()
    while strand is not None and not isinstance(strand, Task):
        strand = getattr(strand, "parent", None)
    return strand


def handlers_task() -> Task:
    """The Task of the handler that asks: stand-ins are nobody else's."""
    task = switching.current()
    if not isinstance(task, Task):
        raise RuntimeError("This belongs to the handler that made it, and can't be used outside.")
    return task


def handlers_clock() -> Clock:
    """Its virtual clock."""
    return handlers_task().clock


def running_clock() -> Clock | None:
    task = switching.current()
    return task.clock if isinstance(task, Task) else None


def running_environment() -> Any:
    """The execution environment whose code runs now, or None."""
    return getattr(getattr(owning_task(), "surroundings", None), "environment", None)


def facade(module: types.ModuleType, **replacements: Any) -> types.ModuleType:
    """A copy of a module with some names replaced."""
    copy = types.ModuleType(module.__name__, module.__doc__)
    copy.__dict__.update(vars(module))
    copy.__dict__.update(replacements)
    return copy
