"""Seam: Kinesis streams whose shards are logs with limits, under moto's Kinesis API.

moto 5.2.5 hands every record to a function inside PutRecord, counts sequence numbers 1, 2, 3, routes to closed shards and misses
the last hash of a range, never ends a closed shard, knows no throughput limit, no retention and no fan-out subscription. Here
moto's backend makes `LogStream`s, so there is one store, and a record costs O(1).

Modelled: streams are ACTIVE and reshards done at once; AUTO record distribution, queues and channels are not answered.
"""

from moto.kinesis.models import kinesis_backends

from sevenways.moto_seams.kinesis import consumer_mappings
from sevenways.moto_seams.kinesis.backend import LogKinesisBackend
from sevenways.moto_seams.kinesis.consumers import FanOutConsumer
from sevenways.moto_seams.kinesis.shard import KinesisRecord, LogShard
from sevenways.moto_seams.kinesis.stream import LogStream

__all__ = ["FanOutConsumer", "KinesisRecord", "LogKinesisBackend", "LogShard", "LogStream", "install"]


def install() -> None:
    """Backends are made on first use, so this must come before the first Kinesis call."""
    kinesis_backends.backend = LogKinesisBackend
    consumer_mappings.install()
