"""The DynamoDB Streams API over change logs.

Iterators are good for fifteen minutes; a token tells nothing and is the same in every run.
"""

import base64
import json
from collections.abc import Callable
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.dynamodbstreams.models import DynamoDBStreamsBackend

from motoclock.facts import dynamodb_streams as facts
from motoclock.services.dynamodb_streams.shard import ChangeShard
from motoclock.services.kinesis.iterators import virtual_second
from motoclock.trace import Read
from motoclock.world import the_world

_RETENTION_S = facts.RETENTION_S.value
_AGE_MAX_S = facts.ITERATOR_AGE_MAX_S.value
_GET_MAX = facts.GET_RECORDS_MAX.value
_GET_MAX_BYTES = facts.GET_RECORDS_MAX_BYTES.value
_LIST_MAX = 100  # ListStreams, API reference
_ITERATOR_TYPES = ("TRIM_HORIZON", "LATEST", "AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER", "AT_TIMESTAMP")


class StreamsError(JsonRESTError):
    """An error with AWS's code and a sentence."""

    def __init__(self, code: str, message: str):
        super().__init__(error_type=code, message=message)


class ChangeStreamsBackend(DynamoDBStreamsBackend):
    """Streams of all tables, those too that were disabled or whose table is gone, for a day."""

    def __init__(self, region_name: str, account_id: str):
        super().__init__(region_name, account_id)
        self.streams: dict[str, ChangeShard] = {}

    @property
    def _url_module(self) -> Any:
        from motoclock.services.dynamodb_streams import urls

        return urls

    @property
    def urls(self) -> dict[str, Callable[..., Any]]:
        """moto builds this anew for every request."""
        if "_urls" not in ChangeStreamsBackend.__dict__:
            ChangeStreamsBackend._urls = super().urls
        return ChangeStreamsBackend._urls

    def _known(self) -> list[ChangeShard]:
        """Every stream that is open or ended less than a day ago."""
        now = the_world().clock.now
        return [
            shard for shard in self.streams.values() if shard.ended_at is None or now < shard.ended_at + _RETENTION_S
        ]

    def stream(self, arn: str) -> ChangeShard:
        """The stream with this ARN; ResourceNotFoundException without one."""
        for shard in self._known():
            if shard.arn == arn:
                return shard
        raise StreamsError("ResourceNotFoundException", f"Requested resource not found: Stream: {arn} not found")

    def describe_stream(self, arn: str, after: str | None = None) -> dict[str, Any]:
        """StreamDescription; with `after`, the shards behind that one."""
        description = self.stream(arn).to_json_description()
        shards = description["Shards"]
        return {**description, "Shards": [shard for shard in shards if after is None or shard["ShardId"] > after]}

    def list_streams(self, table_name: str | None = None) -> list[dict[str, Any]]:
        return [
            {"StreamArn": shard.arn, "TableName": shard.table_name, "StreamLabel": shard.label}
            for shard in self._known()
            if table_name in (None, shard.table_name)
        ]

    def page_of_streams(self, table_name: str | None, after: str | None, limit: int | None) -> dict[str, Any]:
        """ListStreams: some streams in the order of their making."""
        known = self.list_streams(table_name)
        if after is not None:
            places = (place for place, stream in enumerate(known, 1) if stream["StreamArn"] == after)
            known = known[next(places, len(known)) :]
        page = known[: limit or _LIST_MAX]
        more = {"LastEvaluatedStreamArn": page[-1]["StreamArn"]} if len(page) < len(known) else {}
        return {"Streams": page, **more}

    def iterator(self, arn: str, shard_id: str, kind: str, sequence: str | None = None, timestamp: Any = None) -> str:
        """A token for a place in a stream's shard."""
        shard = self.stream(arn)
        if shard_id != shard.id:
            raise StreamsError(
                "ResourceNotFoundException", f"Requested resource not found: Shard: {shard_id} not found"
            )
        log = shard.log
        match kind:
            case "TRIM_HORIZON":
                position = log.start
            case "LATEST":
                position = log.end
            case "AT_TIMESTAMP":
                if timestamp is None:
                    raise StreamsError("ValidationException", f"{kind} needs a Timestamp.")
                position = log.at_time(virtual_second(timestamp))
            case "AT_SEQUENCE_NUMBER" | "AFTER_SEQUENCE_NUMBER":
                if not sequence or not sequence.isdecimal():
                    raise StreamsError(
                        "ValidationException", f"{kind} needs the SequenceNumber of a record; it was {sequence}."
                    )
                position = log.at_sequence(int(sequence) + (kind == "AFTER_SEQUENCE_NUMBER"))
                if position < log.start:
                    raise _trimmed()
            case _:
                raise StreamsError(
                    "ValidationException",
                    f"1 validation error detected: Value '{kind}' at 'shardIteratorType' failed to satisfy constraint: Member must "
                    f"satisfy enum value set: [{', '.join(_ITERATOR_TYPES)}]",
                )
        return self._token(shard, position)

    def read(self, token: str, limit: int | None) -> dict[str, Any]:
        """GetRecords: records and the next iterator, none at the end of a closed shard."""
        if limit is not None and limit > _GET_MAX:
            raise StreamsError("ValidationException", f"Limit must be at most {_GET_MAX}; it was {limit}.")
        arn, _, content = token.partition("|1|")
        try:
            position, made_at = json.loads(base64.b64decode(content))
        except (ValueError, TypeError):
            raise StreamsError("ValidationException", "Invalid ShardIterator") from None
        shard = self.stream(arn)
        if shard.world.clock.now - made_at > _AGE_MAX_S:
            raise StreamsError("ExpiredIteratorException", "The provided iterator exceeds the maximum age allowed.")
        if position < shard.log.start:
            raise _trimmed()
        records, position = shard.log.read(position, limit or _GET_MAX, _GET_MAX_BYTES)
        size, now = sum(record.size_bytes for record in records), shard.world.clock.now
        age_s = now - records[-1].at if records else 0.0
        shard.world.trace.append(Read(shard.id, len(records), size, age_s), shard.arn)
        answer: dict[str, Any] = {"Records": [record.to_json() for record in records]}
        if not (shard.log.closed and position >= shard.log.end):
            answer["NextShardIterator"] = self._token(shard, position)
        return answer

    def _token(self, shard: ChangeShard, position: int) -> str:
        content = json.dumps([position, shard.world.clock.now]).encode()
        return f"{shard.arn}|1|{base64.b64encode(content).decode()}"


def _trimmed() -> StreamsError:
    return StreamsError(
        "TrimmedDataAccessException", "The operation attempted to read past the oldest stream record in a shard."
    )
