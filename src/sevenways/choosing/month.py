"""What a month of messages costs by each way: formulas from the list prices, and where two of them cross.

A simulation of a minute can't show a million messages a second. So these are formulas; a test holds each against the bill of a run at a
rate that both reach. Modelled: us-east-1, no free tiers, 730 hours, provisioned Kinesis; empty polls and storage cost nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from motoclock.facts import eventbridge, kinesis, lambda_, prices, sns, sqs
from sevenways.choosing.ways import QUEUES, STREAMS, Way

HOURS = 730
_MONTH_S = HOURS * 3600


@dataclass(frozen=True, slots=True)
class Plan:
    """How messages are sent and taken: `size_bytes` each, `sent_by` a call of the producer, or as many of them as fit into one.

    A run of the consumer takes a `batch`, and works `seconds` on each message, with `memory_mb`.
    """

    size_bytes: int = 1000
    sent_by: int = 1
    batch: int = 10
    seconds: float = 0.2
    memory_mb: int = 128
    with_lambda: bool = True


USUAL = Plan()


def month(way: str, rate: float, plan: Plan = USUAL) -> float:
    """US$ a month for `rate` messages a second by one way, to one consumer. DynamoDB: the row is written anyway, and not counted."""
    millions = rate * _MONTH_S / 1e6
    return millions * (messaging(way, plan) + (compute(way, plan) if plan.with_lambda else 0)) + by_the_hour(
        way, rate, plan
    )


def messaging(way: str, plan: Plan) -> float:
    """US$ for a million messages, without Lambda and without what is paid by the hour."""
    if way in QUEUES:
        each = prices.SQS_STANDARD_PER_M if way == Way.SQS else prices.SQS_FIFO_PER_M
        sent_by = _fitting(plan, sqs.BATCH_SIZE_MAX_BYTES.value)
        calls = _requests(plan, sent_by, prices.SQS_REQUEST_BYTES.value)
        calls += _requests(plan, min(plan.batch, 10), prices.SQS_REQUEST_BYTES.value)
        return each.value * (calls + 1 / min(plan.batch, 10))  # sent, received, deleted
    if way == Way.SNS:
        sent_by = _fitting(plan, sns.MESSAGE_SIZE_DEFAULT_BYTES.value)
        return prices.SNS_PER_M.value * _requests(plan, sent_by, prices.SNS_PUBLISH_BYTES.value)
    if way == Way.EVENTBRIDGE:
        return prices.EVENTBRIDGE_PER_M.value * ceil(plan.size_bytes / prices.EVENTBRIDGE_EVENT_BYTES.value)
    if way == Way.KINESIS:
        return prices.KINESIS_PER_M_PUT_UNITS.value * ceil(plan.size_bytes / prices.KINESIS_PUT_UNIT_BYTES.value)
    return 0.0


def compute(way: str, plan: Plan) -> float:
    """US$ of Lambda for a million messages: the runs, and the time of the work. Push services make a run for each message."""
    batch = plan.batch if way in (*QUEUES, *STREAMS) else 1
    return prices.LAMBDA_PER_M.value / batch + prices.LAMBDA_PER_GB_S.value * 1e6 * plan.seconds * plan.memory_mb / 1024


def by_the_hour(way: str, rate: float, plan: Plan) -> float:
    """US$ a month that are due whether or not anything is sent."""
    return HOURS * prices.KINESIS_PER_SHARD_H.value * shards(rate, plan) if way == Way.KINESIS else 0.0


def shards(rate: float, plan: Plan) -> int:
    """Shards that take this many messages a second, by number and by bytes."""
    by_number = rate / kinesis.SHARD_WRITE_RECORDS_PER_S.value
    return max(1, ceil(by_number), ceil(rate * plan.size_bytes / kinesis.SHARD_WRITE_BYTES_PER_S.value))


def environments(rate: float, seconds: float) -> float:
    """Little's law: this many runs go on at once when `rate` messages a second take `seconds` each."""
    return rate * seconds


def reach(way: str, plan: Plan = USUAL) -> float:
    """Messages a second at which a default quota of the way, or the account's concurrency, ends. Larger ones are granted on request."""
    doors: dict[str, float] = {Way.SNS: sns.PUBLISH_PER_S.value, Way.EVENTBRIDGE: eventbridge.PUT_EVENTS_PER_S.value}
    lambdas = lambda_.ACCOUNT_CONCURRENCY_DEFAULT.value / plan.seconds if plan.seconds else float("inf")
    return min(doors.get(way, float("inf")), lambdas if plan.with_lambda else float("inf"))


def crossing(one: str, other: str, plan: Plan = USUAL, low: float = 0.01, high: float = 1e6) -> float | None:
    """The rate at which two ways cost the same; None when one of them is cheaper everywhere between `low` and `high`."""

    def gap(rate: float) -> float:
        return month(one, rate, plan) - month(other, rate, plan)

    if gap(low) * gap(high) > 0:
        return None
    return _bisected(gap, low, high)


def _bisected(gap: Callable[[float], float], low: float, high: float) -> float:
    below = gap(low)
    for _ in range(80):
        middle = (low * high) ** 0.5
        if below * gap(middle) <= 0:
            high = middle
        else:
            low = middle
    return (low * high) ** 0.5


def _fitting(plan: Plan, call_bytes: int) -> int:
    """How many messages share a call: as many as the plan says, if the call has room for them."""
    return max(1, min(plan.sent_by, call_bytes // plan.size_bytes))


def _requests(plan: Plan, together: int, unit_bytes: int) -> float:
    """Billed requests for one message when this many share a call."""
    return ceil(together * plan.size_bytes / unit_bytes) / together
