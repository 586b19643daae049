"""The CloudWatch metrics a learner would look for, read through boto3 in virtual time."""

import datetime
from collections import Counter

import boto3
import pytest
from botocore.config import Config

from motoclock.metrics import points
from tests.engine.delivery.new_bus_stage import GONE, bus, put, subscriber
from tests.engine.delivery.stage import arn_of, function, lam, mapping, queue, queue_with_dlq, send
from tests.engine.metrics.statistics import total


@pytest.fixture
def failing(cloud):
    url, _ = queue_with_dlq(2, VisibilityTimeout=90)
    function("def handler(event, context): raise ValueError")
    mapping(url)
    send(url, list("abc"))
    cloud.run()
    return cloud


def test_a_queue_counts_what_was_sent_received_and_deleted(cloud):
    url = queue()
    function("def handler(event, context): return None")
    mapping(url)
    send(url, list("abc"))
    cloud.run()
    for name in ("NumberOfMessagesSent", "NumberOfMessagesReceived", "NumberOfMessagesDeleted"):
        assert total(cloud, "AWS/SQS", name, QueueName="orders") == 3


def test_messages_that_redrive_moved_are_not_counted_as_sent_to_the_dead_letter_queue(failing):
    assert total(failing, "AWS/SQS", "NumberOfMessagesSent", QueueName="orders-dlq") == 0
    failing.run(seconds=200)
    send(boto3.client("sqs").get_queue_url(QueueName="orders-dlq")["QueueUrl"], ["later"])
    visible = total(failing, "AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", QueueName="orders-dlq")
    assert visible >= 3


def test_the_age_of_the_oldest_message_rises_while_it_fails(failing):
    assert total(failing, "AWS/SQS", "ApproximateAgeOfOldestMessage", "Maximum", QueueName="orders") >= 60


def test_a_function_counts_invocations_errors_and_durations(failing):
    assert total(failing, "AWS/Lambda", "Invocations", FunctionName="work") == 2
    assert total(failing, "AWS/Lambda", "Errors", FunctionName="work") == 2
    assert total(failing, "AWS/Lambda", "Duration", "Maximum", FunctionName="work") >= 1
    assert total(failing, "AWS/Lambda", "ConcurrentExecutions", "Maximum", FunctionName="work") == 1


def test_throttles_are_counted(cloud):
    url = queue(VisibilityTimeout=30)
    function("def handler(event, context): return None")
    lam().put_function_concurrency(FunctionName="work", ReservedConcurrentExecutions=0)
    mapping(url)
    send(url, ["a"])
    cloud.run(seconds=20)
    assert total(cloud, "AWS/Lambda", "Throttles", FunctionName="work") >= 3


def test_metrics_are_listed_and_a_learners_own_stand_beside_them(failing):
    cloudwatch = boto3.client("cloudwatch")
    cloudwatch.put_metric_data(Namespace="Shop", MetricData=[{"MetricName": "Orders", "Value": 3}])
    listed = {(one["Namespace"], one["MetricName"]) for one in cloudwatch.list_metrics()["Metrics"]}
    assert {("AWS/Lambda", "Errors"), ("AWS/SQS", "NumberOfMessagesSent"), ("Shop", "Orders")} <= listed


def test_what_happened_in_one_minute_is_in_that_minute(failing):
    found = boto3.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions=[{"Name": "FunctionName", "Value": "work"}],
        StartTime=datetime.datetime(2030, 1, 1, 0, 1, tzinfo=datetime.UTC),
        EndTime=datetime.datetime(2030, 1, 1, 0, 2, tzinfo=datetime.UTC),
        Period=60,
        Statistics=["Sum"],
    )["Datapoints"]
    assert [point["Sum"] for point in found] == [1.0]  # the second attempt, at second 90


def test_the_iterator_age_is_that_of_the_records_a_function_is_done_with(cloud):
    client = boto3.client("kinesis")
    client.create_stream(StreamName="clicks", ShardCount=1)
    function("import time\ndef handler(event, context): time.sleep(2)", timeout=10)
    arn = "arn:aws:kinesis:us-east-1:123456789012:stream/clicks"
    lam().create_event_source_mapping(
        EventSourceArn=arn, FunctionName="work", StartingPosition="TRIM_HORIZON", BatchSize=1
    )
    client.put_records(StreamName="clicks", Records=[{"Data": b"x", "PartitionKey": "k"} for _ in range(5)])
    cloud.run()
    assert total(cloud, "AWS/Lambda", "IteratorAge", "Maximum", FunctionName="work") == pytest.approx(10_200, abs=500)
    assert total(cloud, "AWS/Kinesis", "IncomingRecords", StreamName="clicks") == 5


def test_a_poison_record_makes_the_iterator_age_rise(cloud):
    boto3.client("kinesis").create_stream(StreamName="clicks", ShardCount=1)
    function("def handler(event, context): raise ValueError")
    arn = "arn:aws:kinesis:us-east-1:123456789012:stream/clicks"
    lam().create_event_source_mapping(EventSourceArn=arn, FunctionName="work", StartingPosition="TRIM_HORIZON")
    boto3.client("kinesis").put_record(StreamName="clicks", Data=b"x", PartitionKey="k")
    cloud.run(seconds=1800)
    assert 1_700_000 < total(cloud, "AWS/Lambda", "IteratorAge", "Maximum", FunctionName="work") < 1_800_000


def test_the_iterator_age_is_that_of_the_last_record_of_a_batch(cloud):
    client = boto3.client("kinesis")
    client.create_stream(StreamName="clicks", ShardCount=1)
    for _ in range(3):
        client.put_record(StreamName="clicks", Data=b"x", PartitionKey="k")
        cloud.run(seconds=100)
    function("def handler(event, context): return None")
    arn = "arn:aws:kinesis:us-east-1:123456789012:stream/clicks"
    lam().create_event_source_mapping(EventSourceArn=arn, FunctionName="work", StartingPosition="TRIM_HORIZON")
    cloud.run()
    assert total(cloud, "AWS/Lambda", "IteratorAge", "Maximum", FunctionName="work") == pytest.approx(100_200, abs=500)


def test_reads_of_a_stream_are_counted(cloud):
    client = boto3.client("kinesis", config=Config(retries={"total_max_attempts": 1}))
    client.create_stream(StreamName="clicks", ShardCount=1)
    client.put_record(StreamName="clicks", Data=b"12345", PartitionKey="abc")
    cloud.run(seconds=90)
    shard = {"StreamName": "clicks", "ShardId": "shardId-000000000000"}
    place = client.get_shard_iterator(ShardIteratorType="TRIM_HORIZON", **shard)["ShardIterator"]
    for _ in range(5):
        client.get_records(ShardIterator=place)
    with pytest.raises(client.exceptions.ProvisionedThroughputExceededException):
        client.get_records(ShardIterator=place)
    seen = {
        name: total(cloud, "AWS/Kinesis", name, StreamName="clicks")
        for name in (
            "GetRecords.Success",
            "GetRecords.Records",
            "GetRecords.Bytes",
            "ReadProvisionedThroughputExceeded",
        )
    }
    assert list(seen.values()) == [5, 5, 40, 1]
    age = total(cloud, "AWS/Kinesis", "GetRecords.IteratorAgeMilliseconds", "Maximum", StreamName="clicks")
    assert age == 90_000


def test_pushes_to_a_fan_out_consumer_are_counted_under_its_name(cloud):
    client = boto3.client("kinesis")
    client.create_stream(StreamName="clicks", ShardCount=1)
    arn = "arn:aws:kinesis:us-east-1:123456789012:stream/clicks"
    consumer = client.register_stream_consumer(StreamARN=arn, ConsumerName="fast")["Consumer"]["ConsumerARN"]
    function("def handler(event, context): return None")
    lam().create_event_source_mapping(EventSourceArn=consumer, FunctionName="work", StartingPosition="TRIM_HORIZON")
    client.put_record(StreamName="clicks", Data=b"x", PartitionKey="k")
    cloud.run()
    who = {"StreamName": "clicks", "ConsumerName": "fast"}
    assert total(cloud, "AWS/Kinesis", "SubscribeToShardEvent.Records", **who) == 1
    assert total(cloud, "AWS/Kinesis", "SubscribeToShardEvent.MillisBehindLatest", "Maximum", **who) == 70
    assert total(cloud, "AWS/Lambda", "IteratorAge", "Maximum", FunctionName="work") > 70


# ---------------------------------------------------------------------- asynchronous invocation


def invoke(count: int = 1) -> None:
    for _ in range(count):
        lam().invoke(FunctionName="work", InvocationType="Event", Payload=b"{}")


def counted(cloud, *names: str, stat: str = "Sum") -> list[float]:
    return [total(cloud, "AWS/Lambda", name, stat, FunctionName="work") for name in names]


@pytest.mark.parametrize("kept_by", ["nobody", "destination", "dead-letter queue", "both"])
def test_an_event_that_is_given_up_is_dropped_once_whoever_keeps_it(cloud, kept_by):
    arn = arn_of(queue("kept"))
    letters = {"DeadLetterConfig": {"TargetArn": arn}} if kept_by in ("dead-letter queue", "both") else {}
    function("def handler(event, context): raise ValueError", **letters)
    if kept_by in ("destination", "both"):
        config = {"OnFailure": {"Destination": arn}, "OnSuccess": {"Destination": arn}}
        lam().put_function_event_invoke_config(FunctionName="work", DestinationConfig=config)
    invoke(2)
    cloud.run()
    assert counted(cloud, "AsyncEventsReceived", "AsyncEventsDropped", "Errors") == [2, 2, 6]


def test_a_success_is_not_dropped(cloud):
    function("def handler(event, context): return 1")
    config = {"OnSuccess": {"Destination": arn_of(queue("kept"))}}
    lam().put_function_event_invoke_config(FunctionName="work", DestinationConfig=config)
    invoke(2)
    cloud.run()
    assert counted(cloud, "AsyncEventsReceived", "AsyncEventsDropped") == [2, 0]


def test_the_age_of_an_event_is_how_long_it_waited_for_each_run(cloud):
    function("def handler(event, context): raise ValueError")
    invoke()
    cloud.run()
    assert counted(cloud, "AsyncEventAge", stat="Maximum") == [pytest.approx(180_000, abs=500)]


def test_failed_deliveries_are_told_apart(cloud):
    arn = arn_of(queue("gone"))
    function("def handler(event, context): raise ValueError", DeadLetterConfig={"TargetArn": arn})
    lam().put_function_event_invoke_config(FunctionName="work", DestinationConfig={"OnFailure": {"Destination": arn}})
    boto3.client("sqs").delete_queue(QueueUrl=boto3.client("sqs").get_queue_url(QueueName="gone")["QueueUrl"])
    invoke()
    cloud.run()
    assert counted(cloud, "DeadLetterErrors", "DestinationDeliveryFailures", "AsyncEventsDropped") == [1, 1, 1]


@pytest.mark.parametrize("through", ["queue", "invoke"])
@pytest.mark.parametrize("kept", [True, False])
def test_a_loop_that_is_stopped_is_counted(cloud, through, kept):
    url = queue_with_dlq(5)[0] if kept else queue()
    again = {
        "queue": f"boto3.client('sqs').send_message(QueueUrl='{url}', MessageBody='again')",
        "invoke": "boto3.client('lambda').invoke(FunctionName='work', InvocationType='Event', Payload='{}')",
    }[through]
    function(f"import boto3\ndef handler(event, context): {again}")
    if kept and through == "invoke":
        config = {"OnFailure": {"Destination": arn_of(url)}}
        lam().put_function_event_invoke_config(FunctionName="work", DestinationConfig=config)
    if through == "queue":
        mapping(url)
        send(url, ["first"])
    else:
        invoke()
    cloud.run(seconds=60)
    # what stays in the queue comes back after its visibility timeout, and is stopped again
    assert counted(cloud, "Invocations", "RecursiveInvocationsDropped") == [16, 2 if through == "queue" else 1]


def test_a_purge_deletes_nothing_that_is_counted(cloud):
    url = queue()
    send(url, list("abc"))
    boto3.client("sqs").purge_queue(QueueUrl=url)
    assert total(cloud, "AWS/SQS", "NumberOfMessagesDeleted", QueueName="orders") == 0


def test_poison_does_not_count_for_the_age_of_the_oldest_message(cloud):
    url = queue(VisibilityTimeout=20)
    function("def handler(event, context): raise ValueError")
    mapping(url)
    send(url, ["poison"])
    cloud.run(seconds=600)
    assert total(cloud, "AWS/SQS", "ApproximateAgeOfOldestMessage", "Maximum", QueueName="orders") <= 60


def test_a_new_bus_has_a_namespace_of_its_own(cloud):
    arn = bus()
    one = subscriber(arn, GONE, RetryPolicy={"MaxRetryAttempts": 1})
    put(arn, {"n": 1})
    cloud.run()
    found = Counter((p.name, p.dimensions) for p in points(cloud.trace) if p.namespace.startswith("AWS/Events"))
    by_subscriber = (("Subscriber", one),)
    assert found == {
        ("PublishEventsEntryCount", (("EventBus", arn.split("event-busv2/")[1]),)): 1,
        ("FilterMatched", by_subscriber): 1,
        ("EventDeliveryAttempts", by_subscriber): 2,
        ("EventsDropped", by_subscriber): 1,
    }
