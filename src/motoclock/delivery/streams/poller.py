"""A stream mapping at work: one reader a shard, parents before children, each mapping with its own place in every shard."""

from typing import Any

from moto.awslambda.models import EventSourceMapping

from motoclock.delivery.streams.failures import Failures
from motoclock.delivery.streams.journal import Journal
from motoclock.delivery.streams.reader import ShardReader
from motoclock.delivery.streams.settings import read_settings
from motoclock.delivery.streams.sources import Shard, role_of, source_of
from motoclock.services.kinesis.iterators import virtual_second
from motoclock.world import World


class StreamPoller:
    """The poller of one mapping from a Kinesis or DynamoDB stream."""

    def __init__(self, world: World, mapping: EventSourceMapping):
        self.world = world
        self.functions = world.services.functions
        self.source = source_of(mapping)
        self.journal = Journal(world, mapping, self.source.arn)
        self.failures = Failures(world, self.journal, self.source, mapping.uuid)
        self.stopped = False
        self._mapping = mapping
        self._readers: dict[str, ShardReader] = {}
        self._skipped: set[str] = set()  # shards that were closed before a mapping that starts at the latest
        self._read_settings()
        for topic in self.source.topics:
            world.subscribe(topic, self._shards_changed)
        self._start()

    @property
    def active(self) -> bool:
        """Whether records are handed over now."""
        return self.settings.enabled and self.source.reachable and not self.stopped and not self.source.gone

    def changed(self) -> None:
        """Take over new settings: an invocation that runs ends under the old ones."""
        self._read_settings()
        self._wake()

    def stop(self) -> None:
        """The mapping was deleted: read no more, and retry no more."""
        self.stopped = True
        self._wake()

    @property
    def iterator_ages_s(self) -> dict[str, float]:
        """By shard id: how old the last record of the last finished batch is."""
        return {shard_id: reader.iterator_age_s for shard_id, reader in self._readers.items()}

    def _read_settings(self) -> None:
        self.settings = read_settings(self._mapping)
        self.role = role_of(self.settings.function_arn)

    def _wake(self) -> None:
        for reader in list(self._readers.values()):
            reader.wake()

    # ------------------------------------------------------------------ shards

    def _start(self) -> None:
        starts: dict[str, int] = {}
        for shard in self.source.shards():
            starts[shard.shard_id] = position = self._first_position(shard)
            if self._mapping.starting_position == "LATEST" and shard.log.closed:
                self._skipped.add(shard.shard_id)
            for record in shard.log.before(position):
                why = f"written before the starting position, {self._mapping.starting_position}"
                self.journal.filtered(record, why)
        self._starts = starts
        self._open_readers()

    def _first_position(self, shard: Shard) -> int:
        match self._mapping.starting_position:
            case "LATEST":
                return shard.log.end
            case "AT_TIMESTAMP":
                return shard.log.at_time(virtual_second(self._mapping.starting_position_timestamp))
        return shard.log.start

    def _open_readers(self) -> None:
        """Read the shards whose parents are finished. A child that is new is read from its first record."""
        for shard in self.source.shards():
            shard_id = shard.shard_id
            if shard_id in self._readers or shard_id in self._skipped:
                continue
            if all(self._is_finished(parent) for parent in shard.parents):
                self._readers[shard_id] = ShardReader(self, shard, self._starts.get(shard_id, 0))

    def _is_finished(self, shard_id: str) -> bool:
        return shard_id in self._skipped or (shard_id in self._readers and self._readers[shard_id].finished)

    def shard_finished(self) -> None:
        """A reader came to the end of a closed shard: its children may be read."""
        if not self.stopped:
            self._open_readers()

    def _shards_changed(self, changed: Any) -> None:
        """The stream has other shards, is gone, or one of its consumers is."""
        if self.stopped or self.source.arn not in (getattr(changed, "arn", None), getattr(changed, "stream_arn", None)):
            return
        if self.source.gone or not self.source.reachable:
            self.journal.result("PROBLEM: The source of the mapping does not exist any more")
        self._open_readers()
        self._wake()
