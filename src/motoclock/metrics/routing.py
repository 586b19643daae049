"""The metrics of topics, rules and schedules: AWS/SNS, AWS/Events and AWS/Scheduler.

Source: SNS developer guide, sns-monitoring-using-cloudwatch; EventBridge user guide, eb-monitoring; Scheduler user guide,
monitoring-cloudwatch. Each point has the most dimensions that AWS gives it: moto's CloudWatch sums up over those that a question
leaves out, where AWS keeps a metric of its own for some of the sums. Modelled: nothing is throttled here (ThrottledRules and
InvocationThrottleCount have no points), and there are no PutEvents* metrics, since a trace holds events and not calls.
"""

from collections.abc import Iterator

from motoclock.arn import Arn
from motoclock.metrics.point import Dimensions
from motoclock.trace import (
    DeadLettered,
    Delivered,
    Dropped,
    Event,
    Filtered,
    Happening,
    Loss,
    Matched,
    Refused,
    Retried,
    Sent,
)

Reading = tuple[str, str, Dimensions, float, str]  # namespace, metric, dimensions, value, unit
_PARTNER = "aws.partner/"


class RoutingMetrics:
    """Reads a trace event by event; remembers when each event came to its bus, for latencies."""

    def __init__(self) -> None:
        self._sent: dict[str, float] = {}

    def see(self, event: Event) -> Iterator[Reading]:
        """The data points that one event gives."""
        service, resource = Arn.of(event.resource).service, Arn.of(event.resource).resource
        if service == "sns":
            yield from (
                ("AWS/SNS", name, (("TopicName", resource),), value, unit) for name, value, unit in _topic(event)
            )
        elif service == "events" and resource.startswith("event-bus/"):
            yield from self._bus(event, resource.removeprefix("event-bus/"))
        elif service == "events" and resource.startswith("rule/"):
            dimensions = _of_rule(resource.split("/"))
            yield from (("AWS/Events", name, dimensions, value, unit) for name, value, unit in self._rule(event))
        elif service == "scheduler" and resource.startswith("schedule/"):
            group = (("ScheduleGroup", resource.split("/")[1]),)
            yield from (("AWS/Scheduler", name, group, 1.0, "Count") for name in _schedule(event))

    def _bus(self, event: Event, bus: str) -> Iterator[Reading]:
        if isinstance(event.what, Sent):
            self._sent[event.message_id or ""] = event.at
            if bus.startswith(_PARTNER):
                yield "AWS/Events", "Events", (("EventSourceName", bus),), 1.0, "Count"

    def _rule(self, event: Event) -> Iterator[tuple[str, float, str]]:
        what = event.what
        if isinstance(what, Matched):
            yield "MatchedEvents", 1.0, "Count"
            yield "TriggeredRules", 1.0, "Count"
            if what.targets:
                yield "InvocationsCreated", float(len(what.targets)), "Count"
        elif isinstance(what, Delivered | Refused):
            yield "InvocationAttempts", 1.0, "Count"
            sent = self._sent.get(event.message_id or "")
            if what.attempt == 1 and sent is not None:
                yield "IngestionToInvocationStartLatency", round((event.at - sent) * 1000, 3), "Milliseconds"
        for metric in _RULE.get(type(what), ()):
            yield metric, 1.0, "Count"
        if isinstance(what, Dropped) and what.because is Loss.DLQ_REFUSED:
            yield "InvocationsFailedToBeSentToDlq", 1.0, "Count"


# Invocations are those that came to an end, well or not; attempts that are tried again are not counted twice
_RULE: dict[type[Happening], tuple[str, ...]] = {
    Delivered: ("Invocations", "SuccessfulInvocationAttempts"),
    Retried: ("RetryInvocationAttempts",),
    Dropped: ("Invocations", "FailedInvocations"),
    DeadLettered: ("Invocations", "FailedInvocations", "InvocationsSentToDlq"),
}


def _of_rule(path: list[str]) -> Dimensions:
    """A rule of the default bus goes by its name alone, another one by its bus too."""
    rule, bus = path[-1], "/".join(path[1:-1])
    return (("EventBusName", bus), ("RuleName", rule)) if bus else (("RuleName", rule),)


def _topic(event: Event) -> Iterator[tuple[str, float, str]]:
    """For an HTTP endpoint every attempt that fails is a failure, for the others only the end of all attempts."""
    match event.what:
        case Sent(size_bytes=size_bytes):
            yield "NumberOfMessagesPublished", 1.0, "Count"
            yield "PublishSize", float(size_bytes), "Bytes"
        case Delivered():
            yield "NumberOfNotificationsDelivered", 1.0, "Count"
        case Filtered(code=code):
            yield "NumberOfNotificationsFilteredOut", 1.0, "Count"
            if code:
                yield f"NumberOfNotificationsFilteredOut-{code}", 1.0, "Count"
        case Refused(target=target) if _is_http(target):
            yield "NumberOfNotificationsFailed", 1.0, "Count"
        case (
            Dropped(consumer=str(consumer)) | DeadLettered(consumer=str(consumer)) as lost
        ):  # None: nobody had subscribed
            if not _is_http(consumer):
                yield "NumberOfNotificationsFailed", 1.0, "Count"
            if isinstance(lost, DeadLettered):
                yield "NumberOfNotificationsRedrivenToDlq", 1.0, "Count"
            elif lost.because is Loss.DLQ_REFUSED:
                yield "NumberOfNotificationsFailedToRedriveToDlq", 1.0, "Count"


def _schedule(event: Event) -> Iterator[str]:
    what = event.what
    if isinstance(what, Delivered | Refused):
        yield "InvocationAttemptCount"
    if isinstance(what, Refused):
        yield "TargetErrorCount"
    elif isinstance(what, DeadLettered):
        yield "InvocationDroppedCount"
        yield "InvocationsSentToDeadLetterCount"
    elif isinstance(what, Dropped):
        yield "InvocationDroppedCount"
        if what.because is Loss.DLQ_REFUSED:
            yield "InvocationsFailedToBeSentToDeadLetterCount"


def _is_http(endpoint: str) -> bool:
    return "://" in endpoint
