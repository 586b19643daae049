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

    def __init__(self, run: Callable[[], Any], parent: switching.Strand, name: str, surroundings: Surroundings | None):
        super().__init__(run, parent)
        self.name = name
        self.surroundings = surroundings
        self.handler = False
        self.abandoned = False
        self.on_abandoned: Callable[[BaseException], None] | None = None
        self.in_api = 0  # depth of calls into boto3, the clock, HTTP: not to be interrupted there
        self.on_behalf: OnBehalf = CELL
        self.short_waits = 0  # in a row, too short to count
        self.waiter: Waiter | None = None  # what it is suspended on
        self.clock: Clock | None = None

    def abandon(self) -> None:
        """Never resume it. Its `finally` blocks don't run, as when AWS freezes an environment at a timeout."""
        if not self.abandoned:
            self.abandoned = True
            _abandoned.append(self)
            if self.waiter is not None:
                self.waiter.give_up()
