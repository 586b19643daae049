"""Several ways one above another on shared axes, so that what differs between them is seen at one glance.

`strips`          a dot an order: when it was sent, and how long it waited until it was done
`running_strips`  how many runs of the consumer went on at each moment, with the capacity of the system that it calls
"""

from collections.abc import Iterable, Sequence
from math import log10

from motoclock.wording import count, duration
from sevenways.draw.axis import Axis
from sevenways.draw.canvas import Canvas, fitted, wrapped
from sevenways.draw.legend import ROW, Entry, draw_legend
from sevenways.draw.palette import (
    BLUE,
    GREEN,
    GREY,
    INK,
    LINE,
    PURPLE,
    SHADE,
    SKY,
    SMALL,
    SOFT,
    TEXT,
    VERMILION,
    WIDTH,
    Look,
)
from sevenways.draw.picture import Picture
from sevenways.draw.race import Race

Outage = tuple[float, float]

_EDGE, _NAMES, _NUMBERS, _TOP, _STRIP, _GAP = 20, 172, 178, 40, 58, 8
_NEVER = 13  # the lane above the scale, for what waits for ever
_DECADES = (0.1, 1.0, 10.0, 100.0, 1000.0)
_DOWN = Look(SHADE, "slant")


def strips(
    races: Iterable[Race],
    mark: str | None = None,
    outage: Outage | None = None,
    ghosts: Iterable[Race] = (),
    pale: str = "quiet day",
) -> Picture:
    """A strip a way: each order a dot, to the right when it was sent, upwards how long it waited (each line is ten times the one
    below). A cross in the lane on top stands for an order that was never done; `mark` names an order to ring; `outage` is shaded.
    `ghosts` are drawn pale, for comparison; they had no outage, and `pale` says what they are."""
    vivid = list(races)
    shown = [*vivid, *ghosts]
    last = max((at for race in shown for at in race.sent.values()), default=1.0) or 1.0
    left, right = _EDGE + _NAMES, WIDTH - _EDGE - _NUMBERS
    axis = Axis(-last * 0.02, last * 1.03, left, right)
    bottom = _TOP + len(shown) * (_STRIP + _GAP)
    text = _strips_text(vivid, shown[len(vivid) :], mark, outage)
    canvas = Canvas("strips", "How long each order waited", text.split("\n", 1)[0], bottom + 44 + ROW)
    _heads(canvas, right, "half, and 99 of 100, within")
    canvas.text("how long it waited (each line is 10 times the one below)", left, 24, SMALL, colour=SOFT)
    for place, race in enumerate(shown):
        top = _TOP + place * (_STRIP + _GAP)
        _frame(canvas, race.way, left, right, top, place >= len(vivid))
        if place < len(vivid):
            _shade(canvas, axis, outage, top)
        else:
            canvas.text(pale, _EDGE, top + _STRIP - 6, SMALL, colour=SOFT)
        canvas.line(left, top + _NEVER, right, top + _NEVER, LINE, stroke_width=0.5, stroke_dasharray="2,3")
        canvas.text("never", left - 6, top + 9, SMALL, colour=SOFT, anchor="end")
        for decade in _DECADES:
            y = _height(decade, top)
            canvas.line(left, y, right, y, LINE, stroke_width=0.5)
            if decade in (0.1, 10.0):
                canvas.text(f"{decade:g} s", left - 6, y + 4, SMALL, colour=SOFT, anchor="end")
        _dots(canvas, axis, race, top, mark, place >= len(vivid))
        canvas.text(_short(race.percentile(50)), right + 14, top + 24, TEXT, bold=place < len(vivid))
        canvas.text(_short(race.percentile(99)), right + 78, top + 24, TEXT, bold=place < len(vivid))
        canvas.text(_score(race), right + 14, top + 42, SMALL, colour=SOFT)
    axis.draw(canvas, bottom - _GAP, bottom - _GAP)
    canvas.text("when it was sent", right + 14, bottom + 7, SMALL, colour=SOFT)
    entries = [Entry("an order that was done", Look(GREEN)), Entry("✗ never done", Look(VERMILION))]
    entries += [Entry(f"○ {mark}", Look(PURPLE))] if mark else []
    entries += [Entry("the outage", _DOWN)] if outage else []
    draw_legend(canvas, entries, _EDGE, bottom + 28, WIDTH - 2 * _EDGE)
    return Picture(canvas.svg(), text)


def running_strips(races: Iterable[Race], capacity: int | None = None, outage: Outage | None = None) -> Picture:
    """A strip a way: how many runs went on at each moment. `capacity` is a dashed line: what the called system takes at once."""
    shown = list(races)
    last = max((at for race in shown for at, _count in race.running), default=1.0) or 1.0
    left, right = _EDGE + _NAMES, WIDTH - _EDGE - _NUMBERS
    axis = Axis(0.0, last * 1.03, left, right)
    highest = max((race.peak for race in shown), default=1) or 1
    bottom = _TOP + len(shown) * (_STRIP + _GAP)
    text = _running_text(shown, capacity)
    canvas = Canvas("running", "How many ran at once", text.split("\n", 1)[0], bottom + 44 + ROW)
    _heads(canvas, right, "most at once")
    for place, race in enumerate(shown):
        top = _TOP + place * (_STRIP + _GAP)
        _frame(canvas, race.way, left, right, top, False)
        _shade(canvas, axis, outage, top)
        _steps(canvas, axis, race.running, top, highest)
        if capacity:
            y = top + _STRIP - (_STRIP - 4) * min(1.0, _share(capacity, highest))
            canvas.line(left, y, right, y, VERMILION, stroke_width=1.2, stroke_dasharray="5,3")
        canvas.text(str(race.peak), right + 14, top + 24, TEXT, bold=True)
        canvas.text(_score(race), right + 14, top + 42, SMALL, colour=SOFT)
    axis.draw(canvas, bottom - _GAP, bottom - _GAP)
    entries = [Entry("runs at once (square root, so that a few are seen beside many)", Look(SKY))]
    entries += [Entry(f"- - the {capacity} that the database takes", Look(VERMILION))] if capacity else []
    draw_legend(canvas, entries, _EDGE, bottom + 28, WIDTH - 2 * _EDGE)
    return Picture(canvas.svg(), text)


# ---------------------------------------------------------------------- the strokes


def _heads(canvas: Canvas, right: float, over_numbers: str) -> None:
    canvas.text(over_numbers, right + 14, 24, SMALL, colour=SOFT)


def _frame(canvas: Canvas, way: str, left: float, right: float, top: float, ghost: bool) -> None:
    canvas.rect(left, top, right - left, _STRIP, fill="none", stroke=LINE)
    lines = wrapped(way, (_NAMES - 48) / 1.18, TEXT)[:3]  # bold is wider
    for number, line in enumerate(lines):
        y = top + 34 + 17 * (number - (len(lines) - 1) / 2)
        canvas.text(fitted(line, _NAMES - 48, TEXT, not ghost), _EDGE, y, TEXT, not ghost, SOFT if ghost else INK)


def _shade(canvas: Canvas, axis: Axis, outage: Outage | None, top: float) -> None:
    if outage and outage[0] < axis.last:
        start, end = axis.x(outage[0]), min(axis.x(outage[1]), axis.right)
        canvas.rect(start, top, end - start, _STRIP, fill=canvas.fill(_DOWN), fill_opacity=0.6)


def _dots(canvas: Canvas, axis: Axis, race: Race, top: float, mark: str | None, ghost: bool) -> None:
    waits = race.waits
    for order, at in race.sent.items():
        x, wait = axis.x(at), waits.get(order)
        if wait is None:
            y, colour = top + _NEVER / 2, GREY if ghost else VERMILION
            canvas.path(
                f"M{x - 3:.1f},{y - 3:.1f}l6,6m0,-6l-6,6",
                f"{order}: never done",
                stroke=colour,
                stroke_width=1.6,
                fill="none",
            )
        else:
            y = _height(wait, top)
            canvas.circle(
                x,
                y,
                2.4,
                f"{order}: {_short(wait)}",
                fill=LINE if ghost else GREEN,
                stroke=GREY if ghost else INK,
                stroke_width=0.4,
            )
        if order == mark:
            canvas.circle(x, y, 7, fill="none", stroke=PURPLE, stroke_width=1.8)


def _steps(canvas: Canvas, axis: Axis, running: Sequence[tuple[float, int]], top: float, highest: int) -> None:
    foot = top + _STRIP
    d = f"M{axis.left:.1f},{foot:.1f}"
    level = 0.0
    for at, number in running:
        x = axis.x(at)
        d += f"L{x:.1f},{foot - level:.1f}"
        level = (_STRIP - 4) * _share(number, highest)
        d += f"L{x:.1f},{foot - level:.1f}"
    canvas.path(
        f"{d}L{axis.x(running[-1][0]) if running else axis.left:.1f},{foot:.1f}Z",
        fill=SKY,
        stroke=BLUE,
        stroke_width=0.8,
    )


def _share(number: float, highest: int) -> float:
    return (number / highest) ** 0.5


def _height(wait: float, top: float) -> float:
    """Upwards by tens, from 0.05 seconds at the foot to a little over a thousand, below the lane for what waits for ever."""
    low, high = log10(0.05), log10(1500)
    share = (log10(min(max(wait, 0.05), 1500)) - low) / (high - low)
    return top + _STRIP - 3 - share * (_STRIP - _NEVER - 4)


# ---------------------------------------------------------------------- the words


def _strips_text(races: list[Race], ghosts: list[Race], mark: str | None, outage: Outage | None) -> str:
    down = f", the system that they call down from {outage[0]:g} s to {outage[1]:g} s" if outage else ""
    lines = [f"How long orders waited, {count(len(races), 'way')}{down}"]
    for race in [*races, *ghosts]:
        half, most = _short(race.percentile(50)), _short(race.percentile(99))
        marked = ""
        if mark in race.sent:
            wait = race.waits.get(mark or "")
            marked = f"; {mark} {'never done' if wait is None else f'done after {_short(wait)}'}"
        pale = " (for comparison)" if race in ghosts else ""
        lines.append(f"  {race.way}{pale}: {_score(race)}; half within {half}, 99 of 100 within {most}{marked}")
    return "\n".join(lines)


def _running_text(races: list[Race], capacity: int | None) -> str:
    limit = f"; the system that they call takes {capacity}" if capacity else ""
    lines = [f"How many ran at once, {count(len(races), 'way')}{limit}"]
    for race in races:
        over = sum(
            later - at
            for (at, number), (later, _n) in zip(race.running, race.running[1:], strict=False)
            if capacity and number > capacity
        )
        long = f", more than {capacity} for {duration(round(over, 2))}" if over else ""
        lines.append(f"  {race.way}: at most {race.peak}{long}; {_score(race)}")
    return "\n".join(lines)


def _score(race: Race) -> str:
    parked = f", {len(race.parked)} parked" if race.parked else ""
    return f"{len(race.first_done)} of {len(race.sent)} done{parked}"


def _short(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.1f} s"
