"""Seam: Kinesis streams whose shards are logs with limits, under moto's Kinesis API.

moto 5.2.5 hands every record to a function inside PutRecord, counts sequence numbers 1, 2, 3, routes to closed shards and misses
the last hash of a range, never ends a closed shard, knows no throughput limit, no retention and no fan-out subscription. Here
moto's backend makes `LogStream`s, so there is one store, and a record costs O(1).

Modelled: streams are ACTIVE and reshards done at once; AUTO record distribution is refused, channels are not answered. Queues are
in `queues`.
"""

import re

from moto.backend_index import backend_url_patterns
from moto.kinesis.models import kinesis_backends

from motoclock.services.kinesis import consumer_mappings
from motoclock.services.kinesis.backend import LogKinesisBackend
from motoclock.services.kinesis.consumers import FanOutConsumer
from motoclock.services.kinesis.queues import QueueingKinesisBackend
from motoclock.services.kinesis.shard import KinesisRecord, LogShard
from motoclock.services.kinesis.stream import LogStream
from motoclock.services.kinesis.urls import QUEUES_BASE

__all__ = [
    "FanOutConsumer",
    "KinesisRecord",
    "LogKinesisBackend",
    "LogShard",
    "LogStream",
    "QueueingKinesisBackend",
    "install",
]


def install() -> None:
    """Backends are made on first use, so this must come before the first Kinesis call."""
    kinesis_backends.backend = QueueingKinesisBackend
    if all(pattern.pattern != QUEUES_BASE for _, pattern in backend_url_patterns):
        backend_url_patterns.append(("kinesis", re.compile(QUEUES_BASE)))
    consumer_mappings.install()
