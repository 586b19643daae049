"""A process that dies between two calls: the fault that tells one write from two.

Modelled: the run of a function is ended right before its second writing call about one of these orders, each time it handles it, as an
instance would die. A single call, whatever it writes, is never cut in two, and neither are calls about different orders.
"""

import re
from collections import Counter
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
def killed_between_writes(function: str | None, orders: Iterable[str]) -> Iterator[set[str]]:
    """In this block, runs of `function` (None: of any) that write twice about one of `orders` are killed at the second of these writes.

    Yields the orders at which one was killed so far.
    """
    doomed = frozenset(orders)
    killed: set[str] = set()
    writes: Counter[tuple[Task, str]] = Counter()  # by run: a second attempt, or a duplicate, has the id of the first

    def kill(params: Any = None, model: Any = None, **_: Any) -> None:
        world = current_world()
        run = world.clock.current_task() if world else None
        if world is None or run is None or not run.handler or model.name.startswith(_READS):
            return
        if function is not None and name_of(world.clock.on_behalf.arn or "") != function:
            return
        for order in sorted(doomed & set(_ORDER.findall(str(params)))):
            writes[run, order] += 1
            if writes[run, order] > 1:
                killed.add(order)
                raise SystemExit("killed between two calls")

    if boto3.DEFAULT_SESSION is None:
        boto3.setup_default_session()
    session = boto3.DEFAULT_SESSION.events
    session.register(_EVENT, kill)
    try:
        yield killed
    finally:
        session.unregister(_EVENT, kill)
