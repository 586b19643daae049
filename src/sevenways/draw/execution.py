"""An execution of a state machine as it ran: the machine's own graph, with what became of each state, and the path that was taken."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

import graphviz

from motoclock.trace import Event
from motoclock.wording import counted, duration, legible, shortened, times
from sevenways.draw.canvas import Canvas
from sevenways.draw.graphviz_svg import finished, layout, size
from sevenways.draw.palette import GREEN, GREY, INK, LINE, ORANGE, PAPER, SHADE, SOFT, TEXT, VERMILION, WIDTH
from sevenways.draw.picture import Picture
from sevenways.draw.states_run import Fate, StateRun, StatesRun, Step, read_states_run

_FONT = "DejaVu Sans"  # the widest of the fonts that a page may use: boxes laid out for it hold any
_LOOKS = {  # the colour of the edge, the tint, and the sign that says the same without colour
    Fate.PASSED: (GREEN, "#E3F4EE", "✓"),
    Fate.CAUGHT: (VERMILION, "#FBEADF", "✗"),
    Fate.FAILED: (VERMILION, "#FBEADF", "✗"),
    Fate.WAITING: (ORANGE, "#FFF6E0", "…"),
    Fate.NEVER: (LINE, SHADE, "–"),
}
_STRIPES = 14  # of the hatching on a state that the execution is still in


def execution(
    trace: Iterable[Event], definition: str | Mapping[str, Any], name: str, present: float | None = None
) -> Picture:
    """The execution with this name or ARN. `definition` is the machine's, as text or as a dict;
    `present` the virtual second it is now, by default that of the last event."""
    events = list(trace)
    now = present if present is not None else max((event.at for event in events), default=0.0)
    run = read_states_run(events, definition, name, now)
    if run is None:
        return _only(f'No execution has the name or ARN "{name}".')
    text = _text(run, now)
    drawn = min((layout(_source(run, way)) for way in ("LR", "TB")), key=lambda svg: _fits(*size(svg)))
    return Picture(finished(drawn, f"Execution {run.name} as it ran", text.split("\n", 1)[0]), text)


def _fits(width: float, height: float) -> tuple[bool, float]:
    """What fits a page first, then the one that is less high."""
    return width > WIDTH, height if width <= WIDTH else width


def _only(text: str) -> Picture:
    canvas = Canvas("execution", "Execution", text, 50)
    canvas.text(text, 20, 30, TEXT)
    return Picture(canvas.svg(), text)


# ---------------------------------------------------------------------- the words


def _text(run: StatesRun, present: float) -> str:
    if run.ended is None:
        ended = f"running for {duration(present - run.started)}"
    else:
        how = f"failed with {run.error}" if run.error else "succeeded"
        ended = f"{how} after {duration(run.ended - run.started)}"
    lines = [f"Execution {run.name} of {run.machine}: {ended}"]
    for state in run.states:
        ways = [_way(step) for step in run.steps if step.source == state.name and step.taken]
        part = f", in {state.inside}" if state.inside else ""
        lines.append(f"  {state.name} ({state.type}{part}): {_told(state)}{''.join(f' -> {way}' for way in ways)}")
    return "\n".join(lines)


def _way(step: Step) -> str:
    return f"{step.target} (caught)" if step.why not in ("", "choice", "default") else step.target


def _told(state: StateRun) -> str:
    if state.fate is Fate.NEVER:
        return str(state.fate)
    words = [str(state.fate), _lasted(state)]
    words += [f"entered {times(state.entered)}"] if state.entered > 1 else []
    words += _how_many(state)
    words += [counted(state.retries, "retries") if state.retries != 1 else "1 retry"] if state.retries else []
    words += [state.error] if state.error else []
    return ", ".join(words)


def _lasted(state: StateRun) -> str:
    if not state.seconds:
        return "at once"
    return f"{duration(state.seconds)}{' in all' if state.entered > 1 else ''}"


def _how_many(state: StateRun) -> list[str]:
    """Of a state that was entered more than once, how many of its runs did not end well."""
    counts = {"failed": state.failed, "stopped": state.stopped} if state.entered > 1 else {}
    return [f"{number} {what}" for what, number in counts.items() if number]


# ---------------------------------------------------------------------- the picture


def _source(run: StatesRun, direction: str) -> str:
    graph = graphviz.Digraph(
        graph_attr={
            "rankdir": direction,
            "bgcolor": PAPER,
            "pad": "0.2",
            "nodesep": "0.3",
            "ranksep": "0.4",
            "fontname": _FONT,
        },
        node_attr={"shape": "plain", "fontname": _FONT, "fontsize": "13"},
        edge_attr={"fontname": _FONT, "fontsize": "11", "fontcolor": SOFT, "arrowsize": "0.8"},
    )
    names = {state.name: f"s{place}" for place, state in enumerate(run.states)}
    _add(graph, run, names, "")
    entered = {state.name: state.entered for state in run.states}
    for step in run.steps:
        caught = step.why not in ("", "choice", "default")
        style = {"style": "dashed"} if caught else {}
        style |= (
            {"color": INK, "penwidth": "3"} if step.taken and entered[step.target] else {"color": GREY, "penwidth": "1"}
        )
        style |= {"label": f" {_safe('caught' if caught else step.why, 24)} "} if step.why else {}
        graph.edge(names[step.source], names[step.target], **style)
    return graph.source


def _add(graph: graphviz.Digraph, run: StatesRun, names: Mapping[str, str], inside: str) -> None:
    """The states of one level; what a Map or a Parallel holds stands in a frame with it."""
    holders = {state.inside for state in run.states}
    for state in run.states:
        if state.inside != inside:
            continue
        if state.name not in holders:
            graph.node(names[state.name], f"<{_table(state)}>")
            continue
        with graph.subgraph(name=f"cluster_{names[state.name]}") as part:
            part.attr(style="rounded,dashed", color=SOFT, margin="10")
            part.node(names[state.name], f"<{_table(state)}>")
            _add(part, run, names, state.name)
            for child in run.states:
                if child.inside == state.name:
                    part.edge(names[state.name], names[child.name], style="dotted", color=GREY, arrowhead="none")


def _table(state: StateRun) -> str:
    colour, tint, sign = _LOOKS[state.fate]
    faint = state.fate is Fate.NEVER
    rows = [
        _row(state.type.upper(), 11, SOFT),
        _row(shortened(state.name, 30), 15, SOFT if faint else INK, bold=not faint),
        _row(f"{sign} {state.fate}", 12, SOFT if faint else INK),
    ]
    if not faint:
        again = f"entered ×{state.entered}, " if state.entered > 1 else ""
        rows.append(_row(f"{again}{_lasted(state)}", 12, INK))
        rows += [_row(", ".join(wrong), 12, INK)] if (wrong := _how_many(state)) else []
    if state.retries:
        rows.append(_row(f"×{state.retries} {'retry' if state.retries == 1 else 'retries'}", 12, INK, bold=True))
    if state.error:
        rows.append(_row(shortened(state.error, 30), 12, VERMILION, bold=True))
    if state.fate is Fate.WAITING:
        cells = "".join(
            f'<TD WIDTH="7" HEIGHT="10" FIXEDSIZE="TRUE" BGCOLOR="{ORANGE if place % 2 else PAPER}"></TD>'
            for place in range(_STRIPES)
        )
        hatched = (
            f'<TABLE BORDER="1" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0" COLOR="{SOFT}"><TR>{cells}</TR></TABLE>'
        )
        rows.append(f"<TR><TD>{hatched}</TD></TR>")
    style = ' STYLE="ROUNDED,DASHED"' if faint else ' STYLE="ROUNDED"'
    border = 1 if faint else 2
    return (
        f'<TABLE BORDER="{border}" CELLBORDER="0" CELLSPACING="2" CELLPADDING="2" COLOR="{colour}" BGCOLOR="{tint}"{style}>'
        f"{''.join(rows)}</TABLE>"
    )


def _row(text: str, points: int, colour: str, bold: bool = False) -> str:
    said = _safe(text, 60)
    said = f"<B>{said}</B>" if bold else said
    return f'<TR><TD><FONT POINT-SIZE="{points}" COLOR="{colour}">{said}</FONT></TD></TR>'


def _safe(text: str, most: int) -> str:
    return escape(legible(shortened(" ".join(text.split()), most)), quote=True)
