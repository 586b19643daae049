"""Rows of swatches with their words."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from sevenways.draw.bars import flag_shape, tick_shape
from sevenways.draw.canvas import Canvas, text_width
from sevenways.draw.palette import DARK, GREEN, INK, PAPER, SMALL, Look

ROW = 18
DONE = Look(GREEN)
_SWATCH, _FLAG, _GAP = 22, 8, 24


class Shape(Enum):
    """What a swatch shows beside its colour."""

    BOX = "a filled box"
    FLAG = "a box with the flag of a timeout"
    TICK = "the triangle of a throttle"
    HEAD = "a box with the pale head of a cold start"
    PLATE = "the number on a bar"
    STRIP = "a strip at the foot of a bar"
    DISC = "a disc"
    CROSS = "a disc with a cross"


@dataclass(frozen=True, slots=True)
class Entry:
    """A swatch and its words."""

    words: str
    look: Look = DONE
    shape: Shape = Shape.BOX


def legend_rows(entries: Iterable[Entry], width: float) -> list[list[Entry]]:
    """The entries in as many rows as a width makes necessary."""
    rows: list[list[Entry]] = [[]]
    taken = 0.0
    for entry in entries:
        needed = _swatch_width(entry) + 8 + text_width(entry.words) + _GAP
        if rows[-1] and taken + needed - _GAP > width:
            rows.append([])
            taken = 0.0
        rows[-1].append(entry)
        taken += needed
    return rows


def draw_legend(canvas: Canvas, entries: Iterable[Entry], x: float, y: float, width: float) -> None:
    """The rows of a legend, from its upper left corner."""
    for row in legend_rows(entries, width):
        at = x
        for entry in row:
            _swatch(canvas, entry, at, y)
            canvas.text(entry.words, at + _swatch_width(entry) + 8, y + 11, SMALL)
            at += _swatch_width(entry) + 8 + text_width(entry.words) + _GAP
        y += ROW


def _swatch_width(entry: Entry) -> float:
    return _SWATCH + (_FLAG if entry.shape is Shape.FLAG else 0)


def _swatch(canvas: Canvas, entry: Entry, x: float, y: float) -> None:
    if entry.shape is Shape.TICK:
        canvas.path(tick_shape(x + 11, y + 2), fill=entry.look.colour, stroke=INK, stroke_width=0.8)
        return
    if entry.shape is Shape.PLATE:
        canvas.rect(x, y - 1, _SWATCH, 15, fill=PAPER, stroke=DARK, stroke_width=0.6, rx=3)
        canvas.text("10", x + _SWATCH / 2, y + 11, SMALL, anchor="middle")
        return
    if entry.shape in (Shape.DISC, Shape.CROSS):
        canvas.circle(x + 11, y + 6.5, 6, fill=entry.look.colour, stroke=INK, stroke_width=0.7)
        if entry.shape is Shape.CROSS:
            canvas.path(f"M{x + 9},{y + 4.5}l4,4m0,-4l-4,4", stroke=PAPER, stroke_width=1.2, fill="none")
        return
    look = DONE if entry.shape is Shape.STRIP else entry.look
    canvas.rect(x, y, _SWATCH, 13, fill=canvas.fill(look), stroke=DARK, stroke_width=0.6)
    if entry.shape is Shape.STRIP:
        canvas.rect(x, y + 8, _SWATCH, 5, fill=canvas.fill(entry.look))
    if entry.shape is Shape.HEAD:
        canvas.rect(x, y, 9, 13, fill=PAPER, fill_opacity=0.65)
    elif entry.shape is Shape.FLAG:
        canvas.path(flag_shape(x + _SWATCH, y, 13), fill=INK)
