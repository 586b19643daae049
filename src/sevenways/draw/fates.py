"""What became of every message, each on a line of its own, in the order of sending: several worlds side by side, with one time axis.

It shows who had to wait behind whom. Between the first try that failed and its end, a line says "tried again" all the time.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from motoclock.account.lives import Life, State, Stay
from motoclock.account.replay import read_lives
from motoclock.trace import Event
from motoclock.wording import count, moment, times
from sevenways.draw.axis import Axis
from sevenways.draw.canvas import Canvas, fitted
from sevenways.draw.legend import ROW, Entry, draw_legend, legend_rows
from sevenways.draw.naming import called, noun_of
from sevenways.draw.palette import DARK, INK, SMALL, SOFT, STATES, TEXT, VERMILION, WIDTH, Look
from sevenways.draw.picture import Picture

_EDGE, _NAMES, _GAP, _TOP, _TALLEST, _THINNEST = 20, 92, 26, 36, 6, 0.4


class Phase(StrEnum):
    """What a line shows. The value is the word of the legend."""

    WAITING = "waiting, not tried yet"
    TRYING = "being handled"
    RETRIED = "tried, and tried again"
    DONE = "done"
    DEAD_LETTERED = "given up, parked in a queue"
    DROPPED = "given up, lost"
    EXPIRED = "expired, lost"
    FILTERED = "filtered out"


_LOOKS: dict[Phase, Look] = {
    Phase.WAITING: STATES[State.WAITING],
    Phase.TRYING: STATES[State.IN_FLIGHT],
    Phase.RETRIED: Look(VERMILION, "slant"),
    Phase.DONE: STATES[State.DONE],
    Phase.DEAD_LETTERED: STATES[State.DEAD_LETTERED],
    Phase.DROPPED: STATES[State.DROPPED],
    Phase.EXPIRED: STATES[State.EXPIRED],
    Phase.FILTERED: STATES[State.FILTERED],
}
_ENDS = {
    State.DONE: Phase.DONE,
    State.DEAD_LETTERED: Phase.DEAD_LETTERED,
    State.PASSED_ON: Phase.DEAD_LETTERED,  # its failure record went to a queue
    State.DROPPED: Phase.DROPPED,
    State.EXPIRED: Phase.EXPIRED,
    State.FILTERED: Phase.FILTERED,
    State.PURGED: Phase.DROPPED,
}


@dataclass(frozen=True, slots=True)
class _Line:
    """One message: (moment, phase from then on), its label, how often it was tried, and when it came to its end."""

    label: str
    kind: str  # of what it is, in the singular
    phases: tuple[tuple[float, Phase], ...]
    tries: int

    @property
    def last(self) -> tuple[float, Phase]:
        return self.phases[-1]


def fates(worlds: Mapping[str, Iterable[Event]]) -> Picture:
    """A panel for each trace, under its title: a line for each message of its first store and first consumer, the first on top."""
    panels = {title: _lines(trace) for title, trace in worlds.items()}
    text = _text(panels)
    return Picture(_svg(panels, text.split("\n", 1)[0]), text)


def _lines(trace: Iterable[Event]) -> list[_Line]:
    lives = [life for life in read_lives(trace).lives if not life.hop]
    if not lives:
        return []
    first = lives[0].stays[0]
    same = [life for life in lives if (life.stays[0].store, life.stays[0].consumer) == (first.store, first.consumer)]
    return [_line(life.stays[0], life) for life in same]


def _line(stay: Stay, life: Life) -> _Line:
    phases = [(stay.changes[0][0], Phase.WAITING)]
    for at, state in stay.changes[1:]:
        phase = _ENDS.get(state)
        if phase is None:
            tried = phases[-1][1] in (Phase.TRYING, Phase.RETRIED)
            phase = Phase.RETRIED if tried else Phase.TRYING if state is State.IN_FLIGHT else Phase.WAITING
        if phase is not phases[-1][1]:
            phases.append((at, phase))
    return _Line(stay.label, noun_of(stay.store), tuple(phases), life.starts)


# ---------------------------------------------------------------------- the picture


def _svg(panels: dict[str, list[_Line]], title: str) -> str:
    lines = [line for mine in panels.values() for line in mine]
    tallest = max((len(mine) for mine in panels.values()), default=0)
    if not lines:
        canvas = Canvas("fates", "Fates", title, 50)
        canvas.text(title, _EDGE, 30, TEXT)
        return canvas.svg()
    row = min(_TALLEST, max(3.0, 330 / tallest))
    room = WIDTH - 2 * _EDGE
    width = (room - _NAMES - _GAP * (len(panels) - 1)) / len(panels)
    end = max(line.last[0] for line in lines) * 1.06 + 0.001
    scale = Axis(0.0, end, 0.0, width)
    seen = {phase for line in lines for phase, _x, _until in _bars(scale, line)}
    entries = [Entry(str(phase), _LOOKS[phase]) for phase in Phase if phase in seen]
    bottom = _TOP + row * tallest
    canvas = Canvas("fates", "Fates", title, bottom + 34 + ROW * len(legend_rows(entries, room)))
    for place, (name, mine) in enumerate(panels.items()):
        left = _EDGE + _NAMES + place * (width + _GAP)
        axis = Axis(0.0, end, left, left + width)
        canvas.text(fitted(name, width, TEXT, True), left, 22, TEXT, bold=True)
        axis.draw(canvas, _TOP, bottom)
        _draw_panel(canvas, axis, mine, row)
    longest = max(panels.values(), key=len)
    step = max(1, round(tallest / 6 / 10) * 10 or 5)
    for place in range(0, tallest, step):
        name = called(longest[place].label)
        canvas.text(
            fitted(name.split()[-1], _NAMES - 8),
            _EDGE + _NAMES - 8,
            _TOP + row * (place + 0.5) + 4,
            SMALL,
            colour=SOFT,
            anchor="end",
        )
    draw_legend(canvas, entries, _EDGE, bottom + 28, room)
    return canvas.svg()


def _draw_panel(canvas: Canvas, axis: Axis, lines: list[_Line], row: float) -> None:
    """Neighbours with the same history are one block."""
    y = float(_TOP)
    for _phases, block in groupby(lines, key=lambda line: line.phases):
        mine = list(block)
        height = row * len(mine)
        for phase, x, until in _bars(axis, mine[0]):
            hover = f"{_names(mine)}: {phase}"
            canvas.rect(x, y, until - x, height, hover, fill=canvas.fill(_LOOKS[phase]), stroke=DARK, stroke_width=0.3)
        y += height
    canvas.line(axis.left, _TOP, axis.left, y, INK, stroke_width=0.8)


def _bars(axis: Axis, line: _Line) -> Iterator[tuple[Phase, float, float]]:
    """The phases of a line that can be seen at this scale, with the pixels where they start and end."""
    ends = [axis.x(at) for at, _phase in line.phases[1:]] + [axis.right]
    for (at, phase), until in zip(line.phases, ends, strict=True):
        if until - axis.x(at) >= _THINNEST:
            yield phase, axis.x(at), until


# ---------------------------------------------------------------------- the words


def _names(lines: list[_Line]) -> str:
    names = [called(line.label).split()[-1] for line in lines]
    return names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"


def _text(panels: dict[str, list[_Line]]) -> str:
    out = ["Fates of each message in order of sending: " + " beside ".join(panels)]
    for title, lines in panels.items():
        out.append(f"{title}: {count(len(lines), lines[0].kind if lines else 'message')}")
        found = [list(block) for _key, block in groupby(lines, key=lambda line: (line.last[1], line.tries))]
        for block in found[:15]:
            ends = sorted({line.last[0] for line in block})
            when = moment(ends[0]) if len(ends) == 1 else f"{moment(ends[0])} to {moment(ends[-1])}"
            tried = f"tried {times(block[0].tries)}" if block[0].tries else "never tried"
            out.append(f"  {_names(block)} ({len(block)}): {tried}; {block[0].last[1]} at {when}")
        if len(found) > 15:
            rest = [line for block in found[15:] for line in block]
            out.append(f"  and {count(len(rest), 'further message')}")
    return "\n".join(out)
