"""Requests and answers about queues."""

from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.core.responses import TYPE_RESPONSE, ActionResult, EmptyResult

from motoclock.facts import stream_queues as facts
from motoclock.services.kinesis.errors import KinesisError
from motoclock.services.kinesis.queues.backend import QueueingKinesisBackend
from motoclock.services.kinesis.queues.checks import CONTROL_OPERATIONS, DATA_OPERATIONS, check_model
from motoclock.services.kinesis.responses import LogKinesisResponse

_PAGE = 10_000
_RECEIVE_MAX = facts.RECEIVE_MAX.value
_WAIT_S = facts.WAIT_DEFAULT_S.value


class QueueingKinesisResponse(LogKinesisResponse):
    """Our class over moto's, with the operations of queues."""

    kinesis_backend: QueueingKinesisBackend

    def call_action(self) -> TYPE_RESPONSE:
        operation = self._get_action()
        if operation in DATA_OPERATIONS or operation in CONTROL_OPERATIONS:
            self.parse_parameters(self.normalized_request)
            try:
                check_model(operation, self.params)
            except JsonRESTError as error:
                return 400, {**self.response_headers, "status": "400"}, error.description
        return super().call_action()

    # ------------------------------------------------------------------ queues

    def create_queue(self) -> ActionResult:
        queue = self.kinesis_backend.create_queue(
            self._get_param("QueueName"),
            self._get_param("StreamConfigurationList"),
            self._get_param("QueueAttributes") or {},
            self._get_param("Tags") or {},
        )
        return ActionResult({"QueueDescription": queue.to_json("CREATING")})

    def describe_queue(self) -> ActionResult:
        return ActionResult({"QueueDescription": self._queue().to_json()})

    def list_queues(self) -> ActionResult:
        queues = self.kinesis_backend.list_queues(self._get_param("StreamFilter") or [])
        if after := self._get_param("NextToken"):
            places = [place for place, queue in enumerate(queues, 1) if queue.arn == after]
            if not places:
                raise KinesisError(
                    "ExpiredNextTokenException", "The NextToken is of no list of queues that still exists."
                )
            queues = queues[places[0] :]
        page = queues[: self._get_param("MaxResults") or _PAGE]
        answer: dict[str, Any] = {"QueueSummaries": [queue.summary_json() for queue in page]}
        if len(page) < len(queues):
            answer["NextToken"] = page[-1].arn
        return ActionResult(answer)

    def update_queue(self) -> ActionResult:
        arn, attributes = self._get_param("QueueARN"), self._get_param("QueueAttributes") or {}
        queue = self.kinesis_backend.update_queue(arn, attributes)
        return ActionResult({"QueueDescription": queue.to_json("UPDATING")})

    def delete_queue(self) -> ActionResult:
        self.kinesis_backend.delete_queue(self._get_param("QueueARN"))
        return EmptyResult()

    def _queue(self) -> Any:
        return self.kinesis_backend.queue(self._get_param("QueueARN"))

    # ------------------------------------------------------------------ records

    def receive_queue_records(self) -> ActionResult:
        return self._receive(dead=False)

    def acknowledge_queue_records(self) -> ActionResult:
        return ActionResult(self.kinesis_backend.acknowledge(self._get_param("QueueARN"), False, self._entries()))

    def update_queue_records_visibility(self) -> ActionResult:
        return ActionResult(self.kinesis_backend.change_visibility(self._get_param("QueueARN"), False, self._entries()))

    # ------------------------------------------------------------------ dead letters

    def receive_dead_letter_queue_records(self) -> ActionResult:
        return self._receive(dead=True)

    def acknowledge_dead_letter_queue_records(self) -> ActionResult:
        return ActionResult(self.kinesis_backend.acknowledge(self._get_param("QueueARN"), True, self._entries()))

    def update_dead_letter_queue_records_visibility(self) -> ActionResult:
        return ActionResult(self.kinesis_backend.change_visibility(self._get_param("QueueARN"), True, self._entries()))

    def restore_dead_letter_queue_records(self) -> ActionResult:
        return ActionResult(self.kinesis_backend.restore(self._get_param("QueueARN"), self._entries()))

    def _receive(self, dead: bool) -> ActionResult:
        records = self.kinesis_backend.receive(
            self._get_param("QueueARN"),
            dead,
            self._get_param("Limit") or _RECEIVE_MAX,
            self._get_param("WaitTimeSeconds") or _WAIT_S,
            self._get_param("VisibilityTimeoutSeconds"),
        )
        return ActionResult({"QueueRecords": records})

    def _entries(self) -> list[dict[str, Any]]:
        return self._get_param("Entries")

    # ------------------------------------------------------------------ tags

    def tag_resource(self) -> ActionResult:
        self.kinesis_backend.tag(self._get_param("ResourceARN"), self._get_param("Tags"))
        return EmptyResult()

    def untag_resource(self) -> ActionResult:
        tags = self.kinesis_backend.tags_of(self._get_param("ResourceARN"))
        for key in self._get_param("TagKeys"):
            tags.pop(key, None)
        return EmptyResult()

    def list_tags_for_resource(self) -> ActionResult:
        tags = self.kinesis_backend.tags_of(self._get_param("ResourceARN"))
        return ActionResult({"Tags": [{"Key": key, "Value": value} for key, value in sorted(tags.items())]})
