"""One message's life, from top to bottom: every hop, receive, attempt and wait, with the reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from motoclock.account.lives import State
from motoclock.account.replay import read_lives
from motoclock.trace import Accepted, Event, Kind, Sent
from motoclock.wording import count, duration, listed, moment, name_of, times
from sevenways.draw.ancestry import known_ids, life_of
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

MOST_ROWS = 30  # a longer life is summarised
_ROW, _LINE = 24, 16
_LEFT, _GAP = 20, 76  # where times start, and the least room for the wait before them
_LEAST = 240  # pixels of the title that are the message's own text, however long its id


@dataclass(frozen=True, slots=True)
class _Row:
    at: float
    text: str
    kind: Kind | None = None  # None: a summary of many rows
    shape: tuple = ()


def passport(trace: Iterable[Event], message_id: str) -> Picture:
    """The life of the message with this id, with the one id that starts so, or with this body. For any other text, a sentence."""
    events = list(trace)
    found = [one for one in known_ids(events) if one.startswith(message_id)] if message_id else []
    if message_id in found:
        found = [message_id]
    bodies = [] if found else _with_body(events, message_id)
    found = found or bodies
    if len(found) != 1:
        problem = f"{count(len(found), 'message')} have {'the body' if bodies else 'an id that starts with'}"
        return _only(f'{problem if found else "No message has the id or the body"} "{message_id}".')
    life = _told_once(life_of(events, found[0]))
    rows = _shortened([_row(*entry) for entry in life])
    label, named = _label(life), f" (message {found[0]})"
    title = label + named
    verdict = _verdict(events, life, {concerned for _event, _start, concerned in life})
    return Picture(_svg(rows, title, _heading(label, named), verdict), _text(rows, title, verdict))


def _with_body(events: list[Event], body: str) -> list[str]:
    """The messages that were sent with this body; one that came from another of them is the same life."""
    found: list[str] = []
    told: set[str] = set()
    for event in events:
        what, one = event.what, event.message_id
        if isinstance(what, Sent | Accepted) and what.label == body and one and one not in told:
            found.append(one)
            told.update(concerned for _event, _start, concerned in life_of(events, one))
    return found


def _only(text: str) -> Picture:
    canvas = Canvas("passport", "Passport", text, 50)
    canvas.text(text, 20, 30, TEXT)
    return Picture(canvas.svg(), text)


# ---------------------------------------------------------------------- the rows


def _told_once(life: list[tuple]) -> list[tuple]:
    """A hop is in the trace twice: the arrival, and the delivery that says more. The arrival of a hop is left out."""
    hops = {
        (event.at, name_of(event.detail.target), event.detail.new_id)
        for event, _start, _id in life
        if event.kind in (Kind.DELIVERED, Kind.DEAD_LETTERED) and event.detail.new_id
    }
    return [
        entry
        for entry in life
        if entry[0].kind not in (Kind.SENT, Kind.ACCEPTED)
        or (entry[0].at, name_of(entry[0].resource), entry[0].message_id) not in hops
    ]


def _row(event: Event, start: Event | None, concerned: str) -> _Row:
    detail = event.detail
    shape = (event.kind, event.resource, getattr(detail, "reason", None), getattr(detail, "error_type", None))
    return _Row(event.at, sentence(event, start, concerned), event.kind, shape)


def _shortened(rows: list[_Row]) -> list[_Row]:
    if len(rows) <= MOST_ROWS:
        return rows
    short: list[_Row] = []
    for part in stretches([row.shape for row in rows]):
        short += rows[part.first : part.first + part.length]
        if part.cycles > 1:
            again = part.cycles - 1
            short.append(
                _Row(rows[part.last - 1].at, f"the same again, {times(again)}, until {moment(rows[part.last - 1].at)}")
            )
    if len(short) > MOST_ROWS:
        head, tail = MOST_ROWS // 2, MOST_ROWS // 2 - 1
        left_out = short[head:-tail]
        middle = _Row(left_out[-1].at, f"{count(len(left_out), 'further event')}, until {moment(left_out[-1].at)}")
        short = [*short[:head], middle, *short[-tail:]]
    return short


def _label(life: list) -> str:
    return (
        next((event.detail.label for event, _start, _id in life if event.kind in (Kind.SENT, Kind.ACCEPTED)), "")
        or "no text"
    )


def _verdict(events: list[Event], life: list, ids: set[str]) -> str:
    """Where the life stands, in a sentence."""
    starts = [event for event, _start, _id in life if event.kind is Kind.INVOKED]
    receives = [event.detail for event, _start, _id in life if event.kind is Kind.RECEIVED]
    places = []
    for one in read_lives(events).lives:
        if any(stay.message_id in ids for stay in one.stays):
            places.append(f"{_STANDS[one.state]} {name_of(one.stays[-1].store)}")
    executions = {e.detail.execution: e for e, _start, _id in life if e.kind in (Kind.ENTERED, Kind.EXITED)}
    for last in executions.values():
        over = last.kind is Kind.EXITED and not last.detail.state
        how = "running" if not over else "succeeded" if last.detail.error is None else "failed"
        places.append(f"{how} in {name_of(last.detail.machine)}")
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


def _svg(rows: list[_Row], title: str, heading: str, verdict: str) -> str:
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
        _mark(canvas, row, rail_x, y + 12)
        for place, line in enumerate(lines):
            canvas.text(line, text_x, y + 16 + place * _LINE, TEXT, colour=INK if row.kind else SOFT)
        y += height
    entries = _RAILS | _HIDDEN if any(row.kind is Kind.RECEIVED for row in rows) else _RAILS
    draw_legend(canvas, [entry for colour, entry in entries.items() if colour in rails], text_x, y + 14, width)
    return canvas.svg()


def _mark(canvas: Canvas, row: _Row, x: float, y: float) -> None:
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


def _text(rows: list[_Row], title: str, verdict: str) -> str:
    wide = max(len(moment(row.at)) for row in rows)
    return "\n".join([f"Passport of {title}", verdict, *(f"{moment(row.at):>{wide}}  {row.text}" for row in rows)])
