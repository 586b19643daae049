"""Pipes in a picture of the account: from their source, through their enrichment, to their target."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from motoclock.account.model import EdgeKind, NodeKind
from motoclock.account.readers.eventbridge import describe, short
from motoclock.account.reading import Reading, store_of
from motoclock.extras.pipes.backend import source_parameters
from motoclock.trace import Checkpointed, Kind, Received, consumer_of
from motoclock.wording import at_most, duration, shortened

_LINE_CHARACTERS = 44


def read(reading: Reading) -> None:
    """Add every pipe."""
    backend = reading.backend("pipes")
    if backend is None or not backend.pipes:
        return
    seen = Counter((event.kind, event.resource) for event in reading.of_resources(lambda arn: ":pipes:" in arn))
    taken = Counter(consumer_of(event.what) for kind in (Received, Checkpointed) for event in reading.of_kind(kind))
    for pipe in backend.pipes.values():
        settings = source_parameters(pipe)
        passed, failed, skipped = (seen[kind, pipe.arn] for kind in (Kind.DELIVERED, Kind.REFUSED, Kind.FILTERED))
        counts = [("passed on", passed)]
        counts += [("failed", failed)] if failed else []
        counts += [("skipped by the enrichment", skipped)] if skipped else []
        reading.add_node(pipe.arn, NodeKind.PIPE, pipe.name, _facts(pipe, settings), counts)
        stopped = ["stopped"] if pipe.desired_state == "STOPPED" else []
        reading.add_edge(pipe.source, pipe.arn, EdgeKind.MAPPING, count=taken[pipe.arn], facts=stopped)
        if pipe.enrichment:
            describe(reading, pipe.enrichment)
            runs = reading.number(Kind.INVOKED, pipe.enrichment, source=pipe.arn)
            reading.add_edge(pipe.arn, pipe.enrichment, EdgeKind.ENRICHMENT, "enrichment", runs)
        describe(reading, pipe.target)
        shaped = ["input shaped"] if (pipe.target_parameters or {}).get("InputTemplate") else []
        reading.add_edge(pipe.arn, pipe.target, EdgeKind.TARGET, "target", passed, facts=shaped)
        if parked := (settings.get("DeadLetterConfig") or {}).get("Arn"):
            reading.is_dead_letter_queue(parked)
            number = reading.number(Kind.DELIVERED, store_of(pipe.source), target=parked)
            reading.add_edge(pipe.arn, parked, EdgeKind.DESTINATION, "given up", number)


def _facts(pipe: Any, settings: Any) -> Iterator[str]:
    for one in ((pipe.source_parameters or {}).get("FilterCriteria") or {}).get("Filters") or ():
        lines = list(short(json.loads(one["Pattern"])))
        yield shortened("only " + ", ".join(lines), _LINE_CHARACTERS)
    if size := settings.get("BatchSize"):
        yield f"batch {size}"
    if window := settings.get("MaximumBatchingWindowInSeconds"):
        yield f"window {duration(int(window))}"
    if (retries := settings.get("MaximumRetryAttempts")) is not None and int(retries) >= 0:
        yield at_most(int(retries), "retry", "retries")
