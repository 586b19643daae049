"""stream.yaml: a Kinesis stream with bisect and a failure queue, a table whose changes are filtered."""

import json

import boto3
import pytest

from motoclock import Cloud
from tests.engine.templates.sam import bodies, stack


@pytest.fixture
def cloud():
    with Cloud() as cloud:
        yield cloud


def test_the_poison_record_ends_in_the_failure_queue_and_the_others_are_read(cloud):
    made = stack("stream")
    data = [b"one", b"two", b"poison", b"three"]
    boto3.client("kinesis").put_records(
        StreamName=made["StreamName"], Records=[{"Data": one, "PartitionKey": "same"} for one in data]
    )
    cloud.run()
    said = str(cloud.logs(made["ReaderName"]))
    assert all(f"read {word}\n" in said for word in ("one", "two", "three"))
    (record,) = map(json.loads, bodies(made["LostUrl"]))
    assert record["KinesisBatchInfo"]["batchSize"] == 1
    assert record["requestContext"]["condition"] == "RetryAttemptsExhausted"


def test_the_table_tells_of_inserts_and_removals_only(cloud):
    made = stack("stream")
    table = boto3.resource("dynamodb").Table(made["TableName"])
    table.put_item(Item={"id": "a", "n": 1})
    table.put_item(Item={"id": "a", "n": 2})
    table.delete_item(Key={"id": "a"})
    cloud.run()
    said = str(cloud.logs(made["AuditorName"]))
    assert ("INSERT a" in said, "MODIFY" in said, "REMOVE a" in said) == (True, False, True)


def test_the_mappings_are_what_the_template_says(cloud):
    made = stack("stream")
    client = boto3.client("lambda")
    (mapping,) = client.list_event_source_mappings(FunctionName=made["ReaderName"])["EventSourceMappings"]
    assert (mapping["BisectBatchOnFunctionError"], mapping["MaximumRetryAttempts"]) == (True, 2)
    assert mapping["DestinationConfig"]["OnFailure"]["Destination"].startswith("arn:aws:sqs:")
    life = boto3.client("dynamodb").describe_time_to_live(TableName=made["TableName"])["TimeToLiveDescription"]
    assert (life["TimeToLiveStatus"], life["AttributeName"]) == ("ENABLED", "expires")
