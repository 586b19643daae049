"""Little's law to look at: how many orders had been sent, and how many had been done, at each moment.

The gap upwards is how many are on their way, the gap to the right how long the next one waits, the slope of the lower curve how many a
second the consumer can do.
"""

from collections.abc import Callable

from motoclock.wording import moment
from sevenways.draw.axis import Axis
from sevenways.draw.canvas import Canvas, text_width
from sevenways.draw.palette import BLUE, GREEN, INK, LINE, ORANGE, SMALL, SOFT, TEXT, WIDTH
from sevenways.draw.picture import Picture
from sevenways.draw.race import Race

_LEFT, _RIGHT, _TOP, _HIGH = 76, WIDTH - 30, 40, 260


def arrivals(race: Race) -> Picture:
    """Two stairs, sent above and done below, and the moment when the gap between them is deepest."""
    sent, done = sorted(race.sent.values()), sorted(race.first_done.values())
    last, most = max([*sent, *done], default=1.0) or 1.0, max(1, len(sent))
    axis = Axis(0.0, last * 1.02, _LEFT, _RIGHT)
    deep, at = deepest(race)
    text = (
        f"{race.way}: {len(sent)} sent by {moment(sent[-1]) if sent else 'nobody'}, {len(done)} done by {moment(last)}\n"
        f"  the most on their way: {deep}, at {moment(at)}\n"
        f"  waits: half within {race.percentile(50) or 0:.1f} s, 99 of 100 within {race.percentile(99) or 0:.1f} s"
    )
    canvas = Canvas("arrivals", "Sent and done", text.split("\n", 1)[0], _TOP + _HIGH + 52)

    def y(number: int) -> float:
        return _TOP + _HIGH - number / most * _HIGH

    axis.draw(canvas, _TOP, _TOP + _HIGH)
    for number in (0, most // 2, most):
        canvas.line(_LEFT, y(number), _RIGHT, y(number), LINE, stroke_width=0.6)
        canvas.text(str(number), _LEFT - 8, y(number) + 4, SMALL, colour=SOFT, anchor="end")
    area = f"{_stairs(sent, axis, y, last)}L{axis.x(last):.1f},{y(len(done)):.1f}" + "".join(
        f"L{axis.x(t):.1f},{y(n + 1):.1f}L{axis.x(t):.1f},{y(n):.1f}" for n, t in reversed(list(enumerate(done)))
    )
    canvas.path(f"{area}Z", fill=ORANGE, fill_opacity=0.25, stroke="none")
    canvas.path(_stairs(sent, axis, y, last), stroke=BLUE, stroke_width=2, fill="none")
    canvas.path(_stairs(done, axis, y, last), stroke=GREEN, stroke_width=2, fill="none", stroke_dasharray="6,2")
    x, top = axis.x(at), sum(moment_sent <= at for moment_sent in sent)
    canvas.line(x, y(top), x, y(top - deep), INK, stroke_width=1.6)
    said = f"{deep} on their way"
    left, base = _free(text_width(said, TEXT, True), x, y(top), y(top - deep), [(sent, axis, y), (done, axis, y)])
    canvas.text(said, left, base, TEXT, bold=True)
    canvas.text("— sent", _LEFT, 24, TEXT, colour=BLUE, bold=True)
    canvas.text("- - done", _LEFT + 80, 24, TEXT, colour=GREEN, bold=True)
    canvas.text(text.split("\n")[2].strip(), _LEFT, _TOP + _HIGH + 40, SMALL)
    return Picture(canvas.svg(), text)


def deepest(race: Race) -> tuple[int, float]:
    """(how many were on their way at most, when that was first so)."""
    steps = sorted([(at, 1) for at in race.sent.values()] + [(at, -1) for at in race.first_done.values()])
    depth = most = 0
    when = 0.0
    for at, step in steps:
        depth += step
        if depth > most:
            most, when = depth, at
    return most, when


def _free(wide: float, x: float, above: float, below: float, curves: list) -> tuple[float, float]:
    """Where words beside the line at `x` are crossed by neither curve: left end and baseline; in the gap, else below it or above."""
    sides = [x + 8, x - 8 - wide]
    within = [above + 18 + 6 * step for step in range(max(1, int((below - above) / 6)))]
    heights = [*within, below + 18, below + 30, above - 6]
    places = [(left, base) for base in heights for left in sides if left >= _LEFT and left + wide <= _RIGHT]
    clear = (place for place in places if not any(_crosses(*place, wide, *curve) for curve in curves))
    return next(clear, (places or [(sides[0], heights[0])])[0])


def _crosses(
    left: float, base: float, wide: float, moments: list[float], axis: Axis, y: Callable[[int], float]
) -> bool:
    """Whether the stairs go through words of this width, with a little room around them."""
    first = sum(axis.x(at) < left - 3 for at in moments)
    last = sum(axis.x(at) <= left + wide + 3 for at in moments)
    return y(last) < base + 6 and y(first) > base - 14


def _stairs(moments, axis: Axis, y, last: float) -> str:
    d = f"M{axis.left:.1f},{y(0):.1f}"
    for number, at in enumerate(moments):
        d += f"L{axis.x(at):.1f},{y(number):.1f}L{axis.x(at):.1f},{y(number + 1):.1f}"
    return f"{d}L{axis.x(last):.1f},{y(len(moments)):.1f}"
