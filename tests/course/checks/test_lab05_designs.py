"""Lab 05 judges invariants: designs other than the reference answer pass, too."""

import json

import boto3
import pytest

from sevenways.checks.registry import registry
from sevenways.checks.verdict import judge
from sevenways.checks.worlds import picture_of

from .wrong_answers import lab05_handlers as handlers
from .wrong_answers.lab05 import BECAME, BOTH, REPORT, TO_QUEUE, always

FROM_WHATEVER_COMES_BEFORE = {
    "dynamodb": {
        "OldImage": {"status": {"S": ["placed", "packed", "on hold", "shipping"]}},
        "NewImage": {"status": {"S": ["shipped"]}},
    }
}


def up_to_the_last(read_number):
    """Stops at the last sequence number of the message, read in this way."""

    def recover(body):
        info = json.loads(body)["DDBStreamBatchInfo"]
        streams = boto3.client("dynamodbstreams")
        iterator = streams.get_shard_iterator(
            StreamArn=info["streamArn"],
            ShardId=info["shardId"],
            ShardIteratorType="AT_SEQUENCE_NUMBER",
            SequenceNumber=info["startSequenceNumber"],
        )["ShardIterator"]
        changes = [record["dynamodb"] for record in streams.get_records(ShardIterator=iterator)["Records"]]
        last = read_number(info["endSequenceNumber"])
        return [change["Keys"]["id"]["S"] for change in changes if read_number(change["SequenceNumber"]) <= last]

    return recover


@pytest.mark.parametrize(
    ("check", "answers"),
    [
        ("lab05.read_change", (handlers.looks_into_its_own_index,)),
        ("lab05.only_shipped", (BOTH, always(BECAME))),
        ("lab05.only_shipped", (BOTH, always(FROM_WHATEVER_COMES_BEFORE))),
        ("lab05.unblock", (always({"BatchSize": 1, "MaximumRetryAttempts": 6, **TO_QUEUE}),)),
        ("lab05.follow_pointer", (up_to_the_last(int),)),
        ("lab05.fast_in_order", (always({"ParallelizationFactor": 10, **REPORT}), handlers.reports_and_stops)),
        pytest.param(
            "lab05.fast_in_order",
            (always({"ParallelizationFactor": 10, "BatchSize": 1}), handlers.raises),
            marks=pytest.mark.proof,
        ),
    ],
)
def test_another_design_passes(check, answers):
    assert str(judge(registry, check, answers)) == f"✓ {check}"


@pytest.mark.parametrize(
    "old",
    [
        [{"anything-but": {"prefix": "shipp"}}],
        [{"anything-but": {"prefix": "shi"}}],
        [{"anything-but": ["shipped", "shipping"]}],
        ["placed", "packed", "on hold"],
    ],
)
def test_whoever_takes_shipping_for_shipped_misses_an_order(old):
    pattern = {"dynamodb": {"OldImage": {"status": {"S": old}}, "NewImage": {"status": {"S": ["shipped"]}}}}
    verdict = judge(registry, "lab05.only_shipped", (BOTH, always(pattern)))
    assert verdict.sentence == "order-7 was shipped, and nobody was told; it was shipping until then"


def test_sequence_numbers_are_no_texts():
    verdict = judge(registry, "lab05.follow_pointer", (up_to_the_last(str),))
    assert verdict.sentence.endswith("which had been indexed without trouble")
    assert "Sequence numbers are numbers" in registry.find("lab05.follow_pointer").hints[-1]


@pytest.mark.parametrize(
    ("recover", "orders"), [(up_to_the_last(int), range(10, 15)), (up_to_the_last(str), range(6, 9))]
)
def test_under_the_verdict_stand_the_records_of_the_batch(recover, orders):
    picture = judge(registry, "lab05.follow_pointer", (recover,)).shown()
    assert f"{len(orders)} change records" in picture.text
    assert all(f"order-{n}" in picture.text for n in orders)


def test_the_picture_of_the_other_day_says_when_the_ledger_was_down():
    answers = always({"ParallelizationFactor": 10, **REPORT}), handlers.reports_and_stops
    picture = picture_of(judge(registry, "lab05.fast_in_order", answers).world)
    assert "another day: the ledger is down" in picture.svg
    assert "the ledger is up again" in picture.svg
