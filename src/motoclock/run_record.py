"""What one `run()` did and what went wrong in it: as data, and in one line.

Everything is read from the part of the trace that the run has written. The words for it are here and nowhere else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from motoclock.trace import DeadLettered, Dropped, Event, Expired, Failed, Succeeded, Throttled, TimedOut
from motoclock.wording import count, duration, folded, listed, name_of, shortened

_MOST_OF_A_MESSAGE = 60  # characters: the rest is in the log
_MOST_CAUSES = 2  # named one by one; the others are counted


class Ended(Enum):
    """Why a run came to its end."""

    AS_ASKED = auto()  # so many seconds have passed
    AT_REST = auto()  # no work is left
    SEVEN_DAYS = auto()  # work is left
    TOO_MANY_INVOCATIONS = auto()  # work may be left


@dataclass(frozen=True, slots=True)
class Failure:
    """One error of one function: `times` is how many invocations ended with it. `timed_out_s` is the timeout that stopped them."""

    function: str
    error_type: str
    error: str
    times: int
    timed_out_s: float | None = None

    def __str__(self) -> str:
        if self.timed_out_s is not None:
            return f"timed out after {duration(self.timed_out_s)} in {self.function}"
        message = shortened(" ".join(self.error.split()), _MOST_OF_A_MESSAGE)
        quoted = message if not message or message[0] in "'\"" else f'"{message}"'  # a KeyError's is quoted already
        return f"{self.error_type} {quoted}".rstrip() + f" in {self.function}"


@dataclass(frozen=True, slots=True)
class RunRecord:
    """What one `run()` did: virtual seconds that passed, invocations that started, and why it stopped, as data and in words.

    What went wrong meanwhile, each most frequent first: `failures`; `throttled`, invocations that found no concurrency, by function;
    `unread`, invocations that named failures to a mapping that does not read them, by function; `dead_lettered`, messages moved aside,
    by the queue that has them now; `lost`, messages dropped or expired, by where they were last.
    """

    seconds: float
    invocations: int
    ended: Ended
    stopped: str
    failures: tuple[Failure, ...] = ()
    throttled: tuple[tuple[str, int], ...] = ()
    dead_lettered: tuple[tuple[str, int], ...] = ()
    lost: tuple[tuple[str, int], ...] = ()
    unread: tuple[tuple[str, int], ...] = ()

    @property
    def failed(self) -> int:
        """Invocations that raised, could not be loaded, or timed out."""
        return sum(failure.times for failure in self.failures)

    def __repr__(self) -> str:
        calls = "1 invocation" if self.invocations == 1 else f"{self.invocations:,} invocations"
        wrong = (
            self._failed_in_words(),
            self._unread_in_words(),
            _by_place(self.throttled, "throttled", "in"),
            _by_place(self.dead_lettered, "dead-lettered", "to"),
            _by_place(self.lost, "lost", "at"),
        )
        return "; ".join((", ".join(filter(None, (f"{duration(self.seconds)} passed", calls, *wrong))), self.stopped))

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """In a notebook."""
        printer.text(folded(repr(self)))

    def _failed_in_words(self) -> str:
        if not self.failures:
            return ""
        shown = [str(failure) for failure in self.failures[:_MOST_CAUSES]]
        if len(self.failures) > _MOST_CAUSES:
            shown.append(count(len(self.failures) - _MOST_CAUSES, "other error"))
        logs = " and ".join(
            f"cloud.logs({name!r})"
            for name in dict.fromkeys(failure.function for failure in self.failures[:_MOST_CAUSES])
        )
        return f"{self.failed:,} failed: {listed(shown)} ({logs})"

    def _unread_in_words(self) -> str:
        if not self.unread:
            return ""
        functions = listed((name for name, _ in self.unread), 3)
        return f"nobody read the batchItemFailures of {functions} (no ReportBatchItemFailures in the mapping)"


def record_of(seconds: float, invocations: int, ended: Ended, stopped: str, events: Iterable[Event]) -> RunRecord:
    """The record of a run that wrote these events."""
    failures: Counter[tuple[str, str, str, float | None]] = Counter()
    unread: Counter[str] = Counter()
    throttled: Counter[str] = Counter()
    dead_lettered: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    for event in events:
        match event.what:
            case TimedOut() as end:
                failures[name_of(end.function), end.error_type or "", "", end.duration_s] += 1
            case Failed() as end:
                failures[name_of(end.function), end.error_type or "an error", end.error or "", None] += 1
            case Succeeded() as end if end.unread_ids:
                unread[name_of(end.function)] += 1
            case Throttled() as refusal:
                throttled[name_of(refusal.function)] += 1
            case DeadLettered() as move:
                dead_lettered[name_of(move.target)] += 1
            case Dropped() | Expired():
                lost[name_of(event.resource)] += 1
    return RunRecord(
        seconds, invocations, ended, stopped,
        tuple(Failure(name, kind, error, times, limit) for (name, kind, error, limit), times in failures.most_common()),
        tuple(throttled.most_common()), tuple(dead_lettered.most_common()), tuple(lost.most_common()),
        tuple(unread.most_common()),
    )  # fmt: skip


def _by_place(counts: tuple[tuple[str, int], ...], word: str, preposition: str) -> str:
    """ "3 dead-lettered to orders-dlq"; nothing for nothing."""
    if not counts:
        return ""
    total = sum(number for _, number in counts)
    return f"{total:,} {word} {preposition} {listed((name for name, _ in counts), 3)}"
