"""What the Kinesis tests share: a stream, records, and reading a shard to its end."""

import hashlib
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

FIRST = "shardId-000000000000"
ONCE = Config(retries={"total_max_attempts": 1})  # an error is an error, not a wait and another try


@cache
def kinesis():
    return boto3.client(
        "kinesis", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b", config=ONCE
    )


def stream(shards: int = 1, name: str = "clicks") -> str:
    """A stream. Returns its ARN."""
    kinesis().create_stream(StreamName=name, ShardCount=shards)
    return kinesis().describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamARN"]


def shards(name: str = "clicks") -> list[dict[str, Any]]:
    return kinesis().list_shards(StreamName=name)["Shards"]


def put(key: str = "visitor-0", data: bytes = b"{}", name: str = "clicks", **more: Any) -> dict[str, Any]:
    return kinesis().put_record(StreamName=name, PartitionKey=key, Data=data, **more)


def put_all(keys: list[str], data: bytes = b"{}", name: str = "clicks") -> dict[str, Any]:
    return kinesis().put_records(StreamName=name, Records=[{"PartitionKey": key, "Data": data} for key in keys])


def iterator(shard: str = "shardId-000000000000", kind: str = "TRIM_HORIZON", name: str = "clicks", **more: Any) -> str:
    return kinesis().get_shard_iterator(StreamName=name, ShardId=shard, ShardIteratorType=kind, **more)["ShardIterator"]


def read(shard: str = "shardId-000000000000", kind: str = "TRIM_HORIZON", **more: Any) -> list[dict[str, Any]]:
    """The records of one GetRecords call."""
    return kinesis().get_records(ShardIterator=iterator(shard, kind, **more))["Records"]


def hash_of(key: str) -> int:
    return int(hashlib.md5(key.encode()).hexdigest(), 16)


def key_in(low: int, high: int) -> str:
    """A partition key whose hash lies in a range, both ends included."""
    return next(f"k{n}" for n in range(10_000) if low <= hash_of(f"k{n}") <= high)
