"""Lab 08 has no favourite: for each case several services pass, and a setting that does without the promise does not."""

import pytest

from sevenways.checks.registry import registry
from sevenways.checks.verdict import judge

from .wrong_answers.lab08 import always


def in_lanes(way):
    return lambda capacity: (way, {"lanes": capacity, "batch": 10}, "S3")


def one_lane_fewer(capacity):
    return "DynamoDB", {"lanes": capacity - 1, "batch": 5}, "S3"


def one_more_shard(rate, size_bytes, readers, usd_a_month):
    shards = max(-(-rate // 1000), -(-rate * size_bytes // 1_000_000), -(-rate * size_bytes * readers // 2_000_000))
    return "Kinesis", {"shards": shards + 1, "hours": 168}, "K1"


@pytest.mark.parametrize(
    ("check", "answer"),
    [
        ("lab08.invoices", in_lanes("Kinesis")),
        ("lab08.invoices", in_lanes("DynamoDB")),
        ("lab08.invoices", one_lane_fewer),
        ("lab08.signups", always("EventBridge", "E3")),
        ("lab08.signups", always("Kinesis", "K4")),
        ("lab08.signups", always("DynamoDB", "D5")),
        ("lab08.seats", always("DynamoDB", "D6", retries=10, batch=5)),
        ("lab08.seats", always("SQS FIFO", "S5", visibility=12, batch=1, receives=10)),
        ("lab08.clicks", one_more_shard),
        ("lab08.night", always("Event", "A2")),
        ("lab08.night", always("Kinesis", "K5", retries=7)),
        ("lab08.night", always("Destinations", "L5")),
    ],
)
def test_another_service_passes(check, answer):
    assert str(judge(registry, check, (answer,))) == f"✓ {check}"
