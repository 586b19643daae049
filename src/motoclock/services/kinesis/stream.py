"""moto's Stream with logs for shards: routing, limits, resharding, retention and consumers as Kinesis has them.

Modelled: a stream is ACTIVE at once; an on-demand stream opens with four shards, and a while after a shard turned a record down every
shard is split in two, up to the Region's maximum. AWS watches the peak of thirty days instead, and splits hot shards alone.
"""

import hashlib
from bisect import bisect_right
from typing import Any, Protocol

from moto.core.utils import utcnow
from moto.kinesis.models import Stream

from motoclock import announcements
from motoclock.facts import kinesis as facts
from motoclock.facts.shapes import HOUR_S, MIB
from motoclock.services.arrivals import record_sent
from motoclock.services.kinesis import resharding
from motoclock.services.kinesis.consumers import FanOutConsumer
from motoclock.services.kinesis.errors import invalid, throughput_exceeded
from motoclock.services.kinesis.limits import WRITE_BYTES, Recent
from motoclock.services.kinesis.shard import KinesisRecord, LogShard
from motoclock.trace import Refused, Sent, Sized
from motoclock.world import the_world

_KEY_MAX = facts.PARTITION_KEY_MAX_CHARS.value
_RETENTION_HOURS = facts.RETENTION_DEFAULT_S.value // HOUR_S
_ON_DEMAND_SHARDS = facts.ON_DEMAND_SHARDS_START.value
_ON_DEMAND_GROWS_S = facts.ON_DEMAND_GROWS_S.value
_ON_DEMAND_SHARDS_MAX = facts.ON_DEMAND_MAX_BYTES_PER_S.value // WRITE_BYTES
_RECORD_KIB = facts.RECORD_SIZE_DEFAULT_BYTES.value // 1024


class TakesRecords(Protocol):
    """A queue of a stream, which is given each record as it is written."""

    def deliver(self, record: KinesisRecord) -> None: ...


class LogStream(Stream):
    """A data stream. The world it was made in is its world for good."""

    shards: dict[str, LogShard]
    consumers: list[FanOutConsumer]

    def __init__(
        self,
        stream_name: str,
        shard_count: int | None,
        stream_mode: dict[str, str] | None,
        retention_period_hours: int | None,
        account_id: str,
        region_name: str,
    ):
        self.world = the_world()
        self.deleted = False
        self.max_record_kib = _RECORD_KIB
        self.queues: list[TakesRecords] = []
        self._count = 0  # sequence numbers given out
        self._growing = False
        self.warm_mib_per_s: int | None = None
        self.scalings, self.mode_changes = Recent(self.world.clock), Recent(self.world.clock)
        self._retention_hours = retention_period_hours or _RETENTION_HOURS
        super().__init__(stream_name, shard_count or 1, stream_mode, retention_period_hours, account_id, region_name)
        self.creation_datetime = utcnow()
        self.record_capacity()

    # ------------------------------------------------------------------ shards

    @property
    def is_on_demand(self) -> bool:
        return self.stream_mode.get("StreamMode") == "ON_DEMAND"

    @property
    def open_shards(self) -> list[LogShard]:
        return [shard for shard in self.shards.values() if shard.is_open]

    def init_shards(self, shard_count: int) -> None:
        self.shards = {}
        for start, end in resharding.even_ranges(_ON_DEMAND_SHARDS if self.is_on_demand else shard_count):
            self.add_shard(start, end)
        self._reroute()

    def add_shard(self, starting_hash: int, ending_hash: int, parents: tuple[LogShard, ...] = ()) -> None:
        """The stream's next shard. `resharded` makes it known."""
        shard = LogShard(
            self.world, len(self.shards), starting_hash, ending_hash, self._retention_hours * HOUR_S, parents
        )
        self.shards[shard.shard_id] = shard

    def next_count(self) -> int:
        self._count += 1
        return self._count

    def split_shard(self, shard_to_split: str, new_starting_hash_key: str) -> None:
        resharding.split(self, self.shards[shard_to_split], int(new_starting_hash_key))
        self._resharded()

    def merge_shards(self, shard_to_merge: str, adjacent_shard_to_merge: str) -> None:
        resharding.merge(self, self.shards[shard_to_merge], self.shards[adjacent_shard_to_merge])
        self._resharded()

    def update_shard_count(self, target_shard_count: int) -> None:
        resharding.check_target(self, target_shard_count)
        resharding.scale(self, target_shard_count)
        self._resharded()

    def _resharded(self) -> None:
        self._reroute()
        self.record_capacity()
        self.world.announce(announcements.KINESIS_SHARDS_CHANGED, self)

    def warm_up(self, mib_per_s: int) -> None:
        """On-demand Advantage: open shards enough for so much a second, before it comes."""
        self.warm_mib_per_s = mib_per_s
        while len(self.open_shards) * WRITE_BYTES < mib_per_s * MIB:
            resharding.scale(self, len(self.open_shards) * 2)
            self._resharded()

    def record_capacity(self) -> None:
        """Tell the trace what is paid for by the hour from now on."""
        shards = 0 if self.deleted else len(self.open_shards)
        consumers = 0 if self.deleted else len(self.consumers)
        mode = "ON_DEMAND" if self.is_on_demand else "PROVISIONED"
        sized = Sized(mode, shards, consumers, self._retention_hours)
        self.world.trace.append(sized, self.arn)

    def _reroute(self) -> None:
        row = sorted(self.open_shards, key=lambda shard: shard.starting_hash)
        self.shard_count = len(row)
        self._row, self._starts = row, [shard.starting_hash for shard in row]

    # ------------------------------------------------------------------ writing

    def get_shard_for_key(self, partition_key: str, explicit_hash_key: str | None) -> LogShard:
        """The open shard whose range holds the MD5 of the key, or the explicit hash."""
        if not isinstance(partition_key, str) or not 1 <= len(partition_key) <= _KEY_MAX:
            raise invalid(f"PartitionKey must have between 1 and {_KEY_MAX} characters.")
        if explicit_hash_key:
            if not explicit_hash_key.isdecimal() or int(explicit_hash_key) > resharding.TOP:
                raise invalid(
                    f"Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was "
                    f"{explicit_hash_key}"
                )
            number = int(explicit_hash_key)
        else:
            number = int(hashlib.md5(partition_key.encode(), usedforsecurity=False).hexdigest(), 16)
        return self._row[bisect_right(self._starts, number) - 1]

    def put_record(self, partition_key: str, explicit_hash_key: str | None, data: str) -> tuple[str, str]:
        """Store one record; data is base64 text. Returns sequence number and shard id."""
        record, shard = self.write(partition_key, explicit_hash_key, data)
        return str(record.sequence), shard.shard_id

    def write(
        self,
        key: str,
        explicit_hash_key: str | None,
        data: str,
        *,
        origins: tuple[str, ...] = (),
        sender: str | None = None,
    ) -> tuple[KinesisRecord, LogShard]:
        """Store one record, or raise ProvisionedThroughputExceededException when its shard has no room left in this second.

        `origins` and `sender` are for the trace; unless given they are those of the Task that is running.
        """
        shard = self.get_shard_for_key(key, explicit_hash_key)
        size = len(data) * 3 // 4 - data[-2:].count("=") + len(key.encode())
        if not shard.writes.take(size):
            self._grow_later()
            error = throughput_exceeded(shard.shard_id, self.stream_name, self.account_id)
            refused = Refused(shard.shard_id, error.message, retryable=True)
            self.world.trace.append(refused, self.arn)
            raise error
        record = shard.append(self.next_count(), key, data, size)
        sent = Sent(record.label, size, key, origins=tuple(origins), sender=sender)
        record_sent(self.world, self.arn, record.message_id, sent)
        for queue in self.queues:
            queue.deliver(record)
        return record, shard

    def _grow_later(self) -> None:
        """On demand: twice the shards, a while after the first record that was turned down."""
        if self.is_on_demand and not self._growing and len(self.open_shards) * 2 <= _ON_DEMAND_SHARDS_MAX:
            self._growing = True
            self.world.clock.call_later(_ON_DEMAND_GROWS_S, self._grow, foreground=False)

    def _grow(self) -> None:
        self._growing = False
        if self.is_on_demand and not self.deleted:
            resharding.scale(self, len(self.open_shards) * 2)
            self._resharded()

    # ------------------------------------------------------------------ retention

    @property
    def retention_period_hours(self) -> int:
        return self._retention_hours

    @retention_period_hours.setter
    def retention_period_hours(self, hours: int) -> None:
        changed, self._retention_hours = self._retention_hours != int(hours), int(hours)
        if changed:
            self.record_capacity()
        for shard in self.shards.values():
            shard.log.set_retention(self._retention_hours * HOUR_S)
            shard.log.arrived.fire()  # readers wait for the end of the old period

    @property
    def listed_shards(self) -> list[LogShard]:
        """Open shards, and closed ones whose records may still be there."""
        horizon = self.world.clock.now - self._retention_hours * HOUR_S
        return [shard for shard in self.shards.values() if shard.is_open or shard.closed_at > horizon]

    def retire(self) -> None:
        """The stream was deleted with all it holds."""
        self.deleted = True
        for shard in self.shards.values():
            shard.log.close()
        self.record_capacity()

    # ------------------------------------------------------------------ describing

    def to_json(self, shard_limit: int | None = None, start_after: str | None = None) -> dict[str, Any]:
        answer = super().to_json(shard_limit)
        shards = [shard for shard in self.listed_shards if start_after is None or shard.shard_id > start_after]
        description = answer["StreamDescription"]
        description["StreamModeDetails"] = self.stream_mode
        description["Shards"] = [shard.to_json() for shard in shards[: shard_limit or len(shards)]]
        description["HasMoreShards"] = len(description["Shards"]) < len(shards)
        return answer

    @property
    def warm_json(self) -> dict[str, int]:
        """WarmThroughput of the API."""
        return {"TargetMiBps": self.warm_mib_per_s or 0, "CurrentMiBps": len(self.open_shards) * WRITE_BYTES // MIB}

    def to_json_summary(self) -> dict[str, Any]:
        answer = super().to_json_summary()
        answer["StreamDescriptionSummary"] |= {
            "OpenShardCount": len(self.open_shards),
            "ConsumerCount": len(self.consumers),
            "MaxRecordSizeInKiB": self.max_record_kib,
        }
        if self.warm_mib_per_s is not None:
            answer["StreamDescriptionSummary"]["WarmThroughput"] = self.warm_json
        return answer
