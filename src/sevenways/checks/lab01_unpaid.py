"""Why orders of lab 01 were never charged: where they are, and what charge and its mapping made of them, read from the trace."""

from collections import Counter
from dataclasses import dataclass

from motoclock.trace import DeadLettered, Received, Sent, Succeeded
from motoclock.wording import listed
from sevenways.checks import lab01_queues
from sevenways.checks.lines import are, was
from sevenways.checks.trial import client, failures_of, runs_of, stopped
from sevenways.cloud import Cloud

_RECEIVES = 5  # as the queue's redrive policy has it


@dataclass(frozen=True, slots=True)
class _Fate:
    """Of one order's message. `reported`: how often charge returned its id, in a response that the mapping reads."""

    order: str
    parked: bool
    received: int
    reported: int


def never_charged(cloud: Cloud, missing: list[str], queue: str) -> str:
    """How many, where they are, and what charge and its mapping had to say about it."""
    fates = _fates(cloud, missing)
    return (
        f"{len(missing)} of the 40 orders {was(missing)} never charged, and {_where(fates, queue)}; "
        f"{_said_of_them(cloud, fates)}"
    )


def _fates(cloud: Cloud, orders: list[str]) -> list[_Fate]:
    ids = {event.what.label: event.message_id or "" for event in cloud.trace.of(Sent)}
    parked = {event.message_id for event in cloud.trace.of(DeadLettered)}
    received = Counter(event.message_id for event in cloud.trace.of(Received))
    reported = Counter(one for event in cloud.trace.of(Succeeded) for one in event.what.failed_ids)
    return [_Fate(order, (id_ := ids[order]) in parked, received[id_], reported[id_]) for order in orders]


def _where(fates: list[_Fate], queue: str) -> str:
    parked = sum(fate.parked for fate in fates)
    they = "it" if len(fates) == 1 else "they"
    if parked == len(fates):
        return f"{they} {are(fates)} in the dead-letter queue"
    if parked:
        return f"{parked} of them {are(parked)} in the dead-letter queue"
    if lab01_queues.messages_in(queue):
        return f"{they} {'waits' if they == 'it' else 'wait'} in the queue"
    return f"{they} {are(fates)} in no queue any more"


def _said_of_them(cloud: Cloud, fates: list[_Fate]) -> str:
    errors = failures_of(cloud, "charge")
    mapping = client("lambda").list_event_source_mappings()["EventSourceMappings"][0]
    if not runs_of(cloud, "charge"):
        return "charge never ran"
    if errors:
        return f"charge stopped with {listed(errors, 1)}"
    if late := stopped(cloud, "charge"):
        return late.removeprefix("; ")
    if not mapping.get("FunctionResponseTypes"):
        return "charge returned without an error, and the mapping deleted every batch"
    silent = [fate.order for fate in fates if not fate.reported]
    if silent:
        what = "it" if len(fates) == 1 else "them" if len(silent) == len(fates) else listed(silent, 3)
        return f"charge returned without an error, and did not report {what}"
    them, they = ("it", "it") if len(fates) == 1 else ("them", "they")
    always = all(fate.reported == fate.received == _RECEIVES for fate in fates)
    return f"charge reported {them}{' at all five receives' if always else ''}, and {they} could have been charged"
