"""What a mapping writes to the trace, and reports of itself: one line for every turn that a record takes.

Every record ends in exactly one of: checkpointed, filtered, expired, delivered to the failure destination, dropped.
"""

from collections.abc import Iterable
from typing import Any

from motoclock.delivery.invoking import Report
from motoclock.trace import Checkpoint, Delivery, Detail, Kind, Read, Reason, Refusal, Retry
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
        detail = Read(shard_id, len(records), size_bytes, age_s, self.consumer, fan_out)
        self._trace.append(Kind.READ, self._stream, detail=detail)

    def filtered(self, record: Any, why: str) -> None:
        self._write(Kind.FILTERED, record, Reason(why, self.consumer))

    def expired(self, records: Iterable[Any], why: str) -> None:
        for record in records:
            self._write(Kind.EXPIRED, record, Reason(why, self.consumer))

    def checkpointed(self, shard_id: str, records: Iterable[Any], invocation: str) -> None:
        for record in records:
            self._write(
                Kind.CHECKPOINTED, record, Checkpoint(shard_id, str(record.sequence), self.consumer), invocation
            )

    def retried(self, records: Iterable[Any], attempt: int, wait_s: float, why: str) -> None:
        for record in records:
            self._write(Kind.RETRIED, record, Retry(self.consumer, attempt, wait_s, why))

    def delivered(self, records: Iterable[Any], target: str, new_id: str | None) -> None:
        for record in records:
            self._write(Kind.DELIVERED, record, Delivery(target, new_id=new_id, source=self.consumer))

    def refused(self, target: str, why: str) -> None:
        self._trace.append(Kind.REFUSED, self._stream, detail=Refusal(target, why))

    def dropped(self, records: Iterable[Any], why: str) -> None:
        for record in records:
            self._write(Kind.DROPPED, record, Reason(why, self.consumer))

    def _write(self, kind: Kind, record: Any, detail: Detail, invocation: str | None = None) -> None:
        self._trace.append(kind, self._stream, record.message_id, invocation, detail)
