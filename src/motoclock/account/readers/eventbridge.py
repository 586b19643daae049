"""Event buses, their rules and targets, archives and replays, API destinations."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from motoclock.account.lives import service_of
from motoclock.account.model import EdgeKind, NodeKind
from motoclock.account.readers.downstreams import host_of, is_refused
from motoclock.account.reading import Reading
from motoclock.arn import Arn
from motoclock.facts import eventbridge as facts_table
from motoclock.trace import Called, Kind, Sent, consumer_of, target_of
from motoclock.wording import at_most, count, duration, name_of, shortened
from motoclock.world import ACCOUNT, REGION

_DEFAULT_PER_S = facts_table.API_DESTINATION_PER_S.value
_LINES = 3
_LINE_CHARACTERS = 44
_OUTCOMES = (Kind.DELIVERED, Kind.REFUSED, Kind.DROPPED, Kind.DEAD_LETTERED)


def read(reading: Reading) -> None:
    """Add every bus that has rules or an archive, or has seen an event."""
    backend = reading.backend("events")
    if backend is None:
        return
    seen = Counter(
        (event.kind, event.resource, consumer_of(event.what) or target_of(event.what))
        for event in reading.of_resources(lambda arn: service_of(arn) == "events")
    )
    there = {bus.arn for bus in backend.event_buses.values()}
    for arn in dict.fromkeys(event.resource for event in reading.of_kind(Sent)):
        if ":event-bus/" in arn and arn not in there:
            counts = [("events", reading.number(Kind.SENT, arn)), ("lost", reading.number(Kind.DROPPED, arn))]
            reading.add_node(arn, NodeKind.BUS, name_of(arn), ["does not exist"], counts)
    for bus in backend.event_buses.values():
        rules = [rule for rule in bus.rules.values() if not rule.managed_by]
        put = reading.number(Kind.SENT, bus.arn)
        if not (rules or put or backend.archives_of(bus) or bus.name != "default"):
            continue
        nobody = reading.number(Kind.FILTERED, bus.arn)
        counts = [("events", put)] + ([("matched no rule", nobody)] if nobody else [])
        name = name_of(bus.arn) if bus.name.startswith("aws.partner/") else bus.name
        reading.add_node(bus.arn, NodeKind.BUS, name, ["of a partner"] if name != bus.name else [], counts)
        for rule in rules:
            _add_rule(reading, bus, rule, seen)
        for archive in backend.archives_of(bus):
            _add_archive(reading, backend, archive)


def _add_rule(reading: Reading, bus: Any, rule: Any, seen: Counter) -> None:
    facts = list(_facts(rule))
    matched = seen[Kind.MATCHED, rule.arn, None]
    reading.add_node(rule.arn, NodeKind.RULE, rule.name, facts, [("matched", matched)])
    reading.add_edge(
        bus.arn, rule.arn, EdgeKind.RULE, count=matched, facts=["disabled"] if rule.state == "DISABLED" else []
    )
    dead_letters: dict[str, int] = {}
    for target in rule.targets:
        arn = target["Arn"]
        describe(reading, arn)
        facts = list(_settings(target))
        delivered, refused = seen[Kind.DELIVERED, rule.arn, arn], seen[Kind.REFUSED, rule.arn, arn]
        facts += [count(refused, "failed attempt")] if refused else []
        reading.add_edge(rule.arn, arn, EdgeKind.TARGET, "delivered" if delivered else "target", delivered, facts=facts)
        if parked := (target.get("DeadLetterConfig") or {}).get("Arn"):
            dead_letters[parked] = dead_letters.get(parked, 0) + seen[Kind.DEAD_LETTERED, rule.arn, arn]
    for parked, number in dead_letters.items():
        reading.is_dead_letter_queue(parked)
        reading.add_edge(rule.arn, parked, EdgeKind.REDRIVE, "undeliverable", number)


def _facts(rule: Any) -> Iterator[str]:
    if rule.scheduled_expression:
        yield rule.scheduled_expression
    if rule.event_pattern.dump():
        lines = list(short(json.loads(rule.event_pattern.dump())))
        yield from (shortened(line, _LINE_CHARACTERS) for line in lines[:_LINES])
        if len(lines) > _LINES:
            yield f"and {count(len(lines) - _LINES, 'field')} more"


def short(pattern: Any, path: str = "") -> Iterator[str]:
    """A line a field: 'detail.total: numeric > 100'."""
    for name, value in pattern.items():
        here = f"{path}.{name}" if path else name
        if isinstance(value, dict):
            yield from short(value, here)
        elif name == "$or":
            yield f"{len(value)} alternatives"
        else:
            yield f"{here}: {' or '.join(_condition(one) for one in value)}"


def _condition(value: Any) -> str:
    if not isinstance(value, dict):
        return value if isinstance(value, str) else json.dumps(value)
    (operator, operand) = next(iter(value.items()))
    if isinstance(operand, list):
        return f"{operator} {' '.join(str(one) for one in operand)}"
    return f"{operator} {_condition(operand)}"


def _settings(target: dict[str, Any]) -> Iterator[str]:
    """What is set on a target, where it is not the default."""
    if target.get("Input") is not None:
        yield "constant input"
    if target.get("InputPath") is not None:
        yield f"only {target['InputPath']}"
    if target.get("InputTransformer"):
        yield "input transformed"
    policy = target.get("RetryPolicy") or {}
    if (retries := policy.get("MaximumRetryAttempts")) is not None:
        yield at_most(int(retries), "retry", "retries")
    if age := policy.get("MaximumEventAgeInSeconds"):
        yield f"events up to {duration(int(age))} old"


def describe(reading: Reading, arn: str) -> None:
    """The targets that no other reader describes."""
    from moto.backends import get_backend

    service, resource = service_of(arn), Arn.of(arn).resource
    if service == "events" and resource.startswith("api-destination/"):
        _add_api_destination(reading, arn)
    elif service == "logs":
        name = resource.removeprefix("log-group:").removesuffix(":*")
        groups = get_backend("logs")[ACCOUNT][REGION].groups
        reading.add_node(arn, NodeKind.LOG_GROUP, name, [] if name in groups else ["does not exist"])
    elif service == "states":
        reading.add_node(arn, NodeKind.STATE_MACHINE, name_of(arn))
    elif service == "sqs" and resource not in get_backend("sqs")[ACCOUNT][REGION].queues:
        reading.add_node(arn, NodeKind.QUEUE, resource, ["does not exist"])


def _add_api_destination(reading: Reading, arn: str) -> None:
    if reading.has(arn):
        return
    backend = reading.backend("events")
    destination = backend.destination_of(arn)
    if destination is None:
        reading.add_node(arn, NodeKind.API_DESTINATION, name_of(arn), ["does not exist"])
        return
    connection = backend.connection_of(destination.connection_arn)
    facts = [f"{destination.http_method} {destination.invocation_endpoint.split('://')[-1]}"]
    facts += [f"authorization {connection.authorization_type}"] if connection else []
    if int(destination.invocation_rate_limit_per_second) != _DEFAULT_PER_S:
        facts.append(f"at most {destination.invocation_rate_limit_per_second} a second")
    calls = [e.what for e in reading.of_kind(Called) if e.what.caller == arn]
    reading.add_node(arn, NodeKind.API_DESTINATION, destination.name, facts, [("requests", len(calls))])
    refused = sum(map(is_refused, calls))
    late = sum(call.gave_up for call in calls)
    notes = ([f"{refused:,} refused"] if refused else []) + ([f"{late:,} answered too late"] if late else [])
    host = f"https://{host_of(destination.invocation_endpoint)}"
    reading.add_edge(arn, host, EdgeKind.CALLS, "calls", len(calls), facts=notes)


def _add_archive(reading: Reading, backend: Any, archive: Any) -> None:
    held = backend.describe_archive(archive.name)["EventCount"]
    facts = [f"keeps events {count(int(archive.retention), 'day')}"] if archive.retention else []
    if archive.event_pattern.dump():
        facts += [
            shortened(line, _LINE_CHARACTERS) for line in list(short(json.loads(archive.event_pattern.dump())))[:_LINES]
        ]
    reading.add_node(archive.arn, NodeKind.ARCHIVE, archive.name, facts, [("events", held)])
    reading.add_edge(archive.source_arn, archive.arn, EdgeKind.TARGET, "archived", held)
    replays = [replay for replay in backend.replays.values() if replay.source_arn == archive.arn]
    if replays:
        sent = sum(event.what.sender == archive.arn for event in reading.of_kind(Sent))
        names = ", ".join(f"{replay.name} ({replay.state.value.lower()})" for replay in replays)
        reading.add_edge(
            archive.arn, archive.source_arn, EdgeKind.SENDS, "replayed", sent, facts=[shortened(names, 46)]
        )
