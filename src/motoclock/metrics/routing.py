"""The metrics of topics, rules and schedules: AWS/SNS, AWS/Events and AWS/Scheduler.

Source: SNS developer guide, sns-monitoring-using-cloudwatch; EventBridge user guide, eb-monitoring; Scheduler user guide,
monitoring-cloudwatch. Each point has the most dimensions that AWS gives it: moto's CloudWatch sums up over those that a question
leaves out, where AWS keeps a metric of its own for some of the sums. Modelled: nothing is throttled here (ThrottledRules and
InvocationThrottleCount have no points), and there are no PutEvents* metrics, since a trace holds events and not calls.
"""

from collections.abc import Iterator

from motoclock.arn import Arn
from motoclock.metrics.point import Dimensions
from motoclock.trace import Event, Kind, Loss

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
        if event.kind is Kind.SENT:
            self._sent[event.message_id or ""] = event.at
            if bus.startswith(_PARTNER):
                yield "AWS/Events", "Events", (("EventSourceName", bus),), 1.0, "Count"

    def _rule(self, event: Event) -> Iterator[tuple[str, float, str]]:
        if event.kind is Kind.MATCHED:
            yield "MatchedEvents", 1.0, "Count"
            yield "TriggeredRules", 1.0, "Count"
            if event.detail.targets:
                yield "InvocationsCreated", float(len(event.detail.targets)), "Count"
        elif event.kind in (Kind.DELIVERED, Kind.REFUSED):
            yield "InvocationAttempts", 1.0, "Count"
            sent = self._sent.get(event.message_id or "")
            if event.detail.attempt == 1 and sent is not None:
                yield "IngestionToInvocationStartLatency", round((event.at - sent) * 1000, 3), "Milliseconds"
        for metric in _RULE.get(event.kind, ()):
            yield metric, 1.0, "Count"
        if event.kind is Kind.DROPPED and event.detail.because is Loss.DLQ_REFUSED:
            yield "InvocationsFailedToBeSentToDlq", 1.0, "Count"


# Invocations are those that came to an end, well or not; attempts that are tried again are not counted twice
_RULE: dict[Kind, tuple[str, ...]] = {
    Kind.DELIVERED: ("Invocations", "SuccessfulInvocationAttempts"),
    Kind.RETRIED: ("RetryInvocationAttempts",),
    Kind.DROPPED: ("Invocations", "FailedInvocations"),
    Kind.DEAD_LETTERED: ("Invocations", "FailedInvocations", "InvocationsSentToDlq"),
}


def _of_rule(path: list[str]) -> Dimensions:
    """A rule of the default bus goes by its name alone, another one by its bus too."""
    rule, bus = path[-1], "/".join(path[1:-1])
    return (("EventBusName", bus), ("RuleName", rule)) if bus else (("RuleName", rule),)


def _topic(event: Event) -> Iterator[tuple[str, float, str]]:
    """For an HTTP endpoint every attempt that fails is a failure, for the others only the end of all attempts."""
    detail = event.detail
    if event.kind is Kind.SENT:
        yield "NumberOfMessagesPublished", 1.0, "Count"
        yield "PublishSize", float(detail.size_bytes), "Bytes"
    elif event.kind is Kind.DELIVERED:
        yield "NumberOfNotificationsDelivered", 1.0, "Count"
    elif event.kind is Kind.FILTERED:
        yield "NumberOfNotificationsFilteredOut", 1.0, "Count"
        if detail.code:
            yield f"NumberOfNotificationsFilteredOut-{detail.code}", 1.0, "Count"
    elif event.kind is Kind.REFUSED and _is_http(detail.target):
        yield "NumberOfNotificationsFailed", 1.0, "Count"
    # None: nobody had subscribed
    elif event.kind in (Kind.DROPPED, Kind.DEAD_LETTERED) and detail.consumer is not None:
        if not _is_http(detail.consumer):
            yield "NumberOfNotificationsFailed", 1.0, "Count"
        if event.kind is Kind.DEAD_LETTERED:
            yield "NumberOfNotificationsRedrivenToDlq", 1.0, "Count"
        elif detail.because is Loss.DLQ_REFUSED:
            yield "NumberOfNotificationsFailedToRedriveToDlq", 1.0, "Count"


def _schedule(event: Event) -> Iterator[str]:
    if event.kind in (Kind.DELIVERED, Kind.REFUSED):
        yield "InvocationAttemptCount"
    if event.kind is Kind.REFUSED:
        yield "TargetErrorCount"
    elif event.kind in (Kind.DROPPED, Kind.DEAD_LETTERED):
        yield "InvocationDroppedCount"
        if event.kind is Kind.DEAD_LETTERED:
            yield "InvocationsSentToDeadLetterCount"
        elif event.detail.because is Loss.DLQ_REFUSED:
            yield "InvocationsFailedToBeSentToDeadLetterCount"


def _is_http(endpoint: str) -> bool:
    return "://" in endpoint
