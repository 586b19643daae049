"""The table of lab 05, a stream that is followed, and what an operator finds: for all its checks."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import boto3
from botocore.client import BaseClient

from motoclock.trace import Sent
from sevenways.checks.lines import kind_of
from sevenways.checks.trial import client, observe
from sevenways.cloud import Cloud


def create(view: str | None, name: str = "orders") -> str:
    stream = {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": view}} if view else {}
    answer = client("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        **stream,
    )
    return answer["TableDescription"].get("LatestStreamArn", "")


def table(name: str = "orders", view: str | None = "NEW_AND_OLD_IMAGES") -> str:
    """A table; returns the ARN of its stream, "" without one."""
    return create(view, name)


def connect(**options: Any) -> Any:
    return client("lambda").create_event_source_mapping(**{"StartingPosition": "TRIM_HORIZON", **options})


def follow(stream: str, function: str, **options: Any) -> None:
    connect(EventSourceArn=stream, FunctionName=function, **options)


@cache
def orders() -> Any:
    """The table as checkout writes it; a client may outlive a Cloud, and making one takes long."""
    return boto3.resource("dynamodb").Table("orders")


def put(item: dict[str, Any]) -> None:
    orders().put_item(Item=item)


def place(n: int, status: str = "placed", titled: bool = True) -> None:
    title = {"title": "Dune"} if titled else {}
    put({"id": f"order-{n}", "total": 1000 + n, "status": status, **title})


def change(n: int, name: str, value: Any) -> None:
    orders().update_item(
        Key={"id": f"order-{n}"},
        UpdateExpression="SET #name = :value",
        ExpressionAttributeNames={"#name": name},
        ExpressionAttributeValues={":value": value},
    )


def delete(n: int) -> None:
    orders().delete_item(Key={"id": f"order-{n}"})


@contextmanager
def reads_of(table: str) -> Iterator[list[str]]:
    """Which reads of a table are asked for in the block, by whatever client: the trace has none. The check asks for none there."""
    reads: list[str] = []
    plain = BaseClient._make_api_call

    def heard(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
        if client.meta.service_model.service_name == "dynamodb" and operation in _READS and _names(parameters, table):
            reads.append(operation)
        return plain(client, operation, parameters)

    BaseClient._make_api_call = heard
    try:
        yield reads
    finally:
        BaseClient._make_api_call = plain


_READS = (
    *("GetItem", "Query", "Scan", "BatchGetItem", "TransactGetItems"),
    *("ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction"),
)


def _names(parameters: Any, table: str) -> bool:
    """Whether the parameters of a read name a table: as a value, an ARN, a key, or a word of a statement."""
    if isinstance(parameters, dict):
        return any(_names(part, table) for pair in parameters.items() for part in pair)
    if isinstance(parameters, list | tuple):
        return any(_names(part, table) for part in parameters)
    return isinstance(parameters, str) and table in re.findall(r"[\w-]+", parameters)


def items_of(table: str) -> dict[str, dict[str, Any]]:
    """What a table holds, by id, in order of the ids."""
    items = boto3.resource("dynamodb").Table(table).scan()["Items"]
    return {item["id"]: item for item in sorted(items, key=lambda item: (len(str(item["id"])), str(item["id"])))}


def records(stream: str) -> list[dict[str, Any]]:
    """The records in a stream."""
    streams = client("dynamodbstreams")
    shard = streams.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"][0]["ShardId"]
    iterator = streams.get_shard_iterator(StreamArn=stream, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    return streams.get_records(ShardIterator=iterator["ShardIterator"])["Records"]


def parts_shown(stream: str) -> list[str]:
    """What the records of a stream hold, by its view: keys, and which images."""
    held = {
        part for record in records(stream) for part in ("Keys", "NewImage", "OldImage") if part in record["dynamodb"]
    }
    return sorted(held)


def messages_in(queue: str) -> int:
    name = "ApproximateNumberOfMessages"
    answer = client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=[name])
    return int(answer["Attributes"][name])


def names(cloud: Cloud) -> dict[str | None, str]:
    """The orders that records are about, by the records' ids."""
    return {event.message_id: event.what.label.split()[-1] for event in cloud.trace.of(Sent)}


def a_dict(name: str, chosen: Any) -> dict[str, Any]:
    observe(isinstance(chosen, dict), f"{name} returned {kind_of(chosen)}; a dict of arguments was asked for")
    return chosen


def them(orders: list[str]) -> str:
    return "it" if len(orders) == 1 else "them"
