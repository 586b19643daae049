"""Where the messages were over time: waiting, in flight, done, dead-lettered, as stacked steps, one panel a store."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import add

from motoclock.account.lives import STREAM_QUEUE, State, Stay, service_of
from motoclock.account.replay import read_lives
from motoclock.trace import Event
from motoclock.wording import count, moment, name_of
from sevenways.draw.axis import LEFT, Axis, axis_over
from sevenways.draw.bars import steps
from sevenways.draw.canvas import Canvas, fitted, text_width
from sevenways.draw.legend import ROW, Entry, draw_legend, legend_rows
from sevenways.draw.marks import draw_marks, marks_height, read_marks
from sevenways.draw.naming import noun_of
from sevenways.draw.palette import DARK, LINE, PAPER, SMALL, SOFT, STATES, TEXT, WIDTH
from sevenways.draw.picture import HIGHEST, Picture

MOST_ROWS = 40  # more moments than this are sampled in the text twin
_HEAD, _PLOT, _LEAST, _FOOT = (
    30,
    100,
    46,
    34,
)  # the heights of a panel: its title, its plot and at least, the labels of its axis
_NAMES = 300  # where the legend of a panel without a plot starts
_ROOM = WIDTH - LEFT - 24
_ORDER = tuple(STATES)  # bottom to top: what is over, then what is in hand, then what waits
_TELLING = (
    *(State.WAITING, State.DELAYED, State.IN_FLIGHT),
    *(State.DEAD_LETTERED, State.EXPIRED, State.DROPPED),
)  # what a backlog is looked at for
_PLACES = {state: place for place, state in enumerate(State)}
_Counts = tuple[int, ...]  # how many messages are in each state, in the order of `State`
_KINDS = {"sqs": "queue", STREAM_QUEUE: "queue", "lambda": "asynchronous events", "sns": "topic", "events": "bus"}
_HANDED_ON = ("sns", "events")  # hold nothing; a panel only when something had to wait there


@dataclass(frozen=True, slots=True)
class _Panel:
    """One store for one consumer: (moment, counts after it), the moments ascending.

    `highest`: the most that were ever in each state; `total`: in all of those that are drawn, at one moment.
    """

    title: str
    kind: str  # of what it holds, in the singular
    entered: int
    history: list[tuple[float, _Counts]]
    highest: _Counts
    total: int

    @property
    def states(self) -> list[State]:
        """The states that were ever occupied, bottom to top; what left for good is not drawn."""
        return [state for state in _ORDER if self.most(state) and state is not State.REDRIVEN]

    def most(self, state: State) -> int:
        return self.highest[_PLACES[state]]

    def at_end(self, state: State) -> int:
        return self.history[-1][1][_PLACES[state]]


def backlog(trace: Iterable[Event], store: str | None = None, present: float | None = None) -> Picture:
    """All stores in a trace, or the one with this name or ARN. A dead-letter queue has a panel when something happened in it.

    `present` is the virtual second it is now, for what still runs; None: the last event's.
    """
    events = list(trace)
    panels = _panels(read_lives(trace).stays, store)
    axis = axis_over(events, present=present)
    text = _text(panels, store, axis)
    return Picture(_svg(events, panels, axis, text.split("\n", 1)[0]), text)


def _panels(stays: Iterable[Stay], store: str | None) -> list[_Panel]:
    found: dict[tuple[str, str | None], list[Stay]] = {}
    for stay in stays:
        if store is None or store in (stay.store, name_of(stay.store)) or stay.store.startswith(f"{store}/"):
            found.setdefault((stay.store, stay.consumer), []).append(stay)
    panels = []
    for (where, consumer), mine in found.items():
        arrived = all(stay.life.stays[0] is not stay for stay in mine)
        quiet = arrived and all(len(stay.changes) == 1 for stay in mine)
        handed_on = service_of(where) in _HANDED_ON or service_of(consumer or "") == STREAM_QUEUE
        passing = handed_on and not any(_waited(stay) for stay in mine)
        if store is not None or not (passing or (quiet and len(found) > 1)):
            panels.append(_panel(where, consumer, mine))
    return panels


def _waited(stay: Stay) -> bool:
    return stay.changes[-1][0] > stay.changes[0][0] + 1 or stay.state is State.WAITING


def _panel(store: str, consumer: str | None, stays: list[Stay]) -> _Panel:
    moves: dict[float, list[int]] = {}  # by moment, and how many more or fewer are in each state from then on
    nothing = [0] * len(_PLACES)
    for stay in stays:
        before = None
        for at, state in stay.changes:
            if (more := moves.get(at)) is None:
                more = moves[at] = nothing.copy()
            place = _PLACES[state]
            more[place] += 1
            if before is not None:
                more[before] -= 1
            before = place
    history: list[tuple[float, _Counts]] = []
    counts: _Counts = tuple(nothing)
    for at in sorted(moves):
        counts = tuple(map(add, counts, moves[at]))
        history.append((at, counts))
    highest = tuple(map(max, zip(*(counts for _at, counts in history), strict=True)))
    undrawn = [place for state, place in _PLACES.items() if state not in _ORDER or state is State.REDRIVEN]
    total = max(sum(counts) - sum(counts[place] for place in undrawn) for _at, counts in history)
    kind = _KINDS.get(service_of(store), "stream")
    title = f"{name_of(store)} ({kind})" + (f", for {name_of(consumer)}" if consumer else "")
    return _Panel(title, noun_of(store), len(stays), history, highest, total)


# ---------------------------------------------------------------------- the picture


def _svg(events: list[Event], panels: list[_Panel], axis: Axis, title: str) -> str:
    marks = read_marks(events)
    top = 12 + marks_height(marks)
    if not panels:
        canvas = Canvas("backlog", "Backlog", title, top + 40)
        canvas.text("No message was sent.", 20, top + 24, TEXT)
        return canvas.svg()
    drawn, plot = _most_telling(panels, HIGHEST - top - 4)
    told = [panel for panel in panels if panel not in drawn]
    heights = [_head(panel) + plot + _FOOT for panel in drawn]
    bottom = top + sum(heights)
    canvas = Canvas("backlog", "Backlog", title, bottom + sum(map(_row_height, told)) + 4)
    draw_marks(canvas, axis, marks, 12, bottom - _FOOT)
    for panel, height in zip(drawn, heights, strict=True):
        canvas.rect(8, top, WIDTH - 16, height - _FOOT - plot - 4, fill=PAPER)  # no mark's line behind the words
        canvas.text(fitted(panel.title, WIDTH - 40, TEXT, True), 20, top + 16, TEXT, bold=True)
        draw_legend(canvas, _legend(panel), LEFT, top + 26, _ROOM)
        _draw_plot(canvas, axis, panel, top + height - _FOOT - plot, top + height - _FOOT)
        top += height
    for panel in told:
        canvas.text(fitted(panel.title, _NAMES - 28, SMALL, True), 20, top + 12, SMALL, bold=True)
        draw_legend(canvas, _legend(panel), _NAMES, top + 1, WIDTH - _NAMES - 24)
        top += _row_height(panel)
    return canvas.svg()


def _most_telling(panels: list[_Panel], room: float) -> tuple[list[_Panel], float]:
    """The panels that are drawn, and the height of their plots: all of them, or where that would be higher than `room` those in which
    most was ever waiting, in hand or given up; the others get a row of words."""
    ranked = sorted(panels, key=lambda panel: -max(panel.most(state) for state in _TELLING))
    for number in range(len(panels), 0, -1):
        drawn, told = ranked[:number], ranked[number:]
        left = room - sum(map(_row_height, told)) - sum(_head(panel) + _FOOT for panel in drawn)
        plot = min(_PLOT, int(left / number))
        if plot >= _LEAST or number == 1:
            break
    return [panel for panel in panels if panel in drawn], max(plot, _LEAST)


def _head(panel: _Panel) -> float:
    return _HEAD + ROW * len(legend_rows(_legend(panel), _ROOM))


def _row_height(panel: _Panel) -> float:
    return 4 + ROW * len(legend_rows(_legend(panel), WIDTH - _NAMES - 24))


def _draw_plot(canvas: Canvas, axis: Axis, panel: _Panel, top: float, bottom: float) -> None:
    axis.draw(canvas, top, bottom)
    columns = _columns(axis, panel)
    scale = (bottom - top) / max(panel.total, 1)
    below = [0] * len(columns)
    torn = [(axis.x(gap.first) - axis.left, axis.x(gap.last) - axis.left) for gap in axis.breaks]
    labels = []
    for state in panel.states:
        place = _PLACES[state]
        above = [low + counts[place] for low, counts in zip(below, columns, strict=True)]
        edge = steps(axis.left, above, bottom, scale) + steps(axis.left, below, bottom, scale, back=True)
        hover = f"{state}: at most {panel.most(state):,}"
        canvas.path(f"M{edge}z", hover, fill=canvas.fill(STATES[state]), stroke=DARK, stroke_width=0.5)
        labels.append((str(state), _place_for(str(state), below, above, scale, torn)))
        below = above
    for text, spot in labels:
        if spot is not None:
            x, y, room = axis.left + spot[0], bottom - spot[1], text_width(text) + 10
            canvas.rect(x - room / 2, y - 8, room, 16, fill=PAPER, fill_opacity=0.85, rx=3)
            canvas.text(text, x, y + 4, SMALL, anchor="middle")
    for value in sorted({panel.total, panel.total // 2} - {0}):
        y = bottom - value * scale
        canvas.line(axis.left - 4, y, axis.left, y, SOFT)
        canvas.text(f"{value:,}", axis.left - 8, y + 4, SMALL, colour=SOFT, anchor="end")
    canvas.line(axis.left, bottom, axis.right, bottom, LINE)
    axis.draw_breaks(canvas, top, bottom)


def _place_for(
    text: str, below: list[int], above: list[int], scale: float, torn: Sequence[tuple[float, float]]
) -> tuple[float, float] | None:
    """The middle, in columns and pixels of height, of the roomiest place for a word in a band, none of it in a strip of `torn` columns;
    None where it has none."""
    width = int(text_width(text)) + 14
    best = None
    for first in range(0, len(below) - width, 8):
        if any(first < end and start < first + width for start, end in torn):
            continue
        low, high = max(below[first : first + width]) * scale, min(above[first : first + width]) * scale
        if high - low >= 20 and (best is None or high - low > best[0] + 1):
            best = (high - low, (first + width / 2, (low + high) / 2))
    return best[1] if best else None


def _columns(axis: Axis, panel: _Panel) -> list[_Counts]:
    """The counts at each pixel column. Of several changes that fall into one the longest counts, else a blip fills a column."""
    columns: list[_Counts] = []
    counts: _Counts = (0,) * len(_PLACES)
    place = 0
    last = int(axis.right - axis.left)
    for column in range(last + 1):
        inside = [(column - 0.5, counts)]
        while place < len(panel.history) and axis.x(panel.history[place][0]) - axis.left < column + 0.5:
            inside.append((axis.x(panel.history[place][0]) - axis.left, panel.history[place][1]))
            place += 1
        counts = inside[-1][1]
        columns.append(_longest(inside, column + 0.5) if 0 < column < last and len(inside) > 2 else counts)
    return columns


def _longest(inside: list[tuple[float, _Counts]], end: float) -> _Counts:
    lasted = [after - at for (at, _), (after, _) in pairwise([*inside, (end, ())])]
    return inside[lasted.index(max(lasted))][1]


def _legend(panel: _Panel) -> list[Entry]:
    """The bands from top to bottom, with how many there are at the end and were at most."""
    return [Entry(_amount(panel, state), STATES[state]) for state in reversed(panel.states)]


def _amount(panel: _Panel, state: State) -> str:
    now, most = panel.at_end(state), panel.most(state)
    return f"{state} {now:,}" + (f" (at most {most:,})" if most != now else "")


# ---------------------------------------------------------------------- the words


def _text(panels: list[_Panel], store: str | None, axis: Axis) -> str:
    if not panels:
        return f"Backlog: no message was sent to {store}." if store else "Backlog: no message was sent."
    lines = [f"Backlog of {', '.join(panel.title for panel in panels)}", *axis.breaks_in_words]
    for panel in panels:
        lines.append(f"{panel.title}: {count(panel.entered, panel.kind)} came in")
        for at, counts in _rows(panel.history, MOST_ROWS // len(panels)):
            standing = [(state, counts[_PLACES[state]]) for state in reversed(panel.states)]
            places = [f"{state} {number:,}" for state, number in standing if number]
            lines.append(f"  {moment(at):>8}  {', '.join(places) or 'empty'}")
        lines.append("  in the end: " + ", ".join(_amount(panel, state) for state in reversed(panel.states)))
    return "\n".join(lines)


def _rows(history: list, most: int) -> list:
    if len(history) <= most:
        return list(history)
    sample = max(4, min(12, most))
    picked = {round(n * (len(history) - 1) / (sample - 1)) for n in range(sample)}
    return [history[place] for place in sorted(picked)]
