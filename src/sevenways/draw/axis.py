"""The time axis of timelines and backlogs: virtual seconds to pixels, and ticks at round moments."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from motoclock.trace import Event, Kind
from motoclock.wording import DAY, HOUR, MINUTE, duration, moment
from sevenways.draw.canvas import Canvas, text_width
from sevenways.draw.palette import DARK, LINE, PAPER, SMALL, SOFT, WIDTH

LEFT, RIGHT = 116, WIDTH - 24  # where time starts and ends on the paper, unless names need more room
_STEPS = (
    *(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30),
    *(MINUTE * n for n in (1, 2, 5, 10, 15, 30)),
    *(HOUR * n for n in (1, 2, 3, 6, 12)),
    *(DAY * n for n in (1, 2, 5, 7, 14, 28)),
)
_RUNNING = {Kind.INVOKED: 1, Kind.SUCCEEDED: -1, Kind.FAILED: -1, Kind.TIMED_OUT: -1}
_UNDER, _MARGIN = 15, 16  # pixels: from the axis down to its labels, on the right for half a label
_FEWEST = 10  # messages beside which a wait is no longer the picture
_MOST, _TIMES = 3, 10  # breaks; how many times as long as all else one has to be
_AFTERWARDS = 0.025  # of the span, added at its end: how things stood in the end needs room to be seen


@dataclass(frozen=True, slots=True)
class Break:
    """A long empty stretch, left out between two virtual seconds. `before` and `after` are the moments at which something happened."""

    first: float
    last: float
    before: float
    after: float

    @property
    def words(self) -> str:
        return f"{duration(self.after - self.before)} left out"

    @property
    def wide(self) -> float:
        """The pixels of the strip that stands for it: as many as its words take."""
        return text_width(self.words, bold=True) + 14


@dataclass(frozen=True, slots=True)
class Axis:
    """Virtual seconds `first` to `last` on pixels `left` to `right`, without what `breaks` leave out."""

    first: float
    last: float
    left: float
    right: float
    breaks: tuple[Break, ...] = ()

    def x(self, at: float) -> float:
        """The pixel of a moment."""
        if not self.breaks:
            return self.left + (at - self.first) / (self.last - self.first) * (self.right - self.left)
        x, since = self.left, self.first
        for gap in self.breaks:
            if at <= gap.first:
                break
            x += (gap.first - since) * self._scale + gap.wide * min(1.0, (at - gap.first) / (gap.last - gap.first))
            since = min(at, gap.last)
        return x + (at - since) * self._scale

    @property
    def _shown(self) -> float:
        """The seconds that are drawn."""
        return self.last - self.first - sum(gap.last - gap.first for gap in self.breaks)

    @property
    def _scale(self) -> float:
        """Pixels a second."""
        return (self.right - self.left - sum(gap.wide for gap in self.breaks)) / self._shown

    def ticks(self) -> list[tuple[float, str]]:
        """Round moments with their labels, as many as have room; after a break the moment at which something happens again."""
        for step in _STEPS:
            if self._shown / step > 200:
                continue
            marks = [mark for first, last in self._stretches() for mark in _round(first, last, step)]
            widest = max((text_width(label) for _at, label in marks), default=0)
            if self._scale * step >= widest + 22:
                break
        if not self.breaks:
            return marks
        fixed = [(gap.after, _exact(gap.after)) for gap in self.breaks]
        taken = [*self._labels_of_breaks(), *(self._reach(at, label) for at, label in fixed)]
        free = [mark for mark in marks if all(_apart(self._reach(*mark), other) for other in taken)]
        return sorted([*fixed, *free])

    def draw(self, canvas: Canvas, top: float, bottom: float) -> None:
        """Grid lines from `top` to `bottom` and the labels under them."""
        for at, label in self.ticks():
            canvas.line(self.x(at), top, self.x(at), bottom, LINE, stroke_width=0.7)
            left, right = self._reach(at, label)
            canvas.text(label, (left + right) / 2, bottom + _UNDER, SMALL, colour=SOFT, anchor="middle")

    def draw_breaks(self, canvas: Canvas, top: float, bottom: float) -> None:
        """Over what was drawn: a torn strip for each stretch that is left out, and under it how long that is."""
        for gap in self.breaks:
            x, wide, teeth = self.x(gap.first), gap.wide - 4, max(1, round((bottom - top) / 14))
            tooth = (bottom - top) / teeth / 2
            down, up = f"l4,{tooth:.2f}l-4,{tooth:.2f}" * teeth, f"l4,{-tooth:.2f}l-4,{-tooth:.2f}" * teeth
            canvas.path(f"M{x:.1f},{top:.1f}{down}h{wide:.1f}{up}z", gap.words, fill=PAPER)
            for edge in (x, x + wide):
                canvas.path(f"M{edge:.1f},{top:.1f}{down}", stroke=DARK, stroke_width=1, fill="none")
            canvas.text(gap.words, x + gap.wide / 2, bottom + _UNDER, SMALL, bold=True, anchor="middle")

    @property
    def breaks_in_words(self) -> list[str]:
        """A line for the text twin on each stretch that is left out."""
        return [
            f"  (nothing happens from {_exact(gap.before)} to {_exact(gap.after)}: {gap.words} on the axis)"
            for gap in self.breaks
        ]

    def _stretches(self) -> list[tuple[float, float]]:
        """What is drawn, from a moment to a moment."""
        ends = [self.first, *(end for gap in self.breaks for end in (gap.first, gap.last)), self.last]
        return list(zip(ends[::2], ends[1::2], strict=True))

    def _labels_of_breaks(self) -> list[tuple[float, float]]:
        return [(self.x(gap.first) + 5, self.x(gap.last) - 5) for gap in self.breaks]

    def _reach(self, at: float, label: str) -> tuple[float, float]:
        """From where to where the label of a moment goes; one at the right edge is moved back onto the paper."""
        wide = text_width(label)
        x = min(self.x(at), self.right + _MARGIN - wide / 2)
        return x - wide / 2, x + wide / 2


def axis_over(events: Sequence[Event], left: float = LEFT, right: float = RIGHT, present: float | None = None) -> Axis:
    """The axis of a trace: from the start of the world, or from the first event when the first half is empty, to the last event;
    to `present`, the virtual second it is now, when something was running at that last event.

    A long empty stretch beside which many messages would not be seen is left out; the days of a few are the picture. Timelines and
    backlogs of one trace get the same axis, so that one can be read above the other.
    """
    first, last = (events[0].at, events[-1].at) if events else (0.0, 1.0)
    if present is not None and sum(_RUNNING.get(event.kind, 0) for event in events) > 0:
        last = max(last, present)
    first = first if first > last / 2 else 0.0
    many = last - first > HOUR and len({event.message_id for event in events}) > _FEWEST
    breaks = _breaks([first, *(event.at for event in events), last]) if many else ()
    shown = last - first - sum(gap.last - gap.first for gap in breaks)
    return Axis(first, last + max(0.001, shown * _AFTERWARDS), left, right, breaks)


def _breaks(moments: Sequence[float]) -> tuple[Break, ...]:
    """The fewest empty stretches beside which all else could not be seen: each an hour or more, and many times as long as all else."""
    longest = sorted(pairwise(moments), key=lambda pair: pair[0] - pair[1])[:_MOST]
    rest = moments[-1] - moments[0]
    for number, (before, after) in enumerate(longest, 1):
        rest -= after - before
        if after - before >= max(HOUR, _TIMES * rest):
            margin = max(rest, 1.0) * 0.03
            return tuple(Break(one + margin, other - margin, one, other) for one, other in sorted(longest[:number]))
    return ()


def _round(first: float, last: float, step: float) -> list[tuple[float, str]]:
    numbers = range(math.ceil(round(first / step, 6)), math.floor(round(last / step, 6)) + 1)
    return [(number * step, _label(number * step, step)) for number in numbers]


def _apart(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[1] + 10 <= other[0] or other[1] + 10 <= one[0]


def _exact(at: float) -> str:
    return f"{round(at / DAY)} d" if at and not at % DAY else moment(round(at))


def _label(at: float, step: float) -> str:
    if not at and step >= HOUR:
        return "0"
    if step >= DAY or (at >= DAY and at % DAY == 0):
        return f"{round(at / DAY)} d"
    if step >= HOUR:
        return f"{round(at / HOUR)} h" if at < DAY else f"{int(at // DAY)} d {round(at % DAY / HOUR)} h"
    return moment(at)
