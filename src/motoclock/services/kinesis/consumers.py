"""Enhanced fan-out: registered consumers, each with a read limit of its own on every shard.

Source: Kinesis API reference, RegisterStreamConsumer and SubscribeToShard.
"""

from moto.core.utils import unix_time
from moto.kinesis.models import Consumer

from motoclock.clock import Clock
from motoclock.services.kinesis.limits import ReadLimit


class FanOutConsumer(Consumer):
    """A registered consumer. Its ARN ends with the second of its registration, as in AWS. Modelled: ACTIVE at once."""

    def __init__(self, clock: Clock, consumer_name: str, account_id: str, region_name: str, stream_arn: str):
        super().__init__(consumer_name, account_id, region_name, stream_arn)
        self.consumer_arn = f"{stream_arn}/consumer/{consumer_name}:{int(unix_time(self.created))}"
        self.subscribed_at: dict[str, float] = {}  # shard id -> virtual second of its last SubscribeToShard
        self._clock = clock
        self._limits: dict[str, ReadLimit] = {}

    def limit(self, shard_id: str) -> ReadLimit:
        """This consumer's share of a shard."""
        if shard_id not in self._limits:
            self._limits[shard_id] = ReadLimit(self._clock, calls=float("inf"))
        return self._limits[shard_id]
