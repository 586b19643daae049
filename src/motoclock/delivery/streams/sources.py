"""What a stream mapping reads: a Kinesis stream, one of its fan-out consumers, or the stream of a table.

Event shapes: Lambda developer guide, with-kinesis and with-ddb.
"""

import base64
import json
from collections.abc import Mapping
from typing import Any, Protocol

from moto.dynamodbstreams.models import dynamodbstreams_backends
from moto.kinesis.models import kinesis_backends

from motoclock import announcements
from motoclock.announcements import Topic
from motoclock.arn import Arn
from motoclock.facts import dynamodb_streams, kinesis, stream_mapping
from motoclock.json_text import json_ready
from motoclock.matching import Pattern
from motoclock.services.dynamodb_streams import ChangeRecord, ChangeShard
from motoclock.services.dynamodb_streams.records import TTL_IDENTITY
from motoclock.services.kinesis import FanOutConsumer, KinesisRecord, LogShard, LogStream
from motoclock.services.shard_log import ShardLog
from motoclock.world import ACCOUNT, REGION


class Limit(Protocol):
    """How much may be read of a shard."""

    @property
    def wait_s(self) -> float: ...

    def read(self, size_bytes: int) -> None: ...


class Shard(Protocol):
    """A shard as a mapping sees it. `parents`: the ids of shards to be read before it."""

    shard_id: str
    parents: tuple[str, ...]
    log: ShardLog


class Source(Protocol):
    """A stream. `arn` is the store in the trace, `event_arn` what the function is told; `info_key` names the part of a failure record.

    `poll_every_s`: how often an idle shard is asked; None when records are pushed, `push_s` after their arrival.
    """

    arn: str
    event_arn: str
    consumer_name: str | None  # of the enhanced fan-out consumer it is read through
    info_key: str
    poll_every_s: float | None
    push_s: float
    read_max: int
    read_max_bytes: int
    # announcements after which its shards may be others
    topics: tuple[Topic[LogStream] | Topic[FanOutConsumer], ...]

    @property
    def gone(self) -> bool: ...

    @property
    def reachable(self) -> bool:
        """Whether it can be read now; a fan-out consumer can't after it was deregistered."""
        ...

    def shards(self) -> list[Shard]: ...

    def limit(self, shard: Shard) -> Limit: ...

    def record_json(self, record: Any, role: str) -> dict[str, Any]: ...

    def passes(self, record: Mapping[str, Any], patterns: tuple[Pattern, ...]) -> bool: ...


class KinesisSource:
    """A stream, read by polling or through an enhanced fan-out consumer."""

    info_key = "KinesisBatchInfo"
    read_max = kinesis.GET_RECORDS_MAX.value
    read_max_bytes = kinesis.SHARD_READ_BYTES_PER_S.value  # modelled: a poll takes no more than a second's share
    topics = (
        announcements.KINESIS_SHARDS_CHANGED,
        announcements.KINESIS_STREAM_DELETED,
        announcements.KINESIS_CONSUMER_DELETED,
    )

    def __init__(self, stream: LogStream, consumer: FanOutConsumer | None = None):
        self.stream, self.consumer = stream, consumer
        self.arn = stream.arn
        self.event_arn = consumer.consumer_arn if consumer else stream.arn
        self.consumer_name = consumer.consumer_name if consumer else None
        self.poll_every_s = None if consumer else 1 / stream_mapping.KINESIS_POLLS_PER_S.value
        self.push_s = kinesis.EFO_LATENCY_S.value

    @property
    def gone(self) -> bool:
        return self.stream.deleted

    @property
    def reachable(self) -> bool:
        return self.consumer is None or self.consumer in self.stream.consumers

    def shards(self) -> list[LogShard]:
        return list(self.stream.shards.values())

    def limit(self, shard: LogShard) -> Limit:
        return self.consumer.limit(shard.shard_id) if self.consumer else shard.reads

    def record_json(self, record: KinesisRecord, role: str) -> dict[str, Any]:
        return {
            "kinesis": {
                "kinesisSchemaVersion": "1.0",
                "partitionKey": record.key,
                "sequenceNumber": str(record.sequence),
                "data": record.data,
                "approximateArrivalTimestamp": record.timestamp,
            },
            "eventSource": "aws:kinesis",
            "eventVersion": "1.0",
            "eventID": record.message_id,
            "eventName": "aws:kinesis:record",
            "invokeIdentityArn": role,
            "awsRegion": REGION,
            "eventSourceARN": self.event_arn,
        }

    def passes(self, record: Mapping[str, Any], patterns: tuple[Pattern, ...]) -> bool:
        """Filters read the decoded data, as JSON if it is a JSON object, and the record's metadata."""
        if not patterns:
            return True
        text = base64.b64decode(record["kinesis"]["data"]).decode("utf-8", "replace")
        try:
            data = json.loads(text)
        except ValueError:
            data = text
        else:
            data = data if isinstance(data, dict) else text
        seen = {**record, **record["kinesis"], "data": data}
        return any(pattern.matches(seen) for pattern in patterns)


class _TableShard:
    """The one shard of a table's stream. It has no parents."""

    parents: tuple[str, ...] = ()

    def __init__(self, shard: ChangeShard):
        self.shard_id, self.log, self.reads = shard.id, shard.log, shard.reads.reader()


class TableSource:
    """The stream of a DynamoDB table. A deleted table's stream can be read to its end."""

    info_key = "DDBStreamBatchInfo"
    consumer_name = None
    read_max = dynamodb_streams.GET_RECORDS_MAX.value
    read_max_bytes = dynamodb_streams.GET_RECORDS_MAX_BYTES.value
    poll_every_s = 1 / stream_mapping.DYNAMODB_POLLS_PER_S.value
    push_s = 0.0
    topics = ()
    gone = False
    reachable = True

    def __init__(self, shard: ChangeShard):
        self.arn = self.event_arn = shard.arn
        self._shards = [_TableShard(shard)]

    def shards(self) -> list[_TableShard]:
        return self._shards

    def limit(self, shard: _TableShard) -> Limit:
        return shard.reads

    def record_json(self, record: ChangeRecord, _role: str) -> dict[str, Any]:
        answer = {**record.to_json(), "eventSourceARN": self.event_arn}
        # a number with a point, as in events recorded on AWS (2025-11); GetRecords answers with a time
        answer["dynamodb"] = {**json_ready(record.change), "ApproximateCreationDateTime": float(record.timestamp)}
        if record.by_ttl:
            answer["userIdentity"] = dict(TTL_IDENTITY)
        return answer

    def passes(self, record: Mapping[str, Any], patterns: tuple[Pattern, ...]) -> bool:
        """Filters read the record as it is: attributes are typed, and numbers are strings."""
        return not patterns or any(pattern.matches(record) for pattern in patterns)


def source_of(arn: str) -> Source:
    """The stream, the fan-out consumer or the table's stream that an ARN names."""
    if Arn.of(arn).service == "dynamodb":
        return TableSource(dynamodbstreams_backends[ACCOUNT][REGION].stream(arn))
    backend = kinesis_backends[ACCOUNT][REGION]
    if "/consumer/" in arn:
        return KinesisSource(*backend.find_consumer(arn))
    return KinesisSource(backend.describe_stream(arn, None))
