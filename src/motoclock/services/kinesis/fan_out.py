"""Enhanced fan-out: the calls that register consumers and subscribe them to shards. A mixin of the Kinesis backend.

Source: Kinesis API reference, RegisterStreamConsumer and SubscribeToShard.
"""

from collections.abc import Iterator
from typing import Any

from moto.kinesis.exceptions import ConsumerNotFound

from motoclock import announcements
from motoclock.facts import kinesis as facts
from motoclock.services.kinesis import iterators
from motoclock.services.kinesis.checks import check_name
from motoclock.services.kinesis.consumers import FanOutConsumer
from motoclock.services.kinesis.errors import in_use, limit_exceeded
from motoclock.services.kinesis.shard import LogShard
from motoclock.services.kinesis.stream import LogStream
from motoclock.trace import Read

_GET_MAX = facts.GET_RECORDS_MAX.value
_GET_MAX_BYTES = facts.GET_RECORDS_MAX_BYTES.value
_CONSUMERS_MAX = facts.EFO_CONSUMERS_MAX.value
_CONSUMERS_ADVANTAGE_MAX = facts.EFO_CONSUMERS_ADVANTAGE_MAX.value
_SUBSCRIPTION_S = facts.EFO_SUBSCRIPTION_S.value
_LATENCY_S = facts.EFO_LATENCY_S.value
_SUBSCRIBE_EVERY_S = 5  # SubscribeToShard, API reference


class FanOutCalls:
    """What boto3's calls about consumers do."""

    def register_stream_consumer(self, stream_arn: str, consumer_name: str) -> FanOutConsumer:
        stream = self.describe_stream(stream_arn, None)
        check_name("consumerName", consumer_name)
        if any(consumer.consumer_name == consumer_name for consumer in stream.consumers):
            raise in_use(
                f"Consumer {consumer_name} under stream {stream.stream_name} already exists for account {self.account_id}."
            )
        self.check_room(stream)
        consumer = FanOutConsumer(stream.world.clock, consumer_name, self.account_id, self.region_name, stream.arn)
        stream.consumers.append(consumer)
        stream.record_capacity()
        return consumer

    def check_room(self, stream: LogStream) -> None:
        """LimitExceededException for a stream with as many registered consumers, queues among them, as it can have."""
        most = _CONSUMERS_ADVANTAGE_MAX if stream.is_on_demand and self.advantage.enabled else _CONSUMERS_MAX
        if len(stream.consumers) + len(stream.queues) >= most:
            queues = ", queues included" if stream.queues else ""
            raise limit_exceeded(f"The stream has {most} registered consumers{queues}, which is the most.")

    def deregister_stream_consumer(
        self, stream_arn: str | None, consumer_name: str | None, consumer_arn: str | None
    ) -> None:
        consumer = self.describe_stream_consumer(stream_arn, consumer_name, consumer_arn)
        stream, _ = self.find_consumer(consumer.consumer_arn)
        stream.consumers.remove(consumer)
        stream.record_capacity()
        stream.world.announce(announcements.KINESIS_CONSUMER_DELETED, consumer)

    def find_consumer(self, consumer_arn: str) -> tuple[LogStream, FanOutConsumer]:
        """The stream and the consumer with this ARN; ResourceNotFoundException without one."""
        for stream in self.streams.values():
            if (consumer := stream.get_consumer_by_arn(consumer_arn)) is not None:
                return stream, consumer
        raise ConsumerNotFound(consumer=consumer_arn, account_id=self.account_id)

    def subscribe_to_shard(
        self, consumer_arn: str, shard_id: str, starting_position: dict[str, Any]
    ) -> Iterator[dict[str, Any]]:
        """The events of one subscription, as they come: what the shard holds from there on, then what is put later.

        Each holds at most 10 MiB. Waiting for the next passes virtual time; after five minutes, or at the end of a closed shard, the
        subscription ends. Modelled: AWS also pushes empty events while nothing comes.
        """
        stream, consumer = self.find_consumer(consumer_arn)
        shard = self._shard(stream, shard_id)
        now = stream.world.clock.now
        if now - consumer.subscribed_at.get(shard_id, float("-inf")) < _SUBSCRIBE_EVERY_S:
            raise in_use(f"Another active subscription exists for this consumer: {consumer_arn}")
        consumer.subscribed_at[shard_id] = now
        position = iterators.position_of(
            shard,
            starting_position["Type"],
            now,
            starting_position.get("SequenceNumber"),
            starting_position.get("Timestamp"),
        )
        return _pushed(stream, consumer, shard, position)


def _pushed(stream: LogStream, consumer: FanOutConsumer, shard: LogShard, position: int) -> Iterator[dict[str, Any]]:
    clock, log = stream.world.clock, shard.log
    ends_at, first = clock.now + _SUBSCRIPTION_S, True
    while first or clock.now < ends_at:
        if not first and position >= log.end:
            if not clock.wait(log.arrived, timeout=ends_at - clock.now):
                return
            if position < log.end:
                clock.sleep(_LATENCY_S)
            elif not log.closed:
                continue
        first = False
        records, position = log.read(position, _GET_MAX, _GET_MAX_BYTES)
        last = records[-1].sequence if records else shard.starting_sequence
        at_end = log.closed and position >= log.end
        if records:
            size, age_s = sum(record.size_bytes for record in records), clock.now - records[-1].at
            read = Read(shard.shard_id, len(records), size, age_s, fan_out=consumer.consumer_name)
            stream.world.trace.append(read, stream.arn)
        yield {
            "records": records,
            "continuation": str(last),
            "behind_ms": 0,
            "children": shard.children if at_end else [],
        }
        if at_end:
            return
