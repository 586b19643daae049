"""moto's Kinesis backend, with logs in its streams. One a region and account, as moto makes them."""

from collections.abc import Callable
from typing import Any

from moto.kinesis.exceptions import (
    ResourceInUseError,
    StreamCannotBeUpdatedError,
    TooManyRecords,
)
from moto.kinesis.models import KinesisBackend

from motoclock import announcements
from motoclock.facts import kinesis as facts
from motoclock.facts.shapes import DAY_S, MIB
from motoclock.services.kinesis import iterators
from motoclock.services.kinesis.advantage import Advantage
from motoclock.services.kinesis.checks import check_name, check_record_size, kind_of_filter, mode_of
from motoclock.services.kinesis.errors import (
    KinesisError,
    in_use,
    invalid,
    limit_exceeded,
    not_found,
    throughput_exceeded,
    validation,
)
from motoclock.services.kinesis.fan_out import FanOutCalls
from motoclock.services.kinesis.iterators import ShardIterator
from motoclock.services.kinesis.shard import KinesisRecord, LogShard
from motoclock.services.kinesis.stream import LogStream
from motoclock.trace import Read, Sized
from motoclock.world import the_world

_BATCH_MAX = facts.PUT_RECORDS_MAX_RECORDS.value
_BATCH_MAX_BYTES = facts.PUT_RECORDS_MAX_BYTES.value
_GET_MAX = facts.GET_RECORDS_MAX.value
_GET_MAX_BYTES = facts.GET_RECORDS_MAX_BYTES.value
_SCALINGS = facts.RESHARDS_PER_DAY.value
_MODE_CHANGES = facts.MODE_CHANGES_PER_DAY.value
_KIB = 1024
_ON_DEMAND_MAX = facts.ON_DEMAND_MAX_BYTES_PER_S.value


class LogKinesisBackend(FanOutCalls, KinesisBackend):
    """What boto3's calls do. Names and signatures are moto's, so that CloudFormation and others in moto find them."""

    streams: dict[str, LogStream]

    def __init__(self, region_name: str, account_id: str):
        super().__init__(region_name, account_id)
        self.advantage = Advantage()

    @property
    def _url_module(self) -> Any:
        from motoclock.services.kinesis import urls

        return urls

    @property
    def urls(self) -> dict[str, Callable[..., Any]]:
        """moto builds this anew for every request."""
        if "_urls" not in LogKinesisBackend.__dict__:
            LogKinesisBackend._urls = super().urls
        return LogKinesisBackend._urls

    # ------------------------------------------------------------------ streams

    def create_stream(
        self,
        stream_name: str,
        shard_count: int | None,
        stream_mode: dict[str, str] | None = None,
        retention_period_hours: int | None = None,
    ) -> LogStream:
        if stream_name in self.streams:
            raise ResourceInUseError(f"Stream {stream_name} under account {self.account_id} already exists.")
        check_name("streamName", stream_name)
        if shard_count is None and stream_mode is None:  # recorded on AWS: four shards
            stream_mode = {"StreamMode": "ON_DEMAND"}
        on_demand = mode_of(stream_mode) == "ON_DEMAND"
        if not on_demand and (shard_count is None or shard_count < 1):
            raise validation("shardCount", shard_count, "Member must have value greater than or equal to 1")
        stream = LogStream(
            stream_name, shard_count, stream_mode, retention_period_hours, self.account_id, self.region_name
        )
        self.streams[stream_name] = stream
        return stream

    def refuse_with_consumers(self, stream_arn: str | None, stream_name: str | None) -> None:
        """DeleteStream without EnforceConsumerDeletion: ResourceInUseException for a stream with registered consumers."""
        stream = self.describe_stream(stream_arn, stream_name)
        if stream.consumers:
            raise in_use(
                f"Stream {stream.stream_name} has registered consumers ({len(stream.consumers)}): deregister them first, or set "
                "EnforceConsumerDeletion."
            )

    def delete_stream(self, stream_arn: str | None, stream_name: str | None) -> LogStream:
        stream = super().delete_stream(stream_arn, stream_name)
        stream.retire()
        stream.world.announce(announcements.KINESIS_STREAM_DELETED, stream)
        return stream

    def update_max_record_size(self, stream_arn: str, kib: int) -> None:
        check_record_size(kib)
        self.describe_stream(stream_arn, None).max_record_kib = kib

    def update_stream_warm_throughput(self, stream_arn: str | None, stream_name: str | None, mib: int) -> LogStream:
        stream = self.describe_stream(stream_arn, stream_name)
        if not stream.is_on_demand or not self.advantage.enabled:
            raise KinesisError(
                "ValidationException",
                f"Stream {stream.stream_name} can't be warmed up: it must be on demand, and the account must have enabled "
                "MinimumThroughputBillingCommitment.",
            )
        if mib * MIB > _ON_DEMAND_MAX:
            raise limit_exceeded(f"{mib} MiB/s is more than an on-demand stream takes.")
        stream.warm_up(mib)
        return stream

    def update_account_settings(self, status: str) -> Advantage:
        """On-demand Advantage, on or off, for all on-demand streams of the account."""
        if status not in ("ENABLED", "DISABLED"):
            raise validation(
                "minimumThroughputBillingCommitment.status",
                status,
                "Member must satisfy enum value set: [ENABLED, DISABLED]",
            )
        world = the_world()
        before = self.advantage.enabled
        self.advantage.switch(status == "ENABLED", world.clock.datetime)
        if self.advantage.enabled != before:
            sized = Sized("ADVANTAGE" if self.advantage.enabled else "STANDARD", 0, 0, 0)
            world.trace.append(sized, f"arn:aws:kinesis:{self.region_name}:{self.account_id}:account")
        return self.advantage

    def update_stream_mode(self, stream_arn: str, stream_mode: dict[str, str]) -> None:
        stream = self.describe_stream(stream_arn, None)
        mode = mode_of(stream_mode)
        if mode == mode_of(stream.stream_mode):
            return
        if stream.mode_changes.within(DAY_S) >= _MODE_CHANGES:
            raise limit_exceeded(
                f"Stream {stream.stream_name} has changed its capacity mode {_MODE_CHANGES} times within 24 hours, which is the most."
            )
        stream.mode_changes.add()
        stream.stream_mode = {"StreamMode": mode}
        stream.record_capacity()

    # ------------------------------------------------------------------ resharding

    def split_shard(
        self, stream_arn: str | None, stream_name: str | None, shard_to_split: str, new_starting_hash_key: str
    ) -> None:
        self._must_be_provisioned(self.describe_stream(stream_arn, stream_name))
        super().split_shard(stream_arn, stream_name, shard_to_split, new_starting_hash_key)

    def merge_shards(
        self, stream_arn: str | None, stream_name: str | None, shard_to_merge: str, adjacent_shard_to_merge: str
    ) -> None:
        self._must_be_provisioned(self.describe_stream(stream_arn, stream_name))
        super().merge_shards(stream_arn, stream_name, shard_to_merge, adjacent_shard_to_merge)

    def update_shard_count(self, stream_arn: str | None, stream_name: str | None, target_shard_count: int) -> int:
        stream = self.describe_stream(stream_arn, stream_name)
        self._must_be_provisioned(stream)
        before = len(stream.open_shards)
        if stream.scalings.within(DAY_S) >= _SCALINGS:
            raise limit_exceeded(
                f"Stream {stream.stream_name} was scaled {_SCALINGS} times within 24 hours, which is the most."
            )
        stream.update_shard_count(target_shard_count)
        stream.scalings.add()
        return before

    def _must_be_provisioned(self, stream: LogStream) -> None:
        if stream.is_on_demand:
            raise StreamCannotBeUpdatedError(stream_name=stream.stream_name, account_id=self.account_id)

    # ------------------------------------------------------------------ writing

    def put_record(
        self,
        stream_arn: str | None,
        stream_name: str | None,
        partition_key: str | None,
        explicit_hash_key: str,
        data: str,
    ) -> tuple[str, str]:
        stream = self.describe_stream(stream_arn, stream_name)
        self._check_size(stream, "data", partition_key or "", data)
        return stream.put_record(partition_key, explicit_hash_key, data)

    def put_records(
        self, stream_arn: str | None, stream_name: str | None, records: list[dict[str, Any]]
    ) -> dict[str, Any]:
        """Each record is stored or turned down by itself, in the order of the request (AWS promises no order)."""
        stream = self.describe_stream(stream_arn, stream_name)
        if len(records) > _BATCH_MAX:
            raise TooManyRecords
        total = 0
        for number, record in enumerate(records, 1):
            total += self._check_size(
                stream, f"records.{number}.member.data", record.get("PartitionKey") or "", record["Data"]
            )
            stream.get_shard_for_key(record.get("PartitionKey"), record.get("ExplicitHashKey"))
        if total > _BATCH_MAX_BYTES:
            raise invalid(f"Records size exceeds {_BATCH_MAX_BYTES // _KIB // _KIB} MB limit")
        answers = [self._put_one(stream, record) for record in records]
        return {"FailedRecordCount": sum("ErrorCode" in answer for answer in answers), "Records": answers}

    def _put_one(self, stream: LogStream, record: dict[str, Any]) -> dict[str, Any]:
        try:
            sequence, shard = stream.put_record(record["PartitionKey"], record.get("ExplicitHashKey"), record["Data"])
        except KinesisError as error:
            return {"ErrorCode": "ProvisionedThroughputExceededException", "ErrorMessage": error.message}
        return {"SequenceNumber": sequence, "ShardId": shard}

    def _check_size(self, stream: LogStream, member: str, key: str, data: str) -> int:
        size = len(data) * 3 // 4 - data[-2:].count("=") + len(key.encode())
        most = stream.max_record_kib * _KIB
        if size > most:
            raise validation(member, f"{size} bytes", f"Member must have length less than or equal to {most}")
        return size

    # ------------------------------------------------------------------ reading

    def get_shard_iterator(
        self,
        stream_arn: str | None,
        stream_name: str | None,
        shard_id: str,
        shard_iterator_type: str,
        starting_sequence_number: str | None,
        at_timestamp: Any,
    ) -> str:
        stream = self.describe_stream(stream_arn, stream_name)
        shard = self._shard(stream, shard_id)
        position = iterators.position_of(
            shard, shard_iterator_type, now := the_world().clock.now, starting_sequence_number, at_timestamp
        )
        return ShardIterator(stream.stream_name, shard_id, position, now).token

    def read(
        self, shard_iterator: str, limit: int | None
    ) -> tuple[list[KinesisRecord], str | None, int, list[LogShard]]:
        """GetRecords: records, the next iterator (None at the end of a closed shard), milliseconds behind, children at the end."""
        now = the_world().clock.now
        iterator = ShardIterator.of(shard_iterator, now)
        stream = self.describe_stream(None, iterator.stream)
        shard = self._shard(stream, iterator.shard)
        if limit is not None and not 1 <= limit <= _GET_MAX:
            raise validation("limit", limit, f"Member must have value between 1 and {_GET_MAX}")
        if shard.reads.wait_s > 0:
            stream.world.trace.append(Read(shard.shard_id, refused=True), stream.arn)
            raise throughput_exceeded(shard.shard_id, stream.stream_name, stream.account_id)
        records, position = shard.log.read(iterator.position, limit or _GET_MAX, _GET_MAX_BYTES)
        size = sum(record.size_bytes for record in records)
        shard.reads.read(size)
        age_s = now - records[-1].at if records else 0.0
        stream.world.trace.append(Read(shard.shard_id, len(records), size, age_s), stream.arn)
        behind_ms = round((now - records[-1].at) * 1000) if records and position < shard.log.end else 0
        if shard.log.closed and position >= shard.log.end:
            return records, None, 0, shard.children
        following = ShardIterator(stream.stream_name, shard.shard_id, position, now, iterator.reads + 1).token
        return records, following, behind_ms, []

    def _shard(self, stream: LogStream, shard_id: str) -> LogShard:
        if shard_id not in stream.shards:
            raise not_found(
                f"Shard {shard_id} in stream {stream.stream_name} under account {self.account_id} does not exist"
            )
        return stream.shards[shard_id]

    def shards_of(
        self, stream_arn: str | None, stream_name: str | None, after: str | None, shard_filter: dict[str, Any]
    ) -> list[LogShard]:
        """ListShards: the stream's shards in order of their ids, those that the filter asks for."""
        stream = self.describe_stream(stream_arn, stream_name)
        shards = [shard for shard in stream.listed_shards if after is None or shard.shard_id > after]
        kind = kind_of_filter(shard_filter)
        if kind == "AFTER_SHARD_ID":
            return [shard for shard in shards if shard.shard_id > shard_filter["ShardId"]]
        if kind == "AT_LATEST":
            return [shard for shard in shards if shard.is_open]
        if kind in ("AT_TIMESTAMP", "FROM_TIMESTAMP"):
            at = iterators.virtual_second(shard_filter["Timestamp"])
            shards = [shard for shard in shards if shard.is_open or shard.closed_at >= at]
            return shards if kind == "FROM_TIMESTAMP" else [shard for shard in shards if shard.born_at <= at]
        if kind == "AT_TRIM_HORIZON":
            return [shard for shard in shards if not any(parent.shard_id in shard.parents for parent in shards)]
        return shards

    def put_resource_policy(self, resource_arn: str, policy_doc: str) -> None:
        """A policy for a stream that is there; recorded on AWS (August 2025)."""
        if stream := resource_arn.partition(":stream/")[2].partition("/")[0]:  # a queue of Kinesis has a policy, too
            self.describe_stream(None, stream)
        super().put_resource_policy(resource_arn, policy_doc)

    def _send_stream_metrics(self, stream_name: str, incoming_bytes: int, incoming_records: int) -> None:
        """No metrics: moto would keep one for every call and go through all of them at the next."""
