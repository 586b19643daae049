"""What a shard takes and gives in a second of virtual time.

Modelled: writes are counted in whole virtual seconds. Reads follow the rule of GetRecords in the API reference: a call returns what it
finds, and when that was more than the second's share, calls fail until the time it stands for has passed.
"""

from motoclock.clock import Clock
from motoclock.facts import kinesis as facts

WRITE_BYTES = facts.SHARD_WRITE_BYTES_PER_S.value
_WRITE_RECORDS = facts.SHARD_WRITE_RECORDS_PER_S.value
_READ_BYTES = facts.SHARD_READ_BYTES_PER_S.value
_READ_CALLS = facts.SHARD_READ_CALLS_PER_S.value
_ALMOST = 1e-6  # sums of float seconds


class Recent:
    """When something happened, for limits such as "twice within 24 hours"."""

    def __init__(self, clock: Clock):
        self._clock = clock
        self._times: list[float] = []

    def add(self) -> None:
        """It happened now."""
        self._times.append(self._clock.now)

    def within(self, seconds: float) -> int:
        """How often it happened in the last so many seconds."""
        return sum(at > self._clock.now - seconds + _ALMOST for at in self._times)


class WriteLimit:
    """1 MB and 1,000 records a second. A record that is larger than a second's share may be written when the second is unused, and
    uses up the seconds after it."""

    def __init__(self, clock: Clock):
        self._clock = clock
        self._second = 0
        self._bytes = self._records = 0

    def take(self, size_bytes: int) -> bool:
        """Whether a record of this size may be written now; if so, it counts."""
        self._turn()
        fits = self._bytes + size_bytes <= WRITE_BYTES or not self._bytes
        if not fits or self._records >= _WRITE_RECORDS:
            return False
        self._bytes += size_bytes
        self._records += 1
        return True

    def _turn(self) -> None:
        second = int(self._clock.now + _ALMOST)
        if second > self._second:
            self._bytes = max(0, self._bytes - (second - self._second) * WRITE_BYTES)
            self._records = 0
            self._second = second


class ReadLimit:
    """2 MB and, for polling readers together, 5 calls a second. A fan-out consumer has one of its own and `calls` unlimited."""

    def __init__(self, clock: Clock, calls: float = _READ_CALLS):
        self._clock = clock
        self._bytes = _Bucket(clock, _READ_BYTES)
        self._calls = _Bucket(clock, calls)

    @property
    def wait_s(self) -> float:
        """How long until the next read is possible; 0: now."""
        return max(self._bytes.wait_until(0.0), self._calls.wait_until(1.0))

    def read(self, size_bytes: int) -> None:
        """Count a read that happened."""
        self._calls.take(1)
        self._bytes.take(size_bytes)


class _Bucket:
    """Fills with `rate` a second up to one second's worth. Who takes more than there is uses up the time all of it stands for."""

    def __init__(self, clock: Clock, rate: float):
        self._clock, self._rate = clock, rate
        self._level, self._at = rate, 0.0

    def wait_until(self, level: float) -> float:
        missing = level - self._filled()
        return missing / self._rate if missing > _ALMOST else 0.0

    def take(self, amount: float) -> None:
        if self._rate != float("inf"):
            level = self._filled()
            self._level, self._at = (level - amount if amount <= level else -amount), self._clock.now

    def _filled(self) -> float:
        if self._rate == float("inf"):
            return self._rate
        return min(self._rate, self._level + (self._clock.now - self._at) * self._rate)
