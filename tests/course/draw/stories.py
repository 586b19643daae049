"""Traces written by hand: what a queue and its function leave behind, without an engine."""

from types import SimpleNamespace

from motoclock.account import Account, Edge, EdgeKind, Node, NodeKind
from motoclock.trace import (
    Accepted,
    Cause,
    Comeback,
    DeadLettered,
    Deleted,
    Dropped,
    Expired,
    Failed,
    Invoked,
    Kind,
    Mode,
    Received,
    Retried,
    Returned,
    Sent,
    Succeeded,
    Throttled,
    TimedOut,
    Trace,
)

QUEUE = "arn:aws:sqs:us-east-1:123456789012:orders"
DLQ = "arn:aws:sqs:us-east-1:123456789012:orders-dlq"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:charge"
INVOICE = "arn:aws:lambda:us-east-1:123456789012:function:invoice"


class Story:
    """A trace in the making. Events may be told in any order; `trace()` puts them in theirs."""

    def __init__(self) -> None:
        self._told: list[tuple[float, int, tuple]] = []
        self._runs = 0

    def tell(self, at: float, *event) -> None:
        self._told.append((at, len(self._told), event))

    def trace(self) -> Trace:
        now = SimpleNamespace(value=0.0)
        trace = Trace(lambda: now.value)
        for now.value, _place, event in sorted(self._told, key=lambda told: told[:2]):
            trace.append(*event)
        return trace

    # ------------------------------------------------------------------ a queue

    def send(self, at: float, message: str, queue: str = QUEUE, **detail) -> None:
        self.tell(at, Sent(detail.pop("label", message), 100, **detail), queue, message)

    def receive(
        self, at: float, messages, count: int = 1, visible_at: float = 30, queue: str = QUEUE, consumer=FUNCTION
    ):
        for message in messages:
            self.tell(at, Received(count, visible_at, consumer), queue, message)

    def give_back(
        self, at: float, messages, reason: Comeback = Comeback.VISIBILITY_TIMEOUT, queue: str = QUEUE
    ) -> None:
        for message in messages:
            self.tell(at, Returned(reason), queue, message)

    def delete(self, at: float, messages, cause: Cause = Cause.MAPPING, queue: str = QUEUE) -> None:
        for message in messages:
            self.tell(at, Deleted(cause, FUNCTION if cause is Cause.MAPPING else None), queue, message)

    def dead_letter(self, at: float, messages, receives: int, queue: str = QUEUE, target: str = DLQ) -> None:
        for message in messages:
            self.tell(at, DeadLettered(target, receives, f"received {receives} times"), queue, message)

    # ------------------------------------------------------------------ a function

    def run(
        self,
        at: float,
        seconds: float,
        outcome: Kind,
        messages,
        environment: str = "charge-1",
        cold: bool = False,
        **given,
    ):
        function, source = given.pop("function", FUNCTION), given.pop("source", QUEUE)
        self._runs += 1
        run = given.pop("run", f"run-{self._runs}")
        messages = tuple(messages)
        failed, unread = given.pop("failed_ids", ()), given.pop("unread_ids", ())
        error = {Kind.FAILED: ("ValueError", "card refused"), Kind.TIMED_OUT: ("Sandbox.Timedout", "timed out")}.get(
            outcome, (None, None)
        )
        name = function.rsplit(":", 1)[-1]
        given.setdefault("mode", Mode.MAPPING)
        self.tell(at, Invoked(name, environment, cold, source, messages, **given), function, None, run)
        init = 0.2 if cold else 0.0
        done = {Kind.SUCCEEDED: Succeeded, Kind.FAILED: Failed, Kind.TIMED_OUT: TimedOut}[outcome](
            name, environment, at, seconds, round(seconds * 1000), 128, init, *error, failed, unread
        )
        self.tell(at + seconds, done, function, None, run)

    def throttle(self, at: float, messages=(), reason: str = "reserved concurrency 0") -> None:
        self.tell(at, Throttled("charge", reason, QUEUE, tuple(messages)), FUNCTION)


def charged_twice(orders: int = 10, rounds: int = 10) -> Trace:
    """Ten orders of four seconds in one batch, visibility and timeout thirty seconds: nothing is ever deleted."""
    story, names = Story(), [f"order-{n}" for n in range(orders)]
    for name in names:
        story.send(0, name)
    for round_ in range(rounds):
        at = 30 * round_
        if round_:
            story.give_back(at, names)
        story.receive(at, names, round_ + 1, at + 30)
        story.run(at, 30, Kind.TIMED_OUT, names, cold=round_ == 0)
    return story.trace()


def poisoned() -> Trace:
    """Batches of ten with one bad order: after three receives all ten are in the dead-letter queue, and five others are done."""
    story, names = Story(), [f"order-{n}" for n in range(15)]
    for name in names:
        story.send(0, name)
    bad, good = names[:10], names[10:]
    for round_ in range(3):
        at = 60 * round_
        if round_:
            story.give_back(at, bad)
        story.receive(at, bad, round_ + 1, at + 60)
        story.run(at, 2.0, Kind.FAILED, bad, cold=round_ == 0)
    story.receive(0, good, 1, 60)
    story.run(0, 2.5, Kind.SUCCEEDED, good, "charge-2", cold=True)
    story.delete(2.5, good)
    story.dead_letter(180, bad, 3)
    return story.trace()


def rush(orders: int = 40, environments: int = 5, seconds: float = 1.0) -> Trace:
    """Single orders for so many environments at a time; all succeed but every seventh, which does at its second attempt."""
    story = Story()
    free = [0.0] * environments
    for n in range(orders):
        story.send(0, f"order-{n}")
    for n in range(orders):
        place = free.index(min(free))
        at, cold = free[place], free[place] == 0
        takes = seconds + (0.2 if cold else 0)
        story.receive(at, [f"order-{n}"], 1, at + 30)
        fails = n % 7 == 3
        story.run(at, takes, Kind.FAILED if fails else Kind.SUCCEEDED, [f"order-{n}"], f"charge-{place + 1}", cold)
        if fails:
            story.give_back(at + 30, [f"order-{n}"])
            story.receive(at + 30, [f"order-{n}"], 2, at + 60)
            story.run(at + 30, seconds, Kind.SUCCEEDED, [f"order-{n}"], f"charge-{place + 1}")
            story.delete(at + 30 + seconds, [f"order-{n}"])
        else:
            story.delete(at + takes, [f"order-{n}"])
        free[place] = at + takes
    return story.trace()


def four_days() -> Trace:
    """A poison message with no dead-letter queue, received every five minutes until it expires."""
    story = Story()
    story.send(0, "order-0")
    for round_ in range(1152):
        at = 300.0 * round_
        if round_:
            story.give_back(at, ["order-0"])
        story.receive(at, ["order-0"], round_ + 1, at + 300)
        story.run(at, 0.5, Kind.FAILED, ["order-0"])
    story.tell(345_600, Expired("older than the 4 days that the queue keeps messages"), QUEUE, "order-0")
    return story.trace()


def asynchronous() -> Trace:
    """One event for a function that always fails: three runs, then it is dropped."""
    story = Story()
    story.tell(0, Accepted("order-7", 80), INVOICE, "event-1", "event-1")
    for attempt, at in enumerate((0.0, 60.3, 180.6), 1):
        story.run(at, 0.3, Kind.FAILED, ["event-1"], "invoice-1", attempt == 1, function=INVOICE, source="invoke",
                  mode=Mode.ASYNCHRONOUS, attempt=attempt, run="event-1")  # fmt: skip
        if attempt < 3:
            story.tell(
                at + 0.3, Retried(INVOICE, attempt + 1, 60.0 * attempt, "it failed"), INVOICE, "event-1", "event-1"
            )
    story.tell(
        180.9, Dropped("three attempts failed and the function has no destination"), INVOICE, "event-1", "event-1"
    )
    return story.trace()


def shop() -> Account:
    """The account of the first lesson's shop."""
    cell, database = "cell", "https://db.example"
    nodes = (
        Node(cell, NodeKind.CELL, "your cell"),
        Node(QUEUE, NodeKind.QUEUE, "orders", ("visibility 30 s",), (("waiting", 3), ("in flight", 2))),
        Node(
            DLQ,
            NodeKind.DEAD_LETTER_QUEUE,
            "orders-dlq",
            ("visibility 30 s", "keeps messages 14 d"),
            (("waiting", 4), ("in flight", 0)),
        ),
        Node(
            FUNCTION,
            NodeKind.FUNCTION,
            "charge",
            ("timeout 30 s", "reserved concurrency 5"),
            (("runs", 17), ("failed", 3)),
        ),
        Node(
            database,
            NodeKind.DOWNSTREAM,
            "db.example",
            ("latency 0.5 s", "capacity 3 at once"),
            (("requests", 57), ("refused", 12)),
        ),
    )
    edges = (
        Edge(QUEUE, DLQ, EdgeKind.REDRIVE, "after 3 receives", 4),
        Edge(
            QUEUE,
            FUNCTION,
            EdgeKind.MAPPING,
            "batch 10",
            51,
            facts=("maximum concurrency 3", "partial batch responses"),
        ),
        Edge(cell, QUEUE, EdgeKind.SENDS, "sends", 40),
        Edge(FUNCTION, database, EdgeKind.CALLS, "calls", 57, facts=("12 refused",)),
    )
    return Account(nodes, edges, 42.0)
