"""A stream's record on its way through one queue, and the two stores of a queue: what is delivered, and its dead letters."""

import base64
from typing import Any

from motoclock.clock import EPOCH
from motoclock.facts import stream_queues as facts
from motoclock.facts.shapes import HOUR_S
from motoclock.services.kinesis.shard import KinesisRecord
from motoclock.services.kinesis.stream import LogStream
from motoclock.services.sqs.messages import Receipts, State
from motoclock.services.sqs.ready import InOrder
from motoclock.services.sqs.store import MessageStore
from motoclock.trace import Cause, Comeback, DeadLettered, Deleted, Redriven, Sent

_EPOCH_S = EPOCH.timestamp()
_IN_FLIGHT_MAX = facts.IN_FLIGHT_MAX.value
_AGAIN_WITHIN_S = 2.0  # modelled: a record that comes back although it was acknowledged does so after so long, at most


class QueueRecord:
    """What the store of a queue keeps of a record. `receives` are those since it came, or since it was restored."""

    group_id = None  # the store asks: an SQS message may have one

    def __init__(self, record: KinesisRecord):
        self.record = record
        self.id = record.message_id  # in the trace the record is the same in the stream and in all its queues
        self.sent_s = record.at
        self.receives = self.receives_here = 0
        self.first_received_s: float | None = None
        self.returns_once = True  # it may come back after an acknowledgement, if Cloud(duplicates=...) says so
        self.state = State.GONE
        self.position = -1
        self.received_s = self.visible_at_s = self.available_s = 0.0
        self.receipt_handle: str | None = None
        self.receipt_handles: list[str] = []

    def to_json(self) -> dict[str, Any]:
        """An entry of ReceiveQueueRecords' answer. Modelled: AWS does not publish the form of a RecordId."""
        return {
            "ReceiptHandle": self.receipt_handle,
            "RecordId": f"{self.record.sequence:x}",
            "PartitionKey": self.record.key,
            "Data": base64.b64decode(self.record.data),
            "ApproximateArrivalTimestamp": self.record.timestamp,
            "FirstReceiveTimestamp": round(_EPOCH_S + (self.first_received_s or 0.0), 3),
            "ReceiveCount": self.receives,
        }


class RecordStore(MessageStore):
    """The records of a queue that are not dead letters, or its dead letters. `place` is its name in the trace."""

    fifo_queue, delay_seconds = False, 0
    keeps = "the stream keeps records"

    def __init__(self, stream: LogStream, place: str, receipts: Receipts):
        self._open_store(stream.world)
        self.queue_arn = place
        self._stream, self._receipts = stream, receipts
        self._ready = InOrder(self._live, self.world.chance.shuffle("kinesis.queue.reorder"))

    @property
    def message_retention_period(self) -> int:
        """A queue keeps a record as long as its stream does."""
        return self._stream.retention_period_hours * HOUR_S

    def add(self, record: QueueRecord) -> None:
        """It can be received from here from now on."""
        self._enter(record, self.clock.now, 0, keep_sent_time=True)

    def take(self, count: int, visibility_s: float) -> list[dict[str, Any]]:
        """Receive up to so many records now, without waiting: the entries of the answer."""
        self.settle()
        taken: list[dict[str, Any]] = []
        room = _IN_FLIGHT_MAX - self.in_flight_count
        while len(taken) < min(count, room) and (record := self._ready.pop()) is not None:
            self.ready_count -= 1
            record.receives += 1
            if record.first_received_s is None:
                record.first_received_s = self.clock.now
            self._fly(record, visibility_s, record.receives, None)
            taken.append(record.to_json())
        if visibility_s <= 0:
            self.settle()
        else:
            self._arm()
        return taken

    def of_handle(self, handle: str) -> QueueRecord | None:
        """The record of this store that the handle was issued for."""
        self.settle()
        return self._by_handle.get(handle)

    def change_visibility(self, record: QueueRecord, seconds: float) -> None:
        """Hide a record in flight for so long from now on; 0 returns it at once."""
        if seconds > 0:
            self._hide(record, seconds)
        else:
            self._show(record)

    def acknowledge(self, record: QueueRecord, consumer: str | None) -> None:
        """It is done: not delivered again, but for the rare repetition that a Cloud can be asked for."""
        self._remove(record)
        self.world.trace.append(Deleted(Cause.CALL, consumer), self.queue_arn, record.id)
        if record.returns_once and self.world.chance.twice("kinesis.queue.duplicates"):
            self._plan_return(record)

    def _plan_return(self, record: QueueRecord) -> None:
        def appear() -> None:
            self._second_copies.discard(timer)
            again = QueueRecord(record.record)
            again.returns_once = False
            again.receives, again.first_received_s = record.receives, record.first_received_s
            if self.clock.now < record.sent_s + self.message_retention_period:
                self.add(again)
                self.tell_arrival(again, (record.id,))

        delay = self.world.random("kinesis.queue.duplicates").uniform(0, _AGAIN_WITHIN_S)
        timer = self.clock.call_later(delay, appear, foreground=False)
        self._second_copies.add(timer)

    def tell_arrival(self, record: QueueRecord, origins: tuple[str, ...] = ()) -> None:
        """The trace's line about a record that came."""
        plain = record.record
        sender = self.queue_arn if origins else self._stream.arn
        sent = Sent(plain.label, plain.size_bytes, plain.key, origins=origins, sender=sender)
        self.world.trace.append(sent, self.queue_arn, record.id)

    def move(
        self, record: QueueRecord, target: "RecordStore", kind: type[DeadLettered | Redriven], reason: str
    ) -> None:
        """To the other store of the queue."""
        self._remove(record)
        moved = kind(target.queue_arn, record.receives, reason)
        self.world.trace.append(moved, self.queue_arn, record.id)
        target.add(record)


class DeliveredRecords(RecordStore):
    """The records that ReceiveQueueRecords returns. One that comes back after its last receive goes to the dead letters."""

    def __init__(self, stream: LogStream, place: str, receipts: Receipts, dead_letters: RecordStore):
        super().__init__(stream, place, receipts)
        self.dead_letters = dead_letters
        self.max_receives: int | None = None

    def set_max_receives(self, most: int | None) -> None:
        """Counts for records that are here already, too."""
        self.max_receives = most
        for record in self.waiting:
            self._give_up_on(record)

    def _return(self, message: QueueRecord, reason: Comeback) -> None:
        super()._return(message, reason)
        self._give_up_on(message)

    def _give_up_on(self, record: QueueRecord) -> None:
        most = self.max_receives
        if most is not None and record.state is State.READY and record.receives >= most:
            times = "once" if most == 1 else f"{most} times"
            self.move(record, self.dead_letters, DeadLettered, f"received {times} and never acknowledged")
