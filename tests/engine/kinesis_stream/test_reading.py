"""Iterators, read limits, retention, and enhanced fan-out by hand."""

import datetime
import json

import boto3
import pytest
from botocore.exceptions import ClientError

from motoclock.trace import Kind
from tests.engine.kinesis_stream.stage import iterator, kinesis, put, put_all, read, stream

DAY_S = 86_400
FIRST = "shardId-000000000000"


def test_trim_horizon_latest_and_the_numbers_between(cloud):
    stream()
    numbers = [put(data=str(n).encode())["SequenceNumber"] for n in range(4)]
    assert [one["Data"] for one in read()] == [b"0", b"1", b"2", b"3"]
    assert read(kind="LATEST") == []
    assert [one["Data"] for one in read(kind="AT_SEQUENCE_NUMBER", StartingSequenceNumber=numbers[2])] == [b"2", b"3"]
    assert [one["Data"] for one in read(kind="AFTER_SEQUENCE_NUMBER", StartingSequenceNumber=numbers[2])] == [b"3"]


def test_latest_means_what_comes_after_the_iterator(cloud):
    stream()
    put(data=b"before")
    place = iterator(kind="LATEST")
    put(data=b"after")
    assert [one["Data"] for one in kinesis().get_records(ShardIterator=place)["Records"]] == [b"after"]


def test_at_timestamp_starts_at_the_moment(cloud):
    stream()
    for n in range(3):
        put(data=str(n).encode())
        cloud.run(10)
    moment = datetime.datetime(2030, 1, 1, 0, 0, 10, tzinfo=datetime.UTC)
    assert [one["Data"] for one in read(kind="AT_TIMESTAMP", Timestamp=moment)] == [b"1", b"2"]
    assert len(read(kind="AT_TIMESTAMP", Timestamp=moment + datetime.timedelta(seconds=1))) == 1


def test_records_come_in_order_and_the_next_iterator_goes_on(cloud):
    stream()
    put_all([f"k{n}" for n in range(10)])
    answer = kinesis().get_records(ShardIterator=iterator(), Limit=4)
    following = kinesis().get_records(ShardIterator=answer["NextShardIterator"])
    keys = [one["PartitionKey"] for one in answer["Records"] + following["Records"]]
    assert keys == [f"k{n}" for n in range(10)]
    assert following["NextShardIterator"] and following["MillisBehindLatest"] == 0


def test_milliseconds_behind_are_the_age_of_the_last_record_read(cloud):
    stream()
    put()
    cloud.run(60)
    put()
    assert kinesis().get_records(ShardIterator=iterator(), Limit=1)["MillisBehindLatest"] == 60_000


def test_an_iterator_expires_after_five_minutes(cloud):
    stream()
    place = iterator()
    cloud.run(300)
    kinesis().get_records(ShardIterator=place)
    cloud.run(1)
    with pytest.raises(kinesis().exceptions.ExpiredIteratorException, match="300000 milliseconds"):
        kinesis().get_records(ShardIterator=place)


def test_an_iterator_token_is_the_same_in_every_run(cloud):
    stream()
    assert iterator() == iterator()
    with pytest.raises(kinesis().exceptions.InvalidArgumentException):
        kinesis().get_records(ShardIterator="nonsense")


def test_all_polling_readers_share_five_calls_a_second(cloud):
    stream()
    for _ in range(5):
        read()
    with pytest.raises(kinesis().exceptions.ProvisionedThroughputExceededException):
        read()
    cloud.run(0.2)
    read()


def test_a_call_that_returns_ten_mebibytes_stops_reads_for_the_time_it_stands_for(cloud):
    stream()
    for _ in range(9):
        put(data=b"x" * 1_000_000)
        cloud.run(1)
    assert len(read()) == 9
    cloud.run(4)
    with pytest.raises(ClientError, match="Rate exceeded"):
        read()
    cloud.run(1)
    assert read()


def test_a_record_is_kept_for_a_day(cloud):
    stream()
    put(data=b"old")
    cloud.run(DAY_S / 2)
    put(data=b"new")
    cloud.run(DAY_S / 2 - 1)
    assert len(read()) == 2
    cloud.run(1)
    assert [one["Data"] for one in read()] == [b"new"]


def test_retention_can_be_raised_to_a_year_and_lowered_again(cloud):
    stream()
    put()
    kinesis().increase_stream_retention_period(StreamName="clicks", RetentionPeriodHours=8760)
    cloud.run(300 * DAY_S)
    assert len(read()) == 1
    kinesis().decrease_stream_retention_period(StreamName="clicks", RetentionPeriodHours=24)
    assert read() == []
    kinesis().increase_stream_retention_period(StreamName="clicks", RetentionPeriodHours=8760)
    assert read() == []
    for hours in (23, 8761):
        with pytest.raises(ClientError, match="retention period"):
            kinesis().increase_stream_retention_period(StreamName="clicks", RetentionPeriodHours=hours)


def test_botocore_retries_a_refused_read_in_virtual_time(cloud):
    stream()
    client = boto3.client("kinesis")
    place = iterator()
    for _ in range(20):
        place = client.get_records(ShardIterator=place)["NextShardIterator"]
    assert cloud.elapsed > 0


# ---------------------------------------------------------------------- enhanced fan-out


def test_a_registered_consumer_is_found_by_name_and_by_arn(cloud):
    arn = stream()
    made = kinesis().register_stream_consumer(StreamARN=arn, ConsumerName="index")["Consumer"]
    assert made["ConsumerARN"] == f"{arn}/consumer/index:1893456000"
    by_name = kinesis().describe_stream_consumer(StreamARN=arn, ConsumerName="index")["ConsumerDescription"]
    by_arn = kinesis().describe_stream_consumer(ConsumerARN=made["ConsumerARN"])["ConsumerDescription"]
    assert by_name == by_arn and by_name["ConsumerStatus"] == "ACTIVE"
    assert [one["ConsumerName"] for one in kinesis().list_stream_consumers(StreamARN=arn)["Consumers"]] == ["index"]
    kinesis().deregister_stream_consumer(ConsumerARN=made["ConsumerARN"])
    assert kinesis().list_stream_consumers(StreamARN=arn)["Consumers"] == []


def test_a_stream_has_at_most_twenty_consumers_each_name_once(cloud):
    arn = stream()
    for n in range(20):
        kinesis().register_stream_consumer(StreamARN=arn, ConsumerName=f"c{n}")
    with pytest.raises(kinesis().exceptions.LimitExceededException):
        kinesis().register_stream_consumer(StreamARN=arn, ConsumerName="c20")
    with pytest.raises(kinesis().exceptions.ResourceInUseException):
        kinesis().register_stream_consumer(StreamARN=arn, ConsumerName="c0")


def test_subscribe_to_shard_pushes_what_the_shard_holds(cloud):
    arn = stream()
    consumer = kinesis().register_stream_consumer(StreamARN=arn, ConsumerName="index")["Consumer"]["ConsumerARN"]
    numbers = [put(data=str(n).encode())["SequenceNumber"] for n in range(3)]

    def subscribe(**position):
        answer = kinesis().subscribe_to_shard(ConsumerARN=consumer, ShardId=FIRST, StartingPosition=position)
        return (event["SubscribeToShardEvent"] for event in answer["EventStream"])

    event = next(subscribe(Type="TRIM_HORIZON"))
    assert [one["Data"] for one in event["Records"]] == [b"0", b"1", b"2"]
    assert event["ContinuationSequenceNumber"] == numbers[-1]
    with pytest.raises(kinesis().exceptions.ResourceInUseException):
        subscribe(Type="LATEST")
    cloud.run(5)
    assert next(subscribe(Type="AFTER_SEQUENCE_NUMBER", SequenceNumber=numbers[-1]))["Records"] == []


def test_a_subscription_pushes_what_is_put_after_it_began_for_five_minutes(cloud):
    """Recorded on AWS, November 2025; five minutes: API reference, SubscribeToShard."""
    arn = stream()
    consumer = kinesis().register_stream_consumer(StreamARN=arn, ConsumerName="index")["Consumer"]["ConsumerARN"]
    for second in (10, 20, 400):
        cloud.at(second, lambda second=second: put(data=str(second).encode()))
    answer = kinesis().subscribe_to_shard(ConsumerARN=consumer, ShardId=FIRST, StartingPosition={"Type": "LATEST"})
    found = [
        (round(cloud.elapsed, 2), [one["Data"] for one in event["SubscribeToShardEvent"]["Records"]])
        for event in answer["EventStream"]
    ]
    assert found == [(0, []), (10.07, [b"10"]), (20.07, [b"20"])]
    assert cloud.elapsed == 300


def test_a_subscription_ends_with_its_shard(cloud):
    arn = stream()
    consumer = kinesis().register_stream_consumer(StreamARN=arn, ConsumerName="index")["Consumer"]["ConsumerARN"]
    cloud.at(10, lambda: put(data=b"last"))
    cloud.at(
        20, lambda: kinesis().update_shard_count(StreamName="clicks", TargetShardCount=2, ScalingType="UNIFORM_SCALING")
    )
    answer = kinesis().subscribe_to_shard(ConsumerARN=consumer, ShardId=FIRST, StartingPosition={"Type": "LATEST"})
    events = [event["SubscribeToShardEvent"] for event in answer["EventStream"]]
    assert [len(event["Records"]) for event in events] == [0, 1, 0]
    assert len(events[-1]["ChildShards"]) == 2
    assert cloud.elapsed == 20


def test_a_handler_reads_a_subscription(cloud):
    arn = stream()
    consumer = kinesis().register_stream_consumer(StreamARN=arn, ConsumerName="index")["Consumer"]["ConsumerARN"]

    def follow(event, context):
        import boto3

        answer = boto3.client("kinesis").subscribe_to_shard(
            ConsumerARN=event, ShardId="shardId-000000000000", StartingPosition={"Type": "LATEST"}
        )
        for one in answer["EventStream"]:
            for record in one["SubscribeToShardEvent"]["Records"]:
                return record["Data"]

    cloud.deploy(follow, timeout=60)
    cloud.at(10, lambda: put(data=b"hello"))
    answer = boto3.client("lambda").invoke(FunctionName="follow", Payload=json.dumps(consumer))
    assert json.loads(answer["Payload"].read()) == "hello"


def test_on_demand_advantage_raises_the_consumers_of_a_stream_to_fifty(cloud):
    kinesis().create_stream(StreamName="clicks", StreamModeDetails={"StreamMode": "ON_DEMAND"})
    arn = kinesis().describe_stream_summary(StreamName="clicks")["StreamDescriptionSummary"]["StreamARN"]
    for n in range(20):
        kinesis().register_stream_consumer(StreamARN=arn, ConsumerName=f"reader-{n}")
    with pytest.raises(ClientError, match="LimitExceeded"):
        kinesis().register_stream_consumer(StreamARN=arn, ConsumerName="one-more")
    kinesis().update_account_settings(MinimumThroughputBillingCommitment={"Status": "ENABLED"})
    for n in range(20, 50):
        kinesis().register_stream_consumer(StreamARN=arn, ConsumerName=f"reader-{n}")
    with pytest.raises(ClientError, match="50 registered consumers"):
        kinesis().register_stream_consumer(StreamARN=arn, ConsumerName="one-more")


def test_a_stream_with_consumers_is_deleted_only_when_that_is_meant(cloud):
    arn = stream()
    kinesis().register_stream_consumer(StreamARN=arn, ConsumerName="reader")
    with pytest.raises(ClientError, match=r"ResourceInUse.*EnforceConsumerDeletion"):
        kinesis().delete_stream(StreamName="clicks")
    kinesis().delete_stream(StreamName="clicks", EnforceConsumerDeletion=True)
    assert kinesis().list_streams()["StreamNames"] == []


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"kind": "AT_TIMESTAMP", "Timestamp": 1924992000}, "cannot be greater than the currentTimestampInMillis"),
        ({"kind": "AT_SEQUENCE_NUMBER", "StartingSequenceNumber": "9" * 56}, "did not come from this shard"),
        ({"kind": "AT_SEQUENCE_NUMBER", "StartingSequenceNumber": "seven"}, "is invalid"),
        ({"kind": "AT_SEQUENCE_NUMBER"}, "is invalid"),
        ({"kind": "NEWEST"}, "Invalid ShardIteratorType"),
    ],
)
def test_an_iterator_that_can_not_be(cloud, asked, says):
    stream()
    with pytest.raises(ClientError, match=f"InvalidArgument.*{says}"):
        iterator(**asked)


def test_a_sequence_number_of_another_shard_is_refused(cloud):
    stream(2)
    placed = {one["ShardId"]: one["SequenceNumber"] for one in put_all([f"visitor-{n}" for n in range(9)])["Records"]}
    first, second = sorted(placed)
    with pytest.raises(ClientError, match="did not come from this shard"):
        iterator(first, "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber=placed[second])


def test_the_trace_says_what_was_read_and_what_was_refused(cloud):
    stream()
    put(data=b"12345", key="abc")
    cloud.run(seconds=7)
    read()
    place = iterator()
    for _ in range(4):
        kinesis().get_records(ShardIterator=place)
    with pytest.raises(ClientError, match="ProvisionedThroughputExceeded"):
        kinesis().get_records(ShardIterator=place)
    seen = [event.detail for event in cloud.trace.of_kind(Kind.READ)]
    assert (seen[0].records, seen[0].size_bytes, seen[0].age_s, seen[0].reader) == (1, 8, 7.0, None)
    assert [one.refused for one in seen] == [False] * 5 + [True]


def test_no_two_iterators_of_a_reader_are_the_same_though_nothing_moves(cloud):
    """Recorded on AWS, by December 2023."""
    stream()
    places = [iterator(kind="LATEST")]
    for _ in range(2):
        places.append(kinesis().get_records(ShardIterator=places[-1])["NextShardIterator"])
    assert len(set(places)) == 3


def test_an_iterator_in_quotation_marks_is_good(cloud):
    """Recorded on AWS, by December 2023."""
    stream()
    put(data=b"one")
    assert [one["Data"] for one in kinesis().get_records(ShardIterator=f'"{iterator()}"')["Records"]] == [b"one"]


def test_a_missing_stream_takes_no_policy(cloud):
    """Recorded on AWS, August 2025."""
    arn = stream()
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    kinesis().put_resource_policy(ResourceARN=arn, Policy=policy)
    assert kinesis().get_resource_policy(ResourceARN=arn)["Policy"] == policy
    with pytest.raises(ClientError) as refused:
        kinesis().put_resource_policy(ResourceARN=arn.replace("clicks", "missing"), Policy=policy)
    assert refused.value.response["Error"]["Code"] == "ResourceNotFoundException"
