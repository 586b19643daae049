"""A stream mapping at work: one reader a shard, parents before children, each mapping with its own place in every shard."""

from typing import Any

from motoclock.delivery.invoking import Invoker, Report
from motoclock.delivery.streams.context import ShardContext, StreamContext
from motoclock.delivery.streams.failures import Failures
from motoclock.delivery.streams.journal import Journal
from motoclock.delivery.streams.reader import ShardReader
from motoclock.delivery.streams.settings import Settings
from motoclock.delivery.streams.sources import Shard, source_of
from motoclock.services.kinesis.iterators import virtual_second
from motoclock.world import World


class StreamPoller:
    """Reads a Kinesis or DynamoDB stream for one mapping, or for one pipe.

    `invoker` gets its batches, `report` what became of the last; `failures` is the way out for the records that are
    given up: a pipe's are told of in other words.
    """

    def __init__(
        self,
        world: World,
        settings: Settings,
        invoker: Invoker,
        report: Report,
        failures: type[Failures] = Failures,
    ):
        source = source_of(settings.source_arn)
        self._journal = Journal(world, source.arn, settings.function_arn, report)
        self._stream = StreamContext(
            world.clock,
            invoker,
            source,
            self._journal,
            failures(world, self._journal, source, settings.uuid),
            settings,
        )
        self._source = source
        self._readers: dict[str, ShardReader] = {}
        self._skipped: set[str] = set()  # shards that were closed before a mapping that starts at the latest
        for topic in source.topics:
            world.subscribe(topic, self._shards_changed)
        self._start()

    def changed(self, settings: Settings) -> None:
        """Take over new settings: an invocation that runs ends under the old ones."""
        self._stream.settings, self._journal.consumer = settings, settings.function_arn
        self._wake()

    def stop(self) -> None:
        """The mapping was deleted: read no more, and retry no more."""
        self._stream.stopped = True
        self._wake()

    @property
    def iterator_ages_s(self) -> dict[str, float]:
        """By shard id: how old the last record of the last finished batch is."""
        return {shard_id: reader.iterator_age_s for shard_id, reader in self._readers.items()}

    def _wake(self) -> None:
        for reader in list(self._readers.values()):
            reader.wake()

    # ------------------------------------------------------------------ shards

    def _start(self) -> None:
        starts: dict[str, int] = {}
        for shard in self._source.shards():
            starts[shard.shard_id] = position = self._first_position(shard)
            if self._stream.settings.starting_position == "LATEST" and shard.log.closed:
                self._skipped.add(shard.shard_id)
            for record in shard.log.before(position):
                why = f"written before the starting position, {self._stream.settings.starting_position}"
                self._journal.filtered(record, why)
        self._starts = starts
        self._open_readers()

    def _first_position(self, shard: Shard) -> int:
        match self._stream.settings.starting_position:
            case "LATEST":
                return shard.log.end
            case "AT_TIMESTAMP":
                return shard.log.at_time(virtual_second(self._stream.settings.starting_timestamp))
        return shard.log.start

    def _open_readers(self) -> None:
        """Read the shards whose parents are finished. A child that is new is read from its first record."""
        for shard in self._source.shards():
            shard_id = shard.shard_id
            if shard_id in self._readers or shard_id in self._skipped:
                continue
            if all(self._is_finished(parent) for parent in shard.parents):
                self._readers[shard_id] = ShardReader(
                    ShardContext(self._stream, shard, self._starts.get(shard_id, 0)), self._shard_finished
                )

    def _is_finished(self, shard_id: str) -> bool:
        return shard_id in self._skipped or (shard_id in self._readers and self._readers[shard_id].finished)

    def _shard_finished(self) -> None:
        """A reader came to the end of a closed shard: its children may be read."""
        if not self._stream.stopped:
            self._open_readers()

    def _shards_changed(self, changed: Any) -> None:
        """The stream has other shards, is gone, or one of its consumers is."""
        if self._stream.stopped or self._source.arn not in (
            getattr(changed, "arn", None),
            getattr(changed, "stream_arn", None),
        ):
            return
        if self._source.gone or not self._source.reachable:
            self._journal.result("PROBLEM: The source of the mapping does not exist any more")
        self._open_readers()
        self._wake()
