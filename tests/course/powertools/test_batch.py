"""The batch utility of Powertools, unchanged: partial responses, FIFO short circuit, streams."""

import json

import boto3
import pytest

from sevenways import Cloud
from tests.engine.delivery.stage import bodies, function, mapping, queue_with_dlq, send

PARTIAL = """
    import json
    from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
    processor = BatchProcessor(event_type=EventType.SQS)

    def record_handler(record):
        order = json.loads(record.body)
        if order["id"] in (3, 4):
            raise ValueError("bad order")
        print("done", order["id"])

    def handler(event, context):
        return process_partial_response(event=event, record_handler=record_handler, processor=processor, context=context)
"""
FIFO = """
    from aws_lambda_powertools.utilities.batch import SqsFifoPartialProcessor, process_partial_response
    processor = SqsFifoPartialProcessor(skip_group_on_error=True)

    def record_handler(record):
        if record.body == "a2" and record.attributes.approximate_receive_count == "1":
            raise ValueError("not yet")
        print("done", record.body)

    def handler(event, context):
        return process_partial_response(event=event, record_handler=record_handler, processor=processor, context=context)
"""
STREAM = """
    from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
    processor = BatchProcessor(event_type=EventType.KinesisDataStreams)

    def record_handler(record):
        if record.kinesis.data_as_text() == "poison":
            raise ValueError("poison")
        print("done", record.kinesis.data_as_text())

    def handler(event, context):
        return process_partial_response(event=event, record_handler=record_handler, processor=processor, context=context)
"""
REPORT = {"FunctionResponseTypes": ["ReportBatchItemFailures"]}


@pytest.fixture
def cloud():
    with Cloud() as cloud:
        yield cloud


def done(cloud, name="work"):
    return [line.partition("done ")[2] for line in str(cloud.logs(name)).splitlines() if "done " in line]


def test_only_bad_orders_come_back(cloud):
    function(PARTIAL)
    url, dlq = queue_with_dlq(2)
    mapping(url, BatchSize=10, **REPORT)
    send(url, [{"id": number} for number in range(6)])
    cloud.run()
    assert sorted(done(cloud)) == ["0", "1", "2", "5"]
    assert sorted(json.loads(body)["id"] for body in bodies(dlq)) == [3, 4]
    assert cloud.summary()["errors"] == 1  # the second time nothing in the batch worked, and that raises


def test_a_batch_that_fails_as_a_whole_raises(cloud):
    function(PARTIAL)
    url, dlq = queue_with_dlq(1)
    mapping(url, BatchSize=10, **REPORT)
    send(url, [{"id": 3}, {"id": 4}])
    cloud.run()
    assert cloud.summary()["errors"] == 1
    assert "BatchProcessingError" in str(cloud.logs("work"))
    assert len(bodies(dlq)) == 2


def test_the_fifo_processor_keeps_each_group_in_order(cloud):
    function(FIFO)
    url, _ = queue_with_dlq(3, name="orders.fifo")
    mapping(url, BatchSize=10, **REPORT)
    send(url, ["a1", "b1", "a2", "b2", "a3", "b3"], group=lambda body: body[0])
    cloud.run()
    assert [one for one in done(cloud) if one[0] == "a"] == ["a1", "a2", "a3"]
    assert [one for one in done(cloud) if one[0] == "b"] == ["b1", "b2", "b3"]


def test_a_stream_goes_on_from_the_first_failure(cloud):
    function(STREAM)
    kinesis = boto3.client("kinesis")
    kinesis.create_stream(StreamName="clicks", ShardCount=1)
    arn = kinesis.describe_stream_summary(StreamName="clicks")["StreamDescriptionSummary"]["StreamARN"]
    boto3.client("lambda").create_event_source_mapping(
        EventSourceArn=arn, FunctionName="work", StartingPosition="TRIM_HORIZON", MaximumRetryAttempts=1, **REPORT
    )
    words = [b"one", b"poison", b"two"]
    kinesis.put_records(StreamName="clicks", Records=[{"Data": word, "PartitionKey": "k"} for word in words])
    cloud.run()
    assert done(cloud)[0] == "one" and done(cloud)[-1] == "two"
