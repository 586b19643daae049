"""One reading of an account: what the readers of the services look at, and the draft that they write to."""

import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import Any, TypeVar, cast

from motoclock.account.invocations import Invocation, read_invocations
from motoclock.account.lives import Lives, State, Stay
from motoclock.account.model import Account, Edge, EdgeKind, Node, NodeKind
from motoclock.account.replay import read_lives
from motoclock.arn import Arn
from motoclock.trace import CELL, Event, EventOf, Kind, What, consumer_of, source_of, target_of
from motoclock.wording import name_of
from motoclock.world import ACCOUNT, REGION

W = TypeVar("W", bound=What)

_SERVICE_ORDER = ("", "sns", "events", "dynamodb", "kinesis", "pipes", "scheduler", "sqs", "lambda", "states")


def store_of(source: str) -> str:
    """Where the records of a mapping's or a pipe's source are: the ARN itself, or the stream of a fan-out consumer."""
    return source.split("/consumer/", 1)[0]


class Reading:
    """The world that is read and the nodes and edges found so far. A reader adds to it; the order of adding is kept."""

    def __init__(self, world: Any):
        self.world = world
        self.events: list[Event] = list(world.trace)
        self._nodes: dict[str, Node] = {}
        self._edges: list[Edge] = []
        self._kept_for: dict[str, NodeKind] = {}  # queues for what was given up

    # ------------------------------------------------------------------ looking

    def backend(self, service: Any, module: str | None = None) -> Any:
        """moto's backend of a service in our account and Region; None as long as nobody has used the service."""
        if f"moto.{module or service}.models" not in sys.modules:
            return None
        from moto.backends import get_backend

        return get_backend(service)[ACCOUNT][REGION]

    @cached_property
    def lives(self) -> Lives:
        return read_lives(self.world.trace)

    @cached_property
    def invocations(self) -> tuple[Invocation, ...]:
        return read_invocations(self.world.trace)

    def of_kind(self, kind: type[W]) -> list[EventOf[W]]:
        """The events of one kind, in order."""
        return cast("list[EventOf[W]]", self._by_kind[kind])

    def of_resources(self, belongs: Callable[[str], bool]) -> Iterator[Event]:
        """The events of the resources that `belongs` says yes to, resource by resource."""
        for arn, found in self._by_resource.items():
            if belongs(arn):
                yield from found

    @cached_property
    def _by_kind(self) -> dict[type, list[Event]]:
        found: dict[type, list[Event]] = defaultdict(list)
        for event in self.events:
            found[type(event.what)].append(event)
        return found

    @cached_property
    def _by_resource(self) -> dict[str, list[Event]]:
        found: dict[str, list[Event]] = defaultdict(list)
        for event in self.events:
            found[event.resource].append(event)
        return found

    @cached_property
    def _stays(self) -> dict[str, list[Stay]]:
        stays: dict[str, list[Stay]] = {}
        for stay in self.lives.stays:
            stays.setdefault(stay.store, []).append(stay)
        return stays

    def counts(self, store: str, states: Iterable[State], always: int = 0) -> tuple[tuple[str, int], ...]:
        """How many messages of a store are in each of these states; the first `always` are listed even when there are none."""
        found = Counter(stay.state for stay in self._stays.get(store, ()))
        return tuple((str(state), found[state]) for place, state in enumerate(states) if found[state] or place < always)

    def number(
        self,
        kind: Kind,
        resource: str,
        consumer: str | None = None,
        source: str | None = None,
        target: str | None = None,
    ) -> int:
        """How many events of a kind a resource has, with these particulars where they are given."""
        return sum(
            event.what.kind is kind
            and (consumer is None or consumer_of(event.what) == consumer)
            and (source is None or source_of(event.what) == source)
            and (target is None or target_of(event.what) == target)
            for event in self._by_resource.get(resource, ())
        )

    def has(self, arn: str) -> bool:
        """Whether somebody has described this thing already."""
        return arn in self._nodes

    # ------------------------------------------------------------------ writing

    def add_node(self, arn: str, kind: NodeKind, name: str, facts: Iterable[str] = (), counts: Iterable = ()) -> None:
        """Add a thing, once: the first description of an ARN stays."""
        self._nodes.setdefault(arn, Node(arn, kind, name, tuple(facts), tuple(counts)))

    def add_edge(
        self,
        source: str,
        target: str,
        kind: EdgeKind,
        label: str = "",
        count: int = 0,
        warning: str = "",
        facts: Iterable[str] = (),
        settings: Iterable[str] = (),
        filtered: bool = False,
    ) -> None:
        """Add a connection. An end that no reader describes is drawn as missing."""
        self._edges.append(Edge(source, target, kind, label, count, warning, tuple(facts), tuple(settings), filtered))

    def is_dead_letter_queue(self, arn: str) -> None:
        """Draw the queue with this ARN as a dead-letter queue."""
        self._kept_for[arn] = NodeKind.DEAD_LETTER_QUEUE

    def is_failure_queue(self, arn: str) -> None:
        """A queue that is an on-failure destination. One that is a dead-letter queue as well is drawn as that."""
        self._kept_for.setdefault(arn, NodeKind.FAILURE_QUEUE)

    def is_missing(self, arn: str) -> None:
        """Describe something that no reader knows: it was deleted, or it never was there."""
        kind = kind_of(arn)
        self.add_node(arn, kind, name_of(arn), () if kind is NodeKind.OTHER else ("does not exist",))

    def warn(self, source: str, target: str, warning: str) -> None:
        """Mark the connections between two things."""
        found = False
        for place, edge in enumerate(self._edges):
            if edge.source == source and edge.target == target:
                self._edges[place], found = replace(edge, warning=warning), True
        if not found:
            self.add_edge(source, target, EdgeKind.TARGET, warning=warning)

    def account(self) -> Account:
        """The finished snapshot."""
        for edge in self._edges:
            for arn in (edge.source, edge.target):
                if arn == CELL:
                    self.add_node(arn, NodeKind.CELL, "your cell")
                else:
                    self.is_missing(arn)
        nodes = [
            replace(node, kind=self._kept_for.get(node.arn, node.kind)) if node.kind in _QUEUES else node
            for node in self._nodes.values()
        ]
        nodes.sort(key=lambda node: _place(node.arn))
        return Account(tuple(nodes), tuple(self._edges), self.world.clock.now)


_QUEUES = (NodeKind.QUEUE, NodeKind.FIFO_QUEUE)  # a function's dead letters may go to a topic, too
_KINDS = {
    "sqs": NodeKind.QUEUE,
    "sns": NodeKind.TOPIC,
    "lambda": NodeKind.FUNCTION,
    "kinesis": NodeKind.STREAM,
    "dynamodb": NodeKind.TABLE,
    "pipes": NodeKind.PIPE,
    "scheduler": NodeKind.SCHEDULE,
    "states": NodeKind.STATE_MACHINE,
    "activity": NodeKind.ACTIVITY,
    "event-bus": NodeKind.BUS,
    "event-busv2": NodeKind.BUS,
    "rule": NodeKind.RULE,
    "subscriber": NodeKind.SUBSCRIBER,
    "archive": NodeKind.ARCHIVE,
    "api-destination": NodeKind.API_DESTINATION,
}


def kind_of(arn: str) -> NodeKind:
    """What an ARN names: OTHER for what no picture knows."""
    parts = Arn.of(arn)
    first, *rest = parts.path
    return _KINDS.get(first if rest and first in _KINDS else parts.service, NodeKind.OTHER)


def _place(arn: str) -> int:
    service = Arn.of(arn).service if arn.startswith("arn:") else "" if arn == CELL else "downstream"
    return _SERVICE_ORDER.index(service) if service in _SERVICE_ORDER else len(_SERVICE_ORDER)
