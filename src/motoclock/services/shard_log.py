"""The log of one shard, for Kinesis and DynamoDB Streams alike: records in order, each read by any number of readers.

A *position* counts the records that ever entered the log, so it stays valid when old ones are trimmed. Appending costs O(1), finding a
sequence number or a moment O(log n). Trimmed records are kept out of reach, so that the delivery can say what became of them.
"""

from bisect import bisect_left
from typing import Generic, Protocol, TypeVar

from motoclock.clock import Clock

TOLERANCE_S = 1e-6  # sums of float seconds: a record expires in the step of the timer that was set for it


class LogRecord(Protocol):
    """What a log needs to know of a record. `message_id` is unique in the stream, `at` the virtual second of its arrival."""

    message_id: str
    sequence: int
    key: str
    at: float
    size_bytes: int


Record = TypeVar("Record", bound=LogRecord)


class ShardLog(Generic[Record]):
    """Records of one shard, oldest first. Closed, it takes no more."""

    def __init__(self, clock: Clock, shard_id: str, retention_s: float):
        self.shard_id = shard_id
        self.retention_s = retention_s
        self.arrived = clock.signal()  # fired at each append, and when the log is closed
        self.closed = False
        self._clock = clock
        self._records: list[Record] = []
        self._start = 0

    @property
    def end(self) -> int:
        """The position after the newest record."""
        return len(self._records)

    @property
    def start(self) -> int:
        """The position of the oldest record that can still be read: the trim horizon."""
        horizon = self._clock.now - self.retention_s + TOLERANCE_S
        while self._start < len(self._records) and self._records[self._start].at <= horizon:
            self._start += 1
        return self._start

    @property
    def newest(self) -> Record | None:
        return self._records[-1] if self._records else None

    def expires_at(self, record: Record) -> float:
        """The virtual second at which the stream forgets a record."""
        return record.at + self.retention_s

    def append(self, record: Record) -> None:
        self._records.append(record)
        self.arrived.fire()

    def close(self) -> None:
        self.closed = True
        self.arrived.fire()

    def read(self, position: int, limit: int, max_bytes: float = float("inf")) -> tuple[list[Record], int]:
        """Up to `limit` records from a position on, at least one if there is one, and the position after them."""
        position = max(position, self.start)
        found: list[Record] = []
        size = 0
        for record in self._records[position : position + limit]:
            size += record.size_bytes
            if found and size > max_bytes:
                break
            found.append(record)
        return found, position + len(found)

    def trimmed(self, position: int) -> list[Record]:
        """The records from a position on that were trimmed before they were read."""
        return self._records[position : self.start]

    def before(self, position: int) -> list[Record]:
        """The records before a position that can still be read."""
        return self._records[self.start : position]

    def at_sequence(self, sequence: int) -> int:
        """The position of the first record with this sequence number or a higher one."""
        return bisect_left(self._records, sequence, key=lambda record: record.sequence)

    def at_time(self, at: float) -> int:
        """The position of the first record that arrived at this virtual second or later."""
        return bisect_left(self._records, at - TOLERANCE_S, key=lambda record: record.at)

    def set_retention(self, retention_s: float) -> None:
        """Keep records so long from now on; what was trimmed stays trimmed."""
        self._start = self.start
        self.retention_s = retention_s
