"""Lab 08 has no favourite: for each case several services pass, and a setting that does without the promise does not."""

import pytest

from sevenways.checks.registry import registry
from sevenways.checks.verdict import Outcome, judge

from .wrong_answers.lab08 import always


def in_lanes(way):
    return lambda capacity: (way, {"lanes": capacity, "batch": 10}, "S3")


def one_lane_fewer(capacity):
    return "DynamoDB", {"lanes": capacity - 1, "batch": 5}, "S3"


def one_more_shard(rate, size_bytes, readers, usd_a_month):
    shards = max(-(-rate // 1000), -(-rate * size_bytes // 1_000_000), -(-rate * size_bytes * readers // 2_000_000))
    return "Kinesis", {"shards": shards + 1, "hours": 168}, "K1"


def in_order_at_most(capacity):
    return "SQS FIFO", {"most": capacity}, "S3"


def by_binary_megabytes(rate, size_bytes, readers, usd_a_month):
    shards = max(-(-rate // 1000), -(-rate * size_bytes // 2**20), -(-rate * size_bytes * readers // 2**21))
    return "Kinesis", {"shards": shards, "hours": 48, "batch": 500}, "K6"


def one_receive_more_than_fails(outage_s):
    return "SQS", {"visibility": 60, "receives": outage_s // 60 + 2}, "S4"


def head_by_head(outage_s):
    return "SQS FIFO", {"visibility": 12, "receives": outage_s // 12 + 3, "batch": 1}, "S4"


def lambda_s_own_for_a_minute(way, claim):
    """Its second try comes after three minutes: soon enough when the restart takes one."""
    return lambda outage_s: (way, {}, claim) if outage_s == 60 else one_receive_more_than_fails(outage_s)


def by_growing_waits(way, claim):
    """Waits of 1, 2, 4 seconds and so on, up to a minute: retries that last as long as the restart."""

    def choice(outage_s):
        retries, lasts = 0, 0
        while lasts <= outage_s:
            lasts += min(2**retries, 60)
            retries += 1
        return way, {"retries": retries}, claim

    return choice


SOME = [  # for all in make test
    ("lab08.invoices", in_lanes("Kinesis")),
    ("lab08.invoices", in_order_at_most),
    ("lab08.clicks", by_binary_megabytes),
    ("lab08.clicks", one_more_shard),
    ("lab08.signups", always("EventBridge", "E3")),
    ("lab08.seats", always("SQS FIFO", "S5", visibility=12, batch=1)),
    ("lab08.night", head_by_head),
    ("lab08.night", lambda_s_own_for_a_minute("SNS", "N4")),
]
OTHERS = [
    ("lab08.invoices", in_lanes("DynamoDB")),
    ("lab08.invoices", one_lane_fewer),
    ("lab08.signups", always("Kinesis", "K4")),
    ("lab08.signups", always("DynamoDB", "D5")),
    ("lab08.seats", always("DynamoDB", "D6", retries=6, batch=5)),
    ("lab08.seats", always("DynamoDB", "D6", retries=4, batch=1)),
    ("lab08.seats", always("Kinesis", "K5", retries=7, batch=7)),
    ("lab08.seats", always("SQS FIFO", "S5", visibility=12, batch=1, receives=10)),
    ("lab08.night", one_receive_more_than_fails),
    ("lab08.night", lambda_s_own_for_a_minute("Event", "A2")),
    ("lab08.night", by_growing_waits("Kinesis", "K5")),
    ("lab08.night", by_growing_waits("DynamoDB", "D6")),
]


@pytest.mark.parametrize(
    ("check", "answer"), [*SOME, *(pytest.param(*other, marks=pytest.mark.proof) for other in OTHERS)]
)
def test_another_service_passes(check, answer):
    assert str(judge(registry, check, (answer,))) == f"✓ {check}"


@pytest.mark.parametrize("hours", [24, 48, 168])
@pytest.mark.parametrize("shards", range(1, 9))
def test_no_number_of_shards_holds_at_every_site(shards, hours):
    answer = always("Kinesis", "K6", shards=shards, hours=hours)
    assert judge(registry, "lab08.clicks", (answer,)).outcome is Outcome.INCORRECT


@pytest.mark.parametrize("claim", ["n2", " N2 "])
def test_a_claim_may_be_written_small(claim):
    assert str(judge(registry, "lab08.signups", (always("SNS", claim),))) == "✓ lab08.signups"
