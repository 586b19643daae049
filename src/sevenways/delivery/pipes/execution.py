"""One execution of a pipe: a batch from the source is shaped, enriched, shaped again and given to the target.

`PipeRunner` stands where the pollers expect the Lambda service. Source: EventBridge user guide, eb-pipes, pipes-enrichment,
eb-pipes-input-transformation. Modelled: an execution has no time limit of its own.
"""

import json
from collections.abc import Callable
from typing import Any

from moto.core.exceptions import JsonRESTError, ServiceException
from moto.pipes.models import Pipe

from sevenways.delivery.eventbridge import EventBridge
from sevenways.delivery.parcels import Undeliverable
from sevenways.delivery.pipes.records import flat, parsed
from sevenways.delivery.pipes.targets import Targets, called
from sevenways.functions import Outcome
from sevenways.functions.outcome import Status
from sevenways.json_path import find
from sevenways.moto_seams.events.entries import iso
from sevenways.templates import fill
from sevenways.trace import Delivery, Kind, Reason, Refusal
from sevenways.world import World

_EMPTY: tuple[Any, ...] = (None, "", {}, [])


class PipeRunner:
    """What the pollers of a pipe call."""

    def __init__(self, world: World, pipe: Pipe):
        self._world, self._pipe = world, pipe
        self._functions = world.services["lambda"]
        self._targets = Targets(world, pipe)

    # ------------------------------------------------------------------ as the Lambda service

    def timeout_of(self, _function_ref: str) -> None:
        """A pipe has no timeout that a queue's visibility must exceed."""

    def loops_among(self, _function_ref: str, _message_ids: tuple[str, ...]) -> tuple[str, ...]:
        """Only functions are stopped in loops."""
        return ()

    def invoke(self, _function_ref: str, payload: bytes, *, message_ids: tuple[str, ...], **_more: Any) -> Outcome:
        """Run one batch through the pipe. The outcome says what the source does next."""
        started = self._world.clock.now
        try:
            answer, error = self._run(json.loads(payload)["Records"], message_ids), None
        except Undeliverable as failure:
            answer, error = b"", failure
        return Outcome(
            Status.SUCCEEDED if error is None else Status.FAILED,
            answer,
            self._functions.new_request_id(),
            started,
            self._world.clock.now,
            "$LATEST",
            error and error.code,
            error and error.reason,
        )

    # ------------------------------------------------------------------ one batch

    def _run(self, records: list[dict[str, Any]], ids: tuple[str, ...]) -> bytes:
        events = [flat(record) for record in records]
        pipe = self._pipe
        if pipe.enrichment:
            shape = (pipe.enrichment_parameters or {}).get("InputTemplate")
            events = self._step(
                ids, pipe.enrichment, lambda: self._enriched([self._shaped(one, shape) for one in events], ids)
            )
            if not events:
                self._record(Kind.FILTERED, ids, Reason("the enrichment answered with nothing", pipe.arn))
                return b""
        shape = (pipe.target_parameters or {}).get("InputTemplate")
        texts = [self._shaped(one, shape) for one in events]
        new_ids, answer = self._step(ids, pipe.target, lambda: self._targets.give(texts, events, ids))
        for place, message_id in enumerate(ids):
            new_id = new_ids[place] if len(new_ids) == len(ids) else None
            self._record(Kind.DELIVERED, (message_id,), Delivery(pipe.target, new_id=new_id, source=pipe.arn))
        return answer

    def _step(self, ids: tuple[str, ...], arn: str, act: Callable[[], Any]) -> Any:
        try:
            return act()
        except Undeliverable as error:
            self._record(Kind.REFUSED, ids, Refusal(arn, error.reason, retryable=True))
            raise

    def _enriched(self, texts: list[str], ids: tuple[str, ...]) -> list[Any]:
        """The events that the enrichment makes of the batch: as many as it likes, none when it answers with nothing."""
        pipe, arn = self._pipe, self._pipe.enrichment
        body = f"[{', '.join(texts)}]"
        if ":lambda:" in arn:
            answer = called(self._functions, arn, body, pipe.arn, ids)
        elif ":states:" in arn:
            answer = self._execution(arn, body)
        else:
            bridge: EventBridge = self._world.services["eventbridge"]
            parameters = (pipe.enrichment_parameters or {}).get("HttpParameters") or {}
            answer = bridge.api_destinations.fetch(arn, parameters, body, json.loads(body))
        try:
            made = json.loads(answer) if answer.strip() else None
        except ValueError:
            made = answer.decode()
        if made in _EMPTY:
            return []
        return made if isinstance(made, list) else [made]

    def _execution(self, arn: str, body: str) -> bytes:
        """An express state machine, run to its end."""
        try:
            execution = self._world.services["stepfunctions"].start_sync_execution(arn, body)
        except (JsonRESTError, ServiceException) as error:
            raise Undeliverable(f"it was not started: {error}", "ENRICHMENT_FAILED") from None
        if execution.status != "SUCCEEDED":
            raise Undeliverable(f"the execution ended as {execution.status}", "ENRICHMENT_FAILED")
        return (execution.output or "").encode()

    # ------------------------------------------------------------------ shaping

    def _shaped(self, event: Any, template: str | None) -> str:
        """The event as JSON, or the template filled: paths look into a body that is JSON text as if it were parsed."""
        if not template:
            return json.dumps(event)
        pipe = self._pipe
        reserved = {
            "aws.pipes.pipe-arn": pipe.arn,
            "aws.pipes.pipe-name": pipe.name,
            "aws.pipes.source-arn": pipe.source,
            "aws.pipes.enrichment-arn": pipe.enrichment or "",
            "aws.pipes.target-arn": pipe.target,
            "aws.pipes.event.ingestion-time": iso(self._world.clock.datetime),
            "aws.pipes.event.json": parsed(event),
            "aws.pipes.event": parsed(event),
        }

        def value_of(name: str) -> Any:
            if name.startswith("$"):
                return find(parsed(event), name)
            return reserved[name]

        return fill(template, value_of)

    def _record(self, kind: Kind, ids: tuple[str, ...], detail: Any) -> None:
        for message_id in ids:
            self._world.trace.append(kind, self._pipe.arn, message_id, detail=detail)
