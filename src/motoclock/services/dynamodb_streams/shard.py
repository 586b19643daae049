"""A table's stream: one shard with a log of changes, under moto's name for it.

Modelled: a stream has one shard that never splits. AWS has one for each partition of the table, and rolls them over every few hours.
"""

import datetime
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from moto.dynamodb.exceptions import MockValidationException
from moto.dynamodb.models.dynamo_type import Item
from moto.dynamodb.models.table import StreamShard
from moto.dynamodbstreams.models import dynamodbstreams_backends

from motoclock.clock import EPOCH
from motoclock.facts import dynamodb_streams as facts
from motoclock.services.arrivals import record_sent
from motoclock.services.dynamodb_streams.limits import ReaderLimit
from motoclock.services.dynamodb_streams.records import ChangeRecord, change_of
from motoclock.services.shard_log import ShardLog
from motoclock.trace import Sent
from motoclock.world import the_world

_RETENTION_S = facts.RETENTION_S.value
_STEP = 10**20  # AWS's sequence numbers rise in such steps
_BASE = 3 * 10**9


class ChangeShard(StreamShard):
    """The stream of a table from when it was enabled until it is disabled. The world it was made in is its world for good."""

    def __init__(self, account_id: str, table: Any):
        self.world = the_world()
        self.account_id = account_id
        self.created_at = self.world.clock.now
        self.created_on = self.world.clock.datetime
        self.table_name: str = table.name
        self.schema = table.schema
        self.view = _view_of(table.stream_specification)
        self.label = table.latest_stream_label = _label(self.world.clock.datetime, getattr(table, "past_label", None))
        table.past_label = self.label
        self.arn = f"{table.table_arn}/stream/{self.label}"
        self.starting_sequence_number = _BASE
        self.ended_at: float | None = None
        milliseconds = int((EPOCH.timestamp() + self.created_at) * 1000)
        digest = hashlib.md5(self.arn.encode(), usedforsecurity=False).hexdigest()
        self.id = f"shardId-{milliseconds:020}-{digest[:8]}"
        self.log: ShardLog[ChangeRecord] = ShardLog(self.world.clock, self.id, _RETENTION_S)
        self.reads = ReaderLimit(self.world.clock)
        self._names = (table.hash_key_attr, table.range_key_attr)
        self._count = 0
        self._held: dict[Any, tuple[Item | None, Item | None]] | None = None
        self._by_ttl = False
        dynamodbstreams_backends[account_id][table.region_name].streams[self.arn] = self

    def __deepcopy__(self, _memo: dict[int, Any]) -> Self:
        """moto copies whole tables before a transaction; what was streamed is not copied, nor taken back."""
        return self

    @property
    def is_open(self) -> bool:
        return not self.log.closed

    def add(self, old: Item | None, new: Item | None) -> None:
        """An item changed. A write that changes nothing leaves no record."""
        if self._held is not None:
            item = new if new is not None else old
            first, _ = self._held.get(place := (item.hash_key, item.range_key), (old, None))
            self._held[place] = (first, new)
        elif old is None or new is None or old.to_json() != new.to_json():
            self._append(old, new)

    def _append(self, old: Item | None, new: Item | None) -> None:
        self._count += 1
        now = self.world.clock.now
        sequence = self._count * _STEP + _BASE + self._count
        name, change = change_of(self._names, self.view, old, new, sequence, now)
        key = str(next(iter(change["Keys"][self._names[0]].values())))
        record = ChangeRecord(self.arn, sequence, now, name, change, key, self._by_ttl)
        record_sent(self.world, self.arn, record.message_id, Sent(record.label, record.size_bytes, key))
        self.log.append(record)

    @contextmanager
    def as_one_change(self) -> Iterator[None]:
        """What happens in the block to an item is one change of it; when the block raises, nothing happened."""
        if self._held is not None:  # a transaction around it
            yield
            return
        self._held = {}
        try:
            yield
        except BaseException:
            self._held = None
            raise
        held, self._held = self._held, None
        for old, new in held.values():
            if old is not None or new is not None:
                self.add(old, new)

    @contextmanager
    def by_time_to_live(self) -> Iterator[None]:
        """What is deleted in the block was deleted by DynamoDB itself."""
        self._by_ttl = True
        try:
            yield
        finally:
            self._by_ttl = False

    def end(self) -> None:
        """The stream was disabled, or its table deleted: its records stay readable for a day."""
        self.ended_at = self.world.clock.now
        self.log.close()

    def get(self, start: int, quantity: int) -> list[dict[str, Any]]:
        """moto's way to read: from a sequence number on."""
        records, _ = self.log.read(self.log.at_sequence(start), quantity)
        return [record.to_json() for record in records]

    def to_json(self) -> dict[str, Any]:
        sequences = {"StartingSequenceNumber": str(_STEP + _BASE)}
        if self.log.closed:
            newest = self.log.newest
            sequences["EndingSequenceNumber"] = str(newest.sequence if newest else _STEP + _BASE)
        return {"ShardId": self.id, "SequenceNumberRange": sequences}

    def to_json_description(self) -> dict[str, Any]:
        """StreamDescription of DescribeStream."""
        return {
            "StreamArn": self.arn,
            "StreamLabel": self.label,
            "StreamStatus": "ENABLED" if self.is_open else "DISABLED",
            "StreamViewType": self.view,
            "CreationRequestDateTime": self.created_on,
            "TableName": self.table_name,
            "KeySchema": self.schema,
            "Shards": [self.to_json()],
        }


def _view_of(specification: dict[str, Any]) -> str:
    """The view type; moto 5.2.5 takes any text."""
    view = specification.get("StreamViewType")
    if view not in facts.VIEW_TYPES.value:
        raise MockValidationException(
            f"1 validation error detected: Value '{view}' at 'streamSpecification.streamViewType' failed to satisfy "
            f"constraint: Member must satisfy enum value set: [{', '.join(facts.VIEW_TYPES.value)}]"
        )
    return view


def _label(now: datetime.datetime, before: str | None) -> str:
    """The stream's label: when it was enabled, to the millisecond, and never the label before."""
    while (label := f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond // 1000:03}") == before:
        now += datetime.timedelta(milliseconds=1)
    return label
