"""What CloudWatch shows of a queue at any moment: AWS/SQS's gauges."""

from collections import defaultdict

from motoclock.facts.shapes import MINUTE_S
from motoclock.metrics.point import Point
from motoclock.trace import Event, Kind

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


class QueueGauges:
    """How many messages of each queue are visible, in flight or delayed, and how old the oldest is, minute by minute.

    Poison does not count for the age: a message that was received three times and is still there.
    """

    def __init__(self) -> None:
        # queue -> message -> (state, sent at)
        self._states: dict[str, dict[str, tuple[str, float]]] = defaultdict(dict)
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
