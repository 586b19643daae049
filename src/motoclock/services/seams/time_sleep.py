"""Seam: `time.sleep` is virtual where a learner calls it, and real for everybody else.

In a Task it suspends the Task, whichever library called it. In a cell or a test, while a Cloud is open, it lets the world run on. For
every other caller and every other thread it stays real: a kernel sleeps in many places.
"""

import sys
import time
from typing import Any

from motoclock.clock import Task
from motoclock.platform import switching, threads
from motoclock.world import current_world

real_sleep = time.sleep


def install() -> None:
    time.sleep = sleep


def sleep(seconds: float, /) -> None:
    """`time.sleep`: virtual for learners' code while a Cloud is open."""
    task = switching.current()
    if isinstance(task, Task):
        task.clock.sleep(seconds)
        return
    world = current_world()
    if world is not None and _is_learner(sys._getframe(1).f_globals) and threads.is_main():
        world.clock.sleep(seconds)
    else:
        real_sleep(seconds)


def _is_learner(names: dict[str, Any]) -> bool:
    """Whether code with these globals is a cell, a script or a test."""
    module = str(names.get("__name__", "")).rpartition(".")[2]
    return module in ("__main__", "conftest") or module.startswith("test_") or module.endswith("_test")
