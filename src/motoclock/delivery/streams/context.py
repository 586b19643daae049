"""What the poller of a stream, its readers and their slots share: the poller writes into one, the readers and slots into the other."""

from dataclasses import dataclass

from motoclock.clock import Clock
from motoclock.delivery.invoking import Invoker
from motoclock.delivery.streams.failures import Failures
from motoclock.delivery.streams.journal import Journal
from motoclock.delivery.streams.settings import Settings
from motoclock.delivery.streams.sources import Shard, Source
from motoclock.services.shard_log import TOLERANCE_S


@dataclass(slots=True)
class StreamContext:
    """One stream as it is read for one mapping, or for one pipe. Settings change while it is read."""

    clock: Clock
    invoker: Invoker
    source: Source
    journal: Journal
    failures: Failures
    settings: Settings
    stopped: bool = False

    @property
    def active(self) -> bool:
        """Whether records are handed over now."""
        return self.settings.enabled and self.source.reachable and not self.stopped and not self.source.gone


class ShardContext:
    """One shard of it. `cursor` is where its reader reads on, `generation` counts the divisions of the shard among slots.

    `processed_until` is the arrival of the last record of the last batch that ended. `room` is fired when a slot took records or
    stopped.
    """

    def __init__(self, stream: StreamContext, shard: Shard, position: int):
        self.stream, self.shard = stream, shard
        self.cursor = position
        self.generation = 0
        self.processed_until: float | None = None
        self.room = stream.clock.signal()

    @property
    def at_end(self) -> bool:
        """The shard was closed and has been read to its end."""
        return self.shard.log.closed and self.cursor >= self.shard.log.end

    def has_read_until(self, at: float) -> bool:
        """Whether nothing is left to read that arrived before a virtual second."""
        found, _ = self.shard.log.read(self.cursor, 1)
        return not found or found[0].at >= at - TOLERANCE_S
