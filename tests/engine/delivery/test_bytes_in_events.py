"""Binary values in JSON: base64 text wherever an event, a record or a state's output is made. Source: motoclock.json_text."""

import base64
import json

import boto3
import pytest

from motoclock.trace import Kind
from tests.engine.delivery.events_stage import ROLE
from tests.engine.delivery.stage import arn_of, bodies, function, lam, queue, send
from tests.engine.delivery.stream_stage import SHOWS, read_by, shown
from tests.engine.dynamodb_stream.stage import dynamodb, table

BLOB = b"\x00\xff"
TEXT = "AP8="
ITEM = {
    "id": {"S": "1"},
    "one": {"B": BLOB},
    "some": {"BS": [BLOB, b"\x01"]},
    "deep": {"M": {"in": {"L": [{"B": BLOB}, {"BS": [BLOB]}]}}},
}
IN_JSON = {
    "id": {"S": "1"},
    "one": {"B": TEXT},
    "some": {"BS": ["AP8=", "AQ=="]},
    "deep": {"M": {"in": {"L": [{"B": TEXT}, {"BS": [TEXT]}]}}},
}


def same(image: dict) -> dict:
    """The image with its sets in order: a set has none."""
    return {**image, "some": {"BS": sorted(image["some"]["BS"])}}


def test_a_function_gets_the_bytes_of_a_changed_item_as_base64(cloud):
    arn = table()
    function(SHOWS)
    read_by(arn)
    dynamodb().put_item(TableName="orders", Item=ITEM)
    dynamodb().delete_item(TableName="orders", Key={"id": {"S": "1"}})
    cloud.run(seconds=9)
    records = [record["dynamodb"] for event in shown(cloud) for record in event["Records"]]
    assert [same(records[0]["NewImage"]), same(records[1]["OldImage"])] == [IN_JSON, IN_JSON]


def test_a_key_of_bytes_is_base64_in_the_event_and_the_reader_lives_on(cloud):
    dynamodb().create_table(
        TableName="blobs",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "B"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
    )
    function(SHOWS)
    read_by(dynamodb().describe_table(TableName="blobs")["Table"]["LatestStreamArn"])
    for key in (BLOB, b"2"):
        dynamodb().put_item(TableName="blobs", Item={"id": {"B": key}})
        cloud.run(seconds=9)
    keys = [record["dynamodb"]["Keys"]["id"]["B"] for event in shown(cloud) for record in event["Records"]]
    assert keys == [TEXT, base64.b64encode(b"2").decode()]


def test_a_filter_sees_bytes_as_base64(cloud):
    arn = table()
    function(SHOWS)
    pattern = json.dumps({"dynamodb": {"NewImage": {"one": {"B": [TEXT]}}}})
    read_by(arn, FilterCriteria={"Filters": [{"Pattern": pattern}]})
    dynamodb().put_item(TableName="orders", Item=ITEM)
    dynamodb().put_item(TableName="orders", Item={"id": {"S": "2"}, "one": {"B": b"other"}})
    cloud.run(seconds=9)
    assert [[one["dynamodb"]["Keys"]["id"]["S"] for one in event["Records"]] for event in shown(cloud)] == [["1"]]


@pytest.mark.parametrize(
    ("template", "read"),
    [
        (None, lambda body: body["dynamodb"]["NewImage"]),
        ('{"image": <$.dynamodb.NewImage>}', lambda body: body["image"]),
    ],
)
def test_a_pipe_writes_bytes_as_base64(cloud, template, read):
    arn, target = table(), queue("target")
    parameters = {"TargetParameters": {"InputTemplate": template}} if template else {}
    boto3.client("pipes").create_pipe(
        Name="move", RoleArn=ROLE, Source=arn, Target=arn_of(target), **parameters,
        SourceParameters={"DynamoDBStreamParameters": {"StartingPosition": "TRIM_HORIZON"}},
    )  # fmt: skip
    dynamodb().put_item(TableName="orders", Item=ITEM)
    cloud.run(seconds=9)
    assert [same(read(json.loads(body))) for body in bodies(target)] == [IN_JSON]


def test_the_failure_record_of_a_stream_in_s3_holds_the_bytes_as_base64(cloud):
    arn = table()
    boto3.client("s3").create_bucket(Bucket="failures")
    function("def handler(event, context): raise ValueError('bad')")
    to = {"OnFailure": {"Destination": "arn:aws:s3:::failures"}}
    read_by(arn, MaximumRetryAttempts=0, DestinationConfig=to)
    dynamodb().put_item(TableName="orders", Item=ITEM)
    cloud.run(seconds=30)
    s3 = boto3.client("s3")
    (entry,) = s3.list_objects_v2(Bucket="failures")["Contents"]
    content = json.loads(s3.get_object(Bucket="failures", Key=entry["Key"])["Body"].read())
    (record,) = json.loads(content["payload"])["Records"]
    assert same(record["dynamodb"]["NewImage"]) == IN_JSON


def test_a_state_machine_reads_an_items_bytes_as_base64(cloud):
    table(view=None)
    dynamodb().put_item(TableName="orders", Item=ITEM)
    states = {
        "Get": {
            "Type": "Task",
            "Resource": "arn:aws:states:::dynamodb:getItem",
            "Parameters": {"TableName": "orders", "Key": {"id": {"S": "1"}}},
            "OutputPath": "$.Item",
            "End": True,
        }
    }
    machines = boto3.client("stepfunctions")
    boto3.client("iam").create_role(RoleName="machine", AssumeRolePolicyDocument="{}")
    arn = machines.create_state_machine(
        name="m", roleArn="arn:aws:iam::123456789012:role/machine",
        definition=json.dumps({"StartAt": "Get", "States": states}),
    )["stateMachineArn"]  # fmt: skip
    execution = machines.start_execution(stateMachineArn=arn)["executionArn"]
    cloud.run()
    assert same(json.loads(machines.describe_execution(executionArn=execution)["output"])) == IN_JSON


def test_binary_attributes_of_messages_are_base64_in_events(cloud):
    function(SHOWS)
    orders = queue()
    lam().create_event_source_mapping(EventSourceArn=arn_of(orders), FunctionName="work")
    send(orders, "one", MessageAttributes={"blob": {"DataType": "Binary", "BinaryValue": BLOB}})
    topic = boto3.client("sns").create_topic(Name="news")["TopicArn"]
    boto3.client("sns").subscribe(
        TopicArn=topic, Protocol="lambda", Endpoint="arn:aws:lambda:us-east-1:123456789012:function:work"
    )
    boto3.client("sns").publish(
        TopicArn=topic, Message="two", MessageAttributes={"blob": {"DataType": "Binary", "BinaryValue": BLOB}}
    )
    cloud.run()
    found = {json.dumps(event["Records"][0], sort_keys=True) for event in shown(cloud)}
    assert len(found) == 2
    assert all(TEXT in text for text in found)


def test_a_streams_data_is_base64_in_the_event(cloud):
    kinesis = boto3.client("kinesis")
    kinesis.create_stream(StreamName="clicks", ShardCount=1)
    function(SHOWS)
    read_by(kinesis.describe_stream(StreamName="clicks")["StreamDescription"]["StreamARN"])
    kinesis.put_record(StreamName="clicks", PartitionKey="k", Data=BLOB)
    cloud.run(seconds=9)
    assert shown(cloud)[0]["Records"][0]["kinesis"]["data"] == TEXT


def test_the_time_of_a_change_is_a_number_with_a_point(cloud):
    """Recorded on AWS, November 2025."""
    arn = table()
    function(SHOWS)
    read_by(arn)
    dynamodb().put_item(TableName="orders", Item={"id": {"S": "1"}})
    cloud.run(seconds=9)
    assert isinstance(shown(cloud)[0]["Records"][0]["dynamodb"]["ApproximateCreationDateTime"], float)
    assert not cloud.trace.of_kind(Kind.DROPPED)
