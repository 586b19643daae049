"""moto's Queue with an index: every message is in exactly one state, and what happens to one costs O(log n) at most.

Delivery uses `take`, `delete`, `filter_out`, `change_visibility`, `put` and `arrived`; boto3's calls come through the backend and end
here too. One timer a queue wakes it for the earliest deadline; an idle queue costs nothing.
"""

import random
from typing import Any

from moto.sqs.exceptions import InvalidParameterValue
from moto.sqs.models import Queue

from motoclock.facts import sqs as facts
from motoclock.services.sqs.configuration import Configuration
from motoclock.services.sqs.deadlines import TICK_S
from motoclock.services.sqs.fifo import Attempts, Deduplication, Groups
from motoclock.services.sqs.messages import Message, Receipts, State
from motoclock.services.sqs.ready import InOrder
from motoclock.services.sqs.sending import Sending
from motoclock.services.sqs.store import MessageStore
from motoclock.services.sqs.validation import NoReceiptHandle
from motoclock.trace import Cause, DeadLettered, Deleted, Filtered
from motoclock.world import the_world

_CEILING_S = facts.VISIBILITY_CEILING_S.value
_VISIBILITY_RANGE = facts.VISIBILITY_TIMEOUT_RANGE_S.value
_IN_FLIGHT_MAX = facts.IN_FLIGHT_MAX_MESSAGES.value
_FIFO_IN_FLIGHT_MAX = facts.FIFO_IN_FLIGHT_MAX_MESSAGES.value
_DUPLICATE_WITHIN_S = 2.0  # modelled: the second copy becomes receivable so long after the first was received, at most


class IndexedQueue(Configuration, Sending, MessageStore, Queue):
    """An SQS queue: this class receives and deletes, its bases configure, send and store.

    Times are virtual seconds. The world it was made in is its world for good.
    """

    def __init__(self, name: str, region: str, account_id: str, **attributes: Any):
        self._deduplication = Deduplication()
        self._attempts = Attempts()
        self._given = attributes  # moto mixes its defaults into them
        self._open_store(the_world())
        super().__init__(name, region, account_id, **attributes)
        self.created_timestamp = self._now_s()
        self._receipts = Receipts(self.queue_arn)
        self._ready = Groups(self._live) if self.fifo_queue else InOrder(self._live, self._shuffle())

    @property
    def arn(self) -> str:
        return self.queue_arn

    @property
    def is_fifo(self) -> bool:
        return self.fifo_queue

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

    def take_attempt(self, attempt_id: str, count: int, visibility_timeout_s: float) -> list[Message]:
        """A receive with ReceiveRequestAttemptId on a FIFO queue.

        The same id within five minutes gives the same messages, hidden anew, as long as nothing has happened to them.
        """
        self.settle()
        messages = self._attempts.repeat(attempt_id, self.clock.now)
        if messages is None:
            messages = self.take(count, visibility_timeout_s)
            self._attempts.remember(attempt_id, self.clock.now, messages)
            return messages
        for message in messages:
            self._hide(message, visibility_timeout_s)
        return messages

    def _receive(self, message: Message, visibility: float, consumer: str | None) -> None:
        if message.approximate_first_receive_timestamp is None:
            message.approximate_first_receive_timestamp = self._now_ms()
        if not message.receives_here and not message.is_duplicate and self._duplicates(message):
            self._plan_second_copy(message.copy())
        message.approximate_receive_count += 1
        message.receives_here += 1
        self._fly(message, visibility, message.approximate_receive_count, consumer)

    @property
    def in_flight_max(self) -> int:
        return _FIFO_IN_FLIGHT_MAX if self.fifo_queue else _IN_FLIGHT_MAX

    @property
    def is_full(self) -> bool:
        """Whether the cap on messages in flight is reached."""
        return self.in_flight_count >= self.in_flight_max

    def _duplicates(self, message: Message) -> bool:
        return not self.fifo_queue and self.world.chance.twice("sqs.duplicates")

    def _plan_second_copy(self, copy: Message) -> None:
        """A second copy of a message becomes receivable shortly: while the first is in flight, or after it was deleted."""

        def appear() -> None:
            self._second_copies.discard(timer)
            self._enter(copy, self.clock.now, 0, keep_sent_time=True)
            self._record_sent(copy, (copy.id,), self.queue_arn)

        delay = self.world.random("sqs.duplicates").uniform(0, _DUPLICATE_WITHIN_S)
        timer = self.clock.call_later(delay, appear, foreground=self.consumed)
        self._second_copies.add(timer)

    def _shuffle(self) -> random.Random | None:
        return self.world.chance.shuffle("sqs.reorder")

    def _dead_letter(self, message: Message, limit: int) -> None:
        """Move a popped message."""
        self._forget(message)
        self._move(message, f"received {limit} times, which is its maxReceiveCount")

    def _move(self, message: Message, reason: str) -> None:
        """To the dead-letter queue. A message keeps its id and receive count; AWS counts receives across all queues."""
        target = self.dead_letter_queue
        if self.fifo_queue:
            message.deduplication_id = (
                message.id
            )  # two that share an id are both kept: sqs-configure-dead-letter-queue-redrive
        moved = DeadLettered(target.queue_arn, message.approximate_receive_count, reason)
        self.world.trace.append(moved, self.queue_arn, message.id)
        message.dead_letter_source_arn = self.queue_arn
        target._enter(message, self.clock.now, 0, keep_sent_time=not self.fifo_queue)

    # ------------------------------------------------------------------ after a receive

    def delete(self, receipt_handle: str, *, cause: Cause = Cause.MAPPING, consumer: str | None = None) -> bool:
        """Delete the message of this receive; True when it went.

        An old handle of a message that was received again deletes nothing, as AWS allows ("might not be deleted"). On a FIFO queue a
        handle is void once its visibility timeout is over. A handle that never was one raises NoReceiptHandle.
        (Keywords, because moto's CloudFormation tries `delete(account, region)` on every resource and goes on at a TypeError.)
        """
        message = self.of_handle(receipt_handle)
        if message is None or self.is_expired(message, receipt_handle):
            return False
        self._remove(message)
        self.world.trace.append(Deleted(cause, consumer), self.queue_arn, message.id)
        return True

    def of_handle(self, receipt_handle: str) -> Message | None:
        """The live message this handle was ever issued for; None when it is gone; NoReceiptHandle for nonsense."""
        self.settle()
        message = self._by_handle.get(receipt_handle)
        if message is None and not self._receipts.made(receipt_handle):
            raise NoReceiptHandle(receipt_handle)
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
        self.world.trace.append(Filtered(reason, consumer), self.queue_arn, message.id)

    def change_visibility(self, receipt_handle: str, seconds: float) -> None:
        """Hide the message for so long from now on; 0 returns it at once.

        Twelve hours after the receive that gave the handle nothing can be hidden any more (sqs-visibility-timeout in the guide). On a
        standard queue the handle of an earlier receive moves the message as the newest does, and one whose time is over is taken
        (recorded on AWS in April 2024). Modelled: while the message is visible, such a call changes nothing.
        """
        if seconds not in _VISIBILITY_RANGE:
            raise InvalidParameterValue(
                f"Value {seconds} for parameter VisibilityTimeout is invalid. Reason: VisibilityTimeout must be an integer between "
                f"{_VISIBILITY_RANGE.low} and {_VISIBILITY_RANGE.high}."
            )
        message = self.of_handle(receipt_handle)
        if message is None or (self.fifo_queue and self.is_expired(message, receipt_handle)):
            raise InvalidParameterValue(
                f"Value {receipt_handle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available "
                "for visibility timeout change."
            )
        if message.state is not State.IN_FLIGHT:
            return
        until = self.clock.now + seconds
        if until > message.received_s + _CEILING_S + TICK_S:
            raise InvalidParameterValue(
                f"Value {seconds} for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is "
                f"beyond the limit [{_CEILING_S} seconds]"
            )
        if seconds > 0:
            self._hide(message, seconds)
        else:
            self._show(message)
