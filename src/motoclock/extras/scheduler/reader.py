"""Schedules of EventBridge Scheduler, and what they reach."""

from collections import Counter
from typing import Any

from motoclock.account.model import EdgeKind, NodeKind
from motoclock.account.readers.eventbridge import describe
from motoclock.account.reading import Reading
from motoclock.facts import scheduler as facts_table
from motoclock.trace import Delivered, Kind
from motoclock.wording import at_most

_RETRIES = facts_table.RETRIES_DEFAULT.value


def read(reading: Reading) -> None:
    """Add every schedule."""
    backend = reading.backend("scheduler")
    if backend is None:
        return
    seen = Counter((event.kind, event.resource) for event in reading.of_resources(lambda arn: ":scheduler:" in arn))
    for group in backend.schedule_groups.values():
        for schedule in group.schedules.values():
            arn, target = schedule.arn, schedule.target
            fired = seen[Kind.SENT, arn]
            reading.add_node(arn, NodeKind.SCHEDULE, schedule.name, _facts(schedule), [("firings", fired)])
            reached = _reached(reading, schedule)
            describe(reading, reached)
            reading.add_edge(arn, reached, EdgeKind.TARGET, "target", seen[Kind.DELIVERED, arn])
            if parked := (target.get("DeadLetterConfig") or {}).get("Arn"):
                reading.is_dead_letter_queue(parked)
                reading.add_edge(arn, parked, EdgeKind.REDRIVE, "undeliverable", seen[Kind.DEAD_LETTERED, arn])


def _facts(schedule: Any) -> list[str]:
    zone = schedule.schedule_expression_timezone
    facts = [schedule.schedule_expression + ("" if zone == "UTC" else f" in {zone}")]
    if schedule.flexible_time_window.get("Mode") == "FLEXIBLE":
        facts.append(f"within {schedule.flexible_time_window['MaximumWindowInMinutes']} min")
    retries = (schedule.target.get("RetryPolicy") or {}).get("MaximumRetryAttempts")
    if retries is not None and retries != _RETRIES:
        facts.append(at_most(int(retries), "retry", "retries"))
    return facts if schedule.state == "ENABLED" else [*facts, "disabled"]


def _reached(reading: Reading, schedule: Any) -> str:
    """Of a universal target, what its calls have reached, once one has."""
    for event in reading.of_resources(lambda arn: arn == schedule.arn):
        if isinstance(event.what, Delivered):
            return event.what.target
    return schedule.target["Arn"]
