"""Retries in layers: each tries what is below it several times, so the numbers multiply. A tree for one message, counts for all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import prod

from motoclock.trace import Accepted, Called, Event, Failed, Invoked, Received, Sent, TimedOut
from motoclock.wording import count, duration, name_of
from sevenways.draw.axis import Axis
from sevenways.draw.canvas import Canvas, fitted, wrapped
from sevenways.draw.legend import Entry, Shape, draw_legend
from sevenways.draw.palette import BLUE, INK, LINE, PAPER, SKY, SMALL, SOFT, TEXT, TITLE, VERMILION, WIDTH, Look
from sevenways.draw.picture import Picture

_EDGE, _LEFT, _RIGHT, _LEVEL, _TOP = 20, 236, 690, 62, 84
_MOST_DOTS, _MOST_TICKS, _BARS, _BAR_HEIGHT = 60, 230, 60, 56
_WIDTHS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600)  # of a bar, in seconds
_BAD = Look(VERMILION, "slant")


@dataclass(frozen=True, slots=True)
class Layer:
    """One place where something is tried. `each` is how often at most for one try of the layer above, `tries` were counted in the run;
    `failed` of them are known to have failed. `moments` are theirs."""

    place: str
    word: str  # what a try is here: "receives", "runs", "calls"
    each: int
    tries: int
    failed: int
    moments: tuple[float, ...]


def read_layers(trace: Iterable[Event], factors: Mapping[str, int]) -> tuple[int, tuple[Layer, ...]]:
    """How many messages entered at the first place, and each place with its counts. A place is a queue, a function or a host by its
    name; `factors` says how often each is tried for one try of the place before it."""
    events = list(trace)
    first = next(iter(factors), "")
    messages = sum(isinstance(event.what, Sent | Accepted) and name_of(event.resource) == first for event in events)
    return messages, tuple(_layer(events, place, each) for place, each in factors.items())


def retry_tree(trace: Iterable[Event], factors: Mapping[str, int], outcome: str = "") -> Picture:
    """The tree of one message at its worst, from the settings, beside what the run counted for all; below, the last layer over time.
    Only where the run was as bad as that are the tries of the last layer marked as failed.

    `factors`: {"orders": 5, "charge": 3, "payments.example": 3} says that the queue hands a message over five times, the code that it
    is handed to calls `charge` up to three times, and `charge` calls the host up to three times. `outcome` is a line to put above it.
    """
    if not factors:
        raise ValueError(
            'retry_tree has no layer to draw: give it a name and a number for each, such as {"orders": 5}.'
        )
    wrong = [place for place, each in factors.items() if not isinstance(each, int) or each < 1]
    if wrong:
        raise ValueError(f"{wrong[0]} is tried a whole number of times, at least once, and not {factors[wrong[0]]!r}.")
    messages, layers = read_layers(trace, factors)
    text = "\n".join([*filter(None, [outcome]), _text(messages, layers)])
    bottom = _TOP + len(layers) * _LEVEL
    height = bottom + 40 + (_BAR_HEIGHT + 62 if layers[-1].moments else 0)
    canvas = Canvas("retrytree", "How retries multiply", text.split("\n", 1)[0], height)
    canvas.text(_product(layers), _EDGE, 28, TITLE, bold=True)
    if outcome:
        canvas.text(fitted(outcome, WIDTH - _LEFT - _EDGE, TEXT, True), _LEFT, 28, TEXT, bold=True)
    canvas.text("at most, for one message", _EDGE, 50, SMALL, colour=SOFT)
    canvas.text(f"counted, for {count(messages, 'message')}", _RIGHT + 24, 50, SMALL, colour=SOFT)
    _draw_tree(canvas, layers, _all_failed(messages, layers))
    shown = bottom + 4
    if layers[-1].moments:
        _draw_moments(canvas, layers[-1], bottom + 26)
        shown = bottom + 26 + _BAR_HEIGHT + 30
    draw_legend(canvas, _legend(layers, _all_failed(messages, layers)), _EDGE, shown, WIDTH)
    return Picture(canvas.svg(), text)


# ---------------------------------------------------------------------- the numbers


def _layer(events: list[Event], place: str, each: int) -> Layer:
    here = [event for event in events if name_of(event.resource) == place]
    calls = [event for event in here if isinstance(event.what, Called)]
    runs = [event for event in here if isinstance(event.what, Invoked)]
    receives = [event for event in here if isinstance(event.what, Received)]
    if calls:
        failed = sum(isinstance(event.what, Called) and not 0 < event.what.status < 400 for event in calls)
        return Layer(place, "calls", each, len(calls), failed, tuple(event.at for event in calls))
    if runs:
        failed = sum(isinstance(event.what, Failed | TimedOut) for event in here)
        return Layer(place, "runs", each, len(runs), failed, tuple(event.at for event in runs))
    return Layer(place, "receives", each, len(receives), 0, tuple(event.at for event in receives))


def _all_failed(messages: int, layers: tuple[Layer, ...]) -> bool:
    """Whether the run was as bad as can be: each message used up all its tries. Else the tree says nothing of a single one, since it
    is drawn from the settings, and which try of which message failed can't be seen in it."""
    last = layers[-1]
    return last.failed == last.tries == messages * prod(layer.each for layer in layers) > 0


# ---------------------------------------------------------------------- the words


def _product(layers: tuple[Layer, ...]) -> str:
    factors = " × ".join(str(layer.each) for layer in layers)
    whole = prod(layer.each for layer in layers)
    return f"{factors} = {whole:,}" if len(layers) > 1 else factors


def _seen(layer: Layer) -> str:
    failed = f", {layer.failed:,} failed" if layer.failed else ""
    return f"{count(layer.tries, layer.word.removesuffix('s'))} of {layer.place}{failed}"


def _text(messages: int, layers: tuple[Layer, ...]) -> str:
    whole = prod(layer.each for layer in layers)
    lines = [
        f"{_product(layers)}: at most {count(whole, layers[-1].word.removesuffix('s'))} of {layers[-1].place} for one message, "
        f"{whole * messages:,} for {count(messages, 'message')}"
    ]
    lines += [f"  ×{layer.each} {layer.word} of {layer.place}; counted: {_seen(layer)}" for layer in layers]
    if layers[-1].moments:
        most, wide = _busiest(layers[-1].moments)
        lines.append(f"  at the busiest, {count(most, layers[-1].word.removesuffix('s'))} within {duration(wide)}")
    return "\n".join(lines)


def _bins(moments: tuple[float, ...]) -> tuple[list[int], float]:
    """How many in each of the bars, and how many seconds a bar is wide: a round number of them."""
    span = moments[-1] - moments[0]
    wide = next((wide for wide in _WIDTHS if span / wide < _BARS), span / (_BARS - 1))
    bars = [0] * (int(span / wide) + 1)
    for at in moments:
        bars[int((at - moments[0]) / wide)] += 1
    return bars, wide


def _busiest(moments: tuple[float, ...]) -> tuple[int, float]:
    bars, wide = _bins(moments)
    return max(bars), wide


# ---------------------------------------------------------------------- the strokes


def _draw_tree(canvas: Canvas, layers: tuple[Layer, ...], all_failed: bool) -> None:
    middle = (_LEFT + _RIGHT) / 2
    above = [middle]
    canvas.circle(middle, _TOP - 18, 6, "one message", fill=BLUE, stroke=INK, stroke_width=0.8)
    y_above = _TOP - 18
    number = 1
    for place, layer in enumerate(layers):
        y = _TOP + place * _LEVEL + 26
        number *= layer.each
        _name(canvas, layer, y)
        if number <= _MOST_TICKS:
            step = (_RIGHT - _LEFT) / number
            here = [_LEFT + step * (n + 0.5) for n in range(number)]
            for n, x in enumerate(here):
                canvas.line(
                    above[n // layer.each], y_above + 7, x, y - 5, LINE, stroke_width=1 if number <= _MOST_DOTS else 0.5
                )
            _marks(canvas, here, y, failed=all_failed and place == len(layers) - 1)
            above = here
        else:
            _crowd(canvas, number, above, y_above, y, failed=all_failed and place == len(layers) - 1)
            above = []
        canvas.text(
            fitted(count(layer.tries, layer.word.removesuffix("s")), WIDTH - _RIGHT - 44, TEXT, True),
            _RIGHT + 24,
            y,
            TEXT,
            bold=True,
        )
        if layer.failed:
            canvas.text(f"{layer.failed:,} failed", _RIGHT + 24, y + 16, SMALL, colour=VERMILION)
        y_above = y


def _legend(layers: tuple[Layer, ...], all_failed: bool) -> list[Entry]:
    """Each sign as it is drawn: the last layer, which alone can have failed, is of discs, of ticks, or a band."""
    first, last = layers[0].each, prod(layer.each for layer in layers)
    entries = [Entry("a try", Look(SKY), Shape.DISC if first <= _MOST_DOTS else Shape.BOX)]
    words = "failed, as all of them did"
    if all_failed and last <= _MOST_DOTS:
        entries.append(Entry(words, Look(VERMILION), Shape.CROSS))
    elif all_failed:
        entries.append(Entry(words, Look(VERMILION) if last <= _MOST_TICKS else _BAD))
    return entries


def _name(canvas: Canvas, layer: Layer, y: float) -> None:
    canvas.text(f"×{layer.each}", _EDGE, y + 5, TITLE, bold=True)
    for line, words in enumerate(wrapped(f"{layer.word} of {layer.place}", _LEFT - _EDGE - 60, TEXT)[:2]):
        canvas.text(fitted(words, _LEFT - _EDGE - 50, TEXT), _EDGE + 38, y + 4 + 16 * line, TEXT)


def _marks(canvas: Canvas, here: list[float], y: float, failed: bool) -> None:
    """Dots, or ticks where dots would touch."""
    colour = VERMILION if failed else SKY
    for x in here:
        if len(here) <= _MOST_DOTS:
            canvas.circle(x, y, 4.5 if len(here) > 20 else 6, fill=colour, stroke=INK, stroke_width=0.7)
            if failed:
                canvas.path(f"M{x - 2:.1f},{y - 2:.1f}l4,4m0,-4l-4,4", stroke=PAPER, stroke_width=1.2, fill="none")
        else:
            canvas.line(x, y - 7, x, y + (7 if not failed else 12), colour, stroke_width=1.4)


def _crowd(canvas: Canvas, number: int, above: list[float], y_above: float, y: float, failed: bool) -> None:
    """Too many to be drawn one by one: a band."""
    if above:
        canvas.path(
            f"M{above[0]:.1f},{y_above + 7:.1f}L{_LEFT},{y:.1f}H{_RIGHT}L{above[-1]:.1f},{y_above + 7:.1f}Z",
            fill=LINE,
            fill_opacity=0.4,
        )
    canvas.rect(
        _LEFT, y - 7, _RIGHT - _LEFT, 14, fill=canvas.fill(_BAD if failed else Look(SKY)), stroke=INK, stroke_width=0.6
    )
    canvas.text(f"{number:,}", (_LEFT + _RIGHT) / 2, y - 12, SMALL, anchor="middle")


def _draw_moments(canvas: Canvas, layer: Layer, top: float) -> None:
    """The last layer over time."""
    bars, wide = _bins(layer.moments)
    first = layer.moments[0]
    axis = Axis(first, first + len(bars) * wide, _LEFT, _RIGHT)
    foot, highest = top + _BAR_HEIGHT, max(bars)
    for words, line in zip(
        wrapped(f"{layer.word} of {layer.place} over time", _LEFT - _EDGE - 24, TEXT)[:3], range(3), strict=False
    ):
        canvas.text(words, _EDGE, top + 22 + 16 * line, TEXT)
    canvas.rect(_LEFT, top, _RIGHT - _LEFT, _BAR_HEIGHT, fill="none", stroke=LINE)
    for place, many in enumerate(bars):
        if many:
            tall, x = (_BAR_HEIGHT - 4) * many / highest, axis.x(first + place * wide)
            canvas.rect(
                x,
                foot - tall,
                axis.x(first + wide) - _LEFT - 1,
                tall,
                str(many),
                fill=SKY,
                stroke=BLUE,
                stroke_width=0.5,
            )
    axis.draw(canvas, foot, foot)
    canvas.text(f"most: {highest:,} in {duration(wide)}", _RIGHT + 24, top + 22, SMALL, colour=SOFT)
