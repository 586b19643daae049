"""What the calls about event source mappings answer, as recorded on AWS in November 2025."""

import json

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.engine.delivery.stage import arn_of, bodies, function, lam, mapping, queue
from tests.engine.delivery.stream_stage import OK, handed, read_by
from tests.engine.dynamodb_stream import stage as tables
from tests.engine.kinesis_stream import stage as streams

VARY = ("UUID", "EventSourceMappingArn", "LastModified", "ResponseMetadata")
QUEUE = "arn:aws:sqs:us-east-1:123456789012:orders"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:work"
OF_A_QUEUE = {
    "BatchSize": 10, "EventSourceArn": QUEUE, "FunctionArn": FUNCTION, "FunctionResponseTypes": [],
    "MaximumBatchingWindowInSeconds": 0, "StateTransitionReason": "USER_INITIATED",
}  # fmt: skip
OF_A_STREAM = {
    "BatchSize": 100, "BisectBatchOnFunctionError": False, "DestinationConfig": {"OnFailure": {}}, "FunctionArn": FUNCTION,
    "FunctionResponseTypes": [], "LastProcessingResult": "No records processed", "MaximumBatchingWindowInSeconds": 0,
    "MaximumRecordAgeInSeconds": -1, "MaximumRetryAttempts": -1, "ParallelizationFactor": 1, "StartingPosition": "LATEST",
    "StateTransitionReason": "User action", "TumblingWindowInSeconds": 0,
}  # fmt: skip


def said(answer: dict) -> tuple[int, dict]:
    """Status, and what is the same in every run."""
    status = answer["ResponseMetadata"]["HTTPStatusCode"]
    return status, {name: value for name, value in answer.items() if name not in VARY}


def refused(arn: str, **more) -> tuple[int, str, str]:
    with pytest.raises(ClientError) as caught:
        lam().create_event_source_mapping(EventSourceArn=arn, FunctionName="work", **more)
    response = caught.value.response
    return response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"], response["Error"]["Message"]


def test_the_life_of_a_queues_mapping(cloud):
    function(OK)
    answer = lam().create_event_source_mapping(EventSourceArn=arn_of(queue()), FunctionName="work")
    uuid = answer["UUID"]
    assert said(answer) == (202, {**OF_A_QUEUE, "State": "Creating"})
    assert said(lam().get_event_source_mapping(UUID=uuid)) == (200, {**OF_A_QUEUE, "State": "Enabled"})
    for change, going, then in (
        ({"Enabled": False}, "Disabling", "Disabled"),
        ({"Enabled": True}, "Enabling", "Enabled"),
        ({"BatchSize": 10}, "Updating", "Enabled"),
    ):
        assert said(lam().update_event_source_mapping(UUID=uuid, **change)) == (202, {**OF_A_QUEUE, "State": going})
        assert lam().get_event_source_mapping(UUID=uuid)["State"] == then
    assert said(lam().delete_event_source_mapping(UUID=uuid)) == (202, {**OF_A_QUEUE, "State": "Deleting"})


def test_one_that_is_made_disabled_says_so_at_once(cloud):
    function(OK)
    answer = lam().create_event_source_mapping(EventSourceArn=arn_of(queue()), FunctionName="work", Enabled=False)
    assert said(answer) == (202, {**OF_A_QUEUE, "State": "Disabled"})


@pytest.mark.parametrize("source", [tables.table, streams.stream])
def test_the_mapping_of_a_stream(cloud, source):
    function(OK)
    arn = source()
    answer = lam().create_event_source_mapping(EventSourceArn=arn, FunctionName="work", StartingPosition="LATEST")
    assert said(answer) == (202, {**OF_A_STREAM, "EventSourceArn": arn, "State": "Creating"})


def test_a_second_mapping_of_the_same_two(cloud):
    function(OK)
    uuid = mapping(queue())
    please = "Please update or delete the existing mapping with UUID"
    text = f'An event source mapping with SQS arn (" {QUEUE} ") and function (" work ") already exists. {please} {uuid}'
    assert refused(QUEUE) == (409, "ResourceConflictException", text)
    arn = tables.table()
    uuid = read_by(arn)
    text = f'The event source arn (" {arn} ") and function (" work ") provided mapping already exists. {please} {uuid}'
    assert refused(arn, StartingPosition="LATEST") == (409, "ResourceConflictException", text)


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:kinesis:us-east-1:123456789012:stream/gone",
        "arn:aws:kinesis:us-east-1:123456789012:stream/gone/consumer/fast:1",
        "arn:aws:dynamodb:us-east-1:123456789012:table/gone/stream/2030-01-01T00:00:00.000",
    ],
)
def test_a_stream_that_is_not_there(cloud, arn):
    function(OK)
    answer = refused(arn, StartingPosition="LATEST")
    assert answer == (400, "InvalidParameterValueException", f"Stream not found: {arn}")
    assert lam().list_event_source_mappings()["EventSourceMappings"] == []


def test_a_starting_position_that_is_missing_or_unknown(cloud):
    function(OK)
    arn = streams.stream()
    text = "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null."
    assert refused(arn) == (400, "InvalidParameterValueException", text)
    text = "1 validation error detected: Value 'BOGUS' at 'startingPosition' failed to satisfy constraint: Member must satisfy enum "
    assert refused(arn, StartingPosition="BOGUS") == (
        400,
        "ValidationException",
        f"{text}value set: [LATEST, AT_TIMESTAMP, TRIM_HORIZON]",
    )


@pytest.mark.parametrize("source", ["table", "stream"])
def test_a_checkpoint_that_moved_starts_the_retries_anew(cloud, source):
    """Recorded on AWS for both: of a, b, bad with three retries, bad is delivered five times, and its record says null."""
    arn = tables.table() if source == "table" else streams.stream()
    function("""
        import base64
        def handler(event, context):
            def body(record): return base64.b64decode(record["kinesis"]["data"]).decode() if "kinesis" in record else str(record)
            def number(record): return record.get("kinesis", record.get("dynamodb"))
            for record in event["Records"]:
                if "bad" in body(record):
                    found = record.get("kinesis") or record["dynamodb"]
                    one = found.get("sequenceNumber") or found["SequenceNumber"]
                    return {"batchItemFailures": [{"itemIdentifier": one}]}
    """)
    dead = queue("dead")
    read_by(
        arn, MaximumRetryAttempts=3, FunctionResponseTypes=["ReportBatchItemFailures"],
        MaximumBatchingWindowInSeconds=5, DestinationConfig={"OnFailure": {"Destination": arn_of(dead)}},
    )  # fmt: skip
    for word in ("a", "b", "bad"):
        if source == "table":
            tables.put(word)
        else:
            boto3.client("kinesis").put_record(StreamARN=arn, PartitionKey="k", Data=word.encode())
    cloud.run()
    batches = handed(cloud)
    assert [len(batch) for batch in batches] == [3, 1, 1, 1, 1]
    (record,) = [json.loads(body) for body in bodies(dead)]
    assert record["requestContext"]["approximateInvokeCount"] == 4
    assert record["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST", "functionError": None}


def test_a_record_that_grew_too_old_has_no_response_in_its_failure_record(cloud):
    arn = tables.table()
    function("def handler(event, context): raise ValueError('bad')")
    dead = queue("dead")
    read_by(arn, MaximumRecordAgeInSeconds=60, DestinationConfig={"OnFailure": {"Destination": arn_of(dead)}})
    tables.put("a")
    cloud.run()
    (record,) = [json.loads(body) for body in bodies(dead)]
    assert record["requestContext"]["condition"] == "RecordAgeExceeded"
    assert "responseContext" not in record
    assert (
        record["requestContext"]["approximateInvokeCount"] == len(handed(cloud)) + 1
    )  # 1 of what was never handed over


def test_a_stream_made_without_a_shard_count_is_on_demand_with_four_shards(cloud):
    kinesis = boto3.client("kinesis")
    kinesis.create_stream(StreamName="clicks")
    description = kinesis.describe_stream(StreamName="clicks")["StreamDescription"]
    assert description["StreamModeDetails"] == {"StreamMode": "ON_DEMAND"}
    assert len(description["Shards"]) == 4
    with pytest.raises(ClientError, match="shardCount"):
        kinesis.create_stream(StreamName="other", StreamModeDetails={"StreamMode": "PROVISIONED"})
