"""A shard with a log in it, under moto's name for it; and the record that it holds."""

from base64 import b64decode
from typing import Any

from moto.kinesis.models import Shard

from motoclock.clock import EPOCH
from motoclock.services.kinesis.limits import ReadLimit, WriteLimit
from motoclock.services.kinesis.sequence import sequence_number
from motoclock.services.labels import label_of
from motoclock.services.shard_log import ShardLog
from motoclock.world import World

_EPOCH_S = EPOCH.timestamp()


class KinesisRecord:
    """One record. `data` is base64 text; `message_id` is the eventID that Lambda shows: shard and sequence number."""

    __slots__ = ("at", "data", "key", "message_id", "sequence", "size_bytes")

    def __init__(self, shard_id: str, sequence: int, key: str, data: str, size_bytes: int, at: float):
        self.sequence, self.key, self.data, self.size_bytes, self.at = sequence, key, data, size_bytes, at
        self.message_id = f"{shard_id}:{sequence}"

    @property
    def label(self) -> str:
        """A short form of the data for pictures."""
        return label_of(b64decode(self.data[:160]).decode("utf-8", "replace"))

    @property
    def timestamp(self) -> float:
        """ApproximateArrivalTimestamp: seconds since 1970, to the millisecond."""
        return round(_EPOCH_S + self.at, 3)

    def to_json(self) -> dict[str, Any]:
        """An entry of GetRecords' answer."""
        return {
            "SequenceNumber": str(self.sequence),
            "ApproximateArrivalTimestamp": self.timestamp,
            "Data": b64decode(self.data),
            "PartitionKey": self.key,
        }


class LogShard(Shard):
    """A shard: its hash range (both ends belong to it), its parents, its log and its limits.

    `parent` and `adjacent_parent` are shard ids; `born_s` is the whole second that its sequence numbers start with.
    """

    def __init__(
        self,
        world: World,
        number: int,
        starting_hash: int,
        ending_hash: int,
        retention_s: float,
        parents: tuple["LogShard", ...] = (),
    ):
        self._shard_id = self.number = number
        self.starting_hash, self.ending_hash = starting_hash, ending_hash
        self.is_open = True
        self.parents = tuple(parent.shard_id for parent in parents)
        self.parent = self.parents[0] if parents else None
        self.adjacent_parent = self.parents[1] if len(parents) > 1 else None
        self.children: list[LogShard] = []
        for parent in parents:
            parent.children.append(self)
        self.born_at = world.clock.now
        self.born_s = max([int(self.born_at), *(parent.born_s + 1 for parent in parents)])
        self.closed_at: float | None = None
        self.starting_sequence = sequence_number(self.born_s, number, 0, self.born_at)
        self.ending_sequence: int | None = None
        self.log: ShardLog[KinesisRecord] = ShardLog(world.clock, self.shard_id, retention_s)
        self.writes = WriteLimit(world.clock)
        self.reads = ReadLimit(world.clock)
        self._clock = world.clock

    def append(self, count: int, key: str, data: str, size_bytes: int) -> KinesisRecord:
        """Store a record as the `count`-th of its stream."""
        now = self._clock.now
        sequence = sequence_number(self.born_s, self._shard_id, count, now)
        record = KinesisRecord(self.shard_id, sequence, key, data, size_bytes, now)
        self.log.append(record)
        return record

    def close(self, count: int) -> None:
        """Take no more records: the shard was split or merged when the stream had `count`."""
        self.is_open = False
        self.closed_at = self._clock.now
        self.ending_sequence = sequence_number(self.born_s, self._shard_id, count, self.closed_at)
        self.log.close()

    @property
    def records(self) -> dict[int, KinesisRecord]:
        """moto's name for what a reader can get; O(n)."""
        found, _ = self.log.read(0, self.log.end)
        return {record.sequence: record for record in found}

    def to_json(self) -> dict[str, Any]:
        sequences = {"StartingSequenceNumber": str(self.starting_sequence)}
        if self.ending_sequence is not None:
            sequences["EndingSequenceNumber"] = str(self.ending_sequence)
        answer = {"ShardId": self.shard_id, "HashKeyRange": self.range_json(), "SequenceNumberRange": sequences}
        if self.parent:
            answer["ParentShardId"] = self.parent
        if self.adjacent_parent:
            answer["AdjacentParentShardId"] = self.adjacent_parent
        return answer

    def range_json(self) -> dict[str, str]:
        return {"StartingHashKey": str(self.starting_hash), "EndingHashKey": str(self.ending_hash)}

    def child_json(self) -> dict[str, Any]:
        """An entry of ChildShards."""
        return {"ShardId": self.shard_id, "ParentShards": list(self.parents), "HashKeyRange": self.range_json()}
