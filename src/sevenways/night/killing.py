"""A process that dies between two calls: the fault that tells one write from two.

Modelled: the run of a function is ended right before its second writing call to AWS, each time it handles one of these orders, as an
instance would die. A single call, whatever it writes, is never cut in two.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import boto3

from motoclock.clock import Task
from motoclock.wording import name_of
from motoclock.world import current_world

_EVENT = "provide-client-params"
_READS = ("Get", "Describe", "List", "Query", "Scan", "Receive", "BatchGet", "Head")
_ORDER = re.compile(r"order-\d+")


@contextmanager
def killed_between_writes(function: str, orders: Iterable[str]) -> Iterator[None]:
    """In this block, runs of `function` that write about one of `orders` are killed at their second write."""
    doomed = frozenset(orders)
    writes: dict[Task, int] = {}  # by run: a second attempt, or a duplicate, has the id of the first
    concerned: set[Task] = set()

    def kill(params: Any = None, model: Any = None, **_: Any) -> None:
        world = current_world()
        run = world.clock.current_task() if world else None
        if world is None or run is None or not run.handler or model.name.startswith(_READS):
            return
        if name_of(world.clock.on_behalf.arn or "") != function:
            return
        if doomed & set(_ORDER.findall(str(params))):
            concerned.add(run)
        writes[run] = writes.get(run, 0) + 1
        if run in concerned and writes[run] > 1:
            raise SystemExit("killed between two calls")

    if boto3.DEFAULT_SESSION is None:
        boto3.setup_default_session()
    session = boto3.DEFAULT_SESSION.events
    session.register(_EVENT, kill)
    try:
        yield
    finally:
        session.unregister(_EVENT, kill)
