"""How many readers a shard serves.

Source: DynamoDB Streams API reference, LimitExceededException: more than two readers of a shard may be throttled. Modelled: the
mappings of a shard together poll as often as two may, and take turns. Calls of GetRecords by hand are not counted, because calls
from a cell take no time.
"""

from motoclock.clock import Clock
from motoclock.facts import dynamodb_streams as facts
from motoclock.facts import stream_mapping

_EVERY_S = 1 / stream_mapping.DYNAMODB_POLLS_PER_S.value
_ALMOST = 1e-6


class ReaderLimit:
    """The polls of one shard: two places, each free again when a lone reader would poll next. Who comes first goes first."""

    def __init__(self, clock: Clock):
        self._clock = clock
        self._free_at = [0.0] * facts.READERS_PER_SHARD_MAX.value

    def turn(self) -> float:
        """Take the next turn that is free. Returns the virtual second at which it comes."""
        place = min(range(len(self._free_at)), key=self._free_at.__getitem__)
        comes_at = max(self._clock.now, self._free_at[place])
        self._free_at[place] = comes_at + _EVERY_S
        return comes_at

    def reader(self) -> "Reader":
        """A place in the queue for one more reader."""
        return Reader(self._clock, self)


class Reader:
    """One reader's own view of the limit: it waits for its turn, and may poll again while it lasts."""

    def __init__(self, clock: Clock, shard: ReaderLimit):
        self._clock, self._shard = clock, shard
        self._turn_at: float | None = None

    @property
    def wait_s(self) -> float:
        """How long until its next poll; 0: now. Asking takes a turn, where it has none."""
        if self._turn_at is None or self._turn_at < self._clock.now - _ALMOST:
            self._turn_at = self._shard.turn()
        wait_s = self._turn_at - self._clock.now
        return wait_s if wait_s > _ALMOST else 0.0

    def read(self, _size_bytes: int) -> None:
        """A poll is as good as another: only turns count."""
