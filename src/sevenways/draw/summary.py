"""The numbers of a run, each with one definition."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from html import escape
from math import ceil
from typing import Any

from motoclock.account.executions import ExecutionState, read_executions
from motoclock.account.invocations import RunState, peak_concurrency, read_invocations
from motoclock.account.lives import State
from motoclock.account.replay import read_lives
from motoclock.costs import total_usd
from motoclock.trace import Event, Throttled, Unpermitted
from motoclock.wording import duration, money, name_of
from sevenways.draw.naming import noun_of


class Summary(Mapping):
    """The numbers of a run by name; a table in a notebook.

    A message for several consumers (a topic's subscriptions, a stream's readers) has a *copy* for each; where there is one consumer,
    copies and messages are the same. Every copy is in exactly one place, so

        copies = processed + dead_lettered + lost + filtered + purged + waiting + in_flight + failed

    An execution of a state machine that a cell or a handler started counts as a message does. A note on records that a stream's reader
    gave up counts as none: the records do.

    `sent`: messages that cells and handlers put into a store. What a topic, a rule or a redrive passes on is not counted again.
    `copies`: those messages, once for each consumer.
    `processed`: copies that a consumer deleted or, where nothing is deleted, handled with success. AWS's view: a batch that returned
        without an error counts, whatever the handler did in it.
    `duplicates`: copies whose handling was *started* more than once, by invocations or by hand. What the first run did may have been
        done again. A receive that was throttled started nothing. Counted whether or not the copy was processed in the end.
    `dead_lettered`: copies that rest in a dead-letter queue now, and records of a stream that a failure record stands for.
    `lost`: copies that are nowhere any more and were never processed: expired, or given up without a place to keep them.
    `expired`: the part of `lost` that was older than its store, its dead-letter queue included, keeps messages.
    `filtered`: copies that a filter kept from the consumer. `purged`: copies removed by a purge or with their queue.
    `failed`: executions that ended with an error, or were stopped.
    `waiting`: copies that wait now, delayed ones included, outside dead-letter queues. `in_flight`: copies being handled now.
    `p50_s`, `p99_s`: seconds from sent to processed that half, or 99 of 100, of the processed copies did not exceed; None without any.
    `peak_concurrency`: the most invocations that ran at one moment, over all functions.
    `invocations`: runs started. `errors`: runs that failed or timed out. `throttles`: attempts that found no concurrency free.
    `cost_usd`: list price of all this, as motoclock.costs counts it, without free tiers.
    `unpermitted`: policy statements that AWS would miss; each is named below the table.
    """

    def __init__(self, numbers: Mapping[str, float | None], missing: Iterable[str] = (), kind: str = "message"):
        """`kind` is what was sent, in the singular: streams hold records."""
        self.kind = kind
        self._numbers = dict(numbers)
        self._missing = tuple(missing)

    def __getitem__(self, name: str) -> float | None:
        return self._numbers[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)

    def __repr__(self) -> str:
        lines = []
        for heading, rows in self._table():
            lines += [heading, *(f"  {label:<{_LABEL}} {value:>12}" for label, value in rows)]
        if self._missing:
            lines += [_MISSING, *(f"  {sentence}" for sentence in self._missing)]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """Three small tables beside one another, or on a narrow page one below another."""
        blocks = []
        for heading, rows in self._table():
            body = "".join(
                f'<tr><td style="text-align:left;padding:1px 12px 1px 0">{escape(label)}</td>'
                f'<td style="text-align:right;padding:1px 0">{escape(value)}</td></tr>'
                for label, value in rows
            )
            blocks.append(
                '<div style="display:inline-block;vertical-align:top;padding:4px 28px 4px 0"><table style="font-size:13px;margin:0">'
                f'<tr><th colspan="2" style="text-align:left;padding:1px 0">{escape(heading)}</th></tr>{body}</table></div>'
            )
        missing = "".join(f"<li>{escape(sentence)}</li>" for sentence in self._missing)
        below = f'<p style="font-size:13px;margin:4px 0">{_MISSING}</p><ul style="font-size:13px">{missing}</ul>'
        return f"<div>{''.join(blocks)}</div>{below if missing else ''}"

    def _table(self) -> list[tuple[str, list[tuple[str, str]]]]:
        words = _OF_RECORDS if self.kind == "record" else {}
        return [
            (
                words.get(heading, heading),
                [(words.get(k, label), show(self[k])) for k, label, show in rows if self._worth(k)],
            )
            for heading, rows in _TABLE
        ]

    def _worth(self, name: str) -> bool:
        """Numbers that most runs don't need are shown where they say something."""
        return self["copies"] != self["sent"] if name == "copies" else bool(self[name] or name not in _RARE)


def summary(trace: Iterable[Event], *, present: float | None = None) -> Summary:
    """The numbers of a trace, as Summary defines them. Streams are paid for until virtual second `present`, or the last event."""
    lives, runs = read_lives(trace), read_invocations(trace)
    events = list(trace)
    copies, executions = lives.copies, read_executions(trace)
    states = Counter(life.state for life in copies)
    ended = Counter(one.state for one in executions)
    missing = _missing_statements(events)
    waits = [round(life.done_at - life.sent_at, 6) for life in copies if life.done_at is not None]
    waits += [
        round(one.ended - one.started, 6)
        for one in executions
        if one.ended is not None and one.state is ExecutionState.SUCCEEDED
    ]
    waits.sort()
    return Summary(
        {
            "sent": lives.sent + len(executions),
            "copies": len(copies) + len(executions),
            "processed": states[State.DONE] + ended[ExecutionState.SUCCEEDED],
            "duplicates": sum(life.starts > 1 for life in copies),
            "dead_lettered": states[State.DEAD_LETTERED],
            "lost": states[State.EXPIRED] + states[State.DROPPED],
            "expired": states[State.EXPIRED],
            "filtered": states[State.FILTERED],
            "purged": states[State.PURGED],
            "waiting": states[State.WAITING] + states[State.DELAYED],
            "in_flight": states[State.IN_FLIGHT] + ended[ExecutionState.RUNNING],
            "failed": ended[ExecutionState.FAILED],
            "p50_s": percentile(waits, 50),
            "p99_s": percentile(waits, 99),
            "peak_concurrency": peak_concurrency(runs),
            "invocations": len(runs),
            "errors": sum(run.outcome in (RunState.FAILED, RunState.TIMED_OUT) for run in runs),
            "throttles": sum(type(event.what) is Throttled for event in events),
            "cost_usd": round(total_usd(events, present), 12),
            "unpermitted": len(missing),
        },
        missing,
        "record" if {noun_of(life.stays[0].store) for life in copies} == {"record"} else "message",
    )


def percentile(ascending: list[float], percent: int) -> float | None:
    """The smallest value that `percent` of the values do not exceed (nearest rank); None of no values."""
    return ascending[max(0, ceil(len(ascending) * percent / 100) - 1)] if ascending else None


def _missing_statements(events: Iterable[Event]) -> list[str]:
    """A sentence for each statement that AWS would ask for, in the order in which they were missed."""
    details = dict.fromkeys(event.what for event in events if isinstance(event.what, Unpermitted))
    return [
        f"{name_of(one.target)} does not let {one.principal} {one.action} for {name_of(one.source)}" for one in details
    ]


_LABEL = 26
_MISSING = "AWS would refuse, for want of a policy statement"


def _whole(value: float | None) -> str:
    return f"{value:,}"


def _seconds(value: float | None) -> str:
    return "-" if value is None else duration(value)


_OF_RECORDS = {"Messages": "Records", "copies": "to be read, times"}
_RARE = ("failed", "expired", "filtered", "purged", "copies")
_TABLE: tuple[tuple[str, tuple[tuple[str, str, Callable[[Any], str]], ...]], ...] = (
    (
        "Messages",
        (
            ("sent", "sent", _whole),
            ("copies", "copies for consumers", _whole),
            ("processed", "processed", _whole),
            ("waiting", "waiting", _whole),
            ("in_flight", "in flight", _whole),
            ("failed", "failed executions", _whole),
            ("dead_lettered", "dead-lettered", _whole),
            ("filtered", "filtered out", _whole),
            ("purged", "purged", _whole),
            ("lost", "lost", _whole),
            ("expired", "of these expired", _whole),
        ),
    ),
    (
        "Work",
        (
            ("invocations", "invocations", _whole),
            ("errors", "errors", _whole),
            ("throttles", "throttles", _whole),
            ("peak_concurrency", "at once, at most", _whole),
            ("duplicates", "started more than once", _whole),
        ),
    ),
    (
        "Time and money",
        (
            ("p50_s", "half done within", _seconds),
            ("p99_s", "99 % done within", _seconds),
            ("cost_usd", "cost on AWS", money),
        ),
    ),
)
