"""CloudWatch's own metrics, told from the trace: what a learner would look for on a dashboard, in virtual time.

Names, dimensions and units are AWS's (the "Monitoring" page of each service's guide). Modelled: a count is one data point at the moment
it happened, and the queue's gauges are read once a minute while they change; AWS publishes both as one-minute sums and averages. Polls
of a stream that find nothing leave no point, and a mapping that waits for its share of a shard is not counted as refused.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sevenways.account.lives import STREAM_QUEUE, service_of
from sevenways.facts.shapes import MINUTE_S
from sevenways.lineage import LOOP_DROPPED, LOOP_STOPPED
from sevenways.routing_metrics import RoutingMetrics
from sevenways.stream_queue_metrics import queue_counts
from sevenways.trace import Event, Kind


@dataclass(frozen=True, slots=True)
class Point:
    """One data point. `at` in virtual seconds; `dimensions` as (name, value) pairs."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]
    at: float
    value: float
    unit: str = "Count"


def points(events: Iterable[Event]) -> Iterator[Point]:
    """Every data point that the events give, in the order of the events; gauges last."""
    gauges, asynchronous, ages, routing = _QueueGauges(), _AsyncEvents(), _IteratorAges(), RoutingMetrics()
    running: dict[str, int] = defaultdict(int)
    consumers: dict[str | None, str] = {}  # the function that each message was last received for
    for event in events:
        service = _service(event.resource)
        name = event.resource.rsplit(":", 1)[-1].rsplit("/", 1)[-1]
        if service == "sqs":
            gauges.see(name, event)
        for metric, value, unit in _counts(service, event):
            dimensions = _on_new_bus(event) if service == _NEW_BUS else ((_DIMENSION[service], name),)
            yield Point(*_NAMES[service], metric, dimensions, event.at, value, unit)
        for namespace, metric, dimensions, value, unit in routing.see(event):
            yield Point(namespace, metric, dimensions, event.at, value, unit)
        for metric, dimensions in queue_counts(event) if service == STREAM_QUEUE else ():
            yield Point("AWS/Kinesis", metric, dimensions, event.at, 1.0)
        if service == "kinesis" and event.kind is Kind.READ:
            yield from _reads(name, event)
        yield from ages.see(service, event)
        if service == "lambda":
            for metric, value, unit in asynchronous.see(event):
                yield Point("AWS/Lambda", metric, (("FunctionName", name),), event.at, value, unit)
        if event.kind is Kind.RECEIVED and event.detail.consumer:
            consumers[event.message_id] = event.detail.consumer.split(":")[6]
        elif service == "sqs" and _why(event).startswith(LOOP_STOPPED):
            dimension = (("FunctionName", consumers[event.message_id]),)
            yield Point("AWS/Lambda", "RecursiveInvocationsDropped", dimension, event.at, 1.0)
        if service == "lambda" and event.kind in _CONCURRENCY:
            running[name] += _CONCURRENCY[event.kind]
            dimension = (("FunctionName", name),)
            yield Point("AWS/Lambda", "ConcurrentExecutions", dimension, event.at, running[name])
    yield from gauges.points()


_NEW_BUS = "eventsv2"


def _service(arn: str) -> str:
    """The service in an ARN. New event buses and queues of streams have an older service's ARNs and metrics of their own."""
    parts = arn.split(":", 5)
    if len(parts) < 6:
        return ""
    return _NEW_BUS if parts[5].startswith(("event-busv2/", "subscriber/")) else service_of(arn)


def _on_new_bus(event: Event) -> tuple[tuple[str, str], ...]:
    """A bus goes by name and id; a subscriber's metrics by its ARN."""
    kind, _, rest = event.resource.split(":", 5)[5].partition("/")
    return (("EventBus", rest),) if kind == "event-busv2" else (("Subscriber", event.resource),)


_NAMES = {
    _NEW_BUS: ("AWS/EventsV2",),
    "sqs": ("AWS/SQS",),
    "lambda": ("AWS/Lambda",),
    "kinesis": ("AWS/Kinesis",),
    "states": ("AWS/States",),
}
_DIMENSION = {
    "sqs": "QueueName",
    "lambda": "FunctionName",
    "kinesis": "StreamName",
    "states": "StateMachineArn",
}
_ENDS = (Kind.SUCCEEDED, Kind.FAILED, Kind.TIMED_OUT)
_CONCURRENCY = {Kind.INVOKED: 1, Kind.SUCCEEDED: -1, Kind.FAILED: -1, Kind.TIMED_OUT: -1}

# (service, kind) -> metric and unit, for what is counted one by one
_ONE_EACH: dict[tuple[str, Kind], tuple[str, ...]] = {
    ("sqs", Kind.RECEIVED): ("NumberOfMessagesReceived",),
    ("sqs", Kind.FILTERED): ("NumberOfMessagesDeleted",),
    ("lambda", Kind.INVOKED): ("Invocations",),
    ("lambda", Kind.FAILED): ("Errors",),
    ("lambda", Kind.TIMED_OUT): ("Errors",),
    ("lambda", Kind.THROTTLED): ("Throttles",),
    ("lambda", Kind.ACCEPTED): ("AsyncEventsReceived",),
    (_NEW_BUS, Kind.SENT): ("PublishEventsEntryCount",),
    (_NEW_BUS, Kind.MATCHED): ("FilterMatched",),
    (_NEW_BUS, Kind.DELIVERED): ("EventDeliveryAttempts", "EventsDelivered"),
    (_NEW_BUS, Kind.REFUSED): ("EventDeliveryAttempts",),
    (_NEW_BUS, Kind.DROPPED): ("EventsDropped",),
    (_NEW_BUS, Kind.DEAD_LETTERED): ("OnFailureDestinationDelivered",),
    ("kinesis", Kind.SENT): ("IncomingRecords",),
}


def _counts(service: str, event: Event) -> Iterator[tuple[str, float, str]]:
    if service not in _NAMES or (event.kind is Kind.DROPPED and getattr(event.detail, "consumer", None) is None):
        return
    for metric in _ONE_EACH.get((service, event.kind), ()):
        yield metric, 1.0, "Count"
    if service == "sqs" and event.kind is Kind.SENT and event.detail.sender != event.resource:
        yield (
            "NumberOfMessagesSent",
            1.0,
            "Count",
        )  # not a queue's own second copy; nor redrives, AWS's trap with dead letters
    if service == "sqs" and event.kind is Kind.DELETED and event.detail.by not in ("purge", "queue deleted"):
        yield "NumberOfMessagesDeleted", 1.0, "Count"
    if service == "lambda" and event.kind is Kind.REFUSED:
        yield "DeadLetterErrors" if event.detail.dead_letter else "DestinationDeliveryFailures", 1.0, "Count"
    if service == "kinesis" and event.kind is Kind.REFUSED and event.detail.target.startswith("shardId-"):
        yield "WriteProvisionedThroughputExceeded", 1.0, "Count"
    if service == "lambda" and event.kind in (Kind.SUCCEEDED, Kind.FAILED, Kind.TIMED_OUT):
        yield "Duration", round(event.detail.duration_s * 1000, 3), "Milliseconds"
    elif service == "kinesis" and event.kind is Kind.SENT:
        yield "IncomingBytes", float(event.detail.size_bytes), "Bytes"
    elif service == "sqs" and event.kind is Kind.SENT:
        yield "SentMessageSize", float(event.detail.size_bytes), "Bytes"


class _AsyncEvents:
    """What becomes of asynchronous events: how old they are when they run, and which are given up, kept somewhere or not."""

    def __init__(self) -> None:
        self._accepted_at: dict[str, float] = {}
        self._failed: set[str] = set()  # not yet succeeded, and not yet counted as given up

    def see(self, event: Event) -> Iterator[tuple[str, float, str]]:
        request = event.invocation_id or ""
        if event.kind is Kind.ACCEPTED:
            self._accepted_at[request] = event.at
            self._failed.add(request)
        elif request not in self._accepted_at:
            return
        elif event.kind is Kind.INVOKED:
            yield "AsyncEventAge", round((event.at - self._accepted_at[request]) * 1000, 3), "Milliseconds"
        elif event.kind is Kind.SUCCEEDED:
            self._failed.discard(request)
        elif event.kind in (Kind.DROPPED, Kind.DEAD_LETTERED, Kind.DELIVERED) and request in self._failed:
            self._failed.discard(request)
            yield "AsyncEventsDropped", 1.0, "Count"
            if LOOP_DROPPED in _why(event):
                yield "RecursiveInvocationsDropped", 1.0, "Count"


def _why(event: Event) -> str:
    """Why a message was given up, in the words of whoever wrote the event."""
    field = {Kind.DROPPED: "text", Kind.DEAD_LETTERED: "reason", Kind.DELIVERED: "why"}.get(event.kind)
    return getattr(event.detail, field, "") if field else ""


def _reads(stream: str, event: Event) -> Iterator[Point]:
    """A GetRecords call or poll, or a push to a fan-out consumer."""
    read = event.detail
    dimensions: tuple[tuple[str, str], ...] = (("StreamName", stream),)
    if read.refused:
        yield Point("AWS/Kinesis", "ReadProvisionedThroughputExceeded", dimensions, event.at, 1.0)
        return
    prefix, age = "GetRecords", "GetRecords.IteratorAgeMilliseconds"
    if read.fan_out is not None:
        dimensions += (("ConsumerName", read.fan_out),)
        prefix, age = "SubscribeToShardEvent", "SubscribeToShardEvent.MillisBehindLatest"
    yield Point("AWS/Kinesis", f"{prefix}.Success", dimensions, event.at, 1.0)
    yield Point("AWS/Kinesis", f"{prefix}.Records", dimensions, event.at, float(read.records))
    yield Point("AWS/Kinesis", f"{prefix}.Bytes", dimensions, event.at, float(read.size_bytes), "Bytes")
    yield Point("AWS/Kinesis", age, dimensions, event.at, round(read.age_s * 1000, 3), "Milliseconds")


class _IteratorAges:
    """How old the last record of each batch was when its invocation ended, whether it failed or not."""

    def __init__(self) -> None:
        self._written: dict[tuple[str, str | None], float] = {}
        self._running: dict[str | None, float] = {}

    def see(self, service: str, event: Event) -> Iterator[Point]:
        if service in ("dynamodb", "kinesis") and event.kind is Kind.SENT:
            self._written[event.resource, event.message_id] = event.at
        elif service == "lambda" and event.kind is Kind.INVOKED and event.detail.message_ids:
            last = (event.detail.source, event.detail.message_ids[-1])
            if event.detail.mode == "mapping" and last in self._written:
                self._running[event.invocation_id] = self._written[last]
        elif event.kind in _ENDS and event.invocation_id in self._running:
            age_ms = round((event.at - self._running.pop(event.invocation_id)) * 1000, 3)
            dimension = (("FunctionName", event.detail.function),)
            yield Point("AWS/Lambda", "IteratorAge", dimension, event.at, age_ms, "Milliseconds")


_POISON_RECEIVES = 3  # SQS developer guide, sqs-available-cloudwatch-metrics
_QUEUE_STATE = {
    Kind.SENT: "visible",
    Kind.RETURNED: "visible",
    Kind.RECEIVED: "hidden",
    Kind.DELETED: None,
    Kind.FILTERED: None,
    Kind.EXPIRED: None,
    Kind.DROPPED: None,
    Kind.DEAD_LETTERED: None,
    Kind.REDRIVEN: None,
}


class _QueueGauges:
    """How many messages of each queue are visible, in flight or delayed, and how old the oldest is, minute by minute.

    Poison does not count for the age: a message that was received three times and is still there.
    """

    def __init__(self) -> None:
        self._states: dict[str, dict[str, tuple[str, float]]] = defaultdict(
            dict
        )  # queue -> message -> (state, sent at)
        self._points: list[Point] = []
        self._sampled: dict[str, float] = {}
        self._receives: dict[tuple[str, str | None], int] = {}

    def see(self, queue: str, event: Event) -> None:
        if event.kind not in _QUEUE_STATE or event.message_id is None:
            return
        self._sample(queue, event.at)
        states = self._states[queue]
        state = _QUEUE_STATE[event.kind]
        if state is None:
            states.pop(event.message_id, None)
        else:
            sent = states[event.message_id][1] if event.message_id in states else event.at
            if event.kind is Kind.RECEIVED:
                self._receives[queue, event.message_id] = self._receives.get((queue, event.message_id), 0) + 1
            delayed = event.kind is Kind.SENT and event.detail.delay_s > 0
            states[event.message_id] = ("delayed" if delayed else state, sent)
        if event.kind is Kind.DEAD_LETTERED:
            target = event.detail.target.rsplit(":", 1)[-1]
            self._sample(target, event.at)
            self._states[target][event.detail.new_id or event.message_id] = ("visible", event.at)

    def points(self) -> list[Point]:
        for queue in self._states:
            self._sample(queue, self._sampled.get(queue, 0.0) + MINUTE_S)
        return self._points

    def _sample(self, queue: str, at: float) -> None:
        """Write the gauges at the last full minute before this change, when there was one since the change before."""
        minute = at // MINUTE_S * MINUTE_S
        if queue in self._sampled and minute > self._sampled[queue]:
            self._write(queue, self._sampled[queue] + MINUTE_S)
            if minute > self._sampled[queue] + MINUTE_S:
                self._write(queue, minute)
        self._sampled[queue] = minute

    def _write(self, queue: str, at: float) -> None:
        states = self._states[queue]
        held = [state for state, _ in states.values()]
        poison = {one for one in states if self._receives.get((queue, one), 0) >= _POISON_RECEIVES}
        oldest = min((sent for one, (_, sent) in states.items() if one not in poison), default=at)
        dimension = (("QueueName", queue),)
        for name, value, unit in (
            ("ApproximateNumberOfMessagesVisible", held.count("visible"), "Count"),
            ("ApproximateNumberOfMessagesNotVisible", held.count("hidden"), "Count"),
            ("ApproximateNumberOfMessagesDelayed", held.count("delayed"), "Count"),
            ("ApproximateAgeOfOldestMessage", at - oldest, "Seconds"),
        ):
            self._points.append(Point("AWS/SQS", name, dimension, at, float(value), unit))
