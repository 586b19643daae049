"""One message's life as rows: every hop, receive, attempt and wait, with the reason; and the rows that are alike folded into one."""

import re
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from motoclock.trace import (
    Accepted,
    DeadLettered,
    Delivered,
    Entered,
    Event,
    Finished,
    Invoked,
    Kind,
    Refused,
    Retried,
    Sent,
)
from motoclock.wording import count, moment, name_of
from sevenways.draw.ancestry import family_of, known_ids, life_of
from sevenways.draw.naming import called
from sevenways.draw.repeats import stretches
from sevenways.draw.sentences import refused_and_planned, sent_on, sentence
from sevenways.draw.standing import standing

_Labelled = Sent | Accepted | Entered  # have a short form of their body, or input
_EXECUTION = ":execution:"
_Told = tuple[Event, Event | None, str]  # an event, the start of its run, the message's id there


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a life: what happened at a virtual second."""

    at: float
    said: str
    kind: Kind | None = None  # None: it stands for several rows
    shape: tuple = field(default=(), repr=False)  # rows of one shape say the same
    unsaid: "tuple[Row, ...]" = ()  # rows after it that are only counted
    environment: str = field(default="", repr=False)  # in which a run starts or ends here

    @property
    def text(self) -> str:
        return f"{self.said} … {len(self.unsaid)} more" if self.unsaid else self.said

    @property
    def all(self) -> "tuple[Row, ...]":
        """It, and the rows that it counts."""
        return self, *self.unsaid


@dataclass(frozen=True, slots=True)
class Life:
    """What a passport tells: `name` is what the message is called, `named` its id in brackets, `body` the start of its own text."""

    name: str
    named: str
    body: str
    verdict: str
    rows: tuple[Row, ...]

    @property
    def title(self) -> str:
        return self.name + self.named


def read_life(trace: Iterable[Event], message: str = "", *, order: str | None = None) -> Life | str:
    """The life that a name fits, as `passport` takes it; a sentence where the name fits none, or several."""
    if not message and not order:
        return "A passport is that of one message: give its id, its body, or a word of it as order=."
    known = known_ids(trace)
    if order is not None:
        found, what = _of_one_life(trace, known, _with_word(trace, order)), "the word"
    elif message in known:
        found, what = [message], ""
    else:
        found, what = [one for one in known if _is_called(one, message)] if message else [], "an id that starts with"
        if not found:
            found, what = _of_one_life(trace, known, _with_body(trace, message)), "the body"
    wanted = message if order is None else order
    if len(found) != 1:
        many = f"{count(len(found), 'message')} have {what}"
        none = "No message has the id or the body" if order is None else "No message has the word"
        return f'{many if found else none} "{wanted}".'
    life = _told_once(life_of(trace, found[0]))
    verdict = standing(trace, life, found[0])
    body = _body(life)
    return Life(called(body) or "no text", f" ({_named(found[0])})", body, verdict, tuple(_rows(life, found[0])))


_LEAST_TELLING: tuple[tuple[Kind, ...], ...] = (  # what a life can do without, the first of them first
    (Kind.MATCHED, Kind.CHECKPOINTED),
    (Kind.INVOKED,),
    (Kind.RETRIED,),
    (Kind.SUCCEEDED,),
    (Kind.RECEIVED, Kind.RETURNED),
)


def lives_with(trace: Iterable[Event], word: str) -> list[str]:
    """The ids of all lives that have this word in their text, one of each: an order that is sent again lives twice."""
    return _of_one_life(trace, known_ids(trace), _with_word(trace, word))


def folded(rows: Sequence[Row], fits: Callable[[Sequence[Row]], bool]) -> list[Row]:
    """The rows as they are where they fit. Else what repeats is said once, and then what tells least is counted behind the row before.

    Hops, ends, and failures with a new reason stay. Only where even these are too many, the middle is counted.
    """
    if fits(rows):
        return list(rows)
    short: list[Row] = []
    for part in stretches([row.shape for row in rows]):
        short += rows[part.first : part.first + part.length]
        if part.cycles > 1:
            again = rows[part.first + part.length : part.last]
            same = f"{len(again):,} more like this"
            if part.length > 1:
                same = f"the same {part.length} steps, {part.cycles - 1:,} more times"
            short.append(Row(again[-1].at, f"… {same}, {moment(again[0].at)} to {moment(again[-1].at)}"))
    for kinds in _LEAST_TELLING:
        if fits(short):
            return short
        short = _counted(short, [row.kind in kinds for row in short])
    if not fits(short):
        short = _counted(short, _said_before(short))
    kept = len(short)
    while not fits(cut := _without_middle(short, kept)) and kept > 3:
        kept -= 1
    return cut


_FAILURES = (Kind.FAILED, Kind.TIMED_OUT, Kind.REFUSED, Kind.THROTTLED)


def _counted(rows: list[Row], routine: Sequence[bool]) -> list[Row]:
    """Those that are routine are counted behind the row before; the first and the last row stay, and what is counted already."""
    kept = rows[:1]
    for row, left_out in zip(rows[1:-1], routine[1:-1], strict=True):
        if left_out and kept[-1].kind is not None:
            kept[-1] = replace(kept[-1], unsaid=kept[-1].unsaid + row.all)
        else:
            kept.append(row)
    return [*kept, *rows[-1:]] if len(rows) > 1 else kept


def _said_before(rows: list[Row]) -> list[bool]:
    """Whether a row is a failure for a reason that a row above it has told."""
    before: set[tuple] = set()
    found = []
    for row in rows:
        found.append(row.kind in _FAILURES and row.shape in before)
        before.add(row.shape)
    return found


def _without_middle(rows: list[Row], kept: int) -> list[Row]:
    if kept >= len(rows):
        return rows
    head, tail = kept - kept // 2, kept // 2
    left_out = rows[head : len(rows) - tail]
    many = sum(len(row.all) for row in left_out)
    span = f"{moment(left_out[0].at)} to {moment(left_out[-1].at)}"
    return [*rows[:head], Row(left_out[-1].at, f"… {count(many, 'further event')}, {span}"), *rows[-tail:]]


def _is_called(one: str, name: str) -> bool:
    return one.startswith(name) or (_EXECUTION in one and one.rpartition(":")[2] == name)


def _named(one: str) -> str:
    return f"execution {one.rpartition(':')[2]}" if _EXECUTION in one else f"message {one}"


def _with_body(trace: Iterable[Event], body: str) -> Iterator[str | None]:
    """What was sent, or started, with this body."""
    for event in trace:
        if isinstance(event.what, _Labelled) and event.what.label == body:
            yield event.message_id or event.invocation_id


def _with_word(trace: Iterable[Event], word: str) -> Iterator[str | None]:
    """What was sent, or started, with a body that has this word: "order-3" is none of "order-30"."""
    alone = re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])")
    for event in trace:
        if isinstance(event.what, _Labelled) and word in event.what.label and alone.search(event.what.label):
            yield event.message_id or event.invocation_id


def _of_one_life(trace: Iterable[Event], known: Container[str], ids: Iterable[str | None]) -> list[str]:
    """The first of each life: what came from another of them is the same."""
    found: list[str] = []
    told: set[str] = set()
    for one in ids:
        if one and one in known and one not in told:
            found.append(one)
            told |= family_of(trace, one)
    return found


# ---------------------------------------------------------------------- the rows


def _told_once(life: list[tuple]) -> list[tuple]:
    """A hop is in the trace twice: the arrival, and the delivery that says more. The arrival of a hop is left out."""
    hops = {
        (event.at, name_of(event.what.target), event.what.new_id)
        for event, _start, _id in life
        if isinstance(event.what, Delivered | DeadLettered) and event.what.new_id
    }
    return [
        entry
        for entry in life
        if entry[0].kind not in (Kind.SENT, Kind.ACCEPTED)
        or (entry[0].at, name_of(entry[0].resource), entry[0].message_id) not in hops
    ]


def _rows(life: list[_Told], asked: str) -> Iterator[Row]:
    """A row an event. A refusal and the next attempt that is planned at that moment are one, and say their reason the first time.

    "it" is the message that was asked for, or one that is called the same as what it came from.
    """
    said, told = "", False
    names = {
        event.message_id: called(event.what.label) for event, _start, _id in life if isinstance(event.what, _Labelled)
    }
    for (event, start, concerned), (after, _start, _id) in zip(life, [*life[1:], life[-1]], strict=True):
        if told:
            told = False
            continue
        detail, planned = event.what, after.what
        if (
            isinstance(detail, Refused)
            and isinstance(planned, Retried)
            and _follows(event.at, detail, after.at, planned)
        ):
            text, told = refused_and_planned(detail, planned, event.at, detail.reason == said), True
        elif isinstance(detail, Sent):
            name, before = names[event.message_id], {names.get(one) for one in detail.origins}
            text = sent_on(
                event, detail, name if name and before and event.message_id != asked and name not in before else "it"
            )
        else:
            text = sentence(event, start, concerned)
        said = detail.reason if isinstance(detail, Refused) else said
        shape = (event.kind, event.resource, getattr(detail, "reason", None), getattr(detail, "error_type", None))
        environment = detail.environment if isinstance(detail, Invoked | Finished) else ""
        yield Row(event.at, text, event.kind, shape, environment=environment)


def _follows(at: float, refused: Refused, later: float, planned: Retried) -> bool:
    return (at, refused.target, refused.reason) == (later, planned.target, planned.reason)


def _body(life: list[_Told]) -> str:
    return next(
        (event.what.label for event, _start, _id in life if isinstance(event.what, _Labelled) and event.what.label),
        "",
    )
