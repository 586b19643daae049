"""Lab 05 judges invariants: designs other than the reference answer pass, too."""

import json

import boto3
import pytest

from sevenways.checks.registry import registry
from sevenways.checks.verdict import judge

from .wrong_answers import lab05_handlers as handlers
from .wrong_answers.lab05 import BOTH, REPORT, TO_QUEUE, always

FROM_WHATEVER_COMES_BEFORE = {
    "dynamodb": {
        "OldImage": {"status": {"S": ["placed", "packed", "on hold", "shipping"]}},
        "NewImage": {"status": {"S": ["shipped"]}},
    }
}


def up_to_the_last(body):
    info = json.loads(body)["DDBStreamBatchInfo"]
    streams = boto3.client("dynamodbstreams")
    iterator = streams.get_shard_iterator(
        StreamArn=info["streamArn"],
        ShardId=info["shardId"],
        ShardIteratorType="AT_SEQUENCE_NUMBER",
        SequenceNumber=info["startSequenceNumber"],
    )["ShardIterator"]
    changes = [record["dynamodb"] for record in streams.get_records(ShardIterator=iterator)["Records"]]
    last = int(info["endSequenceNumber"])
    return [change["Keys"]["id"]["S"] for change in changes if int(change["SequenceNumber"]) <= last]


@pytest.mark.parametrize(
    ("check", "answers"),
    [
        ("lab05.only_shipped", (BOTH, always(FROM_WHATEVER_COMES_BEFORE))),
        ("lab05.unblock", (always({"BatchSize": 1, "MaximumRetryAttempts": 6, **TO_QUEUE}),)),
        ("lab05.follow_pointer", (up_to_the_last,)),
        ("lab05.fast_in_order", (always({"ParallelizationFactor": 10, **REPORT}), handlers.reports_and_stops)),
        ("lab05.fast_in_order", (always({"ParallelizationFactor": 10, "BatchSize": 1}), handlers.raises)),
    ],
)
def test_another_design_passes(check, answers):
    assert str(judge(registry, check, answers)) == f"✓ {check}"
