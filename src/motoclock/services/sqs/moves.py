"""Message move tasks: StartMessageMoveTask, ListMessageMoveTasks, CancelMessageMoveTask.

Messages leave a dead-letter queue at a steady rate of virtual time and enter another queue, or the ones they came from, as new messages
with a new id and time of sending. AWS: StartMessageMoveTask in the API reference. Modelled: without a rate of your own 500 messages
a second are moved (AWS finds its own rate), and a task moves as many messages as the queue held when it started.
"""

import base64
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from moto.moto_api._internal import mock_random
from moto.sqs.exceptions import InvalidParameterValue, SQSException

from motoclock.clock import Timer
from motoclock.services.sqs.configuration import queue_of_arn
from motoclock.services.sqs.messages import Message
from motoclock.trace import Redriven

if TYPE_CHECKING:
    from motoclock.services.sqs.backend import IndexedSQSBackend
    from motoclock.services.sqs.queue import IndexedQueue

RATE_MAX = 500  # StartMessageMoveTask, MaxNumberOfMessagesPerSecond
_STEPS_PER_S = 10  # above this rate several messages move at once


@dataclass(slots=True)
class MoveTask:
    """One task. `rate` is messages a second as asked for, None for SQS's own."""

    handle: str
    source: "IndexedQueue"
    destination_arn: str | None
    rate: int | None
    to_move: int
    started_ms: int
    moved: int = 0
    status: str = "RUNNING"
    failure: str | None = None
    timer: Timer | None = field(default=None, repr=False)

    @property
    def active(self) -> bool:
        return self.status == "RUNNING"

    def entry(self) -> dict[str, Any]:
        """As ListMessageMoveTasks shows it; the handle only while it runs."""
        shown = {
            "TaskHandle": self.handle if self.active else None,
            "Status": self.status,
            "SourceArn": self.source.queue_arn,
            "DestinationArn": self.destination_arn,
            "MaxNumberOfMessagesPerSecond": self.rate,
            "ApproximateNumberOfMessagesMoved": self.moved,
            "ApproximateNumberOfMessagesToMove": self.to_move,
            "FailureReason": self.failure,
            "StartedTimestamp": self.started_ms,
        }
        return {name: value for name, value in shown.items() if value is not None}

    def start(self) -> None:
        self._plan()

    def cancel(self) -> None:
        self._end("CANCELLED")

    def _plan(self) -> None:
        rate = self.rate or RATE_MAX
        batch = max(1, rate // _STEPS_PER_S)
        self.timer = self.source.clock.call_later(batch / rate, self._step, batch)

    def _step(self, batch: int) -> None:
        for _ in range(batch):
            if not self.active:
                return
            self._move_one()
        if self.active:
            self._plan()

    def _move_one(self) -> None:
        message = self.source.pop_ready() if self.moved < self.to_move and not self.source.deleted else None
        if message is None:
            self._end("COMPLETED")
            return
        arn = self.destination_arn or message.dead_letter_source_arn
        target = queue_of_arn(arn) if arn else None
        if target is None:
            self.source.put_back(message)
            self.failure = "AWS.SimpleQueueService.NonExistentQueue" if arn else "CouldNotDetermineMessageSource"
            self._end("FAILED")
            return
        _redrive(self.source, target, message)
        self.moved += 1
        if self.moved == self.to_move:
            self._end("COMPLETED")

    def _end(self, status: str) -> None:
        self.status = status
        if self.timer is not None:
            self.timer.cancel()


def _redrive(source: "IndexedQueue", target: "IndexedQueue", old: Message) -> None:
    new = target.adopt(old)
    moved = Redriven(target.queue_arn, old.approximate_receive_count, "moved by a message move task", new.id)
    source.world.trace.append(moved, source.queue_arn, old.id)
    target._record_sent(new, (old.id,), source.queue_arn)


class Moves:
    """The tasks of one region, oldest first."""

    def __init__(self, backend: "IndexedSQSBackend"):
        self._backend = backend
        self._tasks: list[MoveTask] = []

    def start(self, source_arn: str, destination_arn: str | None, rate: int | None) -> MoveTask:
        source = _existing(source_arn, "SourceArn")
        if not self._backend.list_dead_letter_source_queues(source.name):
            raise InvalidParameterValue("Source queue must be configured as a Dead Letter Queue.")
        if destination_arn is not None:
            destination = _existing(destination_arn, "DestinationArn")
            if destination is source:
                raise InvalidParameterValue("Source queue and destination queue must be different.")
            if destination.fifo_queue != source.fifo_queue:
                raise InvalidParameterValue("Source queue and destination queue must be of the same type.")
        if rate is not None and not 1 <= rate <= RATE_MAX:
            raise InvalidParameterValue(
                f"Value {rate} for parameter MaxNumberOfMessagesPerSecond is invalid. Reason: must be between 1 and {RATE_MAX}."
            )
        if any(task.active and task.source is source for task in self._tasks):
            raise InvalidParameterValue(
                "There is already a task running. Only one active task is allowed for a source queue arn at a given time."
            )
        task = MoveTask(
            _new_handle(source_arn),
            source,
            destination_arn,
            rate,
            to_move=source.approximate_number_of_messages,
            started_ms=source._now_ms(),
        )
        self._tasks.append(task)
        task.start()
        return task

    def of_source(self, source_arn: str, most: int) -> list[MoveTask]:
        """The newest tasks of a queue, newest first."""
        source = _existing(source_arn, "SourceArn")
        if not 1 <= most <= 10:
            raise InvalidParameterValue(
                f"Value {most} for parameter MaxResults is invalid. Reason: must be between 1 and 10."
            )
        return [task for task in reversed(self._tasks) if task.source is source][:most]

    def cancel(self, handle: str) -> MoveTask:
        try:
            source_arn = json.loads(base64.b64decode(handle, validate=True))["sourceArn"]
        except (ValueError, KeyError, TypeError):
            raise InvalidParameterValue("Value for parameter TaskHandle is invalid.") from None
        _existing(source_arn, "SourceArn")
        for task in self._tasks:
            if task.handle == handle and task.active:
                task.cancel()
                return task
        raise SQSException("ResourceNotFoundException", "Task does not exist.")


def _new_handle(source_arn: str) -> str:
    return base64.b64encode(json.dumps({"taskId": str(mock_random.uuid4()), "sourceArn": source_arn}).encode()).decode()


def _existing(arn: str, parameter: str) -> "IndexedQueue":
    queue = queue_of_arn(arn)
    if queue is None:
        raise SQSException(
            "ResourceNotFoundException", f"The resource that you specified for the {parameter} parameter doesn't exist."
        )
    return queue
