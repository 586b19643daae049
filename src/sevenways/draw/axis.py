"""The time axis of timelines and backlogs: virtual seconds to pixels, and ticks at round moments."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from motoclock.trace import Event, Kind
from motoclock.wording import DAY, HOUR, MINUTE, moment
from sevenways.draw.canvas import Canvas, text_width
from sevenways.draw.palette import LINE, SMALL, SOFT, WIDTH

LEFT, RIGHT = 116, WIDTH - 24  # where time starts and ends on the paper, unless names need more room
_STEPS = (
    *(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30),
    *(MINUTE * n for n in (1, 2, 5, 10, 15, 30)),
    *(HOUR * n for n in (1, 2, 3, 6, 12)),
    *(DAY * n for n in (1, 2, 5, 7, 14, 28)),
)
_RUNNING = {Kind.INVOKED: 1, Kind.SUCCEEDED: -1, Kind.FAILED: -1, Kind.TIMED_OUT: -1}
_AFTERWARDS = 0.025  # of the span, added at its end: how things stood in the end needs room to be seen


@dataclass(frozen=True, slots=True)
class Axis:
    """Virtual seconds `first` to `last` on pixels `left` to `right`."""

    first: float
    last: float
    left: float
    right: float

    def x(self, at: float) -> float:
        """The pixel of a moment."""
        return self.left + (at - self.first) / (self.last - self.first) * (self.right - self.left)

    def ticks(self) -> list[tuple[float, str]]:
        """Round moments with their labels, as many as have room."""
        span = self.last - self.first
        for step in _STEPS:
            if span / step > 200:
                continue
            first = math.ceil(round(self.first / step, 6))
            marks = [
                (n * step, _label(n * step, step)) for n in range(first, math.floor(round(self.last / step, 6)) + 1)
            ]
            widest = max((text_width(label) for _at, label in marks), default=0)
            if (self.right - self.left) * step / span >= widest + 22:
                return marks
        return marks

    def draw(self, canvas: Canvas, top: float, bottom: float) -> None:
        """Grid lines from `top` to `bottom` and the labels under them."""
        for at, label in self.ticks():
            canvas.line(self.x(at), top, self.x(at), bottom, LINE, stroke_width=0.7)
            canvas.text(label, self.x(at), bottom + 15, SMALL, colour=SOFT, anchor="middle")


def axis_over(events: Sequence[Event], left: float = LEFT, right: float = RIGHT, present: float | None = None) -> Axis:
    """The axis of a trace: from the start of the world, or from the first event when the first half is empty, to the last event;
    to `present`, the virtual second it is now, when something was running at that last event.

    Timelines and backlogs of one trace get the same axis, so that one can be read above the other.
    """
    first, last = (events[0].at, events[-1].at) if events else (0.0, 1.0)
    if present is not None and sum(_RUNNING.get(event.kind, 0) for event in events) > 0:
        last = max(last, present)
    first = first if first > last / 2 else 0.0
    return Axis(first, last + max(0.001, (last - first) * _AFTERWARDS), left, right)


def _label(at: float, step: float) -> str:
    if not at and step >= HOUR:
        return "0"
    if step >= DAY or (at >= DAY and at % DAY == 0):
        return f"{round(at / DAY)} d"
    if step >= HOUR:
        return f"{round(at / HOUR)} h" if at < DAY else f"{int(at // DAY)} d {round(at % DAY / HOUR)} h"
    return moment(at)
