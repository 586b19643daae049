"""What the DynamoDB Streams tests share: a table with a stream, and reading its one shard."""

from collections.abc import Callable
from functools import cache
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

KEYS = {"aws_access_key_id": "a", "aws_secret_access_key": "b", "region_name": "us-east-1"}


@cache
def dynamodb():
    return boto3.client("dynamodb", **KEYS)


@cache
def streams():
    return boto3.client("dynamodbstreams", **KEYS)


def table(name: str = "orders", view: str | None = "NEW_AND_OLD_IMAGES", range_key: str | None = None) -> str:
    """A table with key `id`. Returns the ARN of its stream, "" without one."""
    names = ["id"] + ([range_key] if range_key else [])
    stream = {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": view}} if view else {}
    dynamodb().create_table(
        TableName=name,
        KeySchema=[
            {"AttributeName": one, "KeyType": kind} for one, kind in zip(names, ("HASH", "RANGE"), strict=False)
        ],
        AttributeDefinitions=[{"AttributeName": one, "AttributeType": "S"} for one in names],
        BillingMode="PAY_PER_REQUEST",
        **stream,
    )
    return stream_of(name) if view else ""


def stream_of(name: str = "orders") -> str:
    return dynamodb().describe_table(TableName=name)["Table"]["LatestStreamArn"]


def put(key: str, name: str = "orders", **attributes: Any) -> None:
    """Put an item; attributes are numbers or text."""
    dynamodb().put_item(
        TableName=name, Item={"id": {"S": key}} | {one: typed(value) for one, value in attributes.items()}
    )


def update(key: str, name: str = "orders", **attributes: Any) -> None:
    sets = ", ".join(f"#{one} = :{one}" for one in attributes)
    dynamodb().update_item(
        TableName=name,
        Key={"id": {"S": key}},
        UpdateExpression=f"SET {sets}",
        ExpressionAttributeNames={f"#{one}": one for one in attributes},
        ExpressionAttributeValues={f":{one}": typed(value) for one, value in attributes.items()},
    )


def delete(key: str, name: str = "orders") -> None:
    dynamodb().delete_item(TableName=name, Key={"id": {"S": key}})


def typed(value: Any) -> dict[str, str]:
    return {"S": value} if isinstance(value, str) else {"N": str(value)}


def shard(arn: str) -> str:
    return streams().describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]


def iterator(arn: str, kind: str = "TRIM_HORIZON", **more: Any) -> str:
    answer = streams().get_shard_iterator(StreamArn=arn, ShardId=shard(arn), ShardIteratorType=kind, **more)
    return answer["ShardIterator"]


def read(arn: str, kind: str = "TRIM_HORIZON", **more: Any) -> list[dict[str, Any]]:
    return streams().get_records(ShardIterator=iterator(arn, kind, **more))["Records"]


def changes(arn: str) -> list[tuple[str, str]]:
    """(event name, key) of every record."""
    return [(record["eventName"], record["dynamodb"]["Keys"]["id"]["S"]) for record in read(arn)]


def refused(call: Callable[..., Any], code: str = "ValidationException", **arguments: Any) -> str:
    """What AWS says to a call that it does not take."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    assert caught.value.response["Error"]["Code"] == code
    return caught.value.response["Error"]["Message"]
