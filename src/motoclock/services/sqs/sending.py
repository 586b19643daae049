"""How messages come into a queue: by a send, checked as SendMessage checks it, or from another queue."""

import hashlib
from typing import Any

from moto.moto_api._internal import mock_random
from moto.sqs.exceptions import InvalidParameterValue, MissingParameter

from motoclock.services.arrivals import record_sent
from motoclock.services.sqs import validation
from motoclock.services.sqs.fifo import Deduplication, Original
from motoclock.services.sqs.messages import Message
from motoclock.trace import Sent


class Sending:
    """Mixed into the queue."""

    _deduplication: Deduplication

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
        batch: int | None = None,
    ) -> Message:
        """Send a message, as SendMessage does, with the same errors (SQSException). `attributes` have boto3's form.

        `delay_s` None is the queue's own delay. `batch` is the number of the batch it came in, for the bill. `origins` and `sender` are
        for the trace; unless given they are those of the running Task. A duplicate on a FIFO queue is not stored: the answer has the
        original's id and sequence number.
        """
        attributes = attributes or {}
        size = self._check(body, attributes, group_id, deduplication_id, delay_s)
        if system_attributes:
            validation.check_system_attributes(system_attributes)
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
        self._record_sent(message, origins, sender, batch)
        return message

    def check_message(self, body: str, attributes: dict[str, Any]) -> int:
        """The size in bytes of a message, or the error that SendMessage gives for its content."""
        validation.check_body(body)
        if attributes:
            validation.check_attributes(attributes)
        size = validation.size_of(body, attributes)
        validation.check_size(size, self.maximum_message_size)
        return size

    def check_order(self, group_id: str | None, deduplication_id: str | None) -> None:
        """What a FIFO queue needs of every message, or the error for what is missing."""
        if not self.fifo_queue:
            return
        if group_id is None:
            raise MissingParameter("MessageGroupId")
        if deduplication_id is None and not self.content_based_deduplication:
            raise InvalidParameterValue(
                "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly"
            )

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
        self.check_order(group_id, deduplication_id)
        if self.fifo_queue:
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

    def forget_ids(self) -> None:
        """After a purge no id that was sent before makes a duplicate."""
        self._deduplication.forget()

    def _content_id(self, body: str) -> str:
        return hashlib.sha256(body.encode()).hexdigest()

    def _duplicate_of(self, message: Message, original: Original) -> Message:
        message.id, message.sequence_number = original.message_id, original.sequence_number
        message.sent_timestamp = self._now_ms()
        return message

    def _record_sent(
        self, message: Message, origins: tuple[str, ...], sender: str | None, batch: int | None = None
    ) -> None:
        self.world.loop_counts.carry(message.id, self.clock.on_behalf, origins, sender)
        delay_s = max(0.0, message.available_s - self.clock.now)
        sent = Sent(message.label, message.size_bytes, message.group_id, delay_s, tuple(origins), sender, batch)
        record_sent(self.world, self.queue_arn, message.id, sent)

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
