"""A snapshot of an account: what exists, how it is connected, and how many messages are where. Plain data, nothing live."""

from dataclasses import dataclass
from enum import StrEnum

ON_SUCCESS = "on success"  # the label of the one destination that gets what went well


class NodeKind(StrEnum):
    """What a thing is. The value is the word that prose and pictures use."""

    CELL = "cell"  # the learner's notebook, as a producer or a caller
    QUEUE = "queue"
    FIFO_QUEUE = "FIFO queue"
    DEAD_LETTER_QUEUE = "dead-letter queue"
    FAILURE_QUEUE = "queue for failures"  # an on-failure destination: what lies in it is a record of the failure
    FUNCTION = "function"
    TOPIC = "topic"
    BUS = "event bus"
    RULE = "rule"
    SUBSCRIBER = "subscriber"
    TABLE = "table"
    STREAM = "stream"
    FAN_OUT_CONSUMER = "fan-out consumer"
    PIPE = "pipe"
    SCHEDULE = "schedule"
    STATE_MACHINE = "state machine"
    DOWNSTREAM = "downstream system"
    API_DESTINATION = "API destination"
    LOG_GROUP = "log group"
    ARCHIVE = "archive"
    ACTIVITY = "activity"
    OTHER = "resource"
    GROUP = "group"  # several things that are drawn as one

    @property
    def plural(self) -> str:
        return _PLURALS.get(self, f"{self}s")


_PLURALS = {
    NodeKind.FAILURE_QUEUE: "queues for failures",
    NodeKind.BUS: "event buses",
    NodeKind.ACTIVITY: "activities",
}


class EdgeKind(StrEnum):
    """How one thing leads to another. The value is the word that text twins use."""

    SENDS = "sends"  # observed in the trace: a cell or a function put messages there
    INVOKES = "invokes"  # observed: a direct invocation
    STARTS = "starts"  # observed: executions of a state machine
    CALLS = "calls"  # observed: HTTP requests
    MAPPING = "mapping"  # configured: an event source mapping
    FEEDS = "feeds"  # configured: a stream and a queue of its own
    REDRIVE = "redrive"  # configured: the way to a dead-letter queue
    SUBSCRIPTION = "subscription"
    RULE = "rule"
    TARGET = "target"
    DESTINATION = "destination"
    PUSH = "push"  # configured: a stream pushes to an enhanced fan-out consumer
    ENRICHMENT = "enrichment"


@dataclass(frozen=True, slots=True)
class Node:
    """One thing. `facts` are settings worth a line ("visibility 30 s"); `counts` pairs like ("waiting", 3), in reading order."""

    arn: str
    kind: NodeKind
    name: str
    facts: tuple[str, ...] = ()
    counts: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Edge:
    """One connection, by ARN. `count` is how many messages took it, `warning` what AWS would object to."""

    source: str
    target: str
    kind: EdgeKind
    label: str = ""
    count: int = 0
    warning: str = ""
    facts: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()  # those of the facts that were configured, and not counted
    filtered: bool = False  # of a subscription: it has a filter policy


@dataclass(frozen=True, slots=True)
class Account:
    """What exists at virtual second `at`. The order is deterministic: by service, then by creation."""

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    at: float = 0.0

    def node(self, arn: str) -> Node | None:
        """The node with this ARN, or None."""
        return next((node for node in self.nodes if node.arn == arn), None)
