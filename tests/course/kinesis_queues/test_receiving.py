"""Records of a queue: received, hidden, acknowledged, each by itself."""

import datetime

import boto3
import pytest

from motoclock.facts import stream_queues as facts
from tests.engine.kinesis_queues.stage import acknowledge, data, entries, kinesis, on_demand, put, queue, receive, stage

DAY_S = 86_400


def test_a_receive_returns_ten_records_unless_it_asks_for_fewer(cloud):
    arn = stage()
    for n in range(13):
        put(f"visitor-{n}", f"{n}".encode())
    assert data(receive(arn, Limit=2)) == ["0", "1"]
    assert len(receive(arn)) == facts.RECEIVE_MAX.value == 10
    assert data(receive(arn)) == ["12"]


def test_a_record_says_what_was_written_and_when_it_came(cloud):
    arn = stage()
    put("visitor-1", b"home")
    cloud.run(5)
    (record,) = receive(arn)
    came = datetime.datetime(2030, 1, 1, tzinfo=datetime.UTC)
    assert (record["Data"], record["PartitionKey"], record["ReceiveCount"]) == (b"home", "visitor-1", 1)
    assert record["ApproximateArrivalTimestamp"] == came
    assert record["FirstReceiveTimestamp"] == came + datetime.timedelta(seconds=5)
    cloud.run(30)
    (again,) = receive(arn)
    assert again["RecordId"] == record["RecordId"] and again["ReceiptHandle"] != record["ReceiptHandle"]
    assert (again["ReceiveCount"], again["FirstReceiveTimestamp"]) == (2, record["FirstReceiveTimestamp"])


def test_what_is_not_acknowledged_is_visible_again_after_thirty_seconds(cloud):
    arn = stage()
    put()
    receive(arn)
    cloud.run(facts.VISIBILITY_DEFAULT_S.value - 2)
    assert receive(arn) == []
    cloud.run(1)
    assert len(receive(arn)) == 1


def test_a_receive_can_hide_for_another_time_than_the_queue(cloud):
    arn = stage(VisibilityTimeoutSeconds=100)
    put()
    receive(arn, VisibilityTimeoutSeconds=3)
    cloud.run(3)
    assert len(receive(arn)) == 1
    cloud.run(98)
    assert receive(arn) == []


def test_a_receive_that_hides_for_no_time_leaves_the_record_visible(cloud):
    arn = stage()
    put()
    assert [receive(arn, VisibilityTimeoutSeconds=0)[0]["ReceiveCount"] for _ in range(3)] == [1, 2, 3]


def test_acknowledged_it_never_comes_back_and_stays_in_the_stream(cloud):
    arn = stage()
    put(data=b"done")
    assert acknowledge(arn, receive(arn)) == []
    cloud.run(120)
    assert receive(arn) == []
    shard = next(e.message_id.split(":")[0] for e in cloud.trace if e.message_id)
    place = kinesis().get_shard_iterator(StreamName="clicks", ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    assert data(kinesis().get_records(ShardIterator=place["ShardIterator"])["Records"]) == ["done"]


def test_a_bad_record_stops_nobody_else(cloud):
    arn = stage()
    for n in range(5):
        put("same-key", f"{n}".encode())
    acknowledge(arn, [record for record in receive(arn) if record["Data"] != b"1"])
    put("same-key", b"5")
    assert data(receive(arn)) == ["5"]
    cloud.run(30)
    assert data(receive(arn)) == ["1", "5"]


def test_an_empty_queue_waits_nine_seconds_and_no_longer_than_it_must(cloud):
    arn = stage()
    assert kinesis().receive_queue_records(QueueARN=arn)["QueueRecords"] == []
    assert cloud.elapsed == facts.WAIT_DEFAULT_S.value == 9
    cloud.at(13, lambda: put(data=b"late"))
    assert data(receive(arn, WaitTimeSeconds=20)) == ["late"]
    assert cloud.elapsed == 13


def test_handles_are_the_same_in_every_run(cloud):
    def handles():
        arn = stage()
        put()
        return arn, [record["ReceiptHandle"] for record in receive(arn)]

    from sevenways import Cloud

    first = handles()
    with Cloud():
        assert handles() == first


# ---------------------------------------------------------------------- after a receive


def test_visibility_can_be_changed_while_it_lasts(cloud):
    arn = stage()
    put()
    records = receive(arn)
    longer = kinesis().update_queue_records_visibility(
        QueueARN=arn, Entries=entries(records, VisibilityTimeoutSeconds=90)
    )
    assert longer["Successful"] == entries(records) and longer["Failed"] == []
    cloud.run(88)
    assert receive(arn) == []
    kinesis().update_queue_records_visibility(QueueARN=arn, Entries=entries(records, VisibilityTimeoutSeconds=0))
    assert len(receive(arn)) == 1


def test_visibility_can_not_be_changed_when_it_is_over(cloud):
    arn = stage()
    put()
    records = receive(arn)
    cloud.run(30)
    answer = kinesis().update_queue_records_visibility(
        QueueARN=arn, Entries=entries(records, VisibilityTimeoutSeconds=9)
    )
    (failed,) = answer["Failed"]
    assert failed["ErrorCode"] == "InvalidArgumentException" and "not in flight" in failed["ErrorMessage"]


def test_each_entry_answers_for_itself(cloud):
    arn = stage()
    put(data=b"a"), put("visitor-1", data=b"b")
    first, second = receive(arn)
    acknowledge(arn, [second])
    other = queue(on_demand("others"), "others")
    put(name="others")
    (foreign,) = receive(other)
    failed = acknowledge(arn, [first, second, foreign, {"ReceiptHandle": "nonsense"}])
    codes = [one["ErrorCode"] for one in failed]
    assert codes == ["ResourceNotFoundException", "InvalidArgumentException", "InvalidArgumentException"]
    assert next(one["ReceiptHandle"] for one in failed) == second["ReceiptHandle"]
    assert all(one["ErrorMessage"].endswith(".") for one in failed)


def test_only_the_newest_handle_counts_and_that_also_after_its_time(cloud):
    arn = stage()
    put()
    old = receive(arn)
    cloud.run(30)
    new = receive(arn)
    (failed,) = acknowledge(arn, old)
    assert failed["ErrorCode"] == "InvalidArgumentException" and "newest" in failed["ErrorMessage"]
    cloud.run(30)
    assert acknowledge(arn, new) == []


# ---------------------------------------------------------------------- many queues, and time


def test_queues_of_a_stream_know_nothing_of_each_other(cloud):
    stream = on_demand()
    work, audit = queue(stream, "work"), queue(stream, "audit")
    put(data=b"click")
    mine = receive(work)
    acknowledge(work, mine)
    (theirs,) = receive(audit)
    assert theirs["RecordId"] == mine[0]["RecordId"] and theirs["ReceiptHandle"] != mine[0]["ReceiptHandle"]
    assert acknowledge(audit, mine)[0]["ErrorCode"] == "InvalidArgumentException"


def test_latest_is_the_default_and_means_what_comes_after_the_queue(cloud):
    stream = on_demand()
    put(data=b"before")
    arn = queue(stream)
    put(data=b"after")
    assert data(receive(arn)) == ["after"]


def test_trim_horizon_starts_with_the_oldest_record_that_is_kept(cloud):
    stream = on_demand()
    put(data=b"too old")
    cloud.run(DAY_S / 2)
    put(data=b"old")
    cloud.run(DAY_S / 2)
    arn = queue(stream, start={"Type": "TRIM_HORIZON"})
    put(data=b"new")
    assert data(receive(arn)) == ["old", "new"]


def test_at_timestamp_starts_at_the_moment(cloud):
    stream = on_demand()
    for n in range(3):
        put(data=f"{n}".encode())
        cloud.run(10)
    moment = datetime.datetime(2030, 1, 1, 0, 0, 10, tzinfo=datetime.UTC)
    arn = queue(stream, start={"Type": "AT_TIMESTAMP", "Timestamp": moment})
    assert data(receive(arn)) == ["1", "2"]


def test_a_record_is_delivered_as_long_as_the_stream_keeps_it(cloud):
    arn = stage()
    put(data=b"old")
    late = receive(arn)
    cloud.run(DAY_S)
    assert receive(arn) == []
    assert acknowledge(arn, late)[0]["ErrorCode"] == "ResourceNotFoundException"
    assert cloud.summary()["expired"] == 1


def test_a_longer_retention_of_the_stream_holds_for_its_queues(cloud):
    arn = stage()
    kinesis().increase_stream_retention_period(StreamName="clicks", RetentionPeriodHours=48)
    put(data=b"old")
    cloud.run(1.5 * DAY_S)
    assert data(receive(arn)) == ["old"]
    kinesis().decrease_stream_retention_period(StreamName="clicks", RetentionPeriodHours=24)
    cloud.run(31)
    assert receive(arn) == []


@pytest.mark.cloud(seed=1, reorder=True)
def test_order_is_not_promised(cloud):
    arn = stage()
    for n in range(10):
        put("one-key", f"{n}".encode())
    assert sorted(came := data(receive(arn))) != came


@pytest.mark.cloud(seed=1, duplicates=1.0)
def test_a_record_can_come_once_more_after_it_was_acknowledged(cloud):
    arn = stage()
    put(data=b"twice")
    acknowledge(arn, receive(arn))
    cloud.run(2)
    (again,) = receive(arn)
    assert (again["Data"], again["ReceiveCount"]) == (b"twice", 2)
    acknowledge(arn, [again])
    cloud.run(60)
    assert receive(arn) == []
    assert "came back to work" in str(cloud.passport("twice"))


def test_no_more_records_are_in_flight_than_may_be(cloud, monkeypatch):
    from motoclock.services.kinesis.queues import records

    assert records._IN_FLIGHT_MAX == facts.IN_FLIGHT_MAX.value == 120_000
    monkeypatch.setattr(records, "_IN_FLIGHT_MAX", 2)
    arn = stage()
    for n in range(3):
        put(f"visitor-{n}")
    held = receive(arn)
    assert len(held) == 2 and receive(arn) == []
    acknowledge(arn, held[:1])
    assert len(receive(arn)) == 1


# ---------------------------------------------------------------------- consumers


def drain(event, context):
    import boto3

    client = boto3.client("kinesis")
    records = client.receive_queue_records(QueueARN=event["queue"])["QueueRecords"]
    done = [{"ReceiptHandle": record["ReceiptHandle"]} for record in records if record["Data"] != b"poison"]
    client.acknowledge_queue_records(QueueARN=event["queue"], Entries=done)
    return len(done)


def test_a_function_can_receive_and_acknowledge(cloud):
    arn = stage()
    for n, text in enumerate((b"one", b"poison", b"two")):
        put(f"visitor-{n}", text)
    cloud.deploy(drain, timeout=30)
    boto3.client("lambda").invoke(FunctionName="drain", Payload=f'{{"queue": "{arn}"}}')
    assert cloud.summary()["processed"] == 2
    assert "drain acknowledged it in work: done" in str(cloud.passport("two"))
    cloud.run(30)
    assert data(receive(arn)) == ["poison"]


def handle(event, context):
    pass


def test_no_mapping_and_no_pipe_reads_a_queue_and_the_stream_has_readers_beside_it(cloud):
    arn = stage()
    function = cloud.deploy(handle)
    aws_lambda = boto3.client("lambda")
    with pytest.raises(aws_lambda.exceptions.InvalidParameterValueException, match="which no mapping reads"):
        aws_lambda.create_event_source_mapping(EventSourceArn=arn, FunctionName="handle", StartingPosition="LATEST")
    pipes = boto3.client("pipes")
    with pytest.raises(pipes.exceptions.ValidationException, match="no source of a pipe"):
        pipes.create_pipe(Name="p", Source=arn, Target=function, RoleArn="arn:aws:iam::123456789012:role/pipe")
    stream = kinesis().describe_queue(QueueARN=arn)["QueueDescription"]["StreamConfigurationList"][0]["StreamARN"]
    aws_lambda.create_event_source_mapping(EventSourceArn=stream, FunctionName="handle", StartingPosition="LATEST")
    put(data=b"for both")
    cloud.run()
    acknowledge(arn, receive(arn))
    numbers = cloud.summary()
    assert (numbers["sent"], numbers["copies"], numbers["processed"]) == (1, 2, 2)
