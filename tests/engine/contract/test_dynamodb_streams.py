"""The ground our DynamoDB Streams seam stands on in moto 5.2.5, and that the seam is in place."""

import inspect
import os

import boto3
import moto
import moto.dynamodb.models.table as moto_table
from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends
from moto.dynamodb.models.table import Table
from moto.dynamodbstreams.models import DynamoDBStreamsBackend, dynamodbstreams_backends

from motoclock import Cloud
from motoclock.services.dynamodb import kept
from motoclock.services.dynamodb_streams import ChangeShard, ChangeStreamsBackend, StreamingDynamoDBBackend

TEMPLATE = """{"Resources": {"Orders": {"Type": "AWS::DynamoDB::Table", "Properties": {
    "TableName": "orders", "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "StreamSpecification": {"StreamViewType": "NEW_IMAGE"}}}},
    "Outputs": {"Stream": {"Value": {"Fn::GetAtt": ["Orders", "StreamArn"]}}}}"""


def test_moto_is_the_version_that_was_read():
    assert moto.__version__ == "5.2.5"


def test_a_table_from_cloudformation_has_our_stream(cloud):
    boto3.client("cloudformation").create_stack(StackName="s", TemplateBody=TEMPLATE)
    table = dynamodb_backends["123456789012"]["us-east-1"].tables["orders"]
    assert type(table.stream_shard) is ChangeShard
    (stack,) = boto3.client("cloudformation").describe_stacks(StackName="s")["Stacks"]
    assert stack["Outputs"][0]["OutputValue"] == table.stream_shard.arn
    assert boto3.client("dynamodbstreams").describe_stream(StreamArn=table.stream_shard.arn)["StreamDescription"]


def test_the_backends_are_ours(cloud):
    assert type(dynamodb_backends["123456789012"]["us-east-1"]) is StreamingDynamoDBBackend
    assert type(dynamodbstreams_backends["123456789012"]["us-east-1"]) is ChangeStreamsBackend


def test_the_endpoint_holds_no_account_while_a_cloud_is_open(cloud):
    assert os.environ["AWS_ACCOUNT_ID_ENDPOINT_MODE"] == "disabled"


def test_moto_makes_shards_by_the_name_we_replace_and_calls_add():
    assert "StreamShard(self.account_id, self)" in inspect.getsource(Table.set_stream_specification)
    assert moto_table.StreamShard is ChangeShard
    for place in (kept._put, Table.delete_item, DynamoDBBackend.update_item):
        assert "stream_shard.add(" in inspect.getsource(place)


def test_the_label_is_set_before_the_shard_is_made():
    source = inspect.getsource(Table.set_stream_specification)
    assert source.index("latest_stream_label") < source.index("StreamShard(")


def test_moto_still_records_an_upsert_twice_and_copies_tables_before_a_transaction():
    """When it no longer does, `tables` must be compared with its own."""
    assert "table.put_item(data)" in inspect.getsource(DynamoDBBackend.update_item)
    assert "copy.deepcopy(" in inspect.getsource(DynamoDBBackend.transact_write_items)
    assert "os.urandom" in inspect.getsource(inspect.getmodule(DynamoDBStreamsBackend))


def test_signatures_are_kept():
    for name in ("delete_table", "update_table_streams", "update_time_to_live", "transact_write_items"):
        theirs = inspect.signature(getattr(DynamoDBBackend, name)).parameters
        assert list(inspect.signature(getattr(StreamingDynamoDBBackend, name)).parameters) == list(theirs), name


def test_a_client_from_before_a_cloud_reaches_the_stream_by_the_address_with_the_account_in_it():
    """botocore puts the account into the host name as soon as it knows it; moto 5.2.5 has no such address for streams."""
    client = boto3.client("dynamodbstreams")
    with Cloud():
        assert client.list_streams()["Streams"] == []
