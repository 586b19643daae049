"""How each kind of target takes the events of one execution: a function and a state machine as one array, the others one by one.

Source: EventBridge user guide, eb-pipes-event-target and eb-pipes-batching-concurrency. The events keep their order; the first that is
not taken ends an execution whose source has an order; a standard queue's other messages are given over all the same. What was not taken
is tried again by the source.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from moto.core.exceptions import JsonRESTError, ServiceException
from moto.pipes.models import Pipe
from moto.stepfunctions.models import stepfunctions_backends

from motoclock.delivery.parcels import Parcel, Undeliverable, hand_over
from motoclock.extras.pipes.records import parsed
from motoclock.functions import Call, FunctionNotFound, Throttled
from motoclock.json_text import json_text
from motoclock.services.events.targets import kind_of
from motoclock.templates.json_path import MISSING, find
from motoclock.trace import Mode
from motoclock.world import ACCOUNT, REGION, World

_SERVICES = {"sqs": "aws:sqs", "kinesis": "aws:kinesis", "dynamodb": "aws:dynamodb"}


@dataclass(slots=True)
class Given:
    """The ids that the target gave, one an event or one in all; its answer; and by place why it did not take an event."""

    new_ids: list[str | None]
    answer: bytes = b""
    failed: dict[int, str] = field(default_factory=dict)


class Targets:
    """The target of one pipe."""

    def __init__(self, world: World, pipe: Pipe):
        self._world, self._pipe = world, pipe

    def give(self, texts: list[str], events: list[Any], ids: tuple[str, ...]) -> "Given":
        """Hand everything over. Undeliverable when nothing was taken, or when it can't be said what was."""
        kind = kind_of(self._pipe.target)
        if kind == "lambda":
            return Given(*self._to_function(texts, ids))
        if kind == "states":
            return Given(*self._to_state_machine(texts, ids))
        return self._one_by_one(kind, texts, events, ids)

    def _one_by_one(self, kind: str, texts: list[str], events: list[Any], ids: tuple[str, ...]) -> "Given":
        aligned = len(events) == len(ids)
        ordered = ":sqs:" not in self._pipe.source or self._pipe.source.endswith(".fifo")
        given = Given([None] * len(events))
        for place, (text, event) in enumerate(zip(texts, events, strict=True)):
            try:
                given.new_ids[place] = self._one(kind, text, event, ids, place, aligned)
            except Undeliverable as error:
                given.failed[place] = error.reason
                if ordered:
                    given.failed |= dict.fromkeys(range(place + 1, len(events)), "one before it was not taken")
                if not aligned or len(given.failed) == len(events):
                    raise
                if ordered:
                    break
        return given

    def _parameters(self, name: str) -> dict[str, Any]:
        return (self._pipe.target_parameters or {}).get(name) or {}

    def _to_function(self, texts: list[str], ids: tuple[str, ...]) -> tuple[list[str | None], bytes]:
        functions, pipe, body = self._world.services.functions, self._pipe, _array(texts)
        if self._parameters("LambdaFunctionParameters").get("InvocationType") == "FIRE_AND_FORGET":
            return [hand_over(self._world, pipe.target, Parcel(body, origins=ids, sender=pipe.arn))], b""
        return [], called(functions, pipe.target, body, pipe.arn, ids)

    def _to_state_machine(self, texts: list[str], ids: tuple[str, ...]) -> tuple[list[str | None], bytes]:
        """Standard machines are started; express ones are waited for, unless the pipe says otherwise."""
        states, arn, body = self._world.services.state_machines, self._pipe.target, _array(texts)
        machine = stepfunctions_backends[ACCOUNT][REGION].state_machines
        express = any(one.arn == arn and one.type == "EXPRESS" for one in machine)
        waits = self._parameters("StepFunctionStateMachineParameters").get("InvocationType") != "FIRE_AND_FORGET"
        try:
            if not (express and waits):
                return [states.start_execution(arn, body, ids)], b""
            execution = states.start_sync_execution(arn, body, ids)
        except (JsonRESTError, ServiceException) as error:
            raise Undeliverable(f"it was not started: {error}", "TARGET_FAILED") from None
        if execution.status != "SUCCEEDED":
            raise Undeliverable(f"the execution ended as {execution.status}", "TARGET_FAILED")
        return [execution.execution_arn], (execution.output or "").encode()

    def _one(self, kind: str, text: str, event: Any, ids: tuple[str, ...], place: int, aligned: bool) -> str | None:
        pipe = self._pipe
        # an enrichment that made more or fewer events hides which came from which
        origin = (ids[place],) if aligned else ids
        if kind == "api-destination":
            bridge = self._world.services.eventbridge
            bridge.api_destinations.call(pipe.target, self._parameters("HttpParameters"), text, event)
            return None
        queue, bus = self._parameters("SqsQueueParameters"), self._parameters("EventBridgeEventBusParameters")
        body = text
        if kind in ("sqs", "sns", "logs") and text[:1] == '"':
            body = json.loads(text)  # a text stands without its quotes
        parcel = Parcel(
            body,
            origins=origin,
            sender=pipe.arn,
            group_id=_filled(queue.get("MessageGroupId"), event),
            deduplication_id=_filled(queue.get("MessageDeduplicationId"), event),
            options={
                "partition_key": _filled(self._parameters("KinesisStreamParameters").get("PartitionKey"), event),
                "source": bus.get("Source") or f"Pipe {pipe.name}",
                "detail_type": bus.get("DetailType") or f"Event from {_SERVICES[pipe.source.split(':')[2]]}",
                "resources": bus.get("Resources"),
                "stream": self._parameters("CloudWatchLogsParameters").get("LogStreamName") or pipe.name,
            },
        )
        return hand_over(self._world, pipe.target, parcel)


def called(functions: Any, arn: str, body: str, source: str, ids: tuple[str, ...]) -> bytes:
    """Invoke a function and wait; its result. Undeliverable when it is throttled, missing or fails."""
    try:
        outcome = functions.invoke(Call(arn, body.encode(), mode=Mode.SYNCHRONOUS, source=source, message_ids=ids))
    except Throttled as error:
        raise Undeliverable(str(error), "THROTTLING", retryable=True) from None
    except FunctionNotFound as error:
        raise Undeliverable(str(error), "NO_RESOURCE") from None
    if not outcome.ok:
        raise Undeliverable(f"{outcome.error_type}: {outcome.error}", outcome.error_type or "Error", retryable=True)
    return outcome.payload


def _array(texts: list[str]) -> str:
    return f"[{', '.join(texts)}]"


def _filled(value: str | None, event: Any) -> str | None:
    """A parameter: a constant, or what stands at a JSON path of the event."""
    if not value or not value.startswith("$."):
        return value
    found = find(parsed(event), value)
    return None if found is MISSING else found if isinstance(found, str) else json_text(found)
