"""The stream of lab 06: how it is made, connected, filled, and read."""

from typing import Any

from motoclock.trace import Event
from sevenways.checks.trial import client

STREAM = "clicks"


def make_stream(shards: int) -> str:
    client("kinesis").create_stream(StreamName=STREAM, ShardCount=shards)
    return client("kinesis").describe_stream_summary(StreamName=STREAM)["StreamDescriptionSummary"]["StreamARN"]


def connect(source: str, function: str, **options: Any) -> str:
    connect = client("lambda").create_event_source_mapping
    return connect(EventSourceArn=source, FunctionName=function, StartingPosition="LATEST", **options)["UUID"]


def record_of(key: str, data: str) -> dict[str, str]:
    return {"PartitionKey": key, "Data": data}


def put(records: list[dict[str, str]]) -> None:
    client("kinesis").put_records(StreamName=STREAM, Records=records)


def open_shards() -> int:
    shards = client("kinesis").list_shards(StreamName=STREAM)["Shards"]
    return sum("EndingSequenceNumber" not in shard["SequenceNumberRange"] for shard in shards)


def shard_of(event: Event) -> str:
    return f"shard {int(str(event.message_id).partition(':')[0].rpartition('-')[2])}"
