"""How many readers a shard serves.

Source: DynamoDB Streams API reference, LimitExceededException: more than two readers of a shard may be throttled. Modelled: the
mappings of a shard together poll as often as two may; a third one waits for its turn. Calls of GetRecords by hand are not counted,
because calls from a cell take no time.
"""

from motoclock.clock import Clock
from motoclock.facts import dynamodb_streams as facts
from motoclock.facts import stream_mapping

_POLLS_PER_S = stream_mapping.DYNAMODB_POLLS_PER_S.value * facts.READERS_PER_SHARD_MAX.value
_ALMOST = 1e-6


class ReaderLimit:
    """Polls of one shard: two readers' worth a second, none saved up beyond one round of polls."""

    def __init__(self, clock: Clock):
        self._clock = clock
        self._most = facts.READERS_PER_SHARD_MAX.value
        self._level, self._at = float(self._most), 0.0

    @property
    def wait_s(self) -> float:
        """How long until the next poll is possible; 0: now."""
        missing = 1 - self._filled()
        return missing / _POLLS_PER_S if missing > _ALMOST else 0.0

    def read(self, _size_bytes: int) -> None:
        """Count a poll that happened."""
        self._level, self._at = self._filled() - 1, self._clock.now

    def _filled(self) -> float:
        return min(self._most, self._level + (self._clock.now - self._at) * _POLLS_PER_S)
