"""Batches of records, and what becomes of one after an invocation: the rules of retrying as a plain function.

Source: Lambda developer guide, services-dynamodb-errors and services-kinesis-errors. A checkpoint that moved starts the count of
retries anew (recorded on AWS, November 2025: of a batch whose third record is reported, three retries hand that one over five times).
Modelled where AWS says nothing: a half or the rest after a cut is tried at once; a partial response that names the first record of a
batch halves it when bisecting is on; retries already spent on a batch count for its halves.
"""

from dataclasses import dataclass
from typing import Any

from motoclock.delivery.partial_responses import read_response
from motoclock.delivery.streams.settings import Settings
from motoclock.facts import stream_mapping as facts
from motoclock.functions import Outcome

_BACKOFF = facts.RETRY_BACKOFF.value


@dataclass(frozen=True, slots=True)
class Entry:
    """A record with its place in the shard's log, its text in the event, and the virtual second at which it was read."""

    record: Any
    position: int
    text: str
    read_at: float

    def identifier(self, by_event_id: bool) -> str:
        """The itemIdentifier of partial responses: the sequence number, or for a pipe's target the eventID."""
        return self.record.message_id if by_event_id else str(self.record.sequence)


@dataclass(slots=True)
class Batch:
    """Records that are handed over together.

    `runs` counts the invocations that held them, `retries` those that count against MaximumRetryAttempts, `throttles` those in a row.
    """

    entries: list[Entry]
    runs: int = 0
    retries: int = 0
    throttles: int = 0
    wait_s: float = 0.0  # before its next attempt

    @property
    def records(self) -> list[Any]:
        return [entry.record for entry in self.entries]


@dataclass(frozen=True, slots=True)
class Decision:
    """`done` are finished with; `again` are tried next, in this order; `given_up` have no retry left."""

    done: list[Entry]
    again: list[Batch]
    given_up: list[Entry]
    why: str = ""


def lowest_failure(batch: Batch, outcome: Outcome, settings: Settings) -> tuple[int | None, str]:
    """The place in the batch from which on it failed, None when nothing did, and why."""
    if not outcome.ok:
        return 0, f"{outcome.error_type or outcome.status}"
    return failed_from(batch, outcome.payload, settings) if settings.partial else (None, "")


def failed_from(batch: Batch, response: bytes, settings: Settings) -> tuple[int | None, str]:
    """As `lowest_failure`, when the function has returned, this is its response, and the mapping reads it."""
    ids = [entry.identifier(settings.by_event_id) for entry in batch.entries]
    verdict = read_response(response, ids)
    if not verdict.failed:
        return None, ""
    place = next(n for n, one in enumerate(ids) if one in verdict.failed)
    return place, verdict.invalid or f"reported from record {place + 1} of {len(batch.entries)} on"


def decide(batch: Batch, outcome: Outcome, settings: Settings) -> Decision:
    """What to do after an invocation. Checkpoints move up to the lowest failure; what failed is split, retried or given up."""
    place, why = lowest_failure(batch, outcome, settings)
    if place is None:
        return Decision(batch.entries, [], [])
    done, rest = batch.entries[:place], batch.entries[place:]
    spent = 0 if done else batch.retries
    if settings.bisect and len(batch.entries) > 1:
        halves = [rest] if place else [rest[: len(rest) // 2], rest[len(rest) // 2 :]]
        again = [Batch(half, runs=batch.runs, retries=spent) for half in halves]
        return Decision(done, again, [], f"{why}; the batch is split")
    if done:
        return Decision(done, [Batch(rest, batch.runs, spent, wait_s=_BACKOFF.delay_s(1))], [], why)
    retries = batch.retries + 1
    if settings.retries_max is not None and retries > settings.retries_max:
        return Decision(done, [], rest, why)
    return Decision(done, [Batch(rest, batch.runs, retries, wait_s=_BACKOFF.delay_s(retries))], [], why)
