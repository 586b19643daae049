"""Which world a check has judged last, and what draws a picture of it: what a learner sees under the verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from copy import copy
from dataclasses import dataclass

from motoclock.account.invocations import read_invocations
from motoclock.trace import Sent
from sevenways import draw
from sevenways.checks.printed import functions_of_a_learner
from sevenways.cloud import Cloud

_MOST_RUNS, _MOST_LANES = 80, 12  # beyond them a timeline is no small picture, and a backlog says more
_MOST_BYTES = 120_000


@dataclass(slots=True)
class Judged:
    """The world that was judged last. `shown` draws a picture that says more than the world's, where the check has one.

    `theirs`: the functions in it whose code is the learner's.
    """

    world: Cloud | None = None
    shown: Callable[[], draw.Picture] | None = None
    theirs: tuple[str, ...] = ()


_judged: ContextVar[Judged | None] = ContextVar("judged", default=None)


@contextmanager
def watched() -> Iterator[Judged]:
    """Keeps what is judged inside the block."""
    seen = Judged()
    before = _judged.set(seen)
    try:
        yield seen
    finally:
        _judged.reset(before)


@contextmanager
def remembered(cloud: Cloud) -> Iterator[None]:
    """This world is being judged."""
    seen = _judged.get()
    if seen is not None:
        seen.world, seen.shown, seen.theirs = cloud, None, ()
    try:
        yield
    finally:
        if seen is not None and seen.world is cloud:
            seen.theirs = functions_of_a_learner()


@contextmanager
def once_more() -> Iterator[None]:
    """A world that the task does not tell of is shown only when something is seen in it; else the one that was judged before."""
    seen = _judged.get()
    before = copy(seen)
    yield
    if seen is not None and before is not None:
        seen.world, seen.shown, seen.theirs = before.world, before.shown, before.theirs


def show(drawn: Callable[[], draw.Picture]) -> None:
    """Of the world that is being judged, this says more than its timeline."""
    seen = _judged.get()
    if seen is not None:
        seen.shown = drawn


def picture_of(cloud: Cloud) -> draw.Picture | None:
    """What happened in a judged world: its timeline, or with many runs its backlog. None when nothing ran, or too much."""
    runs = read_invocations(cloud.trace, cloud.elapsed)
    if not runs:
        return None
    few = len(runs) <= _MOST_RUNS and len({(run.function, run.environment) for run in runs}) <= _MOST_LANES
    if not few and not cloud.trace.of(Sent):
        return None  # nothing waited anywhere, so there is no backlog
    picture = (draw.timeline if few else draw.backlog)(cloud.trace, present=cloud.elapsed)
    return picture if len(picture.svg) <= _MOST_BYTES else None
