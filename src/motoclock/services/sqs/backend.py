"""moto's SQS backend, with indexed queues in it. One a region and account, as moto makes them."""

from collections.abc import Callable
from typing import Any

from moto.sqs.exceptions import (
    InvalidAttributeName,
    InvalidParameterValue,
    MissingParameter,
    PurgeQueueInProgress,
    QueueAlreadyExists,
    SQSException,
)
from moto.sqs.models import SQSBackend

from motoclock import announcements
from motoclock.facts import sqs as facts
from motoclock.services.callers import who_calls
from motoclock.services.sqs import attributes as rules
from motoclock.services.sqs import validation
from motoclock.services.sqs.messages import Message
from motoclock.services.sqs.moves import Moves
from motoclock.services.sqs.queue import IndexedQueue
from motoclock.trace import Cause
from motoclock.world import the_world

_PURGE_EVERY_S = 60  # PurgeQueue, API reference
_NAME_RESTS_S = facts.NAME_RESTS_S.value


class IndexedSQSBackend(SQSBackend):
    """What boto3's calls do. All names and signatures are moto's, so that SNS, EventBridge and CloudFormation in moto find them."""

    queues: dict[str, IndexedQueue]

    def __init__(self, region_name: str, account_id: str):
        super().__init__(region_name, account_id)
        self.moves = Moves(self)
        self.batches = 0  # SendMessageBatch calls so far
        self._deleted_at: dict[str, float] = {}  # queue name -> virtual second

    @property
    def _url_module(self) -> Any:
        from motoclock.services.sqs import urls

        return urls

    @property
    def urls(self) -> dict[str, Callable[..., Any]]:
        """moto builds this anew for every request."""
        if "_urls" not in IndexedSQSBackend.__dict__:
            IndexedSQSBackend._urls = super().urls
        return IndexedSQSBackend._urls

    # ------------------------------------------------------------------ queues

    def create_queue(self, name: str, tags: dict[str, str] | None = None, **kwargs: Any) -> IndexedQueue:
        queue = self.queues.get(name)
        self._check_rest(name)
        fresh = IndexedQueue(name, self.region_name, self.account_id, **kwargs)
        if queue is None:
            queue = self.queues[name] = fresh
            if tags:
                queue.tags = dict(tags)
            queue.world.announce(announcements.SQS_QUEUE_CREATED, queue)
        else:
            for key in kwargs:
                if queue.attribute(key) != fresh.attribute(key):
                    raise QueueAlreadyExists(
                        f"A queue already exists with the same name and a different value for attribute {key}"
                    )
        return queue

    def release_name(self, name: str) -> None:
        """Let the name of a deleted queue be used at once: what a stack took away, the next one may make again."""
        self._deleted_at.pop(name, None)

    def _check_rest(self, name: str) -> None:
        """The name of a deleted queue rests for a minute."""
        deleted_at = self._deleted_at.get(name)
        if deleted_at is not None and the_world().clock.now < deleted_at + _NAME_RESTS_S:
            raise SQSException(
                "QueueDeletedRecently",
                f"You must wait {_NAME_RESTS_S} seconds after deleting a queue before you can create another with the same name.",
            )

    def delete_queue(self, queue_name: str) -> None:
        queue = self.get_queue(queue_name)
        super().delete_queue(queue_name)
        self._deleted_at[queue_name] = queue.clock.now
        queue.retire()
        queue.world.announce(announcements.SQS_QUEUE_DELETED, queue)

    def get_queue_attributes(self, queue_name: str, attribute_names: list[str]) -> dict[str, Any]:
        queue = self.get_queue(queue_name)
        for name in attribute_names:
            if name not in rules.READABLE:
                raise InvalidAttributeName(name)
        if "All" in attribute_names:
            return queue.attributes
        return {name: text for name in attribute_names if (text := queue.attribute(name)) is not None}

    def set_queue_attributes(self, queue_name: str, attributes: dict[str, Any]) -> IndexedQueue:
        queue = self.get_queue(queue_name)
        queue._set_attributes(attributes)
        queue.reconfigured()
        return queue

    def purge_queue(self, queue_name: str) -> None:
        """At once (modelled: AWS takes up to 60 seconds), and at most once in 60 seconds."""
        queue = self.get_queue(queue_name)
        now = queue.clock.now
        if queue.last_purged_at is not None and now - queue.last_purged_at < _PURGE_EVERY_S:
            raise PurgeQueueInProgress(queue.name)
        queue.last_purged_at = now
        queue.clear(Cause.PURGE)
        queue.forget_ids()

    def list_dead_letter_source_queues(self, queue_name: str) -> list[IndexedQueue]:
        arn = self.get_queue(queue_name).queue_arn
        return [queue for queue in self.queues.values() if queue._redrive and queue._redrive.target_arn == arn]

    # ------------------------------------------------------------------ sending

    def send_message(
        self,
        queue_name: str,
        message_body: str,
        message_attributes: dict[str, Any] | None = None,
        delay_seconds: int | None = None,
        deduplication_id: str | None = None,
        group_id: str | None = None,
        system_attributes: dict[str, Any] | None = None,
        validate_group_id: bool = True,
    ) -> Message:
        return self.get_queue(queue_name).put(
            message_body,
            attributes=message_attributes,
            delay_s=delay_seconds,
            deduplication_id=deduplication_id,
            group_id=group_id,
            system_attributes=system_attributes,
        )

    def send_entries(
        self, queue_name: str, entries: list[dict[str, Any]]
    ) -> tuple[list[tuple[str, Message]], list[dict[str, Any]]]:
        """SendMessageBatch: the (entry id, message) pairs that went, and the entries that failed, each by itself.

        A FIFO queue refuses the whole batch for one entry without group or deduplication id (recorded on AWS in April 2024).
        """
        queue = self.get_queue(queue_name)
        validation.check_entries(entries, "Send")
        for entry in entries:
            try:
                queue.check_order(entry.get("MessageGroupId"), entry.get("MessageDeduplicationId"))
            except MissingParameter as error:  # by another name than SendMessage gives it
                raise InvalidParameterValue(error.message) from None
        total = sum(
            validation.size_of(entry.get("MessageBody") or "", entry.get("MessageAttributes") or {})
            for entry in entries
        )
        validation.check_batch_size(total)
        sent, failed = [], []
        self.batches += 1
        for entry in entries:
            try:
                message = queue.put(
                    entry.get("MessageBody"),
                    attributes=entry.get("MessageAttributes"),
                    delay_s=entry.get("DelaySeconds"),
                    group_id=entry.get("MessageGroupId"),
                    deduplication_id=entry.get("MessageDeduplicationId"),
                    system_attributes=entry.get("MessageSystemAttributes"),
                    batch=self.batches,
                )
                sent.append((entry["Id"], message))
            except SQSException as error:
                failed.append(_failure(entry, error))
        return sent, failed

    # ------------------------------------------------------------------ policies

    def remove_permission(self, queue_name: str, label: str) -> None:
        """In AWS's words, as recorded in April 2024."""
        try:
            super().remove_permission(queue_name, label)
        except InvalidParameterValue:
            raise rules.invalid_label(label) from None

    # ------------------------------------------------------------------ receiving

    def receive_message(
        self,
        queue_name: str,
        count: int,
        wait_seconds_timeout: float,
        visibility_timeout: float,
        message_attribute_names: list[str] | None = None,
        attempt_id: str | None = None,
    ) -> list[Message]:
        """Live messages, at most `count`; choosing among their attributes is the response's business.

        A long poll lets virtual time pass until one comes. A short poll sees every message (modelled: AWS asks some of its servers).
        """
        queue = self.get_queue(queue_name)

        def take() -> list[Message]:
            if attempt_id and queue.is_fifo:
                return queue.take_attempt(attempt_id, count, visibility_timeout)
            return queue.take(count, visibility_timeout)

        messages = queue.poll(take, wait_seconds_timeout)
        if not messages and not wait_seconds_timeout and not queue.is_fifo and queue.is_full:
            raise SQSException("OverLimit", f"Too many messages in flight: {queue.in_flight_count}.")
        return messages

    # ------------------------------------------------------------------ after a receive

    def delete_message(self, queue_name: str, receipt_handle: str) -> None:
        queue = self.get_queue(queue_name)
        message = queue.of_handle(receipt_handle)
        if message is None:
            return
        if queue.is_fifo and queue.is_expired(message, receipt_handle):
            raise _ReceiptExpired(
                f"Value {receipt_handle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired."
            )
        queue.delete(receipt_handle, cause=Cause.CALL, consumer=who_calls())

    def delete_message_batch(
        self, queue_name: str, receipts: list[dict[str, Any]]
    ) -> tuple[list[str], list[dict[str, Any]]]:
        self.get_queue(queue_name)
        validation.check_entries(receipts, "Delete")
        return _each(receipts, lambda entry: self.delete_message(queue_name, entry["ReceiptHandle"]))

    def change_message_visibility(self, queue_name: str, receipt_handle: str, visibility_timeout: float) -> None:
        self.get_queue(queue_name).change_visibility(receipt_handle, visibility_timeout)

    def change_message_visibility_batch(
        self, queue_name: str, entries: list[dict[str, Any]]
    ) -> tuple[list[str], list[dict[str, Any]]]:
        queue = self.get_queue(queue_name)
        validation.check_entries(entries, "ChangeVisibility")
        return _each(
            entries, lambda entry: queue.change_visibility(entry["ReceiptHandle"], entry.get("VisibilityTimeout", 0))
        )


def _each(
    entries: list[dict[str, Any]], act: Callable[[dict[str, Any]], None]
) -> tuple[list[str], list[dict[str, Any]]]:
    done, failed = [], []
    for entry in entries:
        try:
            act(entry)
            done.append(entry["Id"])
        except SQSException as error:
            failed.append(_failure(entry, error))
    return done, failed


class _ReceiptExpired(InvalidParameterValue):
    """Alone it goes by the name of any bad value, in a batch by that of a bad handle."""


def _failure(entry: dict[str, Any], error: SQSException) -> dict[str, Any]:
    code = "ReceiptHandleIsInvalid" if isinstance(error, _ReceiptExpired) else error.code
    message = error.in_batch if isinstance(error, validation.TooLong) else error.message
    return {"Id": entry["Id"], "SenderFault": True, "Code": code, "Message": message}
