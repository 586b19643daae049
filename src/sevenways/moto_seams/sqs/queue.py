"""moto's Queue with an index: every message is in exactly one state, and what happens to one costs O(log n) at most.

Delivery uses `take`, `delete`, `filter_out`, `change_visibility`, `put` and `arrived`; boto3's calls come through the backend and end
here too. One timer a queue wakes it for the earliest deadline; an idle queue costs nothing.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

from moto.moto_api._internal import mock_random
from moto.sqs.exceptions import InvalidParameterValue, MissingParameter, ReceiptHandleIsInvalid
from moto.sqs.models import Queue

from sevenways.clock import EPOCH, Timer
from sevenways.facts import sqs as facts
from sevenways.moto_seams.sqs import validation
from sevenways.moto_seams.sqs.configuration import Configuration
from sevenways.moto_seams.sqs.deadlines import TICK_S, Deadlines
from sevenways.moto_seams.sqs.fifo import Deduplication, Groups, Original, sequence_number
from sevenways.moto_seams.sqs.messages import Message, Receipts, State
from sevenways.moto_seams.sqs.ready import Fair, InOrder, Ready
from sevenways.trace import Deleted, Kind, Moved, Reason, Received, Returned, Sent
from sevenways.world import the_world

_EPOCH_MS = int(EPOCH.timestamp()) * 1000
_CEILING_S = facts.VISIBILITY_CEILING_S.value
_VISIBILITY_RANGE = facts.VISIBILITY_TIMEOUT_RANGE_S.value
_DUPLICATE_WITHIN_S = 2.0  # modelled: the second copy becomes receivable so long after the first was received, at most


class IndexedQueue(Configuration, Queue):
    """An SQS queue. Times are virtual seconds; the world it was made in is its world for good."""

    def __init__(self, name: str, region: str, account_id: str, **attributes: Any):
        self.world = the_world()
        self.clock = self.world.clock
        self.arrived = self.clock.signal()  # fired when something became receivable
        self.deleted = False
        self.consumed = False
        self.ready_count = self.in_flight_count = self.delayed_count = 0
        self._live: dict[int, Message] = {}
        self._positions = 0
        self._by_handle: dict[str, Message] = {}
        self._hidden = Deadlines()  # ends of delays and visibility timeouts
        self._retained = Deadlines()  # moments of sending; the retention period is added when asked
        self._deduplication = Deduplication()
        self._echoes: set[Timer] = set()
        self._timer: Timer | None = None
        self._retention_timer: Timer | None = None
        self._given = attributes
        super().__init__(name, region, account_id, **attributes)
        self.created_timestamp = self._now_s()
        self._receipts = Receipts(self.queue_arn)
        shuffle = self.world.random("sqs.reorder") if self.world.options.reorder else None
        self._ready: Ready = Groups(self._live) if self.fifo_queue else InOrder(self._live, shuffle)

    # ------------------------------------------------------------------ reading

    @property
    def arn(self) -> str:
        return self.queue_arn

    @property
    def is_fifo(self) -> bool:
        return self.fifo_queue

    @property
    def waiting(self) -> Iterator[Message]:
        """The live messages, oldest place first, whatever their state."""
        self.settle()
        return iter(list(self._live.values()))

    @property
    def messages(self) -> list[Message]:
        """moto's name for those that can be received; O(n)."""
        return [message for message in self.waiting if message.state is State.READY]

    @property
    def approximate_number_of_messages(self) -> int:
        self.settle()
        return self.ready_count

    @property
    def approximate_number_of_messages_not_visible(self) -> int:
        self.settle()
        return self.in_flight_count

    @property
    def approximate_number_of_messages_delayed(self) -> int:
        self.settle()
        return self.delayed_count

    # ------------------------------------------------------------------ sending

    def put(
        self,
        body: str,
        *,
        attributes: dict[str, Any] | None = None,
        group_id: str | None = None,
        deduplication_id: str | None = None,
        delay_s: float | None = None,
        origins: tuple[str, ...] = (),
        sender: str | None = None,
        message_id: str | None = None,
        system_attributes: dict[str, Any] | None = None,
    ) -> Message:
        """Send a message, as SendMessage does, with the same errors (SQSException). `attributes` have boto3's form.

        `delay_s` None is the queue's own delay. `origins` and `sender` are for the trace; unless given they are those of the Task that is
        running. A duplicate on a FIFO queue is not stored: the answer has the original's id and sequence number.
        """
        attributes = attributes or {}
        size = self._check(body, attributes, group_id, deduplication_id, delay_s)
        message = Message(message_id or "", body, size, system_attributes)
        message.message_attributes = attributes
        message.group_id = group_id
        now = self.clock.now
        if self.fifo_queue:
            key = deduplication_id or self._content_id(body)
            message.deduplication_id = key
            if self.deduplication_scope == "messageGroup":
                key = (group_id, key)
            if original := self._deduplication.original(key, now):
                return self._duplicate_of(message, original)
        else:
            message.deduplication_id = deduplication_id
        message.id = message_id or str(mock_random.uuid4())
        self._enter(message, now, self.delay_seconds if delay_s is None or self.fifo_queue else delay_s)
        if self.fifo_queue:
            self._deduplication.remember(key, now, message)
        self._record_sent(message, origins, sender)
        return message

    def check_message(self, body: str, attributes: dict[str, Any]) -> int:
        """The size in bytes of a message, or the error that SendMessage gives for its content."""
        validation.check_body(body)
        if attributes:
            validation.check_attributes(attributes)
        size = validation.size_of(body, attributes)
        validation.check_size(size, self.maximum_message_size)
        return size

    def _check(
        self,
        body: str,
        attributes: dict[str, Any],
        group_id: str | None,
        deduplication_id: str | None,
        delay_s: float | None,
    ) -> int:
        size = self.check_message(body, attributes)
        if group_id is not None:
            validation.check_id("MessageGroupId", group_id)
        if deduplication_id is not None:
            validation.check_id("MessageDeduplicationId", deduplication_id)
        if delay_s is not None:
            validation.check_delay(delay_s)
        if self.fifo_queue:
            if group_id is None:
                raise MissingParameter("MessageGroupId")
            if deduplication_id is None and not self.content_based_deduplication:
                raise InvalidParameterValue(
                    "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly"
                )
            if delay_s:
                raise InvalidParameterValue(
                    f"Value {delay_s} for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid "
                    "for this queue type."
                )
        elif deduplication_id is not None:
            raise InvalidParameterValue(
                f"Value {deduplication_id} for parameter MessageDeduplicationId is invalid. Reason: The request includes a parameter "
                "that is not valid for this queue type."
            )
        return size

    def _content_id(self, body: str) -> str:
        return hashlib.sha256(body.encode()).hexdigest()

    def _duplicate_of(self, message: Message, original: Original) -> Message:
        message.id, message.sequence_number = original.message_id, original.sequence_number
        message.sent_timestamp = self._now_ms()
        return message

    def _record_sent(self, message: Message, origins: tuple[str, ...], sender: str | None) -> None:
        task = self.clock.current_task()
        self.world.trace.append(
            Kind.SENT,
            self.queue_arn,
            message.id,
            getattr(task, "invocation_id", None),
            Sent(
                message.label,
                message.size_bytes,
                message.group_id,
                max(0.0, message.available_s - self.clock.now),
                tuple(origins or getattr(task, "message_ids", ())),
                sender or getattr(task, "function_arn", None),
            ),
        )

    def _enter(self, message: Message, now: float, delay_s: float, *, keep_sent_time: bool = False) -> None:
        """Store a message that is in no queue."""
        self._positions += 1
        message.position = position = self._positions
        if not keep_sent_time:
            message.sent_s, message.sent_timestamp = now, self._now_ms()
        if self.fifo_queue:
            message.sequence_number = sequence_number(position)
        message.receives_here = 0
        message.receipt_handle, message.receipt_handles = None, []
        message.available_s = now + delay_s
        self._live[position] = message
        self._retained.set(position, message.sent_s)
        self._arm_retention()
        if message.group_id is not None and isinstance(self._ready, InOrder):
            self._become_fair()
        if delay_s > 0:
            message.state = State.DELAYED
            self.delayed_count += 1
            self._hidden.set(position, message.available_s)
            self._arm()
        else:
            message.state = State.READY
            self.ready_count += 1
            self._ready.add(message)
            self.arrived.fire()

    def _become_fair(self) -> None:
        shuffle = self.world.random("sqs.reorder") if self.world.options.reorder else None
        self._ready = Fair(self._live, shuffle)
        for message in self._live.values():
            if message.state is State.READY:
                self._ready.add(message)
            elif message.state is State.IN_FLIGHT:
                self._ready.hidden(message)

    # ------------------------------------------------------------------ receiving

    def take(self, count: int, visibility_timeout_s: float | None = None, consumer: str | None = None) -> list[Message]:
        """Receive up to `count` messages now, without waiting. `consumer` is the ARN of the function they are for.

        Messages that were received maxReceiveCount times go to the dead-letter queue on the way. With the in-flight cap reached it
        returns none.
        """
        self.settle()
        visibility = self.visibility_timeout if visibility_timeout_s is None else visibility_timeout_s
        room = self.in_flight_max - self.in_flight_count
        limit = self.max_receive_count
        taken: list[Message] = []
        while len(taken) < count and len(taken) < room and (message := self._ready.pop()) is not None:
            self.ready_count -= 1
            if limit is not None and message.receives_here >= limit:
                self._dead_letter(message, limit)
            else:
                self._receive(message, visibility, consumer)
                taken.append(message)
        self._ready.end_take()
        if visibility <= 0:
            self.settle()
        else:
            self._arm()
        return taken

    def _receive(self, message: Message, visibility: float, consumer: str | None) -> None:
        now = self.clock.now
        if message.approximate_first_receive_timestamp is None:
            message.approximate_first_receive_timestamp = self._now_ms()
        if not message.receives_here and not message.is_duplicate and self._duplicates(message):
            self._plan_echo(message.copy())
        message.approximate_receive_count += 1
        message.receives_here += 1
        message.received_s = now
        message.visible_at_s = now + visibility
        message.receipt_handle = handle = self._receipts.new()
        message.receipt_handles.append(handle)
        self._by_handle[handle] = message
        message.state = State.IN_FLIGHT
        self.in_flight_count += 1
        self._ready.hidden(message)
        self._hidden.set(message.position, message.visible_at_s)
        received = Received(message.approximate_receive_count, message.visible_at_s, consumer, handle)
        self.world.trace.append(Kind.RECEIVED, self.queue_arn, message.id, None, received)

    @property
    def in_flight_max(self) -> int:
        return facts.FIFO_IN_FLIGHT_MAX_MESSAGES.value if self.fifo_queue else facts.IN_FLIGHT_MAX_MESSAGES.value

    def _duplicates(self, message: Message) -> bool:
        share = self.world.options.duplicates
        return share > 0 and not self.fifo_queue and self.world.random("sqs.duplicates").random() < share

    def _plan_echo(self, copy: Message) -> None:
        """A second copy of a message becomes receivable shortly: while the first is in flight, or after it was deleted."""

        def appear() -> None:
            self._echoes.discard(timer)
            self._enter(copy, self.clock.now, 0, keep_sent_time=True)
            self._record_sent(copy, (copy.id,), self.queue_arn)

        delay = self.world.random("sqs.duplicates").uniform(0, _DUPLICATE_WITHIN_S)
        timer = self.clock.call_later(delay, appear, foreground=self.consumed)
        self._echoes.add(timer)

    def _dead_letter(self, message: Message, limit: int) -> None:
        """Move a popped message. It keeps its id and receive count; AWS counts receives across all queues."""
        target = self.dead_letter_queue
        self._forget(message)
        moved = Moved(
            target.queue_arn, message.approximate_receive_count, f"received {limit} times, which is its maxReceiveCount"
        )
        self.world.trace.append(Kind.DEAD_LETTERED, self.queue_arn, message.id, None, moved)
        message.dead_letter_source_arn = self.queue_arn
        target._enter(message, self.clock.now, 0, keep_sent_time=not self.fifo_queue)

    # ------------------------------------------------------------------ after a receive

    def delete(self, receipt_handle: str, by: str = "mapping", consumer: str | None = None) -> bool:
        """Delete the message of this receive; True when it went.

        An old handle of a message that was received again deletes nothing, as AWS allows ("might not be deleted"). On a FIFO queue a
        handle is void once its visibility timeout is over. A handle that never was one raises ReceiptHandleIsInvalid.
        """
        message = self.of_handle(receipt_handle)
        if message is None or self.is_expired(message, receipt_handle):
            return False
        self._remove(message)
        self.world.trace.append(Kind.DELETED, self.queue_arn, message.id, None, Deleted(by, consumer))
        return True

    def of_handle(self, receipt_handle: str) -> Message | None:
        """The live message this handle was ever issued for; None when it is gone; ReceiptHandleIsInvalid for nonsense."""
        self.settle()
        message = self._by_handle.get(receipt_handle)
        if message is None and not self._receipts.made(receipt_handle):
            raise ReceiptHandleIsInvalid()
        return message

    def is_expired(self, message: Message, receipt_handle: str) -> bool:
        """Whether this handle has no power over its message any more."""
        if message.receipt_handle != receipt_handle:
            return True
        return self.fifo_queue and message.state is not State.IN_FLIGHT

    def filter_out(self, message: Message, reason: str, consumer: str | None = None) -> None:
        """A mapping's filter said no: the message is gone for good."""
        self.settle()
        self._remove(message)
        self.world.trace.append(Kind.FILTERED, self.queue_arn, message.id, None, Reason(reason, consumer))

    def change_visibility(self, receipt_handle: str, seconds: float) -> None:
        """Hide the message for so long from now on; 0 returns it at once.

        Twelve hours after the receive that gave the handle nothing can be hidden any more (sqs-visibility-timeout in the guide).
        """
        if seconds not in _VISIBILITY_RANGE:
            raise InvalidParameterValue(
                f"Value {seconds} for parameter VisibilityTimeout is invalid. Reason: VisibilityTimeout must be an integer between "
                f"{_VISIBILITY_RANGE.low} and {_VISIBILITY_RANGE.high}."
            )
        message = self.of_handle(receipt_handle)
        if message is None or message.receipt_handle != receipt_handle or message.state is not State.IN_FLIGHT:
            raise InvalidParameterValue(
                f"Value {receipt_handle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available "
                "for visibility timeout change."
            )
        until = self.clock.now + seconds
        if until > message.received_s + _CEILING_S + TICK_S:
            raise InvalidParameterValue(
                f"Value {seconds} for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond "
                f"the limit [{_CEILING_S} seconds]"
            )
        message.visible_at_s = until
        if seconds > 0:
            self._hidden.set(message.position, until)
            self._arm()
        else:
            self._hidden.discard(message.position)
            self._return(message, "visibility set to 0")
            self.arrived.fire()

    # ------------------------------------------------------------------ time

    def set_consumed(self, consumed: bool) -> None:
        """Whether an enabled mapping reads this queue: then its hidden and delayed messages are work that `run()` waits for."""
        self.consumed = consumed
        self._arm()
        for timer in self._echoes:
            timer.set_foreground(consumed)

    def settle(self) -> None:
        """Let everything happen that is due now. At exactly its deadline a message is visible again."""
        now = self.clock.now
        if (first := self._retained.first) is not None and first + self.message_retention_period <= now + TICK_S:
            self._expire(now)
        woken = False
        for position in self._hidden.pop_due(now):
            message = self._live[position]
            self._return(message, "delay over" if message.state is State.DELAYED else "visibility timeout")
            woken = True
        if woken:
            self.arrived.fire()

    def _return(self, message: Message, reason: str) -> None:
        if message.state is State.DELAYED:
            self.delayed_count -= 1
        else:
            self.in_flight_count -= 1
        message.state = State.READY
        self.ready_count += 1
        self._ready.add(message)
        if reason != "delay over":
            self._ready.released(message)
        self.world.trace.append(Kind.RETURNED, self.queue_arn, message.id, None, Returned(reason))

    def _expire(self, now: float) -> None:
        for position in self._retained.pop_due(now - self.message_retention_period):
            message = self._live[position]
            self._remove(message)
            reason = Reason(f"kept for the retention period, {self.message_retention_period} s")
            self.world.trace.append(Kind.EXPIRED, self.queue_arn, message.id, None, reason)

    def _arm(self) -> None:
        """Keep one timer at or before the earliest deadline. A timer that rings too early costs less than one that moves each time."""
        first = self._hidden.first
        timer = self._timer
        pending = timer is not None and timer.pending
        if first is None:
            if pending:
                timer.set_foreground(False)
        elif pending and timer.at <= first + TICK_S:
            timer.set_foreground(self.consumed)
        else:
            if pending:
                timer.cancel()
            delay = max(0.0, first - self.clock.now)
            self._timer = self.clock.call_later(delay, self._ring, foreground=self.consumed)

    def _ring(self) -> None:
        self.settle()
        self._arm()

    def _arm_retention(self) -> None:
        timer = self._retention_timer
        first = self._retained.first
        if first is None:
            return
        due = first + self.message_retention_period
        if timer is not None and timer.pending:
            if timer.at <= due + TICK_S:
                return
            timer.cancel()
        delay = max(0.0, due - self.clock.now)
        self._retention_timer = self.clock.call_later(delay, self._ring_retention, foreground=False)

    def _ring_retention(self) -> None:
        self.settle()
        self._arm_retention()

    # ------------------------------------------------------------------ going

    def clear(self, by: str) -> None:
        """Delete all messages: a purge, or the end of the queue."""
        for timer in self._echoes:
            timer.cancel()
        self._echoes.clear()
        for message in self.waiting:
            self._remove(message)
            self.world.trace.append(Kind.DELETED, self.queue_arn, message.id, None, Deleted(by))

    def retire(self) -> None:
        """The queue itself was deleted: it has no messages and no timers any more."""
        self.clear("queue deleted")
        self.deleted = True
        for timer in (self._timer, self._retention_timer):
            if timer is not None:
                timer.cancel()

    def pop_ready(self) -> Message | None:
        """Take the next ready message out of the queue for good: what a message move task does."""
        self.settle()
        message = self._ready.pop()
        if message is not None:
            self.ready_count -= 1
            self._forget(message)
        self._ready.end_take()
        return message

    def put_back(self, message: Message) -> None:
        """Undo `pop_ready`: the message takes a new place, its time of sending stays."""
        self._enter(message, self.clock.now, 0, keep_sent_time=True)

    def adopt(self, old: Message) -> Message:
        """A message of another queue enters this one as a new message: new id, new time of sending, no receive yet."""
        new = Message(str(mock_random.uuid4()), old.body, old.size_bytes, old.system_attributes)
        new.message_attributes, new.group_id, new.deduplication_id = (
            old.message_attributes,
            old.group_id,
            old.deduplication_id,
        )
        self._enter(new, self.clock.now, 0)
        return new

    def reconfigured(self) -> None:
        """Attributes changed: a new retention period counts for messages already here, a new delay on FIFO queues too."""
        if self.fifo_queue:
            for message in [m for m in self._live.values() if m.state is State.DELAYED]:
                message.available_s = message.sent_s + self.delay_seconds
                self._hidden.set(message.position, message.available_s)
        self.settle()
        self._arm()
        self._arm_retention()

    def _remove(self, message: Message) -> None:
        state = message.state
        if state is State.READY:
            self.ready_count -= 1
            self._forget(message)
            return
        self._hidden.discard(message.position)
        self._forget(message)
        if state is State.DELAYED:
            self.delayed_count -= 1
        else:
            self.in_flight_count -= 1
            if self._ready.released(message):
                self.arrived.fire()
        if not self._hidden and self._timer is not None:
            self._timer.set_foreground(False)

    def _forget(self, message: Message) -> None:
        message.state = State.GONE
        del self._live[message.position]
        self._retained.discard(message.position)
        for handle in message.receipt_handles:
            del self._by_handle[handle]

    def _now_ms(self) -> int:
        return _EPOCH_MS + int(self.clock.now * 1000 + 1e-6)
