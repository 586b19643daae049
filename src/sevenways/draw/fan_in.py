"""A fan-in over time: when each name was gathered, which came again, and what was there when somebody merged.

Modelled: what is drawn is what handlers have printed, so it is as right as their lines.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from motoclock.wording import count
from sevenways.draw.axis import Axis
from sevenways.draw.canvas import Canvas, text_width
from sevenways.draw.legend import Entry, draw_legend
from sevenways.draw.palette import BLUE, GREEN, LINE, ORANGE, SMALL, SOFT, TEXT, VERMILION, WIDTH, Look
from sevenways.draw.picture import Picture

_EDGE, _LEFT, _HEAD, _ROW = 20, 116, 24, 14
_DOT, _RING = 3.5, 6  # a ring goes around a dot: a repeated run often ends at the same moment


@dataclass(frozen=True, slots=True)
class Merging:
    """One merging: its virtual second, the runs that had ended by then, and the names they had brought."""

    at: float
    runs: int
    names: frozenset[str]


def read_mergings(gathered: Iterable[tuple[float, str]], merged: Iterable[float]) -> tuple[Merging, ...]:
    """What each merging found, in the order of time. What comes at the same moment is there."""
    runs = list(gathered)
    return tuple(
        Merging(moment, sum(at <= moment for at, _name in runs), frozenset(name for at, name in runs if at <= moment))
        for moment in sorted(merged)
    )


def fan_in(gathered: Iterable[tuple[float, str]], merged: Iterable[float], wanted: Iterable[str]) -> Picture:
    """A row for each wanted name, in the order in which they came, and a line for each merging.

    `gathered` are pairs of a virtual second and a name, one for each run that has ended, and `merged` virtual seconds. Raises
    ValueError for a name that nobody wants.
    """
    runs = sorted(gathered, key=lambda one: one[0])
    names = list(dict.fromkeys(wanted))
    if strange := next((name for _at, name in runs if name not in names), None):
        raise ValueError(f"{strange!r} was gathered, and it isn't among the wanted names: {', '.join(names)}.")
    mergings = read_mergings(runs, merged)
    first = {name: at for at, name in reversed(runs)}
    rows = sorted(names, key=lambda name: first.get(name, float("inf")))  # stable: what never came stands last
    text = _text(runs, mergings, rows)
    foot = _HEAD + _ROW * len(rows) + 4
    canvas = Canvas("fan-in", "A fan-in over time", text.split("\n", 1)[0], foot + 62)
    last = max([at for at, _name in runs] + [merging.at for merging in mergings], default=1.0) or 1.0
    axis = Axis(0.0, last * 1.04, _LEFT, WIDTH - _EDGE)
    axis.draw(canvas, _HEAD, foot)
    _draw_mergings(canvas, axis, mergings, len(rows), foot)
    _draw_rows(canvas, axis, runs, rows, mergings)
    draw_legend(
        canvas,
        [
            Entry("● in the first merging", Look(GREEN)),
            Entry("✗ too late for it, or never", Look(VERMILION)),
            Entry("○ the same name again", Look(ORANGE)),
            Entry("| a merging", Look(BLUE)),
        ],
        _EDGE,
        foot + 32,
        WIDTH - 2 * _EDGE,
    )
    return Picture(canvas.svg(), text)


def _text(runs: Sequence[tuple[float, str]], mergings: Sequence[Merging], rows: Sequence[str]) -> str:
    times = Counter(name for _at, name in runs)
    lines = [
        f"A fan-in over time: {count(len(rows), 'name')} wanted, {len(times):,} gathered in {count(len(runs), 'run')}, "
        f"{count(len(mergings), 'merging')}"
    ]
    for merging in mergings:
        missing = [name for name in rows if name not in merging.names]
        lines.append(
            f"  merged at {merging.at:.1f} s with {len(merging.names):,} of {len(rows):,} names, "
            f"after {count(merging.runs, 'run')}; missing: {', '.join(missing) or 'none'}"
        )
    if again := [name for name in rows if times[name] > 1]:
        lines.append(f"  gathered more than once: {', '.join(again)}")
    if never := [name for name in rows if not times[name]]:
        lines.append(f"  never gathered: {', '.join(never)}")
    return "\n".join(lines)


def _draw_mergings(canvas: Canvas, axis: Axis, mergings: Sequence[Merging], wanted: int, foot: float) -> None:
    labels: list[tuple[float, str]] = []
    for words, alike in groupby(mergings, key=lambda merging: f"{len(merging.names)} of {wanted}"):
        moments = [merging.at for merging in alike]
        labels.append((axis.x(moments[0]), words if len(moments) == 1 else f"{words}, merged {len(moments)} times"))
    for merging in mergings:
        x = axis.x(merging.at)
        canvas.line(x, _HEAD - 6, x, foot, BLUE, stroke_width=2)
    for x, words in labels:
        canvas.text(
            words,
            min(x, axis.right - text_width(words, TEXT, bold=True) / 2),
            _HEAD - 10,
            TEXT,
            bold=True,
            anchor="middle",
        )


def _draw_rows(
    canvas: Canvas, axis: Axis, runs: Sequence[tuple[float, str]], rows: Sequence[str], mergings: Sequence[Merging]
) -> None:
    came = {name: [at for at, other in runs if other == name] for name in rows}
    for place, name in enumerate(rows):
        y = _HEAD + _ROW * place + _ROW / 2
        canvas.text(name, _LEFT - 12, y + 4, SMALL, colour=SOFT, anchor="end")
        canvas.line(_LEFT, y, axis.right, y, LINE, stroke_width=0.5)
        inside = not mergings or name in mergings[0].names
        if not inside or not came[name]:
            x = axis.x(came[name][0]) if came[name] else axis.right - 8
            canvas.path(f"M{x - 4:.1f},{y - 4:.1f}l8,8m0,-8l-8,8", stroke=VERMILION, stroke_width=2, fill="none")
        else:
            canvas.circle(axis.x(came[name][0]), y, _DOT, fill=GREEN)
        for at in came[name][1:]:
            canvas.circle(axis.x(at), y, _RING, fill="none", stroke=ORANGE, stroke_width=1.8)
