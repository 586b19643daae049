"""Functions, their event source mappings, and where the outcome of an asynchronous invocation goes."""

import contextlib
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from motoclock.account.lives import service_of
from motoclock.account.model import ON_SUCCESS, EdgeKind, NodeKind
from motoclock.account.reading import Reading, store_of
from motoclock.arn import unqualified
from motoclock.trace import Invoked, Kind, Throttled
from motoclock.wording import at_most, count, duration


def read(reading: Reading) -> None:
    """Add every function, mapping and destination."""
    backend = reading.backend("lambda", "awslambda")
    if backend is None:
        return
    runs = Counter((run.arn, str(run.outcome)) for run in reading.invocations)
    throttles = Counter(event.resource for event in reading.of_kind(Throttled))
    for function in backend.list_functions():
        arn = function.function_arn
        number = sum(many for (ran, _outcome), many in runs.items() if ran == arn)
        counts = [("runs", number)]
        counts += [(word, runs[arn, word]) for word in ("failed", "timed out", "running") if runs[arn, word]]
        counts += [("throttled", throttles[arn])] if throttles[arn] else []
        settings = backend.event_invoke_config_of(function.function_name, None)
        reading.add_node(arn, NodeKind.FUNCTION, function.function_name, _facts(function, settings), counts)
        _add_outcomes(reading, function, settings)
    handled: Counter[tuple[str, str]] = Counter()
    for event in reading.of_kind(Invoked):
        handled[event.what.source, event.resource] += len(event.what.message_ids)
    for mapping in backend.list_event_source_mappings(None, None):
        source, target = mapping.event_source_arn, unqualified(mapping.function_arn)
        label, *facts = _settings(mapping, reading)
        reading.add_edge(source, target, EdgeKind.MAPPING, label, handled[store_of(source), target], facts=facts)
        on_failure = (mapping.destination_config or {}).get("OnFailure") or {}
        if parked := on_failure.get("Destination"):
            number = reading.number(Kind.DELIVERED, store_of(source), target=parked, source=target)
            reading.add_edge(target, parked, EdgeKind.DESTINATION, "when the mapping gives up", number)
            if service_of(parked) == "sqs":
                reading.is_failure_queue(parked)


def _facts(function: Any, asynchronous: dict[str, Any]) -> list[str]:
    facts = [f"timeout {duration(int(function.timeout))}"]
    if int(function.memory_size) != 128:
        facts.append(f"memory {int(function.memory_size):,} MB")
    if (reserved := function.reserved_concurrency) is not None:
        facts.append(f"reserved concurrency {reserved}")
    if (retries := asynchronous.get("MaximumRetryAttempts")) is not None:
        facts.append(f"async: {count(int(retries), 'retry', 'retries')}")
    if age := asynchronous.get("MaximumEventAgeInSeconds"):
        facts.append(f"async: events up to {duration(int(age))} old")
    return facts


def _settings(mapping: Any, reading: Reading) -> Iterator[str]:
    """What is set on a mapping; the first is the label."""
    yield f"batch {mapping.batch_size}"
    if not mapping.enabled:
        yield "disabled"
    if mapping.max_batch_window:
        yield f"window {duration(int(mapping.max_batch_window))}"
    if most := (mapping.scaling_config or {}).get("MaximumConcurrency"):
        yield f"maximum concurrency {most}"
    if filters := (mapping.filter_criteria or {}).get("Filters"):
        missed = reading.number(
            Kind.FILTERED, store_of(mapping.event_source_arn), consumer=unqualified(mapping.function_arn)
        )
        yield f"filter {_pattern(filters)}"
        yield f"{missed:,} filtered out"
    if "ReportBatchItemFailures" in (mapping.function_response_types or ()):
        yield "partial batch responses"
    if mapping.parallelization_factor and int(mapping.parallelization_factor) > 1:
        yield f"parallelization factor {mapping.parallelization_factor}"
    if mapping.bisect_on_error:
        yield "bisects on error"
    if mapping.max_retry_attempts is not None and int(mapping.max_retry_attempts) >= 0:
        yield at_most(int(mapping.max_retry_attempts), "retry", "retries")
    if mapping.max_record_age and int(mapping.max_record_age) > 0:
        yield f"records up to {duration(int(mapping.max_record_age))} old"


def _pattern(filters: list[dict]) -> str:
    text = filters[0].get("Pattern", "")
    with contextlib.suppress(ValueError):
        text = json.dumps(json.loads(text), separators=(",", ":")).replace('"', "")
    text = text if len(text) <= 30 else f"{text[:27]}..."
    return text if len(filters) == 1 else f"{text} or {len(filters) - 1} more"


def _add_outcomes(reading: Reading, function: Any, asynchronous: dict[str, Any]) -> None:
    arn = function.function_arn
    for when, label in (("OnSuccess", ON_SUCCESS), ("OnFailure", "on failure")):
        target = ((asynchronous.get("DestinationConfig") or {}).get(when) or {}).get("Destination")
        if target:
            number = reading.number(Kind.DELIVERED, arn, target=target)
            reading.add_edge(arn, target, EdgeKind.DESTINATION, label, number)
            if when == "OnFailure" and service_of(target) == "sqs":
                reading.is_failure_queue(target)
    if target := (getattr(function, "dead_letter_config", None) or {}).get("TargetArn"):
        reading.is_dead_letter_queue(target)
        number = reading.number(Kind.DEAD_LETTERED, arn, target=target)
        reading.add_edge(arn, target, EdgeKind.REDRIVE, "dead letters of async events", number)
