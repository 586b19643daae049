"""SQS requests and answers: the actions whose answers differ from moto's, and those that moto lacks."""

import base64
import json
from typing import Any

from moto.core.responses import ActionContext, ActionResult, EmptyResult
from moto.core.serialize import JSONSerializer
from moto.sqs.exceptions import InvalidParameterValue
from moto.sqs.responses import SQSResponse

from motoclock.facts import sqs as facts
from motoclock.services.sqs.backend import IndexedSQSBackend
from motoclock.services.sqs.messages import Message

_RECEIVE_DEFAULT = facts.RECEIVE_DEFAULT_MESSAGES.value
_RECEIVE_MAX = facts.BATCH_MAX_MESSAGES.value
_WAIT_RANGE = facts.WAIT_TIME_RANGE_S.value
_VISIBILITY_RANGE = facts.VISIBILITY_TIMEOUT_RANGE_S.value


class Answer(ActionResult):
    """A result that already has the names and types of the wire: written as it is, not key by key along botocore's model.

    That model walk would be a third of a batch's whole cost. The old query protocol still takes it.
    """

    def execute_result(self, context: ActionContext) -> Any:
        if not issubclass(context.serializer_class, JSONSerializer):
            return super().execute_result(context)
        headers = {"Content-Type": "application/x-amz-json-1.0"}
        return 200, headers, json.dumps(self.result, default=lambda blob: base64.b64encode(blob).decode())


class IndexedSQSResponse(SQSResponse):
    """moto's class, over an `IndexedSQSBackend`."""

    sqs_backend: IndexedSQSBackend

    # ------------------------------------------------------------------ sending

    def send_message(self) -> ActionResult:
        message = self.sqs_backend.send_message(
            self._get_queue_name(),
            self._get_param("MessageBody"),
            message_attributes=self._get_param("MessageAttributes"),
            delay_seconds=self._get_param("DelaySeconds"),
            deduplication_id=self._get_param("MessageDeduplicationId"),
            group_id=self._get_param("MessageGroupId"),
            system_attributes=self._get_param("MessageSystemAttributes") or self._traced(),
        )
        return Answer(_sent(message))

    def send_message_batch(self) -> ActionResult:
        entries = self._get_param("Entries", [])
        sent, failed = self.sqs_backend.send_entries(self._get_queue_name(), entries)
        answer: dict[str, Any] = {"Successful": [{"Id": entry_id, **_sent(message)} for entry_id, message in sent]}
        if failed:
            answer["Failed"] = failed
        return Answer(answer)

    def _traced(self) -> dict[str, Any] | None:
        """X-Ray's header on the request does what the system attribute does (recorded on AWS in June 2025, of SendMessage)."""
        header = self.headers.get("X-Amzn-Trace-Id")
        return {"AWSTraceHeader": {"DataType": "String", "StringValue": header}} if header else None

    # ------------------------------------------------------------------ receiving

    def receive_message(self) -> ActionResult:
        queue = self.sqs_backend.get_queue(self._get_queue_name())
        count = self._get_param("MaxNumberOfMessages", _RECEIVE_DEFAULT)
        if not 1 <= count <= _RECEIVE_MAX:
            raise InvalidParameterValue(
                f"Value {count} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and {_RECEIVE_MAX}, if "
                "provided."
            )
        wait_s = self._get_param("WaitTimeSeconds", queue.receive_message_wait_time_seconds)
        if wait_s not in _WAIT_RANGE:
            raise _out_of_range("WaitTimeSeconds", wait_s, _WAIT_RANGE.low, _WAIT_RANGE.high)
        visibility_s = self._get_param("VisibilityTimeout", queue.visibility_timeout)
        if visibility_s not in _VISIBILITY_RANGE:
            raise _out_of_range("VisibilityTimeout", visibility_s, _VISIBILITY_RANGE.low, _VISIBILITY_RANGE.high)
        names = self._get_param("MessageAttributeNames", [])
        system_names = {*self._get_param("AttributeNames", []), *self._get_param("MessageSystemAttributeNames", [])}
        attempt_id = self._get_param("ReceiveRequestAttemptId")
        messages = self.sqs_backend.receive_message(queue.name, count, wait_s, visibility_s, attempt_id=attempt_id)
        return Answer({"Messages": [_received(m, names, system_names) for m in messages]} if messages else {})

    # ------------------------------------------------------------------ after a receive

    def delete_message_batch(self) -> ActionResult:
        return self._batch(self.sqs_backend.delete_message_batch)

    def change_message_visibility(self) -> ActionResult:
        self.sqs_backend.change_message_visibility(
            self._get_queue_name(), self._get_param("ReceiptHandle"), self._get_param("VisibilityTimeout")
        )
        return EmptyResult()

    def change_message_visibility_batch(self) -> ActionResult:
        return self._batch(self.sqs_backend.change_message_visibility_batch)

    def _batch(self, act: Any) -> ActionResult:
        done, failed = act(self._get_queue_name(), self._get_param("Entries", []))
        answer: dict[str, Any] = {"Successful": [{"Id": entry_id} for entry_id in done]}
        if failed:
            answer["Failed"] = failed
        return Answer(answer)

    # ------------------------------------------------------------------ tags

    def list_queue_tags(self) -> ActionResult:
        tags = self.sqs_backend.list_queue_tags(self._get_queue_name()).tags
        return Answer({"Tags": tags} if tags else {})

    # ------------------------------------------------------------------ message move tasks, which moto lacks

    def start_message_move_task(self) -> ActionResult:
        task = self.sqs_backend.moves.start(
            self._get_param("SourceArn"),
            self._get_param("DestinationArn"),
            self._get_param("MaxNumberOfMessagesPerSecond"),
        )
        return Answer({"TaskHandle": task.handle})

    def list_message_move_tasks(self) -> ActionResult:
        tasks = self.sqs_backend.moves.of_source(self._get_param("SourceArn"), self._get_param("MaxResults", 1))
        return Answer({"Results": [task.entry() for task in tasks]})

    def cancel_message_move_task(self) -> ActionResult:
        task = self.sqs_backend.moves.cancel(self._get_param("TaskHandle"))
        return Answer({"ApproximateNumberOfMessagesMoved": task.moved})


def _out_of_range(parameter: str, value: Any, low: float, high: float) -> InvalidParameterValue:
    return InvalidParameterValue(
        f"Value {value} for parameter {parameter} is invalid. Reason: Must be >= {low} and <= {high}, if provided."
    )


def _sent(message: Message) -> dict[str, Any]:
    answer = {"MessageId": message.id, "MD5OfMessageBody": message.body_md5}
    if message.message_attributes:
        answer["MD5OfMessageAttributes"] = message.attribute_md5
    if message.system_attributes:
        answer["MD5OfMessageSystemAttributes"] = message.system_attribute_md5
    if message.sequence_number is not None:
        answer["SequenceNumber"] = message.sequence_number
    return answer


def _received(message: Message, names: list[str], system_names: set[str]) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "MessageId": message.id,
        "ReceiptHandle": message.receipt_handle,
        "MD5OfBody": message.body_md5,
        "Body": message.body,
    }
    if system_names:
        everything = "All" in system_names
        attributes = {name: value for name, value in message.system_texts() if everything or name in system_names}
        if attributes:
            answer["Attributes"] = attributes
    if message.message_attributes and names:
        chosen = message.chosen_attributes(names)
        if chosen:
            answer["MessageAttributes"] = chosen
            answer["MD5OfMessageAttributes"] = message.md5_of(chosen)
    return answer
