"""New event buses, their subscribers and where those deliver."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from motoclock.account.model import EdgeKind, NodeKind
from motoclock.account.readers.eventbridge import describe, short
from motoclock.account.reading import Reading
from motoclock.facts import custom_bus as facts_table
from motoclock.trace import Kind, Sent
from motoclock.wording import at_most, count, duration, shortened
from motoclock.world import ACCOUNT, REGION

_LINES = 3
_LINE_CHARACTERS = 44
_RETRIES, _AGE_S = facts_table.RETRIES_DEFAULT.value, facts_table.EVENT_AGE_DEFAULT_S.value


def read(reading: Reading) -> None:
    """Add every bus, with what it keeps, and every subscriber, with what it has passed on."""
    from motoclock.services.custom_bus import eventbridgev2_backends

    regions: Any = eventbridgev2_backends.get(ACCOUNT, {})
    backend = regions.get(REGION)
    if backend is None:
        return
    seen = Counter((event.kind, event.resource) for event in reading.of_resources(lambda arn: ":subscriber/" in arn))
    for bus in backend.living_buses():
        counts = [("events", bus.published), ("kept", len(bus.kept()))]
        counts += [("duplicates suppressed", bus.deduplicated)] if bus.deduplicated else []
        nobody = reading.number(Kind.FILTERED, bus.arn)
        counts += [("wanted by nobody", nobody)] if nobody else []
        facts = [f"keeps events {count(bus.retention_days, 'day')}"]
        reading.add_node(bus.arn, NodeKind.BUS, bus.name, facts, counts)
    for subscriber in backend.subscribers.values():
        _add_subscriber(reading, subscriber, seen)
    for source in backend.sources.values():
        home = source.origin if source.is_of_partner else "default"
        classic = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/{home}"
        sent = sum(event.resource == source.bus_arn and event.what.sender == classic for event in reading.of_kind(Sent))
        reading.add_edge(classic, source.bus_arn, EdgeKind.SENDS, f"event source {source.name}", sent)


def _add_subscriber(reading: Reading, subscriber: Any, seen: Counter) -> None:
    arn, target = subscriber.arn, subscriber.target_arn
    matched = seen[Kind.MATCHED, arn]
    waiting = reading.world.services.custom_bus.pending(arn)
    counts = [("events", matched)] + ([("waiting", waiting)] if waiting else [])
    reading.add_node(arn, NodeKind.SUBSCRIBER, subscriber.name, list(_facts(subscriber)), counts)
    stopped = "revoked" if subscriber.revoked else "paused" if subscriber.state == "STOPPED" else ""
    reading.add_edge(subscriber.bus_arn, arn, EdgeKind.SUBSCRIPTION, count=matched, facts=[stopped] if stopped else [])
    describe(reading, target)
    delivered, refused = seen[Kind.DELIVERED, arn], seen[Kind.REFUSED, arn]
    failed = [count(refused, "failed attempt")] if refused else []
    label = "delivered" if delivered else "target"
    reading.add_edge(arn, target, EdgeKind.TARGET, label, delivered, facts=[*_settings(subscriber), *failed])
    if parked := (subscriber.settings.get("OnFailureConfiguration") or {}).get("Arn"):
        reading.is_failure_queue(parked)
        reading.add_edge(arn, parked, EdgeKind.DESTINATION, "given up", seen[Kind.DEAD_LETTERED, arn])


def _facts(subscriber: Any) -> Iterator[str]:
    if subscriber.type == "FIFO":
        yield "FIFO in each event group"
    if subscriber.starting_position == "POINT_IN_TIME":
        yield "started in the past"
    lines = [
        line if scope == "DATA" else f"{scope.lower().replace('_', ' ')} {line}"
        for scope, pattern in subscriber.filters.patterns
        for line in short(json.loads(pattern.text))
    ]
    yield from (shortened(line, _LINE_CHARACTERS) for line in lines[:_LINES])
    if len(lines) > _LINES:
        yield f"and {count(len(lines) - _LINES, 'field')} more"


def _settings(subscriber: Any) -> Iterator[str]:
    """What is set on the way to the target, where it is not the default."""
    settings = subscriber.settings
    kind = (settings.get("Transformer") or {}).get("Type")
    if kind in ("WITH_METADATA", "JSONATA"):
        yield "with metadata" if kind == "WITH_METADATA" else "shaped by JSONata"
    invoke = settings["InvokeConfiguration"]
    if (invoke.get("LambdaParameters") or {}).get("InvocationType") == "REQUEST_RESPONSE":
        yield "waits for the answer"
    policy = settings["RetryPolicy"]
    if policy["MaxRetryAttempts"] != _RETRIES:
        yield at_most(policy["MaxRetryAttempts"], "retry", "retries")
    if policy["MaxEventAgeInSeconds"] != _AGE_S:
        yield f"events up to {duration(policy['MaxEventAgeInSeconds'])} old"
