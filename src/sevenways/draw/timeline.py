"""Who worked when: one lane an execution environment, one bar an invocation, coloured by its outcome."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from motoclock.account.invocations import Invocation, RunState, peak_concurrency, read_invocations
from motoclock.trace import Accepted, Delivered, Event, Sent, Throttled
from motoclock.wording import count, duration, listed, moment, name_of
from sevenways.draw.axis import LEFT, Axis, axis_over
from sevenways.draw.bars import concurrency_panel, draw_runs, draw_throttles, shows_cold_start, shows_number
from sevenways.draw.canvas import Canvas, fitted, text_width
from sevenways.draw.legend import Entry, Shape, draw_legend
from sevenways.draw.marks import draw_marks, marks_height, read_marks
from sevenways.draw.naming import called, noun_of
from sevenways.draw.palette import OUTCOMES, PAPER, SHADE, SMALL, SOFT, TEXT, THROTTLED, WIDTH
from sevenways.draw.picture import HIGHEST, Picture

MOST_LANES = 30  # more environments than this, of one function or of all, are drawn as the number that were busy
FEW_LANES = 10  # a function with so few keeps its lanes beside crowded ones
MOST_HOVERS = 200  # more invocations of a function than this are drawn without words
MOST_ROWS = 40  # more invocations than this are counted, not listed, in the text twin
_LANE, _HEADER, _PANEL, _LEAST, _AROUND = 22, 26, 110.0, 44.0, 70
_ALIKE = 4  # so many neighbours that look alike are folded, where not all lanes have room


@dataclass(frozen=True, slots=True)
class _Lane:
    label: str
    runs: tuple[Invocation, ...]


@dataclass(frozen=True, slots=True)
class _Group:
    """One function: its lanes, and the moments at which it was throttled."""

    function: str
    lanes: tuple[_Lane, ...]
    throttles: tuple[float, ...]
    drawn: tuple[_Lane, ...]  # the lanes that are drawn: of several alike the first, and a line that counts the others
    panel: float  # the height of the panel in which a crowd is drawn; 0: its lanes are

    @property
    def crowded(self) -> bool:
        return self.panel > 0

    @property
    def runs(self) -> list[Invocation]:
        return list({run: None for lane in self.lanes for run in lane.runs})

    @property
    def height(self) -> float:
        body = self.panel + 16 if self.crowded else len(self.drawn) * _LANE
        return _HEADER + body + (_LANE if self.throttles else 0)


def timeline(trace: Iterable[Event], by: str = "environment", present: float | None = None) -> Picture:
    """All invocations in a trace. `by="group"` makes the lanes message groups of FIFO queues instead of environments.

    `present` is the virtual second it is now, for what still runs; None: the last event's.
    """
    if by not in ("environment", "group"):
        raise ValueError(f'by is "environment" or "group", not {by!r}.')
    events = list(trace)
    groups = _groups(read_invocations(trace, present), events, by)
    labels = _labels(events)
    axis = axis_over(events, _names_end(groups), present=present)
    text = _text(groups, labels, by, axis)
    return Picture(_svg(events, groups, labels, axis, text.split("\n", 1)[0]), text)


def _labels(events: list[Event]) -> dict[str | None, str]:
    """What each message is called (see `naming`); the copy that a topic made, as what was published."""
    labels: dict[str | None, str] = {}
    for event in events:
        if isinstance(event.what, Sent | Accepted):
            labels[event.message_id] = called(event.what.label)
        elif (
            isinstance(event.what, Delivered)
            and event.resource.startswith("arn:aws:sns:")
            and event.message_id in labels
        ):
            labels[event.what.new_id] = labels[event.message_id]
    return labels


def _groups(runs: Iterable[Invocation], events: list[Event], by: str) -> list[_Group]:
    lanes: dict[str, dict[str, list[Invocation]]] = {}
    for run in runs:
        keys = (run.environment,) if by == "environment" else run.groups or ("no group",)
        for key in dict.fromkeys(keys):
            lanes.setdefault(run.function, {}).setdefault(key, []).append(run)
    throttles: dict[str, list[float]] = {}
    for event in events:
        if isinstance(event.what, Throttled):
            throttles.setdefault(name_of(event.resource), []).append(event.at)
            lanes.setdefault(name_of(event.resource), {})
    name = "environment {}".format if by == "environment" else "group {}".format
    every = {
        function: tuple(
            _Lane(name(n if by == "environment" else key), tuple(runs)) for n, (key, runs) in enumerate(mine.items(), 1)
        )
        for function, mine in lanes.items()
    }
    room = HIGHEST - _AROUND - len(lanes) * _HEADER - len(throttles) * _LANE
    fold = room / _LANE < sum(map(len, every.values())) <= MOST_LANES  # a crowd is drawn as what it is
    drawn = {function: _folded(mine) if fold else mine for function, mine in every.items()}
    panels = _panels({function: len(mine) for function, mine in drawn.items()}, room)
    return [
        _Group(function, mine, tuple(throttles.get(function, ())), drawn[function], panels[function])
        for function, mine in every.items()
    ]


def _folded(lanes: tuple[_Lane, ...]) -> tuple[_Lane, ...]:
    """Of neighbours that look alike only the first, with a line that counts the others."""
    found: list[_Lane] = []
    for _look, block in groupby(lanes, key=lambda lane: [(run.started, run.ended, run.outcome) for run in lane.runs]):
        alike = list(block)
        if len(alike) < _ALIKE:
            found += alike
            continue
        first, last = alike[1].runs[0].started, max(run.ended for run in alike[-1].runs)
        found += [alike[0], _Lane(f"… {len(alike) - 1} more like this, {moment(first)} to {moment(last)}", ())]
    return tuple(found)


def _panels(lanes: dict[str, int], room: float) -> dict[str, float]:
    """The height of each function's panel, 0 for one whose lanes are drawn: all of them, or as many as have room."""
    if sum(lanes.values()) <= MOST_LANES and sum(lanes.values()) * _LANE <= room:
        return dict.fromkeys(lanes, 0.0)
    for most in (FEW_LANES, 2):
        crowds = [function for function, number in lanes.items() if number > most]
        left = room - sum(number * _LANE for number in lanes.values() if number <= most)
        panel = min(_PANEL, left / max(len(crowds), 1) - 16)
        if panel >= _LEAST:
            break
    return {function: max(panel, _LEAST) if function in crowds else 0.0 for function in lanes}


# ---------------------------------------------------------------------- the picture


def _svg(events: list[Event], groups: list[_Group], labels: dict, axis: Axis, title: str) -> str:
    marks = read_marks(events)
    top = 12 + marks_height(marks)
    bottom = top + sum(group.height for group in groups)
    canvas = Canvas("timeline", "Timeline", title, bottom + 58)
    if not groups:
        canvas.text("Nothing was invoked.", 20, top + 24, TEXT)
        return canvas.svg()
    y = top
    for place, group in enumerate(groups):
        if place % 2 == 0:
            canvas.rect(8, y, WIDTH - 16, group.height, fill=SHADE)
        y += group.height
    axis.draw(canvas, top, bottom)
    draw_marks(canvas, axis, marks, 12, bottom)
    y = top
    for place, group in enumerate(groups):
        canvas.rect(8, y, WIDTH - 16, _HEADER - 3, fill=PAPER if place % 2 else SHADE)  # no grid behind the words
        _draw_group(canvas, axis, group, y, labels)
        y += group.height
    axis.draw_breaks(canvas, top, bottom)
    draw_legend(canvas, _legend(groups, axis), LEFT, bottom + 32, WIDTH - LEFT - 24)
    return canvas.svg()


def _names_end(groups: list[_Group]) -> float:
    """Where the names of the lanes end and time starts."""
    names = [lane.label for group in groups for lane in group.drawn if lane.runs and not group.crowded]
    names += [_throttled(group) for group in groups if group.throttles]
    return max(LEFT, 20 + min(170, max(map(text_width, names), default=0) + 8))


def _draw_group(canvas: Canvas, axis: Axis, group: _Group, y: float, labels: dict) -> None:
    canvas.text(group.function, 20, y + 18, TEXT, bold=True)
    x = 20 + text_width(group.function, TEXT, bold=True) + 10
    canvas.text(fitted(_outcomes(group), WIDTH - 30 - x), x, y + 18, SMALL, colour=SOFT)
    y += _HEADER
    if group.crowded:
        concurrency_panel(canvas, axis, group.runs, y + 6, group.panel)
        y += group.panel + 16
    for lane in () if group.crowded else group.drawn:
        canvas.text(lane.label if not lane.runs else fitted(lane.label, 170), 20, y + 15, SMALL, colour=SOFT)
        draw_runs(canvas, axis, lane.runs, y + 3, labels, hovers=len(group.runs) <= MOST_HOVERS)
        y += _LANE
    if group.throttles:
        canvas.text(_throttled(group), 20, y + 15, SMALL, colour=SOFT)
        draw_throttles(canvas, axis, group.throttles, y + 5)


def _throttled(group: _Group) -> str:
    return f"throttled {len(group.throttles):,} x"


def _legend(groups: list[_Group], axis: Axis) -> list[Entry]:
    runs = [run for group in groups for run in group.runs]
    flags = {RunState.TIMED_OUT: Shape.FLAG}
    found = [outcome for outcome in OUTCOMES if any(run.outcome is outcome for run in runs)]
    entries = [Entry(str(outcome), OUTCOMES[outcome], flags.get(outcome, Shape.BOX)) for outcome in found]
    lanes = [run for group in groups if not group.crowded for run in group.runs]
    if any(run.failed_ids for run in lanes) and len(lanes) <= MOST_HOVERS:
        entries.append(Entry(f"{_kinds(lanes)} reported as failed", OUTCOMES[RunState.FAILED], Shape.STRIP))
    if any(shows_cold_start(axis, run) for run in lanes) and len(lanes) <= MOST_HOVERS:
        entries.append(Entry("cold start", shape=Shape.HEAD))
    if any(shows_number(axis, run) for run in lanes) and len(lanes) <= MOST_HOVERS:
        entries.append(Entry(f"{_kinds(lanes)} in the batch", shape=Shape.PLATE))
    if any(group.throttles for group in groups):
        entries.append(Entry("throttled", THROTTLED, Shape.TICK))
    return entries


def _kinds(runs: list[Invocation]) -> str:
    found = sorted({noun_of(run.source) for run in runs if len(run.message_ids) > 1 or run.failed_ids})
    return " or ".join(f"{kind}s" for kind in found)


# ---------------------------------------------------------------------- the words


def _outcomes(group: _Group) -> str:
    runs = group.runs
    found = Counter(run.outcome for run in runs)
    words = [count(len(runs), "invocation")]
    words += [f"{found[outcome]:,} {outcome}" for outcome in OUTCOMES if found[outcome]]
    words += [f"at most {peak_concurrency(runs):,} at once"] if len(runs) > 1 else []
    busy, span = sum(run.seconds for run in runs), runs[-1].ended - runs[0].started if runs else 0
    words += [f"busy {duration(busy)} of {duration(span)}"] if len(runs) > MOST_ROWS and busy < span / 10 else []
    return ", ".join(words)


def _text(groups: list[_Group], labels: dict, by: str, axis: Axis) -> str:
    runs = list({run: None for group in groups for run in group.runs})
    if not groups:
        return "Timeline: nothing was invoked."
    first, last = min((r.started for r in runs), default=0.0), max((r.ended for r in runs), default=0.0)
    lines = [
        f"Timeline, {moment(first)} to {moment(last)}: {count(len(runs), 'invocation')} of {listed(g.function for g in groups)}"
    ]
    lines += axis.breaks_in_words
    lanes = sum(len(group.lanes) for group in groups)
    listing = len(runs) + lanes + len(groups) < MOST_ROWS
    for group in groups:
        lines.append(f"{group.function}: {_outcomes(group)}" + (f", {_times(group)}" if group.throttles else ""))
        if listing:
            for lane in group.lanes:
                lines += [f"  {lane.label}", *(f"    {_run(run, labels)}" for run in lane.runs)]
        elif lanes + len(groups) < MOST_ROWS:
            lines += [f"  {lane.label}: {_several(lane.runs)}" for lane in group.lanes]
        elif group.runs:
            lines.append(f"  in {count(len(group.lanes), 'lane')} of one {by} each: {_several(group.runs)}")
    return "\n".join(lines)


def _times(group: _Group) -> str:
    return f"throttled {len(group.throttles):,} x from {moment(group.throttles[0])} to {moment(group.throttles[-1])}"


def _run(run: Invocation, labels: dict) -> str:
    messages = listed((labels.get(one, one) for one in run.message_ids), 4)
    about = f"  {count(len(run.message_ids), noun_of(run.source))}: {messages}" if run.message_ids else ""
    cold = f"  cold start {duration(run.init_s)}" if run.init_s else ""
    error = f"  {run.error}" if run.error and run.outcome is RunState.FAILED else ""
    reported = f", {len(run.failed_ids)} reported as failed" if run.failed_ids else ""
    return f"{moment(run.started)} to {moment(run.ended)}  {run.outcome}{reported}{about}{cold}{error}"


def _several(runs: Iterable[Invocation]) -> str:
    runs = list(runs)
    found = Counter(run.outcome for run in runs)
    outcomes = ", ".join(f"{found[outcome]:,} {outcome}" for outcome in OUTCOMES if found[outcome])
    return f"{moment(runs[0].started)} to {moment(max(run.ended for run in runs))}, {count(len(runs), 'invocation')}: {outcomes}"
