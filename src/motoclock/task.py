"""A strand of blocking code on the virtual clock: a poller, a running handler, a timer's work."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from motoclock.on_behalf import CELL, OnBehalf
from motoclock.platform import switching
from motoclock.waiting import Waiter

if TYPE_CHECKING:
    from motoclock.clock import Clock

_abandoned: list["Task"] = []  # never resumed, never collected: collecting a strand runs its `finally` blocks


class DeadTask(BaseException):
    """Raised at every boundary in a Task that was abandoned, should it ever run again."""


class Surroundings(Protocol):
    """What the code in a Task sees around itself: standard streams, environment variables, logging."""

    def enter(self) -> None: ...

    def leave(self) -> None: ...


class Task(switching.Strand):
    """One strand of blocking code. `handler` marks learners' code, which may be stopped anywhere outside an API call."""

    def __init__(
        self,
        run: Callable[[], Any],
        parent: switching.Strand,
        name: str,
        surroundings: Surroundings | None,
        clock: "Clock",
        on_behalf: OnBehalf = CELL,
    ):
        super().__init__(run, parent)
        self.clock, self.on_behalf = clock, on_behalf
        self.name = name
        self.surroundings = surroundings
        self.handler = False
        self.learners = False  # or what they wrote for the cell, such as a cloud.at
        self.abandoned = False
        self.on_abandoned: Callable[[BaseException], None] | None = None
        self.in_api = 0  # depth of calls into boto3, the clock, HTTP: not to be interrupted there
        self.short_waits = 0  # in a row, too short to count
        self.waiter: Waiter | None = None  # what it is suspended on

    def abandon(self) -> None:
        """Never resume it. Its `finally` blocks don't run, as when AWS freezes an environment at a timeout."""
        if not self.abandoned:
            self.abandoned = True
            _abandoned.append(self)
            if self.waiter is not None:
                self.waiter.give_up()


class Unfinished:
    """The Tasks of one clock that have not ended, in the order of their start.

    A strand that stands still holds what its code holds, and Python's collector can't see into it: a poller and its world hold each
    other for ever. So the engine's own strands are led out of their code when their clock ends.
    """

    def __init__(self) -> None:
        self._tasks: dict[Task, None] = {}

    def add(self, task: Task) -> None:
        self._tasks[task] = None

    def discard(self, task: Task) -> None:
        self._tasks.pop(task, None)

    def unwind(self) -> None:
        """Raise DeadTask where the engine's strands wait, for which the clock must be closed. Learners' code stays where it is.

        What has not begun holds nothing, and does not begin.
        """
        for task in tuple(self._tasks):
            if task.waiter is None:
                continue
            if task.handler or task.learners:
                task.abandon()
            elif not task.abandoned:
                task.parent = switching.current()
                task.switch()
        self._tasks.clear()
