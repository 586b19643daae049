"""From streams to functions: the event source mappings of Kinesis and DynamoDB, which follow the same rules.

A reader a shard polls and filters; slots hand batches over in order, retry, split and give up; every record ends checkpointed,
filtered, expired, with its failure record delivered, or dropped.
"""

from motoclock.delivery.mappings import SourceKind
from motoclock.delivery.streams.poller import StreamPoller
from motoclock.delivery.streams.settings import read_settings
from motoclock.world import World

__all__ = ["StreamPoller", "register"]


def register(world: World) -> None:
    """Let mappings whose source is a stream be read."""
    for service in ("kinesis", "dynamodb"):
        world.services.mappings.register(service, SourceKind(read_settings, StreamPoller))
