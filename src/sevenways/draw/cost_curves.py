"""What a month costs at any rate: a curve a way, both axes by tens, crossings marked, grey where a default quota ends."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import log10

from sevenways.choosing.month import HOURS, Plan, crossing, month, reach
from sevenways.choosing.ways import Way
from sevenways.draw.canvas import Canvas
from sevenways.draw.palette import (
    BLUE,
    DARK,
    GREEN,
    GREY,
    INK,
    LINE,
    ORANGE,
    PAPER,
    PURPLE,
    SHADE,
    SKY,
    SMALL,
    SOFT,
    TEXT,
    VERMILION,
    WIDTH,
)
from sevenways.draw.picture import Picture

_LEFT, _RIGHT, _TOP, _HIGH = 84, WIDTH - 170, 34, 330
_LOWEST, _HIGHEST = 1.0, 1e6  # messages a second
_POINTS = 97
_COLOURS: dict[str, str] = {
    Way.SQS: ORANGE,
    Way.FIFO: DARK,
    Way.EVENT: SKY,
    Way.SNS: BLUE,
    Way.EVENTBRIDGE: PURPLE,
    Way.DYNAMODB: GREEN,
    Way.KINESIS: VERMILION,
    Way.DESTINATIONS: GREY,
}
_DASHES: dict[str, str] = {
    Way.FIFO: "2,2",
    Way.SNS: "8,3",
    Way.EVENTBRIDGE: "3,3",
    Way.DYNAMODB: "10,3,2,3",
    Way.DESTINATIONS: "1,3",
}


@dataclass(frozen=True, slots=True)
class Checked:
    """The bill of a run, brought to a month: a dot that says how far the formula can be trusted."""

    way: str
    rate: float
    usd: float


def cost_curves(
    ways: Sequence[str] = ("SQS", "Event", "SNS", "EventBridge", "Kinesis"),
    plan: Plan | None = None,
    rate: float | None = None,
    checked: Iterable[Checked] = (),
) -> Picture:
    """A curve for each way from one message a second to a million. `rate` is a line with the prices there; `checked`: dots from runs.

    A curve turns pale where a default quota of its way, or the account's concurrency, ends: what follows has to be applied for.
    """
    plan, dots = plan or Plan(), list(checked)
    rates = [_LOWEST * (_HIGHEST / _LOWEST) ** (n / (_POINTS - 1)) for n in range(_POINTS)]
    prices = [month(way, at, plan) for way in ways for at in rates]
    low, high = max(0.1, min(prices)), max(prices)
    crossings = [
        (one, other, at)
        for one, other in combinations(ways, 2)
        if (at := crossing(one, other, plan, _LOWEST, _HIGHEST))
    ]
    text = _text(ways, plan, rate, crossings, dots)
    canvas = Canvas("cost", "The bill of a month", text.split("\n", 1)[0], _TOP + _HIGH + 60)

    def x(at: float) -> float:
        return _LEFT + (log10(at) - log10(_LOWEST)) / (log10(_HIGHEST) - log10(_LOWEST)) * (_RIGHT - _LEFT)

    def y(usd: float) -> float:
        return _TOP + _HIGH - (log10(max(usd, low)) - log10(low)) / (log10(high) - log10(low)) * _HIGH

    everywhere = min(reach(way, plan) for way in ways)
    if everywhere < _HIGHEST:
        canvas.rect(x(everywhere), _TOP, _RIGHT - x(everywhere), _HIGH, fill=SHADE)
        canvas.text("beyond a default quota", x(everywhere) + 6, _TOP + 16, SMALL, colour=SOFT)
    for power in range(7):
        canvas.line(x(10**power), _TOP, x(10**power), _TOP + _HIGH, LINE, stroke_width=0.6)
        canvas.text(f"{10**power:,}", x(10**power), _TOP + _HIGH + 18, SMALL, colour=SOFT, anchor="middle")
    canvas.text("messages a second", _RIGHT, _TOP + _HIGH + 38, SMALL, colour=SOFT, anchor="end")
    for power in range(round(log10(low)), round(log10(high)) + 1):
        if low <= 10**power <= high:
            canvas.line(_LEFT, y(10**power), _RIGHT, y(10**power), LINE, stroke_width=0.6)
            canvas.text(_usd(10**power), _LEFT - 8, y(10**power) + 4, SMALL, colour=SOFT, anchor="end")
    canvas.text("US$ a month", _LEFT, 20, SMALL, colour=SOFT)
    taken: list[float] = []
    for way in sorted(ways, key=lambda way: month(way, _HIGHEST, plan), reverse=True):
        limit = reach(way, plan)
        for part, pale in (([at for at in rates if at <= limit], False), ([at for at in rates if at >= limit], True)):
            if len(part) > 1:
                d = "M" + "L".join(f"{x(at):.1f},{y(month(way, at, plan)):.1f}" for at in part)
                style = {"stroke_dasharray": _DASHES[way]} if way in _DASHES else {}
                canvas.path(
                    d,
                    way,
                    stroke=_COLOURS[way],
                    stroke_width=1.2 if pale else 2.4,
                    stroke_opacity=0.5 if pale else 1,
                    fill="none",
                    **style,
                )
        place = y(month(way, _HIGHEST, plan)) + 4
        while any(abs(place - other) < 16 for other in taken):
            place += 16
        taken.append(place)
        canvas.line(
            _RIGHT + 8,
            place - 4,
            _RIGHT + 34,
            place - 4,
            _COLOURS[way],
            stroke_width=2.4,
            stroke_dasharray=_DASHES.get(way, "none"),
        )
        canvas.text(way, _RIGHT + 42, place, TEXT, bold=True)
    for one, other, at in crossings:
        canvas.circle(x(at), y(month(one, at, plan)), 4, f"{one} and {other}", fill=PAPER, stroke=INK, stroke_width=1.4)
    for dot in dots:
        canvas.rect(x(dot.rate) - 3, y(dot.usd) - 3, 6, 6, f"{dot.way}, a run", fill=INK, stroke=PAPER, stroke_width=1)
    if rate:
        canvas.line(x(rate), _TOP, x(rate), _TOP + _HIGH, INK, stroke_width=1.2, stroke_dasharray="5,3")
    canvas.text("○ a crossing" + ("   ■ the bill of a run" if dots else ""), _LEFT, _TOP + _HIGH + 38, SMALL)
    return Picture(canvas.svg(), text)


def _text(
    ways: Sequence[str], plan: Plan, rate: float | None, crossings: list[tuple[str, str, float]], dots: list[Checked]
) -> str:
    sent = "one by one" if plan.sent_by == 1 else f"{plan.sent_by} a call"
    lines = [
        f"A month ({HOURS} h) in US dollars: {plan.size_bytes:,} bytes a message, sent {sent}, taken {plan.batch} a run, "
        f"{plan.seconds:g} s of work each{'' if plan.with_lambda else ', Lambda not counted'}"
    ]
    for at in [rate] if rate else [1, 10, 100, 1000, 10_000, 100_000, 1_000_000]:
        bills = sorted((month(way, at, plan), way, at > reach(way, plan)) for way in ways)
        said = ", ".join(f"{way} {_usd(usd)}{'*' * over}" for usd, way, over in bills)
        lines.append(f"  {at:,.15g}/s: {said}{' (* beyond a default quota)' * any(over for *_, over in bills)}")
    lines += [f"  {one} and {other} cost the same at {at:,.1f}/s" for one, other, at in crossings]
    for dot in dots:
        said = _usd(month(dot.way, dot.rate, plan))
        lines.append(f"  a run of {dot.way} at {dot.rate:g}/s came to {_usd(dot.usd)}; the formula says {said}")
    return "\n".join(lines)


def _usd(amount: float) -> str:
    return f"${amount:,.0f}" if amount >= 100 else f"${amount:.2f}"
