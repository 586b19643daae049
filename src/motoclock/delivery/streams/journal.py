"""What a mapping writes to the trace, and reports of itself: one line for every turn that a record takes.

Every record ends in exactly one of: checkpointed, filtered, expired, delivered to the failure destination, dropped.
"""

from collections.abc import Iterable
from typing import Any

from motoclock.delivery.invoking import Report
from motoclock.trace import Checkpointed, Delivered, Dropped, Expired, Filtered, Read, Refused, Retried, What
from motoclock.world import World


class Journal:
    """The record of one mapping, or of one pipe.

    `consumer` is the ARN of its function, which may change; `result` takes the mapping's LastProcessingResult.
    """

    def __init__(self, world: World, stream_arn: str, consumer: str, result: Report):
        self._trace, self._stream, self._clock = world.trace, stream_arn, world.clock
        self.consumer, self.result = consumer, result

    def read(self, shard_id: str, records: list[Any], size_bytes: int, fan_out: str | None) -> None:
        """A poll, or a push to the fan-out consumer of this name."""
        age_s = self._clock.now - records[-1].at if records else 0.0
        read = Read(shard_id, len(records), size_bytes, age_s, self.consumer, fan_out)
        self._trace.append(read, self._stream)

    def filtered(self, record: Any, why: str) -> None:
        self._write(Filtered(why, self.consumer), record)

    def expired(self, records: Iterable[Any], why: str) -> None:
        for record in records:
            self._write(Expired(why, self.consumer), record)

    def checkpointed(self, shard_id: str, records: Iterable[Any], invocation: str) -> None:
        for record in records:
            self._write(Checkpointed(shard_id, str(record.sequence), self.consumer), record, invocation)

    def retried(self, records: Iterable[Any], attempt: int, wait_s: float, why: str) -> None:
        for record in records:
            self._write(Retried(self.consumer, attempt, wait_s, why), record)

    def delivered(self, records: Iterable[Any], target: str, new_id: str | None) -> None:
        for record in records:
            self._write(Delivered(target, new_id=new_id, source=self.consumer), record)

    def refused(self, target: str, why: str) -> None:
        self._trace.append(Refused(target, why), self._stream)

    def dropped(self, records: Iterable[Any], why: str) -> None:
        for record in records:
            self._write(Dropped(why, self.consumer), record)

    def _write(self, what: What, record: Any, invocation: str | None = None) -> None:
        self._trace.append(what, self._stream, record.message_id, invocation)
