"""One queue of a stream: what it is set to, what it was given, and what is done with the receipt handles that it gave out."""

from dataclasses import dataclass, replace
from typing import Any

from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random

from motoclock.clock import EPOCH
from motoclock.facts import stream_queues as facts
from motoclock.facts.shapes import HOUR_S
from motoclock.services.kinesis.errors import invalid, not_found
from motoclock.services.kinesis.queues.records import DeliveredRecords, QueueRecord, RecordStore
from motoclock.services.kinesis.shard import KinesisRecord
from motoclock.services.kinesis.stream import LogStream
from motoclock.services.shard_log import TOLERANCE_S
from motoclock.services.sqs.messages import Receipts, State
from motoclock.trace import Delivered, Redriven

_EPOCH_S = EPOCH.timestamp()
_ID_LENGTH = 26
_LATEST, _TRIM_HORIZON, _AT_TIMESTAMP = facts.STARTING_POSITIONS.value


@dataclass(frozen=True, slots=True)
class Settings:
    """QueueAttributes. Without `max_receives` nothing is dead-lettered."""

    visibility_s: int = facts.VISIBILITY_DEFAULT_S.value
    max_receives: int | None = facts.MAX_RECEIVES_DEFAULT.value

    def changed(self, attributes: dict[str, Any]) -> "Settings":
        """These settings with what a request names."""
        found = self
        if (seconds := attributes.get("VisibilityTimeoutSeconds")) is not None:
            found = replace(found, visibility_s=seconds)
        if dead_letters := attributes.get("DeadLetterConfiguration"):
            found = replace(found, max_receives=dead_letters.get("MaxReceiveCount"))
        return found

    def to_json(self) -> dict[str, Any]:
        dead_letters: dict[str, Any] = {"TargetType": "NONE"}
        if self.max_receives is not None:
            dead_letters = {"TargetType": "BUILT_IN", "MaxReceiveCount": self.max_receives}
        return {"VisibilityTimeoutSeconds": self.visibility_s, "DeadLetterConfiguration": dead_letters}


class StreamQueue:
    """A queue. The trace knows it by its ARN with its name behind it, since the ARN alone tells a reader nothing.

    `asked_for` is the StartingPosition of the request; `start_s` the virtual second from which on records are delivered.
    """

    def __init__(
        self,
        stream: LogStream,
        name: str,
        settings: Settings,
        start: str,
        asked_at_s: float | None,
        tags: dict[str, str],
    ):
        self.stream, self.name, self.settings, self.tags = stream, name, settings, tags
        self.arn = f"arn:aws:kinesis:{stream.region}:{stream.account_id}:queue/{mock_random.get_random_hex(_ID_LENGTH)}"
        self.created = utcnow()
        self.start, self._asked_at_s = start, asked_at_s
        now = stream.world.clock.now
        self.stream_born_s = min(shard.born_at for shard in stream.shards.values())
        readable_s = max(self.stream_born_s, now - stream.retention_period_hours * HOUR_S)
        self.start_s = {_LATEST: now, _TRIM_HORIZON: readable_s}.get(start, max(asked_at_s or 0.0, readable_s))
        self.place = f"{self.arn}/{name}"
        self._receipts = Receipts(self.arn)
        self.dead_letters = RecordStore(stream, f"{self.place}'s dead letters", self._receipts)
        self.records = DeliveredRecords(stream, self.place, self._receipts, self.dead_letters)
        self.records.set_max_receives(settings.max_receives)

    # ------------------------------------------------------------------ from the stream

    def open(self) -> None:
        """Take what the stream holds from the starting position on, and from now on each record as it is written."""
        if self.start != _LATEST:
            held = [one for shard in self.stream.shards.values() for one in shard.log.before(shard.log.end)]
            for record in sorted(held, key=lambda one: (one.at, one.sequence)):
                self.deliver(record)
        self.stream.queues.append(self)

    def deliver(self, record: KinesisRecord) -> None:
        """A record of the stream; one from before the starting position is none of this queue's business."""
        if self.start == _AT_TIMESTAMP and record.at < self.start_s - TOLERANCE_S:
            return
        world, mine = self.stream.world, QueueRecord(record)
        world.trace.append(Delivered(self.place, new_id=record.message_id), self.stream.arn, record.message_id)
        self.records.tell_arrival(mine)
        self.records.add(mine)

    def close(self) -> None:
        """Deleted: nothing is delivered any more, no handle counts."""
        self.stream.queues.remove(self)
        for store in (self.records, self.dead_letters):
            store.retire()

    def settle(self) -> None:
        """Let go of what the stream has let go of."""
        for store in (self.records, self.dead_letters):
            store.reconfigured()

    # ------------------------------------------------------------------ settings

    def configure(self, settings: Settings) -> None:
        """A new visibility timeout counts for later receives, a new MaxReceiveCount for every record."""
        self.settings = settings
        self.records.set_max_receives(settings.max_receives)

    # ------------------------------------------------------------------ by receipt handle

    def held(self, store: RecordStore, handle: str) -> QueueRecord:
        """The record that this handle, the newest of it, was issued for; InvalidArgumentException or ResourceNotFoundException."""
        record = store.of_handle(handle)
        if record is None and not self._receipts.made(handle):
            raise invalid(f"The receipt handle {handle} is none that this queue has given out.")
        other = self.records if store is self.dead_letters else self.dead_letters
        if record is None and other.of_handle(handle) is not None:
            what = "is not a dead-letter record" if store is self.dead_letters else "has become a dead-letter record"
            raise invalid(f"The record of this receipt handle {what}: use the operation for the other kind.")
        if record is None:
            raise not_found(
                "The receipt handle is no longer valid: its record was acknowledged, moved on, or has expired."
            )
        if record.receipt_handle != handle:
            raise invalid("The record was received again since: only its newest receipt handle counts.")
        return record

    def held_in_flight(self, store: RecordStore, handle: str) -> QueueRecord:
        """The same, and its visibility timeout is not over."""
        record = self.held(store, handle)
        if record.state is not State.IN_FLIGHT:
            raise invalid("The record is not in flight: its visibility timeout is over, so there is nothing to change.")
        return record

    def restore(self, record: QueueRecord) -> None:
        """A dead letter is delivered again, with all its receives before it."""
        record.receives = 0
        self.dead_letters.move(record, self.records, Redriven, "restored")

    # ------------------------------------------------------------------ describing

    def to_json(self, status: str = "ACTIVE") -> dict[str, Any]:
        """QueueDescription. While it is CREATING the starting position is what was asked for."""
        at = self._asked_at_s if status == "CREATING" else self.start_s
        position: dict[str, Any] = {"Type": self.start}
        if at is not None:
            position["Timestamp"] = round(_EPOCH_S + at, 3)
        return {
            **self._known_by(status),
            "StreamConfigurationList": [{"StreamARN": self.stream.arn, "StartingPosition": position}],
            "QueueAttributes": self.settings.to_json(),
        }

    def summary_json(self) -> dict[str, Any]:
        """QueueSummary."""
        stream = {"StreamARN": self.stream.arn, "StreamCreationTimestamp": self.stream.creation_datetime}
        return {**self._known_by("ACTIVE"), "Streams": [stream]}

    def _known_by(self, status: str) -> dict[str, Any]:
        return {
            "QueueName": self.name,
            "QueueARN": self.arn,
            "QueueStatus": status,
            "QueueCreationTimestamp": self.created,
        }
