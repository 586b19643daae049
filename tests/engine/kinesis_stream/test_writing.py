"""Where records go, what they are called, and what a shard takes in a second."""

import itertools

import pytest
from botocore.exceptions import ClientError

from motoclock.trace import Kind
from tests.engine.kinesis_stream.stage import hash_of, key_in, kinesis, put, put_all, read, shards, stream
from tests.engine.refusals import refused

TOP = 2**128 - 1


def test_the_md5_of_the_key_picks_the_shard(cloud):
    stream(4)
    ranges = {one["ShardId"]: one["HashKeyRange"] for one in shards()}
    for key in ("home", "search", "basket", "checkout", *(f"visitor-{n}" for n in range(40))):
        span = ranges[put(key)["ShardId"]]
        assert int(span["StartingHashKey"]) <= hash_of(key) <= int(span["EndingHashKey"])


def test_both_ends_of_a_range_belong_to_its_shard(cloud):
    stream(2)
    for one in shards():
        for end in ("StartingHashKey", "EndingHashKey"):
            assert put(ExplicitHashKey=one["HashKeyRange"][end])["ShardId"] == one["ShardId"]


def test_the_ranges_cover_all_hashes_without_a_gap(cloud):
    stream(7)
    spans = [
        (int(one["HashKeyRange"]["StartingHashKey"]), int(one["HashKeyRange"]["EndingHashKey"])) for one in shards()
    ]
    assert spans[0][0] == 0 and spans[-1][1] == TOP
    assert all(before[1] + 1 == after[0] for before, after in itertools.pairwise(spans))


def test_four_page_keys_fall_on_one_shard_of_four_and_a_hundred_visitors_on_all(cloud):
    stream(4)
    assert {put(key)["ShardId"] for key in ("home", "search", "basket", "checkout")} == {"shardId-000000000000"}
    visitors = [put(f"visitor-{n}")["ShardId"] for n in range(100)]
    assert [visitors.count(one["ShardId"]) for one in shards()] == [25, 25, 24, 26]


def test_sequence_numbers_are_long_and_rise(cloud):
    stream()
    numbers = []
    for _ in range(3):
        numbers += [put()["SequenceNumber"], *(one["SequenceNumber"] for one in put_all(["a", "b"])["Records"])]
        cloud.run(1)
    assert all(len(number) == 56 for number in numbers)
    assert [int(number) for number in numbers] == sorted({int(number) for number in numbers})


def test_the_trace_says_what_was_sent(cloud):
    arn = stream()
    answer = put("visitor-7", b'{"page": "home"}')
    (sent,) = cloud.trace.of_kind(Kind.SENT)
    assert sent.resource == arn
    assert sent.message_id == f"{answer['ShardId']}:{answer['SequenceNumber']}"
    assert (sent.detail.label, sent.detail.group_id, sent.detail.size_bytes) == ('{"page": "home"}', "visitor-7", 25)


def test_one_shard_takes_ten_snapshots_of_98_000_bytes_a_second(cloud):
    stream()
    left, rounds = 40, 0
    while left:
        answer = put_all(["checkout"] * left, b"x" * 98_000)
        assert answer["FailedRecordCount"] == left - 10
        assert {one.get("ErrorCode") for one in answer["Records"][10:]} <= {"ProvisionedThroughputExceededException"}
        left, rounds = answer["FailedRecordCount"], rounds + 1
        cloud.run(1)
    assert rounds == 4
    assert len(cloud.trace.of_kind(Kind.SENT)) == 40
    assert len(cloud.trace.of_kind(Kind.REFUSED)) == 30 + 20 + 10


def test_a_shard_takes_a_thousand_records_a_second(cloud):
    stream()
    assert [put_all(["a"] * 500)["FailedRecordCount"] for _ in range(3)] == [0, 0, 500]
    cloud.run(1)
    assert put_all(["a"] * 500)["FailedRecordCount"] == 0


def test_put_record_raises_what_put_records_marks(cloud):
    stream()
    put(data=b"x" * 1_000_000)
    with pytest.raises(
        kinesis().exceptions.ProvisionedThroughputExceededException, match="shardId-000000000000 in stream clicks"
    ):
        put(data=b"x" * 100_000)


def test_a_stream_takes_more_with_more_shards_but_a_hot_key_does_not(cloud):
    stream(4)
    assert put_all(["checkout"] * 40, b"x" * 98_000)["FailedRecordCount"] == 30
    cloud.run(1)
    assert put_all([f"visitor-{n}" for n in range(36)], b"x" * 98_000)["FailedRecordCount"] < 10


def test_a_record_has_at_most_one_mebibyte_unless_raised_to_ten(cloud):
    arn = stream()
    with pytest.raises(ClientError, match="ValidationException"):
        put("k", b"x" * 1_048_576)
    put("k", b"x" * 1_048_575)
    cloud.run(1)
    kinesis().update_max_record_size(StreamARN=arn, MaxRecordSizeInKiB=10_240)
    put("k", b"x" * 5_000_000)
    cloud.run(2)
    with pytest.raises(ClientError, match="Rate exceeded"):
        put("k")
    cloud.run(3)
    assert put("k")


@pytest.mark.parametrize("kib", [10_241])
def test_the_record_size_has_bounds(cloud, kib):
    with pytest.raises(ClientError, match="ValidationException"):
        kinesis().update_max_record_size(StreamARN=stream(), MaxRecordSizeInKiB=kib)


def test_put_records_takes_500_records_and_ten_mebibytes(cloud):
    arn = stream()
    with pytest.raises(ClientError, match="less than or equal to 500"):
        put_all(["a"] * 501)
    kinesis().update_max_record_size(StreamARN=arn, MaxRecordSizeInKiB=10_240)
    with pytest.raises(ClientError, match="10 MB limit"):
        put_all(["a"] * 3, b"x" * 4_000_000)


def test_a_partition_key_has_1_to_256_characters(cloud):
    stream()
    put("k" * 256)
    with pytest.raises(ClientError, match="PartitionKey"):
        put("k" * 257)


def test_an_on_demand_stream_opens_with_four_shards_and_doubles_after_refusals(cloud):
    kinesis().create_stream(StreamName="clicks", StreamModeDetails={"StreamMode": "ON_DEMAND"})
    assert len(shards()) == 4
    visitors = [f"visitor-{n}" for n in range(60)]
    assert put_all(visitors, b"x" * 98_000)["FailedRecordCount"] > 15
    cloud.run(901)
    answer = put_all(visitors, b"x" * 98_000)
    assert answer["FailedRecordCount"] < 15
    assert len({one["ShardId"] for one in answer["Records"] if "ShardId" in one}) == 8


def test_ten_thousand_records_are_stored_and_found(cloud):
    stream(16)
    keys = [f"visitor-{n}" for n in range(10_000)]
    for start in range(0, 10_000, 500):
        assert put_all(keys[start : start + 500])["FailedRecordCount"] == 0
        cloud.run(0.2)
    found = [record["PartitionKey"] for one in shards() for record in read(one["ShardId"])]
    assert sorted(found) == sorted(keys)
    assert key_in(0, TOP)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"StreamName": "no blanks", "ShardCount": 1}, "streamName"),
        ({"StreamName": "x", "StreamModeDetails": {"StreamMode": "SERVERLESS"}}, "PROVISIONED, ON_DEMAND"),
        ({"StreamName": "x", "ShardCount": 1, "MaxRecordSizeInKiB": 10_241}, "maxRecordSizeInKiB"),
        (
            {"StreamName": "x", "StreamModeDetails": {"StreamMode": "ON_DEMAND"}, "WarmThroughputMiBps": 9},
            "MinimumThroughputBillingCommitment",
        ),
    ],
)
def test_a_refused_creation_leaves_no_stream(cloud, settings, says):
    with pytest.raises(ClientError, match=says):
        kinesis().create_stream(**settings)
    assert kinesis().list_streams()["StreamNames"] == []


def test_tags_and_record_size_can_be_set_when_a_stream_is_made(cloud):
    kinesis().create_stream(StreamName="big", ShardCount=1, MaxRecordSizeInKiB=2048, Tags={"team": "web"})
    summary = kinesis().describe_stream_summary(StreamName="big")["StreamDescriptionSummary"]
    assert summary["MaxRecordSizeInKiB"] == 2048
    assert kinesis().list_tags_for_stream(StreamName="big")["Tags"] == [{"Key": "team", "Value": "web"}]
    put(data=b"x" * 2_000_000, name="big")


def test_the_mode_changes_at_most_twice_a_day(cloud):
    arn = stream()
    for mode in ("ON_DEMAND", "PROVISIONED"):
        kinesis().update_stream_mode(StreamARN=arn, StreamModeDetails={"StreamMode": mode})
    for mode, says in (("ON_DEMAND", "2 times within 24 hours"), ("SERVERLESS", "enum value set")):
        with pytest.raises(ClientError, match=says):
            kinesis().update_stream_mode(StreamARN=arn, StreamModeDetails={"StreamMode": mode})
    cloud.run(seconds=24 * 3600)
    kinesis().update_stream_mode(StreamARN=arn, StreamModeDetails={"StreamMode": "ON_DEMAND"})


def test_on_demand_advantage_warms_a_stream_up(cloud):
    kinesis().create_stream(StreamName="clicks", StreamModeDetails={"StreamMode": "ON_DEMAND"})
    with pytest.raises(ClientError, match="MinimumThroughputBillingCommitment"):
        kinesis().update_stream_warm_throughput(StreamName="clicks", WarmThroughputMiBps=10)
    kinesis().update_account_settings(MinimumThroughputBillingCommitment={"Status": "ENABLED"})
    warm = kinesis().update_stream_warm_throughput(StreamName="clicks", WarmThroughputMiBps=10)["WarmThroughput"]
    assert warm == {"TargetMiBps": 10, "CurrentMiBps": 16}
    settings = kinesis().describe_account_settings()["MinimumThroughputBillingCommitment"]
    assert (settings["Status"], settings["StartedAt"]) == ("ENABLED", cloud.now)
    answer = put_all([f"visitor-{n}" for n in range(60)], b"x" * 98_000)
    assert answer["FailedRecordCount"] == 0  # 5.9 MB at once: four shards would turn a third away


def test_a_record_needs_a_partition_key(cloud):
    """botocore lets it pass: a stream whose distribution is AUTO would do without."""
    stream()
    code, told = refused(kinesis().put_record, StreamName="clicks", Data=b"1")
    assert (code, told) == ("InvalidArgumentException", "PartitionKey must have between 1 and 256 characters.")
