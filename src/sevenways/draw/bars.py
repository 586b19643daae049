"""The bars of a timeline: runs in their lane, throttles as ticks, and for a crowd the number that were busy."""

from collections.abc import Iterable, Sequence

from motoclock.account.invocations import Invocation, RunState
from motoclock.wording import count, duration, moment
from sevenways.draw.axis import Axis
from sevenways.draw.canvas import Canvas, number, text_width
from sevenways.draw.naming import noun_of
from sevenways.draw.palette import DARK, INK, LINE, OUTCOMES, PAPER, SMALL, SOFT, THROTTLED

_BAR = 16
_NARROWEST = 2.5
REPORTED = 5  # the height of the strip on a run that reported messages of its batch as failed


def draw_runs(
    canvas: Canvas, axis: Axis, runs: Iterable[Invocation], y: float, labels: dict, hovers: bool = True
) -> None:
    """One bar a run. With many runs (`hovers` off) the bars of one outcome are one path, which keeps the picture small."""
    runs = list(runs)
    if not hovers:
        for outcome, look in OUTCOMES.items():
            boxes = [_box(axis, run, 1) for run in runs if run.outcome is outcome]
            if boxes:
                bars = "".join(
                    f"M{number(x)},{number(y)}h{number(width)}v{_BAR}h{number(-width)}z" for x, width in boxes
                )
                canvas.path(bars, fill=canvas.fill(look))
        return
    for run in runs:
        x, width = _box(axis, run)
        canvas.rect(
            x,
            y,
            width,
            _BAR,
            _hover(run, labels),
            fill=canvas.fill(OUTCOMES[run.outcome]),
            stroke=DARK,
            stroke_width=0.6,
        )
        if run.failed_ids:
            canvas.rect(x, y + _BAR - REPORTED, width, REPORTED, fill=canvas.fill(OUTCOMES[RunState.FAILED]))
        if shows_cold_start(axis, run):
            head = min(width, axis.x(run.started + run.init_s) - axis.x(run.started))
            canvas.rect(x, y, head, _BAR, fill=PAPER, fill_opacity=0.65)
        if run.outcome is RunState.TIMED_OUT:
            canvas.path(flag_shape(x + width, y), fill=INK)
        elif run.outcome is RunState.FAILED and width < 8:
            canvas.path(f"M{number(x + width / 2 - 3)},{number(y - 2)}l6,6m0,-6l-6,6", stroke=INK, stroke_width=1.2)
        _label(canvas, run, labels, x, y, width)


def shows_number(axis: Axis, run: Invocation) -> bool:
    """Whether there is room in its bar for the number of its messages."""
    return len(run.message_ids) > 1 and _box(axis, run)[1] >= text_width(f"{len(run.message_ids)}", SMALL) + 12


def shows_cold_start(axis: Axis, run: Invocation) -> bool:
    """Whether its cold start is long enough, at this scale, to be seen."""
    return axis.x(run.started + run.init_s) - axis.x(run.started) >= 1


def draw_throttles(canvas: Canvas, axis: Axis, moments: Iterable[float], y: float) -> None:
    """One triangle for every pixel at which something was throttled."""
    places = dict.fromkeys(round(axis.x(at)) for at in moments)
    canvas.path("".join(tick_shape(x, y) for x in places), fill=THROTTLED.colour, stroke=INK, stroke_width=0.8)


def concurrency_panel(canvas: Canvas, axis: Axis, runs: list[Invocation], top: float, height: float) -> None:
    """How many runs were going on, stacked by outcome: for more environments than there is room for lanes."""
    columns = [[0] * len(OUTCOMES) for _ in range(int(axis.right - axis.left) + 1)]
    for run in runs:
        place = list(OUTCOMES).index(run.outcome)
        first = int(axis.x(run.started) - axis.left)
        for column in columns[first : max(first + 1, int(axis.x(run.ended) - axis.left))]:
            column[place] += 1
    most = max(max(map(sum, columns)), 1)
    bottom = top + height
    for place, look in enumerate(OUTCOMES.values()):
        if not any(column[place] for column in columns):
            continue
        below = [sum(column[:place]) for column in columns]
        above = [low + column[place] for low, column in zip(below, columns, strict=True)]
        edge = steps(axis.left, above, bottom, height / most) + steps(
            axis.left, below, bottom, height / most, back=True
        )
        canvas.path(f"M{edge}z", fill=canvas.fill(look), stroke=DARK, stroke_width=0.5)
    for value in sorted({most, most // 2} - {0}):
        y = bottom - value * height / most
        canvas.line(axis.left - 4, y, axis.left, y, SOFT)
        canvas.text(f"{value:,} at once", axis.left - 8, y + 4, SMALL, colour=SOFT, anchor="end")
    canvas.line(axis.left, bottom, axis.right, bottom, LINE)


def steps(left: float, values: Sequence[float], bottom: float, scale: float, back: bool = False) -> str:
    """A staircase over pixel columns as path coordinates, with a corner only where the value changes."""
    corners = [(left, values[0])]
    for place in range(1, len(values)):
        if values[place] != values[place - 1]:
            corners += [(left + place, values[place - 1]), (left + place, values[place])]
    corners.append((left + len(values) - 1, values[-1]))
    points = [f"{number(x)},{number(bottom - value * scale)}" for x, value in corners]
    return "L".join(points) if not back else "L" + "L".join(reversed(points))


def flag_shape(x: float, y: float, height: float = _BAR) -> str:
    """The black end and pennant of a run that was stopped at its timeout."""
    return f"M{number(x)},{number(y - 3)}v{number(height + 3)}h-2.5v{number(-height - 3)}zM{number(x)},{number(y - 3)}l8,4l-8,4z"


def tick_shape(x: float, y: float) -> str:
    """The triangle of a throttle, pointing at its moment."""
    return f"M{number(x - 4)},{number(y)}h8l-4,9z"


def _box(axis: Axis, run: Invocation, narrowest: float = _NARROWEST) -> tuple[float, float]:
    x = axis.x(run.started)
    return x, max(narrowest, axis.x(run.ended) - x)


def _label(canvas: Canvas, run: Invocation, labels: dict, x: float, y: float, width: float) -> None:
    many = len(run.message_ids)
    words = (
        [count(many, noun_of(run.source)), f"{many}"] if many > 1 else [labels.get(one, "") for one in run.message_ids]
    )
    for text in words:
        room = text_width(text, SMALL) + 8
        if text and room <= width - 4:
            if run.failed_ids or run.outcome in (RunState.FAILED, RunState.TIMED_OUT):
                canvas.rect(x + (width - room) / 2, y + 1, room, _BAR - 2, fill=PAPER, rx=3)
            canvas.text(text, x + width / 2, y + 12.5, SMALL, anchor="middle")
            return


def _hover(run: Invocation, labels: dict) -> str:
    names = ", ".join(labels.get(one, one) for one in run.message_ids[:10])
    more = ", ..." if len(run.message_ids) > 10 else ""
    about = f": {names}{more}" if names else ""
    reported = f", {len(run.failed_ids)} reported as failed" if run.failed_ids else ""
    return f"{moment(run.started)} to {moment(run.ended)} ({duration(run.seconds)}), {run.outcome}{reported}{about}"
