"""Tables with their change streams, and Kinesis streams.

A table and its stream are one thing in the picture: it has the ARN of the stream, which is where the records are.
"""

from typing import Any

from sevenways.account.model import NodeKind
from sevenways.account.reading import Reading
from sevenways.draw.words import count
from sevenways.trace import Kind

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
    kinesis = reading.backend("kinesis")
    for stream in kinesis.streams.values() if kinesis else ():
        facts = [count(sum(not shard.log.closed for shard in stream.shards.values()), "shard")]
        reading.add_node(stream.arn, NodeKind.STREAM, stream.stream_name, facts, _records(reading, stream.arn))


def _add_table(reading: Reading, table: Any) -> None:
    shard = table.stream_shard
    if shard is None:
        reading.add_node(table.table_arn, NodeKind.TABLE, table.name)
    else:
        reading.add_node(shard.arn, NodeKind.TABLE, table.name, [_VIEWS[shard.view]], _records(reading, shard.arn))


def _records(reading: Reading, arn: str) -> list[tuple[str, int]]:
    return [("records", reading.number(Kind.SENT, arn))]
