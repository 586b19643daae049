"""Splits, merges and UpdateShardCount: parents close and end, children take over."""

import itertools

import pytest
from botocore.exceptions import ClientError

from tests.engine.kinesis_stream.stage import iterator, kinesis, put, put_all, read, shards, stream
from tests.engine.refusals import refused

FIRST, SECOND, THIRD, FOURTH = (f"shardId-{n:012}" for n in range(4))
HALF = 2**127


def span(shard: dict) -> tuple[int, int]:
    return int(shard["HashKeyRange"]["StartingHashKey"]), int(shard["HashKeyRange"]["EndingHashKey"])


def split(shard: str = FIRST, at: int = HALF) -> None:
    kinesis().split_shard(StreamName="clicks", ShardToSplit=shard, NewStartingHashKey=str(at))


def test_a_split_closes_the_parent_and_gives_its_range_to_two_children(cloud):
    stream()
    put(data=b"old")
    split()
    parent, low, high = shards()
    assert "EndingSequenceNumber" in parent["SequenceNumberRange"]
    assert low["ParentShardId"] == high["ParentShardId"] == FIRST
    assert (span(low), span(high)) == ((0, HALF - 1), (HALF, 2**128 - 1))
    assert {put(f"visitor-{n}")["ShardId"] for n in range(20)} == {SECOND, THIRD}


def test_a_closed_shard_keeps_its_records_and_then_ends(cloud):
    stream()
    put_all(["a", "b"])
    split()
    answer = kinesis().get_records(ShardIterator=iterator(FIRST), Limit=1)
    assert answer["NextShardIterator"] and "ChildShards" not in answer
    answer = kinesis().get_records(ShardIterator=answer["NextShardIterator"])
    assert len(answer["Records"]) == 1 and "NextShardIterator" not in answer
    assert [(one["ShardId"], one["ParentShards"]) for one in answer["ChildShards"]] == [
        (SECOND, [FIRST]),
        (THIRD, [FIRST]),
    ]
    assert read(SECOND) == []


def test_a_child_counts_on_from_its_parent(cloud):
    stream()
    before = int(put("visitor-0")["SequenceNumber"])
    split()
    assert int(put("visitor-0")["SequenceNumber"]) > before


def test_a_merge_has_two_parents_in_either_order(cloud):
    stream(2)
    kinesis().merge_shards(StreamName="clicks", ShardToMerge=SECOND, AdjacentShardToMerge=FIRST)
    child = shards()[-1]
    assert (child["ParentShardId"], child["AdjacentParentShardId"]) == (SECOND, FIRST)
    assert span(child) == (0, 2**128 - 1)
    assert put()["ShardId"] == THIRD


def test_shards_that_do_not_touch_are_not_merged(cloud):
    stream(3)
    with pytest.raises(kinesis().exceptions.InvalidArgumentException, match="adjacent"):
        kinesis().merge_shards(StreamName="clicks", ShardToMerge=FIRST, AdjacentShardToMerge=THIRD)


def test_a_closed_shard_is_not_split_again(cloud):
    stream()
    split()
    with pytest.raises(kinesis().exceptions.InvalidArgumentException, match="already been merged or split"):
        split()


@pytest.mark.parametrize("at", [0, 2**128 - 1 + 1])
def test_a_split_lies_inside_the_range(cloud, at):
    stream()
    with pytest.raises(ClientError):
        split(at=at)


@pytest.mark.parametrize(("before", "after"), [(1, 2), (2, 4), (4, 6), (4, 3), (4, 2), (3, 2), (5, 3)])
def test_update_shard_count_reaches_its_target_without_a_gap(cloud, before, after):
    stream(before)
    answer = kinesis().update_shard_count(StreamName="clicks", TargetShardCount=after, ScalingType="UNIFORM_SCALING")
    assert (answer["CurrentShardCount"], answer["TargetShardCount"]) == (before, after)
    spans = sorted(span(one) for one in shards() if "EndingSequenceNumber" not in one["SequenceNumberRange"])
    assert len(spans) == after and spans[0][0] == 0 and spans[-1][1] == 2**128 - 1
    assert all(low[1] + 1 == high[0] for low, high in itertools.pairwise(spans))
    assert all(abs(end - start - 2**128 // after) <= 2 * after for start, end in spans), (
        "uniform scaling: of equal size"
    )


@pytest.mark.parametrize(("before", "after", "closed"), [(3, 6, 3), (6, 3, 6), (2, 4, 2), (5, 10, 5), (3, 3, 0)])
def test_to_double_or_halve_takes_no_shard_in_between(cloud, before, after, closed):
    stream(before)
    kinesis().update_shard_count(StreamName="clicks", TargetShardCount=after, ScalingType="UNIFORM_SCALING")
    assert len(shards()) == closed + after


def test_scaled_again_and_again_the_shards_stay_of_equal_size(cloud):
    stream(1)
    for after in (2, 3, 5, 7, 6, 4):
        kinesis().update_shard_count(StreamName="clicks", TargetShardCount=after, ScalingType="UNIFORM_SCALING")
    spans = sorted(span(one) for one in shards() if "EndingSequenceNumber" not in one["SequenceNumberRange"])
    assert len(spans) == 4
    assert all(abs(end - start - 2**126) < 100 for start, end in spans)


@pytest.mark.parametrize(("before", "after", "words"), [(2, 5, "over double"), (4, 1, "below half")])
def test_update_shard_count_at_most_doubles_or_halves(cloud, before, after, words):
    stream(before)
    with pytest.raises(kinesis().exceptions.LimitExceededException, match=words):
        kinesis().update_shard_count(StreamName="clicks", TargetShardCount=after, ScalingType="UNIFORM_SCALING")


def test_a_closed_shard_is_listed_as_long_as_its_records_may_live(cloud):
    stream()
    split()
    assert [one["ShardId"] for one in shards()] == [FIRST, SECOND, THIRD]
    latest = kinesis().list_shards(StreamName="clicks", ShardFilter={"Type": "AT_LATEST"})["Shards"]
    assert [one["ShardId"] for one in latest] == [SECOND, THIRD]
    cloud.run(86_401)
    assert [one["ShardId"] for one in shards()] == [SECOND, THIRD]
    assert kinesis().describe_stream_summary(StreamName="clicks")["StreamDescriptionSummary"]["OpenShardCount"] == 2


@pytest.mark.parametrize(
    ("kind", "needs"), [("AT_TIMESTAMP", "Timestamp"), ("FROM_TIMESTAMP", "Timestamp"), ("AFTER_SHARD_ID", "ShardId")]
)
def test_a_filter_of_shards_says_what_it_needs(cloud, kind, needs):
    stream()
    asked = {"StreamName": "clicks", "ShardFilter": {"Type": kind}}
    assert refused(kinesis().list_shards, **asked) == (
        "InvalidArgumentException",
        f"A ShardFilter of type {kind} needs {needs}.",
    )


def test_a_stream_is_scaled_ten_times_in_24_hours(cloud):
    stream(1)
    scale = {"StreamName": "clicks", "ScalingType": "UNIFORM_SCALING"}
    for n in range(10):
        kinesis().update_shard_count(TargetShardCount=1 + n % 2, **scale)
    with pytest.raises(ClientError, match=r"LimitExceeded.*10 times within 24 hours"):
        kinesis().update_shard_count(TargetShardCount=2, **scale)
    cloud.run(seconds=24 * 3600)
    assert kinesis().update_shard_count(TargetShardCount=2, **scale)["CurrentShardCount"] == 2
