"""How each kind of target takes the events of one call: a function and a state machine as one array, the others one by one.

Source: EventBridge user guide, eb-custom-bus-targets and its pages for each target. A function whose subscriber has MaxBatchSize 1 gets
the event itself. Modelled: a state machine is started and not waited for; trace headers and explicit hash keys are not passed on.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from motoclock.arn import Arn
from motoclock.delivery import aws_calls
from motoclock.delivery.custom_bus.shaping import filled, text_for, text_of
from motoclock.delivery.parcels import Parcel, Undeliverable, hand_over
from motoclock.delivery.partial_responses import read_response
from motoclock.delivery.retrying import AttemptResult
from motoclock.facts import custom_bus as facts
from motoclock.functions import Call, FunctionNotFound, Throttled
from motoclock.services.custom_bus import StoredEvent
from motoclock.services.custom_bus.errors import EventBusError
from motoclock.services.custom_bus.publishing import Hop
from motoclock.services.custom_bus.stored import Stamp
from motoclock.services.custom_bus.targets import (
    API_DESTINATION,
    CLASSIC_BUS,
    CUSTOM_BUS,
    FUNCTION,
    STATE_MACHINE,
    STREAM,
    UNIVERSAL,
    kind_of,
)
from motoclock.trace import Mode
from motoclock.world import World

_TIMEOUT_S = facts.INVOCATION_TIMEOUT_S.value
_INVOCATION_TYPE = facts.INVOCATION_TYPE_DEFAULT.value


@dataclass(frozen=True, slots=True)
class Shaped:
    """One event of the call and the parts that expressions look into."""

    event: StoredEvent
    parts: Mapping[str, Any]


class TargetCall:
    """One call of the target of one subscriber."""

    def __init__(self, world: World, sender: str, settings: Mapping[str, Any], attempt: int):
        self._world, self._sender, self._settings, self._attempt = world, sender, settings, attempt
        self._invoke = settings["InvokeConfiguration"]
        self._arn: str = self._invoke["TargetArn"]
        self._kind = kind_of(self._arn)

    def give(self, events: list[Shaped]) -> list[AttemptResult]:
        """Hand everything over. What became of each event, in order."""
        if self._kind is FUNCTION:
            return self._together(events, self._to_function)
        if self._kind is STATE_MACHINE:
            return self._together(events, self._to_state_machine)
        return [_caught(lambda one=one: self._one(one)) for one in events]

    # ------------------------------------------------------------------ one by one

    def _one(self, shaped: Shaped) -> str | None:
        event, block = shaped.event, filled(self._invoke.get(self._kind.block or "") or {}, shaped.parts)
        if self._kind is UNIVERSAL:
            _, service, action = Arn.of(self._arn).path
            return aws_calls.call(self._world, service, action, _input(block["Input"], shaped), event.id, self._sender)
        text = text_for(event, shaped.parts, self._settings["Transformer"])
        if self._kind is API_DESTINATION:
            bridge = self._world.services.eventbridge
            bridge.api_destinations.call(self._arn, _as_texts(block), text, event.data)
            return None
        if self._kind is CUSTOM_BUS:
            return self._onto_custom_bus(event, text, block)
        new_id = hand_over(self._world, self._arn, self._parcel(event, text, block))
        if self._kind is CLASSIC_BUS:
            self._world.services.custom_bus.became(event.id, new_id)
        return new_id

    def _parcel(self, event: StoredEvent, text: str, block: Mapping[str, Any]) -> Parcel:
        options: dict[str, Any] = {}
        if self._kind is CLASSIC_BUS:
            if event.source is None:
                raise Undeliverable("A classic bus takes events of PutEvents only.", "INVALID_PARAMETER")
            options = {"source": event.source, "detail_type": event.detail_type, "resources": event.data["resources"]}
            text = json.dumps(event.data["detail"])
        elif self._kind is STREAM:
            if not block.get("PartitionKey"):
                raise Undeliverable("PutRecords needs a PartitionKey.", "INVALID_PARAMETER")
            options = {"partition_key": text_of(block["PartitionKey"])}
        elif (delay := block.get("DelaySeconds")) is not None:
            options = {"delay_s": _seconds(delay)}
        return Parcel(
            text,
            origins=(event.id,),
            sender=self._sender,
            attributes=_as_texts(block.get("MessageAttributes") or {}),
            subject=text_of(block.get("Subject")),
            group_id=text_of(block.get("MessageGroupId")),
            deduplication_id=text_of(block.get("MessageDeduplicationId")),
            options=options,
        )

    def _onto_custom_bus(self, event: StoredEvent, text: str, block: Mapping[str, Any]) -> str:
        """A new event on the other bus, with the metadata that the parameters say."""
        try:
            data = json.loads(text) if event.is_json else event.data
        except ValueError:
            raise Undeliverable(
                "What the transformer made is no JSON, and the event is.", "INVALID_PARAMETER"
            ) from None
        system = block.get("SystemMetadata") or {}
        group, token = text_of(system.get("EventGroupId")), text_of(system.get("DeduplicationId"))

        def make(_entry: Any, stamp: Stamp) -> StoredEvent:
            return replace(
                event, id=stamp.id, data=data, published_at=stamp.at, ingested=stamp.moment, sequence=stamp.sequence,
                group_id=group, deduplication_id=token,
                metadata=_as_texts(block.get("Metadata") or {}) or event.metadata,
            )  # fmt: skip

        entry = {"Data": text, "SystemMetadata": {"EventGroupId": group, "DeduplicationId": token}}
        by_content = block.get("DeduplicationConfiguration") is not None
        deliveries = self._world.services.custom_bus
        deliveries.stop_loops(self._arn, event.id)
        try:
            return deliveries.publish(self._arn, entry, make, by_content, Hop((event.id,), self._sender))
        except EventBusError as error:
            raise Undeliverable(error.message, "NO_RESOURCE") from None

    # ------------------------------------------------------------------ a batch as one

    def _together(
        self, events: list[Shaped], give: Callable[[str, list[StoredEvent], Mapping[str, Any]], list[AttemptResult]]
    ) -> list[AttemptResult]:
        """Events whose shaping fails stay out of the array; the parameters are those of the first that is in it."""
        block = self._invoke.get(self._kind.block or "") or {}
        texts = [
            _caught(lambda one=one: text_for(one.event, one.parts, self._settings["Transformer"])) for one in events
        ]
        fit = [(one, text) for one, text in zip(events, texts, strict=True) if not isinstance(text, Undeliverable)]
        given: dict[str, AttemptResult] = {}
        if fit:
            single = self._settings["BatchConfiguration"]["MaxBatchSize"] == 1
            body = str(fit[0][1]) if single else f"[{', '.join(_json(text) for _, text in fit)}]"
            stored = [one.event for one, _ in fit]
            try:
                taken = give(body, stored, filled(block, fit[0][0].parts))
            except Undeliverable as error:
                taken = [error] * len(stored)
            given = {event.id: what for event, what in zip(stored, taken, strict=True)}
        return [
            text if isinstance(text, Undeliverable) else given[one.event.id]
            for one, text in zip(events, texts, strict=True)
        ]

    def _to_function(self, body: str, events: list[StoredEvent], block: Mapping[str, Any]) -> list[AttemptResult]:
        qualifier = text_of(block.get("Qualifier"))
        arn = f"{self._arn}:{qualifier}" if qualifier and self._arn.count(":") == 6 else self._arn
        ids = tuple(event.id for event in events)
        if (block.get("InvocationType") or _INVOCATION_TYPE) == "EVENT":
            new_id = hand_over(self._world, arn, Parcel(body, origins=ids, sender=self._sender))
            return [new_id] * len(ids)
        payload = self._answer(arn, body, ids, _seconds(block.get("InvocationTimeoutSeconds") or _TIMEOUT_S))
        verdict = read_response(payload, ids)
        why = verdict.invalid or "the function reported it as failed"
        return [Undeliverable(why, "FUNCTION_ERROR") if event_id in verdict.failed else None for event_id in ids]

    def _answer(self, arn: str, body: str, ids: tuple[str, ...], timeout_s: float) -> bytes:
        """What the function returned. The call is given up at its timeout, while the function runs on."""
        clock, outcomes = self._world.clock, []
        done = clock.signal()

        def finished(outcome: Any) -> None:
            outcomes.append(outcome)
            done.fire()

        def failed_ids(payload: bytes) -> tuple[str, ...]:
            failed = read_response(payload, ids).failed
            return tuple(event_id for event_id in ids if event_id in failed)

        call = Call(
            arn,
            body.encode(),
            mode=Mode.SYNCHRONOUS,
            source=self._sender,
            message_ids=ids,
            attempt=self._attempt,
            failed_ids=failed_ids,
        )
        try:
            self._world.services.functions.start(call, finished)
        except Throttled as error:
            raise Undeliverable(str(error), "THROTTLING") from None
        except FunctionNotFound as error:
            raise Undeliverable(str(error), "NO_RESOURCE") from None
        if not outcomes and not clock.wait(done, timeout_s, foreground=True):
            raise Undeliverable(f"no answer in {timeout_s:g} s", "TIMEOUT")
        outcome = outcomes[0]
        if not outcome.ok:
            raise Undeliverable(f"{outcome.error_type}: {outcome.error}", "FUNCTION_ERROR")
        return outcome.payload

    def _to_state_machine(self, body: str, events: list[StoredEvent], _block: Mapping[str, Any]) -> list[AttemptResult]:
        parcel = Parcel(body, origins=tuple(event.id for event in events), sender=self._sender)
        return [hand_over(self._world, self._arn, parcel)] * len(events)


def _caught(act: Callable[[], str | None]) -> AttemptResult:
    try:
        return act()
    except Undeliverable as error:
        return error


def _input(value: Any, shaped: Shaped) -> str:
    """The request of a universal target: an expression, or JSON with expressions in it."""
    if not isinstance(value, str):
        return json.dumps(value)
    try:
        return json.dumps(filled(json.loads(value), shaped.parts))
    except ValueError:
        raise Undeliverable("UniversalTargetParameters.Input is no JSON.", "INVALID_PARAMETER") from None


def _json(text: AttemptResult) -> str:
    """A place in an array: a text that is no JSON stands in quotes."""
    try:
        json.loads(str(text))
    except ValueError:
        return json.dumps(text)
    return str(text)


def _as_texts(value: Any) -> Any:
    """A block whose values an API wants as texts."""
    if isinstance(value, Mapping):
        return {str(key): _as_texts(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_as_texts(one) for one in value]
    return text_of(value)


def _seconds(value: Any) -> float:
    found = re.fullmatch(r"\d+(\.\d+)?", str(value))
    if found is None:
        raise Undeliverable(f"{value} is no number of seconds.", "INVALID_PARAMETER")
    return float(found[0])
