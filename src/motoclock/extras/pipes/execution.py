"""One execution of a pipe: a batch from the source is shaped, enriched, shaped again and given to the target.

`PipeRunner` is the Invoker of a pipe's poller. Source: EventBridge user guide, eb-pipes, pipes-enrichment,
eb-pipes-input-transformation, eb-pipes-batching-concurrency. An execution has five minutes; what it called then runs on, but nobody
waits for it.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from moto.core.exceptions import JsonRESTError, ServiceException
from moto.pipes.models import Pipe

from motoclock.delivery.parcels import Undeliverable
from motoclock.extras.pipes.backend import most_of
from motoclock.extras.pipes.records import flat, parsed, reported
from motoclock.extras.pipes.targets import Targets, called
from motoclock.facts import pipes as facts
from motoclock.functions import Call, Outcome
from motoclock.functions.outcome import Status
from motoclock.json_text import json_text
from motoclock.services.events.entries import iso
from motoclock.templates import fill
from motoclock.templates.json_path import find
from motoclock.trace import Delivered, Filtered, Refused, What
from motoclock.world import World

_EMPTY: tuple[Any, ...] = (None, "", {}, [])
_MAX_S = facts.EXECUTION_MAX_S.value
_ENRICHMENT_MAX = facts.ENRICHMENT_MAX_BYTES.value


@dataclass(slots=True)
class _Execution:
    """One batch on its way. `at` is the ARN it is with; `given_up` says that its time is over."""

    records: list[dict[str, Any]]
    ids: tuple[str, ...]
    at: str = ""
    given_up: bool = False


class PipeRunner:
    """What the pollers of a pipe call."""

    def __init__(self, world: World, pipe: Pipe):
        self._world, self._pipe = world, pipe
        self._functions = world.services.functions
        self._targets = Targets(world, pipe)

    # ------------------------------------------------------------------ as an Invoker

    def timeout_of(self, _function: str) -> None:
        """A pipe has no timeout that a queue's visibility must exceed."""

    def loops_among(self, _function: str, _message_ids: tuple[str, ...]) -> tuple[str, ...]:
        """Only functions are stopped in loops."""
        return ()

    def invoke(self, call: Call) -> Outcome:
        """Run one batch through the pipe. The outcome says what the source does next."""
        started = self._world.clock.now
        answer, error = self._within_limit(_Execution(json.loads(call.payload)["Records"], call.message_ids))
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

    def _within_limit(self, execution: "_Execution") -> tuple[bytes, Undeliverable | None]:
        """The answer or the failure; a failure too when it takes longer than an execution may."""
        clock, ended = self._world.clock, self._world.clock.signal()
        results: list[tuple[bytes, Undeliverable | None]] = []
        bugs: list[Exception] = []

        def run() -> None:
            try:
                results.append((self._run(execution), None))
            except Undeliverable as failure:
                results.append((b"", failure))
            except Exception as bug:
                bugs.append(bug)  # for the poller to report: the records stay where they are
            ended.fire()

        clock.spawn(run, name=f"execution of {self._pipe.name}")
        if clock.wait(ended, timeout=_MAX_S, foreground=True):
            if bugs:
                raise bugs[0]
            return results[0]
        execution.given_up = True
        error = Undeliverable(f"the execution took more than {_MAX_S:g} seconds", "TIMEOUT", retryable=True)
        self._record(Refused(execution.at, error.reason, retryable=True), execution.ids)
        return b"", error

    def _run(self, execution: "_Execution") -> bytes:
        records, ids, pipe = execution.records, execution.ids, self._pipe
        events = [flat(record) for record in records]
        if pipe.enrichment:
            shape = (pipe.enrichment_parameters or {}).get("InputTemplate")
            events = self._step(
                execution, pipe.enrichment, lambda: self._enriched([self._shaped(one, shape) for one in events], ids)
            )
            if not events:
                self._record(Filtered("the enrichment answered with nothing", pipe.arn), ids)
                return b""
        shape = (pipe.target_parameters or {}).get("InputTemplate")
        texts = [self._shaped(one, shape) for one in events]
        given = self._step(execution, pipe.target, lambda: self._targets.give(texts, events, ids))
        for place, message_id in enumerate(ids):
            if (why := given.failed.get(place)) is not None:
                self._record(Refused(pipe.target, why, retryable=True), (message_id,))
                continue
            new_id = given.new_ids[place] if len(given.new_ids) == len(ids) else None
            self._record(Delivered(pipe.target, new_id=new_id, source=pipe.arn), (message_id,))
        if given.failed:
            return reported(records[place] for place in given.failed)
        return given.answer

    def _step(self, execution: "_Execution", arn: str, act: Callable[[], Any]) -> Any:
        """Enrich or deliver. Nothing that comes after the limit is told, or goes on."""
        execution.at = arn
        try:
            answer = act()
        except Undeliverable as error:
            if not execution.given_up:
                self._record(Refused(arn, error.reason, retryable=True), execution.ids)
            raise
        if execution.given_up:
            raise Undeliverable("nobody waits for it any more", "TIMEOUT")
        return answer

    def _enriched(self, texts: list[str], ids: tuple[str, ...]) -> list[Any]:
        """The events that the enrichment makes of the batch: as many as it likes, none when it answers with nothing."""
        pipe, arn = self._pipe, self._pipe.enrichment
        body = f"[{', '.join(texts)}]"
        if ":lambda:" in arn:
            answer = called(self._functions, arn, body, pipe.arn, ids)
        elif ":states:" in arn:
            answer = self._execution(arn, body, ids)
        else:
            bridge = self._world.services.eventbridge
            parameters = (pipe.enrichment_parameters or {}).get("HttpParameters") or {}
            answer = bridge.api_destinations.fetch(arn, parameters, body, json.loads(body))
        if len(answer) > _ENRICHMENT_MAX:
            raise Undeliverable(
                f"the enrichment answered with {len(answer):,} bytes, more than {_ENRICHMENT_MAX:,}",
                "ENRICHMENT_FAILED",
            )
        try:
            made = json.loads(answer) if answer.strip() else None
        except ValueError:
            made = answer.decode()
        if made in _EMPTY:
            return []
        events = made if isinstance(made, list) else [made]
        most = most_of(pipe.target, None)
        if len(events) > most:
            raise Undeliverable(
                f"the enrichment answered with {len(events)} events, and the target takes {most} at once",
                "ENRICHMENT_FAILED",
            )
        return events

    def _execution(self, arn: str, body: str, ids: tuple[str, ...]) -> bytes:
        """An express state machine, run to its end."""
        try:
            execution = self._world.services.state_machines.start_sync_execution(arn, body, ids)
        except (JsonRESTError, ServiceException) as error:
            raise Undeliverable(f"it was not started: {error}", "ENRICHMENT_FAILED") from None
        if execution.status != "SUCCEEDED":
            raise Undeliverable(f"the execution ended as {execution.status}", "ENRICHMENT_FAILED")
        return (execution.output or "").encode()

    # ------------------------------------------------------------------ shaping

    def _shaped(self, event: Any, template: str | None) -> str:
        """The event as JSON, or the template filled: paths look into a body that is JSON text as if it were parsed."""
        if not template:
            return json_text(event)
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

    def _record(self, what: What, ids: tuple[str, ...]) -> None:
        for message_id in ids:
            self._world.trace.append(what, self._pipe.arn, message_id)
