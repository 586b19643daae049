"""How far behind are the readers of a stream? The iterator age over time: one line a function, or one a shard.

A point is the end of an invocation: how old the last record of its batch was then, as Lambda's metric IteratorAge counts it. A function
that reads several shards stands at the oldest of them.
"""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from motoclock.account.invocations import Invocation, RunState, read_invocations
from motoclock.account.lives import STREAMS, service_of
from motoclock.trace import Event, Sent
from motoclock.wording import count, duration, moment
from sevenways.draw.axis import Axis, axis_over
from sevenways.draw.canvas import Canvas, number, text_width
from sevenways.draw.palette import BLUE, DARK, GREEN, INK, LINE, ORANGE, PURPLE, SMALL, SOFT, TEXT, VERMILION, WIDTH
from sevenways.draw.picture import Picture

_COLOURS = (BLUE, ORANGE, GREEN, PURPLE, DARK)
_DASHES = ("", "7 3", "2 3", "9 3 2 3", "4 2")
_PLOT, _ROW = 150, 16
_NEAR = 24  # a line that ends so near to its name is joined to it
_STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14_400, 28_800)
_MOST_DOTS = 40


@dataclass(frozen=True, slots=True)
class _Point:
    at: float
    age_s: float
    failed: bool


def iterator_age(trace: Iterable[Event], by: str = "function", present: float | None = None) -> Picture:
    """The readers of all streams in a trace, by "function" or by "shard". `present` is the virtual second it is now."""
    if by not in ("function", "shard"):
        raise ValueError(f'by is "function" or "shard", not {by!r}.')
    events = list(trace)
    lines = _lines(events, by, present)
    room = max((text_width(_end(name, points)) for name, points in lines.items()), default=0) + 38
    axis = axis_over(events, present=present, right=WIDTH - 16 - room)
    text = _text(lines, axis.breaks_in_words)
    return Picture(_svg(axis, lines, text.split("\n", 1)[0]), text)


def _lines(events: list[Event], by: str, present: float | None) -> dict[str, list[_Point]]:
    arrived = {event.message_id: event.at for event in events if isinstance(event.what, Sent)}
    ended = [
        run
        for run in read_invocations(events, present)
        if run.outcome is not RunState.RUNNING and run.message_ids and service_of(run.source) in STREAMS
    ]
    latest: dict[tuple[str, str], float] = {}
    lines: dict[str, list[_Point]] = defaultdict(list)
    for run in sorted(ended, key=lambda run: run.ended):
        shard = _shard_of(run)
        latest[run.function, shard] = run.ended - arrived.get(run.message_ids[-1], run.started)
        name = run.function if by == "function" else shard
        oldest = max(
            age for (function, where), age in latest.items() if (function if by == "function" else where) == name
        )
        lines[name].append(_Point(run.ended, round(oldest, 6), run.outcome is not RunState.SUCCEEDED))
    return {name: lines[name] for name in sorted(lines)}


def _shard_of(run: Invocation) -> str:
    """A record's id begins with that of its shard; the stream of a table is one shard."""
    shard = run.message_ids[-1].partition(":")[0]
    return f"shard {int(shard.rpartition('-')[2])}" if shard.startswith("shardId-") else "the shard"


# ---------------------------------------------------------------------- the picture


def _svg(axis: Axis, lines: dict[str, list[_Point]], title: str) -> str:
    top, bottom = 44, 44 + _PLOT
    canvas = Canvas("age", "Iterator age", title, bottom + 34)
    canvas.text("Iterator age: how old the last record of a batch is when the batch ends", 20, 24, TEXT, bold=True)
    if not lines:
        canvas.text("No function has read from a stream.", 20, top + 24, TEXT)
        return canvas.svg()
    oldest = max(point.age_s for points in lines.values() for point in points)
    step = next((step for step in _STEPS if oldest <= 4 * step), _STEPS[-1])
    scale = _PLOT / max(step * math.ceil(round(oldest / step, 6)), step)
    axis.draw(canvas, top, bottom)
    for n in range(int(_PLOT / scale / step + 1.001)):
        y = bottom - n * step * scale
        canvas.line(axis.left - 4, y, axis.right, y, LINE, stroke_width=0.7)
        canvas.text(duration(n * step) if n else "0", axis.left - 8, y + 4, SMALL, colour=SOFT, anchor="end")
    ends = []
    for place, (name, points) in enumerate(lines.items()):
        colour, dash = _COLOURS[place % len(_COLOURS)], _DASHES[place % len(_DASHES)]
        _draw_line(canvas, axis, points, bottom, scale, colour, dash)
        last = points[-1]
        ends.append((bottom - last.age_s * scale, axis.x(last.at), _end(name, points), colour, dash))
    axis.draw_breaks(canvas, top, bottom)
    _draw_ends(canvas, ends, axis.right, bottom)
    return canvas.svg()


def _draw_line(
    canvas: Canvas, axis: Axis, points: list[_Point], bottom: float, scale: float, colour: str, dash: str
) -> None:
    places = [(axis.x(point.at), bottom - point.age_s * scale) for point in points]
    style = {"stroke_dasharray": dash} if dash else {}
    start = f"M{number(places[0][0])},{number(places[0][1])}"
    steps = "".join(f"L{number(x)},{number(y)}" for x, y in places[1:])
    canvas.path(start + steps, stroke=colour, stroke_width=2, fill="none", **style)
    failed = ""
    for (x, y), point in zip(places, points, strict=True):
        if point.failed:
            failed += f"M{number(x - 3)},{number(y - 3)}l6,6m0,-6l-6,6"
        elif len(points) <= _MOST_DOTS:
            canvas.circle(x, y, 2.8, f"{duration(point.age_s)} at {moment(point.at)}", fill=colour)
    if failed:
        canvas.path(failed, stroke=VERMILION, stroke_width=1.6, fill="none")


def _draw_ends(canvas: Canvas, ends: list[tuple[float, float, str, str, str]], right: float, bottom: float) -> None:
    """The names, each beside the end of its line, moved apart where they would touch."""
    taken = bottom + _ROW + 6
    for y, x, words, colour, dash in sorted(ends, reverse=True):
        place = min(y + 4, taken - _ROW)
        taken = place
        if right - x < _NEAR:
            canvas.line(x + 3, y, right + 6, place - 4, SOFT, stroke_width=0.6)
        style = {"stroke_dasharray": dash} if dash else {}
        canvas.line(right + 8, place - 4, right + 30, place - 4, colour, stroke_width=2.4, **style)
        canvas.text(words, right + 36, place, SMALL, colour=INK)


def _end(name: str, points: list[_Point]) -> str:
    return f"{name}: {duration(round(points[-1].age_s, 1))}"


# ---------------------------------------------------------------------- the words


def _text(lines: dict[str, list[_Point]], breaks: list[str]) -> str:
    if not lines:
        return "Iterator age: no function has read from a stream."
    told = [f"Iterator age of {', '.join(lines)}", *breaks]
    for name, points in lines.items():
        oldest = max(points, key=lambda point: point.age_s)
        failed = sum(point.failed for point in points)
        told.append(
            f"  {name}: {count(len(points), 'batch', 'batches')}{f', {failed:,} failed' if failed else ''}; "
            f"at most {duration(round(oldest.age_s, 1))}, at {moment(round(oldest.at, 1))}; "
            f"in the end {duration(round(points[-1].age_s, 1))}"
        )
    return "\n".join(told)
