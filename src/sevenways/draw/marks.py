"""What a scenario marks on the time axis: a burst, an outage, its end."""

from motoclock.trace import Event, Marked
from sevenways.draw.axis import Axis
from sevenways.draw.canvas import Canvas, fitted, text_width
from sevenways.draw.palette import INK, PAPER, SMALL

Mark = tuple[float, str]
_ROW = 16
_ROWS = 3


def read_marks(events: list[Event]) -> list[Mark]:
    """The marked moments, in order."""
    return [(event.at, event.what.text) for event in events if isinstance(event.what, Marked)]


def marks_height(marks: list[Mark]) -> float:
    """The room that the words of the marks need above the picture."""
    return min(len(marks), _ROWS) * _ROW


def draw_marks(canvas: Canvas, axis: Axis, marks: list[Mark], top: float, bottom: float) -> None:
    """A dashed line for each mark, its words where they overlap no others, or none. A line goes behind the words of another mark."""
    taken = [axis.left - 1.0] * _ROWS
    shown = [(axis.x(at), text) for at, text in marks if axis.first <= at <= axis.last]
    for x, _text in shown:
        canvas.line(x, top, x, bottom, INK, stroke_width=1, stroke_dasharray="4,3")
    for x, text in shown:
        text = fitted(text, 220)
        wide = text_width(text)
        left = x + 4 if x + 4 + wide <= axis.right else x - 4 - wide  # beside its own line, on the side with room
        row = next((row for row in range(min(len(marks), _ROWS)) if taken[row] <= left), None)
        if row is not None:
            taken[row] = left + wide + 8
            canvas.rect(left - 1, top + row * _ROW, wide + 2, _ROW, fill=PAPER)
            canvas.text(text, left, top + row * _ROW + 12, SMALL)
