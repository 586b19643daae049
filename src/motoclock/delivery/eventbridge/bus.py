"""An event on a bus: every rule whose pattern matches gives it to every one of its targets, each by itself.

Source: EventBridge user guide, eb-what-is-how-it-works. Modelled: patterns are matched when the event is put, and all targets are
reached after one fixed latency, in the order of putting; `Cloud(reorder=True)` shuffles the latencies, `duplicates` lets a target get
an event twice.
"""

import json
from collections.abc import Mapping
from typing import Any

from moto.events.models import EventBus, Rule, events_backends
from moto.moto_api._internal import mock_random

from motoclock import announcements
from motoclock.delivery.eventbridge.api_destinations import ApiDestinations
from motoclock.delivery.eventbridge.bus_logs import BusLogs
from motoclock.delivery.eventbridge.hand_over import TargetDelivery
from motoclock.delivery.parcels import Parcel, Undeliverable
from motoclock.facts import eventbridge as facts
from motoclock.matching.branches import Branch, satisfied
from motoclock.matching.fields import Field, flatten
from motoclock.services.arrivals import record_sent
from motoclock.services.events import BusEvent
from motoclock.services.events.entries import envelope, failure_of, is_too_large, size_of
from motoclock.services.labels import label_of
from motoclock.templates import strict_json
from motoclock.trace import Dropped, Filtered, Matched, Sent
from motoclock.world import ACCOUNT, REGION, World

_LATENCY_S = facts.LATENCY_S.value
_BYTES_MAX = facts.PUT_EVENTS_MAX_BYTES.value
_DISABLED = "DISABLED"


class EventBridge:
    """All buses of a world."""

    def __init__(self, world: World):
        self._world, self._clock = world, world.clock
        self.api_destinations = ApiDestinations(world)
        self.logs = BusLogs(world)
        world.subscribe(announcements.EVENTS_PUT, self.put)
        world.subscribe(announcements.EVENTS_LOST, self._lost)

    # ------------------------------------------------------------------ coming in

    def put(self, bus: EventBus, event: BusEvent, origins: tuple[str, ...] = (), sender: str | None = None) -> None:
        """Take an event: record it, archive it, match it. `origins` and `sender` default to those of the running Task."""
        self.logs.took(bus.arn, event)
        self._record_sent(bus.arn, event, origins, sender, self._archive(bus, event))
        matched = self._matching(bus, event)
        for rule in matched:
            self.trigger(bus.arn, rule, event)
        if not any(rule.targets for rule in matched):
            self._world.trace.append(Filtered(_why_not(bus, event, matched)), bus.arn, event.id)

    def would_take(self, bus: EventBus, event: BusEvent) -> bool:
        """Whether a rule or an archive of this bus wants the event."""
        archives = events_backends[ACCOUNT][REGION].archives_of(bus)
        return bool(self._matching(bus, event)) or any(
            one.pattern is None or one.pattern.matches(event.content) for one in archives
        )

    def trigger(self, bus_arn: str, rule: Rule, event: BusEvent) -> None:
        """Give an event to the targets of one rule."""
        targets = list(rule.targets)
        self._world.trace.append(Matched(bus_arn, tuple(target["Arn"] for target in targets)), rule.arn, event.id)
        for target in targets:
            for _ in range(1 + self._world.chance.twice("events.duplicates")):
                delay_s = self._world.chance.latency_s("events.order", _LATENCY_S)
                self.logs.planned(bus_arn, rule, target, event, delay_s)
                delivery = TargetDelivery(self._world, self, rule, target, event)
                self._clock.spawn(delivery.run, name=f"{rule.name} to {target['Id']}", delay=delay_s)

    def event(self, entry: Mapping[str, Any], **more: Any) -> BusEvent:
        """An event of our own making, from an entry as PutEvents takes it."""
        content = envelope(entry, str(mock_random.uuid4()), ACCOUNT, REGION, self._clock.datetime)
        return BusEvent(content, size_of(entry), self._clock.now, **more)

    def _matching(self, bus: EventBus, event: BusEvent) -> list[Rule]:
        fields = flatten(event.content)
        return [
            rule
            for rule in bus.rules.values()
            if is_live(rule)
            and (event.only_rules is None or rule.arn in event.only_rules)
            and any(_may_fit(branch, fields) and satisfied(branch, fields) for branch in rule.pattern.branches)
        ]

    def _archive(self, bus: EventBus, event: BusEvent) -> int:
        """Into every archive that wants it; returns the bytes that are kept."""
        if event.replay_of is not None:
            return 0
        archives = events_backends[ACCOUNT][REGION].archives_of(bus)
        wanting = [one for one in archives if one.pattern is None or one.pattern.matches(event.content)]
        for archive in wanting:
            archive.events.append(event)
        return event.size_bytes * len(wanting)

    def _record_sent(
        self, bus_arn: str, event: BusEvent, origins: tuple[str, ...], sender: str | None, archived_bytes: int = 0
    ) -> None:
        label = label_of(f"{event.content['detail-type']} {json.dumps(event.content['detail'])}")
        sent = Sent(label, event.size_bytes, origins=tuple(origins), sender=sender, archived_bytes=archived_bytes)
        record_sent(self._world, bus_arn, event.id, sent)

    def _lost(self, bus_arn: str, event: BusEvent) -> None:
        """PutEvents answered with an id all the same."""
        self._record_sent(bus_arn, event, (), None)
        why = f"no event bus is called {bus_arn.split('/', 1)[-1]}; AWS says nothing"
        self._world.trace.append(Dropped(why), bus_arn, event.id)

    # ------------------------------------------------------------------ from other services

    def forward(self, bus_arn: str, event: BusEvent, rule_arn: str) -> str | None:
        """From a rule of one bus to another bus: once, for an event is not forwarded a second time (eb-bus-to-bus)."""
        if event.hops:
            raise Undeliverable(
                "Events received from another event bus cannot be forwarded to this event bus.",
                "THIRD_ACCOUNT_HOP_DETECTED",
            )
        bus = self._bus(bus_arn)
        content = {**event.content, "id": str(mock_random.uuid4())}
        forwarded = BusEvent(content, event.size_bytes, self._clock.now, hops=event.hops + 1)
        self._put_next(bus, forwarded, (event.id,), rule_arn)
        return forwarded.id

    def hand_over(self, _world: World, bus_arn: str, parcel: Parcel) -> str:
        """A parcel as an event: `options` may give its "source", "detail_type" and "resources"."""
        options = parcel.options
        entry = {
            "Source": options.get("source") or "sevenways",
            "DetailType": options.get("detail_type") or "Event",
            "Detail": parcel.body,
            "Resources": list(options.get("resources") or ()),
        }
        bus = self._bus(bus_arn)
        if is_too_large(entry):
            raise Undeliverable(
                f"The event has {size_of(entry):,} bytes, more than the {_BYTES_MAX:,} that a bus takes.",
                "INVALID_PARAMETER",
            )
        if strict_json.too_deep(parcel.body):
            raise Undeliverable(
                f"The detail of the event is nested deeper than {strict_json.DEPTH_MAX} levels: does each pass of a circle wrap the "
                "record of the last one?",
                "INVALID_JSON",
            )
        if failure_of(entry, from_service=True):
            raise Undeliverable("The detail of an event must be a JSON object.", "INVALID_JSON")
        event = self.event(entry)
        self._put_next(bus, event, parcel.origins, parcel.sender)
        return event.id

    def _put_next(self, bus: EventBus, event: BusEvent, origins: tuple[str, ...], sender: str | None) -> None:
        """At the same moment, but after whoever hands it over has said so: a hop is recorded before what follows from it."""
        self._clock.call_later(0.0, self.put, bus, event, origins, sender)

    def _bus(self, arn: str) -> EventBus:
        name = arn.split(":event-bus/")[-1]
        bus = events_backends[ACCOUNT][REGION].event_buses.get(name)
        if bus is None:
            raise Undeliverable(f"The event bus {name} does not exist.", "NO_RESOURCE")
        return bus


def is_live(rule: Rule) -> bool:
    """Whether a rule is enabled and looks at events; the rules of archives are not ours to deliver."""
    return rule.state != _DISABLED and rule.pattern is not None and not rule.managed_by


def _may_fit(branch: Branch, fields: Mapping[str, list[Field]]) -> bool:
    """Whether each field of a branch, looked at by itself, would do: a quick no for most of a bus's rules."""
    return all(
        rule.allows_absence or any(rule.accepts(field.value) for field in fields.get(rule.path, ())) for rule in branch
    )


def _why_not(bus: EventBus, event: BusEvent, matched: list[Rule]) -> str:
    if matched:
        return f"matched {matched[0].name}, which has no target"
    if event.only_rules is not None:
        return "matched none of the rules that the replay names"
    live = sum(is_live(rule) for rule in bus.rules.values())
    return (
        f"matched none of {live} rules" if live > 1 else "did not match the one rule" if live else "the bus has no rule"
    )
