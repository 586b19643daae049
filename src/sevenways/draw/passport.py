"""One message's life, from top to bottom: every hop, receive, attempt and wait, with the reason."""

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from motoclock.account.lives import State
from motoclock.account.replay import read_lives
from motoclock.trace import Accepted, DeadLettered, Delivered, Entered, Event, Exited, Invoked, Kind, Received, Sent
from motoclock.wording import count, duration, listed, moment, name_of, times
from sevenways.draw.ancestry import family_of, known_ids, life_of
from sevenways.draw.canvas import Canvas, fitted, text_width, wrapped
from sevenways.draw.legend import Entry, draw_legend
from sevenways.draw.palette import (
    DARK,
    GREEN,
    INK,
    LINE,
    ORANGE,
    PAPER,
    PURPLE,
    SHADE,
    SKY,
    SMALL,
    SOFT,
    TEXT,
    TITLE,
    VERMILION,
    WIDTH,
    Look,
)
from sevenways.draw.picture import Picture
from sevenways.draw.repeats import stretches
from sevenways.draw.sentences import sentence

_Labelled = Sent | Accepted | Entered  # have a short form of their body, or input
_EXECUTION = ":execution:"
MOST_ROWS = 30  # a longer life is summarised
_ROW, _LINE = 24, 16
_LEFT, _GAP = 20, 76  # where times start, and the least room for the wait before them
_LEAST = 240  # pixels of the title that are the message's own text, however long its id


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a life: what happened at a virtual second."""

    at: float
    text: str
    kind: Kind | None = None  # None: a summary of many rows
    shape: tuple = ()


@dataclass(frozen=True, slots=True)
class Life:
    """What a passport tells: `label` is the message's own text, `named` its id in brackets."""

    label: str
    named: str
    verdict: str
    rows: tuple[Row, ...]

    @property
    def title(self) -> str:
        return self.label + self.named


def passport(trace: Iterable[Event], message: str = "", *, order: str | None = None) -> Picture:
    """The life of one message, or of one execution of a state machine; a sentence where the name fits none, or several.

    `message`: its id, the start of one id, or its whole body; an execution's ARN or name. `order`: a word of the body, such as
    "order-3" inside JSON, as far as the trace has the body: its first sixty characters.
    """
    life = read_life(trace, message, order=order)
    if isinstance(life, str):
        return _only(life)
    return Picture(
        _svg(life.rows, life.title, _heading(life.label, life.named), life.verdict),
        _text(life.rows, life.title, life.verdict),
    )


def read_life(trace: Iterable[Event], message: str = "", *, order: str | None = None) -> Life | str:
    """The same as rows, for other pictures; a sentence where the name fits none, or several."""
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
    rows = _shortened([_row(*entry) for entry in life])
    verdict = _verdict(trace, life, {concerned for _event, _start, concerned in life})
    return Life(_label(life), f" ({_named(found[0])})", verdict, tuple(rows))


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


def _only(text: str) -> Picture:
    canvas = Canvas("passport", "Passport", text, 50)
    canvas.text(text, 20, 30, TEXT)
    return Picture(canvas.svg(), text)


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


def _row(event: Event, start: Event | None, concerned: str) -> Row:
    detail = event.what
    shape = (event.kind, event.resource, getattr(detail, "reason", None), getattr(detail, "error_type", None))
    return Row(event.at, sentence(event, start, concerned), event.kind, shape)


def _shortened(rows: list[Row]) -> list[Row]:
    if len(rows) <= MOST_ROWS:
        return rows
    short: list[Row] = []
    for part in stretches([row.shape for row in rows]):
        short += rows[part.first : part.first + part.length]
        if part.cycles > 1:
            again = part.cycles - 1
            short.append(
                Row(rows[part.last - 1].at, f"the same again, {times(again)}, until {moment(rows[part.last - 1].at)}")
            )
    if len(short) > MOST_ROWS:
        head, tail = MOST_ROWS // 2, MOST_ROWS // 2 - 1
        left_out = short[head:-tail]
        middle = Row(left_out[-1].at, f"{count(len(left_out), 'further event')}, until {moment(left_out[-1].at)}")
        short = [*short[:head], middle, *short[-tail:]]
    return short


def _label(life: list) -> str:
    return (
        next(
            (event.what.label for event, _start, _id in life if isinstance(event.what, _Labelled) and event.what.label),
            "",
        )
        or "no text"
    )


def _verdict(trace: Iterable[Event], life: list, ids: set[str]) -> str:
    """Where the life stands, in a sentence."""
    starts = [event for event, _start, _id in life if isinstance(event.what, Invoked)]
    receives = [event.what for event, _start, _id in life if isinstance(event.what, Received)]
    places = []
    for one in read_lives(trace).lives:
        if any(stay.message_id in ids for stay in one.stays):
            places.append(f"{_STANDS[one.state]} {name_of(one.stays[-1].store)}")
    executions = {e.what.execution: e for e, _start, _id in life if isinstance(e.what, Entered | Exited)}
    for last in executions.values():
        over = isinstance(last.what, Exited) and not last.what.state
        how = "running" if not over else "succeeded" if last.what.error is None else "failed"
        places.append(f"{how} in {name_of(last.what.machine)}")
    words = [f"received {times(len(receives))}"] if receives else []
    if starts:
        words.append(
            f"given to {listed(dict.fromkeys(name_of(event.resource) for event in starts))} {times(len(starts))}"
        )
    elif any(receive.consumer for receive in receives):
        words.append("no function ever started on it")
    words.append("in the end " + listed(dict.fromkeys(places))) if places else None
    text = ", ".join(words)
    return f"{text[:1].upper()}{text[1:]}."


_STANDS = {
    State.DELAYED: "delayed in",
    State.WAITING: "waiting in",
    State.IN_FLIGHT: "in flight, taken from",
    State.DONE: "done in",
    State.DEAD_LETTERED: "dead-lettered in",
    State.FILTERED: "filtered out of",
    State.EXPIRED: "expired in",
    State.DROPPED: "lost by",
    State.PURGED: "purged from",
    State.REDRIVEN: "moved out of",
    State.PASSED_ON: "passed on by",
}

# ---------------------------------------------------------------------- the picture

_AFTER = {  # the colour of the rail from here on: what the message does until the next event
    Kind.SENT: ORANGE,
    Kind.ACCEPTED: ORANGE,
    Kind.RETURNED: ORANGE,
    Kind.RETRIED: ORANGE,
    Kind.REDRIVEN: ORANGE,
    Kind.RECEIVED: SKY,
    Kind.INVOKED: SKY,
    Kind.DEAD_LETTERED: PURPLE,
    Kind.DELETED: LINE,
    Kind.FILTERED: LINE,
    Kind.EXPIRED: LINE,
    Kind.DROPPED: LINE,
}
_RAILS = {
    ORANGE: Entry("waiting", Look(ORANGE)),
    SKY: Entry("in flight: a function has it", Look(SKY)),
    PURPLE: Entry("dead-lettered", Look(PURPLE)),
}
_HIDDEN = {SKY: Entry("in flight: hidden from others", Look(SKY))}  # what only a queue does
_MARKS = {
    Kind.DELETED: (GREEN, "circle"),
    Kind.SUCCEEDED: (GREEN, "circle"),
    Kind.CHECKPOINTED: (GREEN, "circle"),
    Kind.FAILED: (VERMILION, "cross"),
    Kind.TIMED_OUT: (VERMILION, "flag"),
    Kind.REFUSED: (VERMILION, "cross"),
    Kind.DROPPED: (VERMILION, "cross"),
    Kind.UNPERMITTED: (VERMILION, "cross"),
    Kind.EXPIRED: (DARK, "cross"),
    Kind.FILTERED: (DARK, "cross"),
    Kind.DEAD_LETTERED: (PURPLE, "square"),
    Kind.INVOKED: (SKY, "triangle"),
    Kind.RECEIVED: (SKY, "circle"),
    Kind.THROTTLED: ("#F0E442", "square"),
}


def _heading(label: str, named: str) -> str:
    """The title in one line. The id stays whole, for copying: a long text gives way to it."""
    room = WIDTH - 40
    return fitted(
        fitted(label, max(room - text_width(named, TITLE, True), _LEAST), TITLE, True) + named, room, TITLE, True
    )


def _svg(rows: Sequence[Row], title: str, heading: str, verdict: str) -> str:
    time_x = _LEFT + max(60, *(text_width(moment(row.at), TEXT, bold=True) for row in rows))
    waits = [f"+{duration(row.at - last.at)}" for last, row in pairwise(rows)]
    wait_x = time_x + max(_GAP, *(text_width(wait) + 14 for wait in waits or [""]))
    rail_x = wait_x + 26
    text_x, width = rail_x + 22, WIDTH - rail_x - 42
    texts = [wrapped(row.text, width, TEXT) for row in rows]
    heights = [_ROW + _LINE * (len(lines) - 1) for lines in texts]
    head = wrapped(verdict, WIDTH - 40, TEXT)
    top = 40 + _LINE * len(head) + 14
    canvas = Canvas("passport", f"Passport of {title}", verdict, top + sum(heights) + 40)
    canvas.text(heading, 20, 26, TITLE, bold=True)
    for place, line in enumerate(head):
        canvas.text(line, 20, 48 + place * _LINE, TEXT, colour=SOFT)
    y, colour, before, shaded = top, ORANGE, None, False
    for row, height in zip(rows, heights, strict=True):
        shaded = shaded if row.at == before else not shaded  # one band for one moment
        before = row.at
        if shaded:
            canvas.rect(8, y, WIDTH - 16, height, fill=SHADE)
        y += height
    y, before, rails = top, None, set()
    for place, (row, height) in enumerate(zip(rows, heights, strict=True)):
        colour = _AFTER.get(row.kind, colour) if row.kind else colour
        if place + 1 < len(rows):
            rails.add(colour)
            dash = {"stroke_dasharray": "3,3"} if row.kind is None else {}
            canvas.line(rail_x, y + 12, rail_x, y + height + 12, colour, stroke_width=5, **dash)
        if before is None or row.at != before:
            canvas.text(moment(row.at), time_x, y + 16, TEXT, bold=True, anchor="end")
            if before is not None:
                canvas.text(waits[place - 1], wait_x, y + 16, SMALL, colour=SOFT, anchor="end")
        before = row.at
        y += height
    y = top
    for row, lines, height in zip(rows, texts, heights, strict=True):
        draw_mark(canvas, row, rail_x, y + 12)
        for place, line in enumerate(lines):
            canvas.text(line, text_x, y + 16 + place * _LINE, TEXT, colour=INK if row.kind else SOFT)
        y += height
    entries = _RAILS | _HIDDEN if any(row.kind is Kind.RECEIVED for row in rows) else _RAILS
    draw_legend(canvas, [entry for colour, entry in entries.items() if colour in rails], text_x, y + 14, width)
    return canvas.svg()


def draw_mark(canvas: Canvas, row: Row, x: float, y: float) -> None:
    """The sign of what happened, around a point."""
    edge: dict[str, Any] = {"stroke": INK, "stroke_width": 1}
    colour, shape = _MARKS.get(row.kind, (PAPER, "circle")) if row.kind else (PAPER, "circle")
    if row.kind is None:
        canvas.text("...", x, y + 3, TITLE, bold=True, anchor="middle")
    elif shape == "circle":
        canvas.circle(x, y, 5.5, fill=colour, **edge)
    elif shape == "square":
        canvas.rect(x - 5.5, y - 5.5, 11, 11, fill=colour, **edge)
    elif shape == "triangle":
        canvas.path(f"M{x - 5},{y - 6}v12l11,-6z", fill=colour, **edge)
    elif shape == "flag":
        canvas.path(f"M{x - 5},{y - 7}v14M{x - 5},{y - 7}l12,4.5l-12,4.5z", fill=colour, **edge)
    else:
        canvas.circle(x, y, 6.5, fill=colour, **edge)
        canvas.path(f"M{x - 3},{y - 3}l6,6m0,-6l-6,6", stroke=PAPER, stroke_width=1.8, fill="none")


def _text(rows: Sequence[Row], title: str, verdict: str) -> str:
    wide = max(len(moment(row.at)) for row in rows)
    return "\n".join([f"Passport of {title}", verdict, *(f"{moment(row.at):>{wide}}  {row.text}" for row in rows)])
