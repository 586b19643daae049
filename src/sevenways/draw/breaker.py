"""A circuit breaker over time: its state, the calls that went out, and what waits in the queue meanwhile."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from motoclock.trace import Called, DeadLettered, Deleted, Event, Sent
from motoclock.wording import count, moment, name_of
from sevenways.draw.axis import Axis
from sevenways.draw.canvas import Canvas, text_width
from sevenways.draw.legend import Entry, draw_legend
from sevenways.draw.palette import GREEN, INK, LINE, ORANGE, PAPER, SMALL, SOFT, TEXT, VERMILION, WIDTH, YELLOW, Look
from sevenways.draw.picture import Picture

_LOOKS = {"closed": Look(GREEN), "open": Look(VERMILION, "slant"), "half-open": Look(YELLOW, "dots")}
_EDGE, _LEFT, _BAND, _CALLS, _QUEUE, _GAP = 20, 150, 24, 34, 84, 12
_LEAST = 6  # pixels of a stretch, however short it is


@dataclass(frozen=True, slots=True)
class Stretch:
    """One state of the breaker, from one virtual second to another."""

    state: str
    start: float
    end: float


def read_stretches(switches: Iterable[tuple[float, str]], end: float) -> tuple[Stretch, ...]:
    """The states one after another: closed at first, then as `switches` says, pairs of (moment, state). The same again is no switch."""
    found: list[tuple[float, str]] = [(0.0, "closed")]
    for at, state in sorted(switches, key=lambda one: one[0]):
        if state not in _LOOKS:
            raise ValueError(f"A breaker is {', '.join(_LOOKS)}; {state!r} at {at:g} s is none of them.")
        if state != found[-1][1]:
            found.append((at, state))
    moments = [*found, (end, "")]
    return tuple(Stretch(state, at, after) for (at, state), (after, _next) in pairwise(moments) if after > at)


def breaker(trace: Iterable[Event], queue: str, switches: Iterable[tuple[float, str]]) -> Picture:
    """The breaker's state as a strip, the calls under it, and under these the messages in the queue of this name.

    `switches` are pairs of a virtual second and "open", "half-open" or "closed", as a handler has printed them.
    """
    events = list(trace)
    end = max((event.at for event in events), default=1.0) or 1.0
    stretches = read_stretches(switches, end)
    calls = [(event.at, 0 < event.what.status < 400) for event in events if isinstance(event.what, Called)]
    inside, parked = _in_queue(events, queue)
    text = _text(queue, stretches, calls, inside, parked)
    bottom = 16 + _BAND + _GAP + _CALLS + _GAP + _QUEUE
    canvas = Canvas("breaker", "The breaker over time", text.split("\n", 1)[0], bottom + 62)
    axis = Axis(0.0, end * 1.05, _LEFT, WIDTH - _EDGE)  # room to see the last state
    _draw_states(canvas, axis, stretches, 16)
    _draw_calls(canvas, axis, calls, 16 + _BAND + _GAP)
    _draw_queue(canvas, axis, queue, inside, bottom - _QUEUE)
    axis.draw(canvas, bottom, bottom)
    entries = [Entry(state, look) for state, look in _LOOKS.items()]
    entries += [Entry("| a call that was answered", Look(GREEN)), Entry("✗ one that failed", Look(VERMILION))]
    draw_legend(canvas, [*entries, Entry(f"in {queue}", Look(ORANGE))], _EDGE, bottom + 32, WIDTH - 2 * _EDGE)
    return Picture(canvas.svg(), text)


def _in_queue(events: Sequence[Event], queue: str) -> tuple[list[tuple[float, int]], int]:
    """How many messages the queue holds from each moment on, those in flight included, and how many left it for a dead-letter queue."""
    held, parked = [(0.0, 0)], 0
    for event in events:
        if name_of(event.resource) != queue:
            continue
        step = isinstance(event.what, Sent) - isinstance(event.what, Deleted | DeadLettered)
        parked += isinstance(event.what, DeadLettered)
        if step:
            held.append((event.at, held[-1][1] + step))
    return held, parked


# ---------------------------------------------------------------------- the words


def _text(
    queue: str,
    stretches: Sequence[Stretch],
    calls: Sequence[tuple[float, bool]],
    inside: Sequence[tuple[float, int]],
    parked: int,
) -> str:
    failed = sum(not answered for _at, answered in calls)
    held = count(len(stretches), "stretch", "stretches")
    lines = [f"The breaker over time: {held}, {count(len(calls), 'call')}, {failed:,} of them failed"]
    for stretch in stretches:
        here = [answered for at, answered in calls if stretch.start <= at < stretch.end]
        lines.append(
            f"  {moment(stretch.start)} to {moment(stretch.end)}  {stretch.state}: {count(len(here), 'call')}, "
            f"{sum(not answered for answered in here):,} failed"
        )
    most = max(number for _at, number in inside)
    lines.append(f"  in {queue}: at most {most:,}, in the end {inside[-1][1]:,}; {parked:,} dead-lettered")
    return "\n".join(lines)


# ---------------------------------------------------------------------- the strokes


def _draw_states(canvas: Canvas, axis: Axis, stretches: Sequence[Stretch], top: float) -> None:
    canvas.text("breaker", _EDGE, top + 17, TEXT, bold=True)
    for stretch, x, width in _side_by_side(axis, stretches):
        canvas.rect(
            x, top, width, _BAND, stretch.state, fill=canvas.fill(_LOOKS[stretch.state]), stroke=INK, stroke_width=0.6
        )
        if text_width(stretch.state) + 10 < width:
            canvas.rect(x + 4, top + 4, text_width(stretch.state) + 6, _BAND - 8, fill=PAPER, rx=3)
            canvas.text(stretch.state, x + 7, top + 16, SMALL)


def _side_by_side(axis: Axis, stretches: Sequence[Stretch]) -> Iterator[tuple[Stretch, float, float]]:
    """Left edge and width of each. A short one is widened and pushes on what follows, so none covers another; the last goes on."""
    free = axis.left
    for place, stretch in enumerate(stretches):
        x = max(free, axis.x(stretch.start))
        free = axis.right if place == len(stretches) - 1 else max(x + _LEAST, axis.x(stretch.end))
        yield stretch, x, max(_LEAST, free - x)


def _draw_calls(canvas: Canvas, axis: Axis, calls: Sequence[tuple[float, bool]], top: float) -> None:
    canvas.text("calls", _EDGE, top + 21, TEXT, bold=True)
    canvas.rect(axis.left, top, axis.right - axis.left, _CALLS, fill="none", stroke=LINE)
    for x, answered, number in _marks(axis, calls):
        y = top + _CALLS / 2
        if number > 1:
            canvas.text(f"{number:,}", x + 7, y + 4, SMALL)
        if answered:
            canvas.line(x, top + 4, x, top + _CALLS - 4, GREEN, stroke_width=1.4)
        else:
            canvas.path(f"M{x - 4:.1f},{y - 4:.1f}l8,8m0,-8l-8,8", stroke=VERMILION, stroke_width=1.8, fill="none")


def _marks(axis: Axis, calls: Sequence[tuple[float, bool]]) -> Iterator[tuple[float, bool, int]]:
    """Where a mark stands, whether it was answered, and of how many calls it is: those that would lie on one another share one."""
    found: list[tuple[float, bool, int]] = []
    for at, answered in calls:
        x = axis.x(at)
        if found and found[-1][1] == answered and x - found[-1][0] < _LEAST:
            found[-1] = (found[-1][0], answered, found[-1][2] + 1)
        else:
            found.append((x, answered, 1))
    return iter(found)


def _draw_queue(canvas: Canvas, axis: Axis, queue: str, inside: Sequence[tuple[float, int]], top: float) -> None:
    most = max(1, *(number for _at, number in inside))
    canvas.text(f"in {queue}", _EDGE, top + 20, TEXT, bold=True)
    canvas.text(f"at most {most:,}", _EDGE, top + 38, SMALL, colour=SOFT)
    foot, d = top + _QUEUE, f"M{axis.left:.1f},{top + _QUEUE:.1f}"
    level = 0.0
    for at, number in inside:
        d += f"L{axis.x(at):.1f},{foot - level:.1f}"
        level = (_QUEUE - 6) * number / most
        d += f"L{axis.x(at):.1f},{foot - level:.1f}"
    canvas.path(f"{d}L{axis.right:.1f},{foot - level:.1f}V{foot:.1f}Z", fill=ORANGE, stroke=INK, stroke_width=0.6)
    canvas.line(axis.left, foot, axis.right, foot, LINE)
