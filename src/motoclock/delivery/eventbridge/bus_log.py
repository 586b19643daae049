"""What one bus has to log: a record for each step of each event, made of the trace and of what the trace leaves out.

Source: EventBridge user guide, eb-event-logs-execution-steps. Modelled: the words in `invocation_status`, `target_properties` as the
target's own parameters. Not told: entries that PutEvents refuses, throttles of the account's own quota, what the target answered.
"""

import datetime
import json
from collections import deque
from dataclasses import dataclass
from enum import IntEnum
from heapq import heappop, heappush
from typing import Any

from moto.events.models import Rule

from motoclock.clock import EPOCH
from motoclock.delivery.eventbridge.log_records import UP_TO, Level, Record, about, id_of, level_of, made, without_data
from motoclock.delivery.eventbridge.shaping import shaped
from motoclock.delivery.parcels import Undeliverable
from motoclock.services.events import BusEvent
from motoclock.trace import DeadLettered, Delivered, Dropped, Event, Filtered, Matched, Refused, Retried, Sent
from motoclock.world import World

_Key = tuple[str, str, str]  # rule, event, target


class _Progress(IntEnum):
    """How far an invocation has come in the log."""

    PLANNED = 0
    STARTED = 1
    FAILED = 2  # this attempt did; what follows says whether there is another


@dataclass(slots=True, eq=False)
class Invocation:
    """One event for one target, as the rule and target were when the pattern matched. The rest is filled in by reading."""

    rule: Rule
    target: dict[str, Any]
    event: BusEvent
    starts_at: float  # the attempt that is made or planned
    attempt: int = 1
    progress: _Progress = _Progress.PLANNED
    id: str = ""
    ingested_at: float = 0.0
    first_start_at: float = 0.0

    @property
    def key(self) -> _Key:
        return self.rule.arn, self.event.id, self.target["Arn"]

    @property
    def details(self) -> dict[str, Any]:
        role = self.target.get("RoleArn")
        return {"rule_arn": self.rule.arn, **({"role_arn": role} if role else {}), "target_arn": self.target["Arn"]}


class BusLog:
    """The records of one bus since it was first asked for any."""

    def __init__(self, world: World, bus_arn: str):
        self._world, self._arn = world, bus_arn
        self._level, self._has_detail = Level.OFF, False
        self._position = len(world.trace)
        self._records: list[Record] = []
        self._coming: dict[str, deque[BusEvent]] = {}  # took, not yet read in the trace
        self._planned: dict[tuple[str, str], deque[Invocation]] = {}  # by rule and event: matched, not yet read
        self._open: dict[_Key, list[Invocation]] = {}  # matched, no outcome yet
        self._due: list[tuple[float, int, Invocation]] = []
        self._events: dict[str, tuple[BusEvent, float]] = {}  # being matched: the event, when it came
        self._held: set[str] = set()  # AWS's own, not logged unless a rule matches
        self._matched: set[str] = set()
        self._count = 0

    def configure(self, level: Level, has_detail: bool) -> None:
        """From now on. What came before is written as it was asked for then."""
        self.records()
        self._level, self._has_detail = level, has_detail

    def took(self, event: BusEvent) -> None:
        if self._level is not Level.OFF:
            self._coming.setdefault(event.id, deque()).append(event)

    def planned(self, invocation: Invocation) -> None:
        if self._level is not Level.OFF:
            key = invocation.rule.arn, invocation.event.id
            self._planned.setdefault(key, deque()).append(invocation)

    def records(self) -> list[Record]:
        """All until now, in order of time. Don't change the list."""
        news = self._world.trace[self._position :]
        self._position += len(news)
        if self._level is not Level.OFF:
            for event in news:
                self._start_those_due(event.at, before=True)
                self._read(event)
            self._start_those_due(self._world.clock.now)
        return self._records

    # ------------------------------------------------------------------ the trace, event by event

    def _read(self, event: Event) -> None:
        about = event.resource, event.message_id or ""
        match event.what:
            case Sent() if event.resource == self._arn:
                self._came(event)
            case Matched(bus=bus) if bus == self._arn:
                self._rule_matched(event)
            case Filtered() if event.resource == self._arn:
                self._no_target(event)
            case Delivered() as what:
                self._succeeded(about, what, event.at)
            case Refused() as what:
                self._failed(about, what, event.at)
            case Retried() as what:
                self._again(about, what, event.at)
            case Dropped(consumer=str() as target, text=text):
                self._given_up((*about, target), event.at, ("INVOCATION_FAILURE",), text)
            case DeadLettered(consumer=str() as target, reason=reason):
                self._given_up((*about, target), event.at, ("INVOCATION_FAILURE", "INVOCATION_DLQ"), reason)

    def _came(self, event: Event) -> None:
        waiting = self._coming.get(event.message_id or "")
        if not waiting:
            return
        came = waiting.popleft()
        if not waiting:
            del self._coming[came.id]
        self._events[came.id] = came, event.at
        self._matched.discard(came.id)
        if _is_awss(came):
            self._held.add(came.id)
        else:
            self._ingested(came, event.at)

    def _ingested(self, event: BusEvent, at: float) -> None:
        for step in ("EVENT_RECEIPT", "EVENT_INGEST_SUCCESS", "RULE_MATCH_START"):
            self._add(step, at, event.id, about(event))

    def _rule_matched(self, event: Event) -> None:
        found = self._events.get(event.message_id or "")
        if found is None:
            return
        came, ingested_at = found
        if came.id in self._held:
            self._held.discard(came.id)
            self._ingested(came, event.at)
        self._matched.add(came.id)
        invocations = list(self._planned.pop((event.resource, came.id), ()))
        for one in invocations:
            one.ingested_at, one.first_start_at = ingested_at, one.starts_at
            one.id = id_of(came.id, event.resource, one.target["Id"], str(self._count))
            self._open.setdefault(one.key, []).append(one)
            self._plan(one)
        details = {
            "rule_arn": event.resource,
            "target_arns": [one.target["Arn"] for one in invocations],
            "invocation_ids": [one.id for one in invocations],
        }
        self._add("RULE_MATCH", event.at, came.id, details)

    def _no_target(self, event: Event) -> None:
        found = self._events.pop(event.message_id or "", None)
        if found is None:
            return
        if event.message_id in self._held:
            self._held.discard(event.message_id)
        elif event.message_id not in self._matched:
            self._add("NO_STANDARD_RULES_MATCHED", event.at, found[0].id, {})

    def _succeeded(self, about: tuple[str, str], what: Delivered, at: float) -> None:
        if (one := self._tried((*about, what.target), what.attempt)) is not None:
            self._attempt_over(one, at, "INVOCATION_ATTEMPT_SUCCESS", "SUCCESS")
            self._over(one, at, ("INVOCATION_SUCCESS",), "SUCCESS", None)

    def _failed(self, about: tuple[str, str], what: Refused, at: float) -> None:
        if (one := self._tried((*about, what.target), what.attempt)) is not None:
            kind = "RETRYABLE_FAILURE" if what.retryable else "PERMANENT_FAILURE"
            self._attempt_over(one, at, f"INVOCATION_ATTEMPT_{kind}", kind, what.reason)
            one.progress = _Progress.FAILED

    def _again(self, about: tuple[str, str], what: Retried, at: float) -> None:
        for one in self._failed_of((*about, what.target)):
            if one.attempt == what.attempt - 1:
                one.attempt, one.starts_at, one.progress = what.attempt, at + what.wait_s, _Progress.PLANNED
                self._plan(one)
                return

    def _given_up(self, key: _Key, at: float, steps: tuple[str, ...], reason: str) -> None:
        for one in self._failed_of(key):
            self._over(one, at, steps, "FAILURE", reason)
            return

    def _tried(self, key: _Key, attempt: int) -> Invocation | None:
        """The one whose attempt this was: two targets may have one ARN."""
        for one in self._open.get(key, ()):
            if one.attempt == attempt and one.progress is not _Progress.FAILED:
                self._start(one)
                return one
        return None

    def _failed_of(self, key: _Key) -> list[Invocation]:
        return [one for one in self._open.get(key, ()) if one.progress is _Progress.FAILED]

    # ------------------------------------------------------------------ attempts

    def _plan(self, one: Invocation) -> None:
        self._count += 1
        heappush(self._due, (one.starts_at, self._count, one))

    def _start_those_due(self, now: float, before: bool = False) -> None:
        while self._due and (self._due[0][0] < now or (not before and self._due[0][0] <= now)):
            at, _, one = heappop(self._due)
            if at == one.starts_at:
                self._start(one)

    def _start(self, one: Invocation) -> None:
        if one.progress is not _Progress.PLANNED:
            return
        one.progress = _Progress.STARTED
        details = {**one.details, "attempt_count": one.attempt, **_given(one)}
        steps = ("INVOCATION_START", "INVOCATION_ATTEMPT_START") if one.attempt == 1 else ("INVOCATION_ATTEMPT_START",)
        for step in steps:
            self._add(step, one.starts_at, one.event.id, details, one.id)

    def _attempt_over(self, one: Invocation, at: float, step: str, status: str, reason: str | None = None) -> None:
        details = {
            **one.details,
            "attempt_type": "FIRST" if one.attempt == 1 else "RETRY",
            "attempt_count": one.attempt,
            "invocation_status": status,
            "target_duration_ms": round((at - one.starts_at) * 1000),
        }
        self._add(step, at, one.event.id, details, one.id, _error(one, reason))

    def _over(self, one: Invocation, at: float, steps: tuple[str, ...], status: str, reason: str | None) -> None:
        self._open[one.key].remove(one)
        if not self._open[one.key]:
            del self._open[one.key]
        took_ms = round((at - one.ingested_at) * 1000)
        details = {**one.details, **_given(one), "total_attempts": one.attempt, "final_invocation_status": status}
        if one.attempt == 1:
            details["ingestion_to_start_latency_ms"] = round((one.first_start_at - one.ingested_at) * 1000)
            details["ingestion_to_complete_latency_ms"] = took_ms
        if reason is None:
            details["ingestion_to_success_latency_ms"] = took_ms
        details["target_duration_ms"] = round((at - one.starts_at) * 1000)
        for step in steps:
            self._add(step, at, one.event.id, details, one.id, _error(one, reason))

    # ------------------------------------------------------------------ a record

    def _add(
        self,
        step: str,
        at: float,
        event_id: str,
        details: dict[str, Any],
        invocation_id: str = "",
        error: dict[str, str] | None = None,
    ) -> None:
        if level_of(step) in UP_TO[self._level]:
            shown = details if self._has_detail else without_data(details)
            self._records.append(made(self._arn, step, at, event_id, shown, invocation_id, error))


def _is_awss(event: BusEvent) -> bool:
    """Whether an AWS service sent it: without a rule, such an event is not logged. A replay is, and so is a partner's event."""
    source = event.content["source"]
    return source.startswith("aws.") and not source.startswith("aws.partner/") and event.replay_of is None


def _given(one: Invocation) -> dict[str, str]:
    """What the target gets, and with which parameters."""
    given: dict[str, str] = {}
    try:
        at = EPOCH + datetime.timedelta(seconds=one.starts_at)
        given["target_input"] = shaped(one.target, one.event, one.rule, at)
    except Undeliverable:
        pass  # nothing was sent: the attempt's error says why
    parameters = {name: value for name, value in one.target.items() if name.endswith("Parameters")}
    if parameters:
        given["target_properties"] = json.dumps(parameters, separators=(",", ":"))
    return given


def _error(one: Invocation, reason: str | None) -> dict[str, str] | None:
    if reason is None:
        return None
    return {"error_message": reason, "aws_service": one.target["Arn"].split(":")[2]}
