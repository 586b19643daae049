"""Tables with their change streams, and Kinesis streams with their enhanced fan-out consumers.

A table and its stream are one thing in the picture: it has the ARN of the stream, which is where the records are.
"""

from collections import Counter
from typing import Any

from motoclock.account.model import EdgeKind, NodeKind
from motoclock.account.reading import Reading
from motoclock.facts import kinesis as kinesis_facts
from motoclock.trace import Kind, Read
from motoclock.wording import count

_SHARE = f"{kinesis_facts.EFO_BYTES_PER_S.text} of each shard"
_VIEWS = {
    "KEYS_ONLY": "stream shows keys only",
    "NEW_IMAGE": "stream shows the new image",
    "OLD_IMAGE": "stream shows the old image",
    "NEW_AND_OLD_IMAGES": "stream shows new and old image",
}


def read(reading: Reading) -> None:
    """Add every table and every Kinesis stream."""
    tables = reading.backend("dynamodb")
    for table in tables.tables.values() if tables else ():
        _add_table(reading, table)
    former = reading.backend("dynamodbstreams")
    for shard in former.streams.values() if former else ():
        if shard.log.closed and _records(reading, shard.arn)[0][1]:
            reading.add_node(
                shard.arn, NodeKind.TABLE, shard.table_name, ["its former stream"], _records(reading, shard.arn)
            )
    kinesis = reading.backend("kinesis")
    pushed: Counter[tuple[str, str]] = Counter()
    for event in reading.of_kind(Read):
        if event.what.fan_out:
            pushed[event.resource, event.what.fan_out] += event.what.records
    for stream in kinesis.streams.values() if kinesis else ():
        facts = [count(sum(not shard.log.closed for shard in stream.shards.values()), "shard")]
        reading.add_node(stream.arn, NodeKind.STREAM, stream.stream_name, facts, _records(reading, stream.arn))
        for consumer in stream.consumers:
            name = consumer.consumer_name
            reading.add_node(consumer.consumer_arn, NodeKind.FAN_OUT_CONSUMER, name, [_SHARE])
            number = pushed[stream.arn, name]
            reading.add_edge(stream.arn, consumer.consumer_arn, EdgeKind.PUSH, "push", number)


def _add_table(reading: Reading, table: Any) -> None:
    shard = table.stream_shard
    if shard is None:
        reading.add_node(table.table_arn, NodeKind.TABLE, table.name)
    else:
        reading.add_node(shard.arn, NodeKind.TABLE, table.name, [_VIEWS[shard.view]], _records(reading, shard.arn))


def _records(reading: Reading, arn: str) -> list[tuple[str, int]]:
    return [("records", reading.number(Kind.SENT, arn))]
