"""One message's life, from top to bottom: every hop, receive, attempt and wait, with the reason."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from motoclock.trace import Event, Kind
from motoclock.wording import duration, moment
from sevenways.draw.canvas import Canvas, fitted, text_width, wrapped
from sevenways.draw.legend import Entry, draw_legend
from sevenways.draw.palette import (
    DARK,
    GREEN,
    INK,
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
from sevenways.draw.passport_rail import rail
from sevenways.draw.picture import HIGHEST, Picture
from sevenways.draw.told import Life, Row, folded, read_life

MOST_ROWS = 40  # a longer life is folded in the text twin, too
_ROW, _LINE = 24, 16
_LEFT, _GAP = 20, 76  # where times start, and the least room for the wait before them
_LEAST = 240  # pixels of the title that are the message's own text, however long its id


def passport(trace: Iterable[Event], message: str = "", *, order: str | None = None) -> Picture:
    """The life of one message, or of one execution of a state machine; a sentence where the name fits none, or several.

    `message`: its id, the start of one id, or its whole body; an execution's ARN or name. `order`: a word of the body, such as
    "order-3" inside JSON, as far as the trace has the body: its first sixty characters.
    """
    life = read_life(trace, message, order=order)
    if isinstance(life, str):
        return _only(life)
    return Picture(_svg(life), _text(life))


def _only(text: str) -> Picture:
    canvas = Canvas("passport", "Passport", text, 50)
    canvas.text(text, 20, 30, TEXT)
    return Picture(canvas.svg(), text)


# ---------------------------------------------------------------------- the picture

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


def _heading(name: str, named: str) -> str:
    """The title in one line. The id stays whole, for copying: a long text gives way to it."""
    room = WIDTH - 40
    return fitted(
        fitted(name, max(room - text_width(named, TITLE, True), _LEAST), TITLE, True) + named, room, TITLE, True
    )


@dataclass(frozen=True, slots=True)
class _Page:
    """The rows with their places: where times, waits, the rail and the words stand, and how high each row is."""

    rows: Sequence[Row]
    head: list[str]
    waits: list[str]
    time_x: float
    wait_x: float
    texts: list[list[str]]
    heights: list[int]

    @property
    def rail_x(self) -> float:
        return self.wait_x + 26

    @property
    def text_x(self) -> float:
        return self.rail_x + 22

    @property
    def top(self) -> int:
        return 40 + _LINE * len(self.head) + 14

    @property
    def height(self) -> int:
        return self.top + sum(self.heights) + 40


def _page(life: Life, rows: Sequence[Row]) -> _Page:
    time_x = _LEFT + max(60, *(text_width(moment(row.at), TEXT, bold=True) for row in rows))
    waits = [f"+{duration(row.at - last.at)}" for last, row in pairwise(rows)]
    wait_x = time_x + max(_GAP, *(text_width(wait) + 14 for wait in waits or [""]))
    texts = [wrapped(row.text, WIDTH - wait_x - 68, TEXT) for row in rows]
    heights = [_ROW + _LINE * (len(lines) - 1) for lines in texts]
    return _Page(rows, wrapped(life.verdict, WIDTH - 40, TEXT), waits, time_x, wait_x, texts, heights)


def _svg(life: Life) -> str:
    page = _page(life, folded(life.rows, lambda rows: len(rows) <= MOST_ROWS and _page(life, rows).height <= HIGHEST))
    rail_x, text_x = page.rail_x, page.text_x
    canvas = Canvas("passport", f"Passport of {life.title}", life.verdict, page.height)
    canvas.text(_heading(life.name, life.named), 20, 26, TITLE, bold=True)
    for place, line in enumerate(page.head):
        canvas.text(line, 20, 48 + place * _LINE, TEXT, colour=SOFT)
    y, before, shaded = page.top, None, False
    for row, height in zip(page.rows, page.heights, strict=True):
        shaded = shaded if row.at == before else not shaded  # one band for one moment
        before = row.at
        if shaded:
            canvas.rect(8, y, WIDTH - 16, height, fill=SHADE)
        y += height
    y, before, colours = page.top, None, rail(page.rows, life.rows)
    for place, (row, height, colour) in enumerate(zip(page.rows, page.heights, colours, strict=True)):
        if place + 1 < len(page.rows):
            dash = {"stroke_dasharray": "3,3"} if row.kind is None else {}
            canvas.line(rail_x, y + 12, rail_x, y + height + 12, colour, stroke_width=5, **dash)
        if before is None or row.at != before:
            canvas.text(moment(row.at), page.time_x, y + 16, TEXT, bold=True, anchor="end")
            if before is not None:
                canvas.text(page.waits[place - 1], page.wait_x, y + 16, SMALL, colour=SOFT, anchor="end")
        before = row.at
        y += height
    y = page.top
    for row, lines, height in zip(page.rows, page.texts, page.heights, strict=True):
        draw_mark(canvas, row, rail_x, y + 12)
        for place, line in enumerate(lines):
            canvas.text(line, text_x, y + 16 + place * _LINE, TEXT, colour=INK if row.kind else SOFT)
        y += height
    entries = _RAILS | _HIDDEN if any(row.kind is Kind.RECEIVED for row in page.rows) else _RAILS
    draw_legend(
        canvas,
        [entry for colour, entry in entries.items() if colour in colours[:-1]],
        text_x,
        y + 14,
        WIDTH - text_x - 20,
    )
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


def _text(life: Life) -> str:
    rows = folded(life.rows, lambda rows: len(rows) <= MOST_ROWS)
    wide = max(len(moment(row.at)) for row in rows)
    body = [f"Its body: {life.body}"] if life.body not in ("", life.name) else []
    told = (f"{moment(row.at):>{wide}}  {row.text}" for row in rows)
    return "\n".join([f"Passport of {life.title}", life.verdict, *body, *told])
