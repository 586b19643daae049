"""Queues, their settings, and the way to their dead-letter queues."""

from typing import Any

from motoclock.account.lives import State, service_of
from motoclock.account.model import EdgeKind, NodeKind
from motoclock.account.reading import Reading
from motoclock.facts import sqs
from motoclock.trace import Kind, Redriven
from motoclock.wording import duration, name_of

_DEFAULT_RETENTION_S = sqs.RETENTION_DEFAULT_S.value
_HELD = (State.WAITING, State.IN_FLIGHT, State.DELAYED)


def read(reading: Reading) -> None:
    """Add every queue and every redrive policy."""
    backend = reading.backend("sqs")
    for queue in backend.queues.values() if backend else ():
        arn = queue.queue_arn
        kind = NodeKind.FIFO_QUEUE if queue.fifo_queue else NodeKind.QUEUE
        reading.add_node(arn, kind, queue.name, _facts(queue), reading.counts(arn, _HELD, always=2))
        policy = queue.redrive_policy or {}
        if target := policy.get("deadLetterTargetArn"):
            reading.is_dead_letter_queue(target)
            label = f"after {_receives(int(policy['maxReceiveCount']))}"
            moved = reading.number(Kind.DEAD_LETTERED, arn, target=target)
            reading.add_edge(arn, target, EdgeKind.REDRIVE, label, moved)
    _moved_back(reading)


def _facts(queue: Any) -> list[str]:
    facts = [f"visibility {duration(int(queue.visibility_timeout))}"]
    if (kept := int(queue.message_retention_period)) != _DEFAULT_RETENTION_S or _is_target(queue):
        facts.append(f"keeps messages {duration(kept)}")
    if delay := int(queue.delay_seconds):
        facts.append(f"delay {duration(delay)}")
    if wait := int(queue.receive_message_wait_time_seconds):
        facts.append(f"long poll {duration(wait)}")
    return facts


def _is_target(queue: Any) -> bool:
    from moto.backends import get_backend

    queues = get_backend("sqs")[queue.account_id][queue.region].queues.values()
    return any((other.redrive_policy or {}).get("deadLetterTargetArn") == queue.queue_arn for other in queues)


def _receives(number: int) -> str:
    return "1 receive" if number == 1 else f"{number} receives"


def _moved_back(reading: Reading) -> None:
    moves: dict[tuple[str, str], int] = {}
    for event in reading.of_kind(Redriven):
        if service_of(event.resource) == "sqs":
            key = (event.resource, event.what.target)
            moves[key] = moves.get(key, 0) + 1
    for (source, target), number in moves.items():
        reading.add_edge(source, target, EdgeKind.REDRIVE, f"moved back to {name_of(target)}", number)
