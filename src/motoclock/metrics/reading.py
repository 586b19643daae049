"""Every data point of a trace, in the order of its events. What is counted one by one is here; what needs a memory is next door."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from motoclock.account.lives import STREAM_QUEUE, service_of
from motoclock.arn import Arn
from motoclock.metrics.functions import AsyncEvents, IteratorAges
from motoclock.metrics.point import Dimensions, Point
from motoclock.metrics.queues import QueueGauges
from motoclock.metrics.routing import RoutingMetrics
from motoclock.metrics.stream_queues import queue_counts
from motoclock.metrics.streams import reads
from motoclock.trace import (
    Cause,
    Deleted,
    Dropped,
    Event,
    Failed,
    Kind,
    Read,
    Refused,
    Sent,
    Succeeded,
    TimedOut,
)


def points(events: Iterable[Event]) -> Iterator[Point]:
    """Every data point that the events give, in the order of the events; gauges last."""
    gauges, asynchronous, ages, routing = QueueGauges(), AsyncEvents(), IteratorAges(), RoutingMetrics()
    running: dict[str, int] = defaultdict(int)
    for event in events:
        service = _service(event.resource)
        name = event.resource.rsplit(":", 1)[-1].rsplit("/", 1)[-1]
        if service == "sqs":
            gauges.see(name, event)
        for metric, value, unit in _counts(service, event):
            dimensions = _on_custom_bus(event) if service == _CUSTOM_BUS else ((_DIMENSION[service], name),)
            yield Point(*_NAMES[service], metric, dimensions, event.at, value, unit)
        for namespace, metric, dimensions, value, unit in routing.see(event):
            yield Point(namespace, metric, dimensions, event.at, value, unit)
        for metric, dimensions in queue_counts(event) if service == STREAM_QUEUE else ():
            yield Point("AWS/Kinesis", metric, dimensions, event.at, 1.0)
        if service == "kinesis" and isinstance(event.what, Read):
            yield from reads(name, event.at, event.what)
        yield from ages.see(service, event)
        if service == "lambda":
            for metric, value, unit in asynchronous.see(event):
                yield Point("AWS/Lambda", metric, (("FunctionName", name),), event.at, value, unit)
        if isinstance(event.what, Refused) and event.what.loop:
            dimension = (("FunctionName", Arn.of(event.what.target).path[1]),)
            yield Point("AWS/Lambda", "RecursiveInvocationsDropped", dimension, event.at, 1.0)
        if service == "lambda" and event.kind in _CONCURRENCY:
            running[name] += _CONCURRENCY[event.kind]
            dimension = (("FunctionName", name),)
            yield Point("AWS/Lambda", "ConcurrentExecutions", dimension, event.at, running[name])
    yield from gauges.points()


_CUSTOM_BUS = "eventsv2"


def _service(arn: str) -> str:
    """The service in an ARN. New event buses and queues of streams have an older service's ARNs and metrics of their own."""
    is_new = Arn.of(arn).resource.startswith(("event-busv2/", "subscriber/"))
    return _CUSTOM_BUS if is_new else service_of(arn)


def _on_custom_bus(event: Event) -> Dimensions:
    """A bus goes by name and id; a subscriber's metrics by its ARN."""
    kind, _, rest = Arn.of(event.resource).resource.partition("/")
    return (("EventBus", rest),) if kind == "event-busv2" else (("Subscriber", event.resource),)


_NAMES = {
    _CUSTOM_BUS: ("AWS/EventsV2",),
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
    (_CUSTOM_BUS, Kind.SENT): ("PublishEventsEntryCount",),
    (_CUSTOM_BUS, Kind.MATCHED): ("FilterMatched",),
    (_CUSTOM_BUS, Kind.DELIVERED): ("EventDeliveryAttempts", "EventsDelivered"),
    (_CUSTOM_BUS, Kind.REFUSED): ("EventDeliveryAttempts",),
    (_CUSTOM_BUS, Kind.DROPPED): ("EventsDropped",),
    (_CUSTOM_BUS, Kind.DEAD_LETTERED): ("OnFailureDestinationDelivered",),
    ("kinesis", Kind.SENT): ("IncomingRecords",),
}


def _counts(service: str, event: Event) -> Iterator[tuple[str, float, str]]:
    if service not in _NAMES or (isinstance(event.what, Dropped) and event.what.consumer is None):
        return
    for metric in _ONE_EACH.get((service, event.kind), ()):
        yield metric, 1.0, "Count"
    if service == "sqs" and isinstance(event.what, Sent) and event.what.sender != event.resource:
        # not a queue's own second copy; nor redrives, AWS's trap with dead letters
        yield "NumberOfMessagesSent", 1.0, "Count"
    if service == "sqs" and isinstance(event.what, Deleted) and event.what.cause in (Cause.CALL, Cause.MAPPING):
        yield "NumberOfMessagesDeleted", 1.0, "Count"
    if service == "lambda" and isinstance(event.what, Refused):
        yield "DeadLetterErrors" if event.what.dead_letter else "DestinationDeliveryFailures", 1.0, "Count"
    if service == "kinesis" and isinstance(event.what, Refused) and event.what.target.startswith("shardId-"):
        yield "WriteProvisionedThroughputExceeded", 1.0, "Count"
    if service == "lambda" and isinstance(event.what, Succeeded | Failed | TimedOut):
        yield "Duration", round(event.what.duration_s * 1000, 3), "Milliseconds"
    elif service == "kinesis" and isinstance(event.what, Sent):
        yield "IncomingBytes", float(event.what.size_bytes), "Bytes"
    elif service == "sqs" and isinstance(event.what, Sent):
        yield "SentMessageSize", float(event.what.size_bytes), "Bytes"
