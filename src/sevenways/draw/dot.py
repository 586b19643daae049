"""An account in Graphviz's language: one table a thing, one arrow a connection."""

from html import escape

import graphviz

from motoclock.account.lives import State
from motoclock.account.model import ON_SUCCESS, Account, Edge, EdgeKind, Node, NodeKind
from motoclock.trace import Kind
from motoclock.wording import count, counted, legible, shortened
from sevenways.draw.naming import noun_of
from sevenways.draw.palette import INK, NODES, ORANGE, OUTSIDE, PAPER, PURPLE, SKY, SOFT, VERMILION, ink_on

_FONT = "DejaVu Sans"  # the widest of the fonts that a page may use: boxes laid out for it hold any
_GIVEN_UP = (NodeKind.DEAD_LETTER_QUEUE, NodeKind.FAILURE_QUEUE)  # what holds it
_STORES = (NodeKind.QUEUE, NodeKind.FIFO_QUEUE, *_GIVEN_UP)
_ROUNDED = (NodeKind.FUNCTION, NodeKind.STATE_MACHINE)
_CELLS = 8
_BADGES = {NodeKind.DEAD_LETTER_QUEUE: "DLQ", NodeKind.DOWNSTREAM: "OUTSIDE", NodeKind.CELL: "NOTEBOOK"}
_BAD = (Kind.FAILED, Kind.TIMED_OUT, Kind.THROTTLED, Kind.REFUSED)
_ABOVE = '<TR><TD HEIGHT="6"></TD></TR>'
_DASHED = (EdgeKind.REDRIVE, EdgeKind.DESTINATION)  # where what was given up goes


def source(account: Account, direction: str, rows: int = 1) -> str:
    """The dot source. `direction` is LR or TB. `rows`: a chain that is too long for one row goes on in the next, from its left."""
    graph = graphviz.Digraph(
        graph_attr={
            "rankdir": direction,
            "bgcolor": PAPER,
            "pad": "0.2",
            "nodesep": "0.35",
            "ranksep": "0.45",
            "fontname": _FONT,
        },
        node_attr={"shape": "plain", "fontname": _FONT, "fontsize": "13"},
        edge_attr={
            "fontname": _FONT,
            "fontsize": "12",
            "color": SOFT,
            "fontcolor": INK,
            "arrowsize": "0.8",
            "penwidth": "1.4",
        },
    )
    names = {node.arn: f"n{place}" for place, node in enumerate(account.nodes)}
    for node in account.nodes:
        graph.node(names[node.arn], f"<{_table(node)}>")
    row = {arn: rank * rows // (depth(account) + 1) for arn, rank in _ranks(account).items()}
    for edge in account.edges:
        if edge.source in names and edge.target in names:
            turns = {} if row[edge.source] == row[edge.target] else {"constraint": "false"}
            graph.edge(names[edge.source], names[edge.target], **_arrow(edge), **turns)
    return graph.source


def depth(account: Account) -> int:
    """The number of arrows in the longest chain."""
    return max(_ranks(account).values(), default=0)


def _ranks(account: Account) -> dict[str, int]:
    """How many arrows lead to each thing at most; an arrow that closes a circle counts for nothing."""
    onward: dict[str, list[str]] = {node.arn: [] for node in account.nodes}
    for edge in account.edges:
        if edge.source in onward and edge.target in onward:
            onward[edge.source].append(edge.target)
    entered = {target for targets in onward.values() for target in targets}
    order: list[str] = []
    seen: set[str] = set()

    def walk(arn: str, behind: frozenset[str]) -> None:
        seen.add(arn)
        onward[arn] = [target for target in onward[arn] if target not in behind | {arn}]
        for target in onward[arn]:
            if target not in seen:
                walk(target, behind | {arn})
        order.append(arn)

    for arn in sorted(
        onward, key=lambda arn: arn in entered
    ):  # from where nothing leads to; a circle alone, from anywhere
        if arn not in seen:
            walk(arn, frozenset())
    ranks = dict.fromkeys(onward, 0)
    for arn in reversed(order):
        for target in onward[arn]:
            ranks[target] = max(ranks[target], ranks[arn] + 1)
    return ranks


def _table(node: Node) -> str:
    colour, tint = NODES.get(node.kind, OUTSIDE)
    pill = ' STYLE="ROUNDED"' if node.kind in _ROUNDED else ""
    rows = [
        f'<TR><TD BGCOLOR="{colour}"{pill}><FONT POINT-SIZE="12" COLOR="{ink_on(colour)}">{_badge(node)}</FONT></TD></TR>',
        f'<TR><TD><FONT POINT-SIZE="15" COLOR="{INK}"><B>{_safe(node.name, 34)}</B></FONT></TD></TR>',
    ]
    if node.kind in _STORES:
        rows.append(f"<TR><TD>{_slots(node)}</TD></TR>")
    rows += [f'<TR><TD><FONT POINT-SIZE="12" COLOR="{SOFT}">{_safe(fact, 44)}</FONT></TD></TR>' for fact in node.facts]
    rows += [_count(word, number) for word, number in node.counts]
    style = "ROUNDED" if node.kind in _ROUNDED else "DASHED" if (colour, tint) == OUTSIDE else ""
    style = f' STYLE="{style}" CELLSPACING="{2 if style == "ROUNDED" else 0}"' if style else ' CELLSPACING="0"'
    table = f'<TABLE BORDER="2" CELLBORDER="0" CELLPADDING="3" COLOR="{colour}" BGCOLOR="{tint}"{style}>{"".join(rows)}</TABLE>'
    if node.kind not in _GIVEN_UP:
        return table
    return (  # a second border
        f'<TABLE BORDER="2" CELLBORDER="0" CELLSPACING="0" CELLPADDING="2" COLOR="{PURPLE}"><TR><TD>{table}</TD></TR></TABLE>'
    )


def _badge(node: Node) -> str:
    return _safe(
        _BADGES.get(node.kind, node.kind.upper() if node.kind is not NodeKind.FIFO_QUEUE else "FIFO QUEUE"), 40
    )


def _count(word: str, number: int) -> str:
    colour = VERMILION if word in _BAD and number else INK
    return f'<TR><TD><FONT POINT-SIZE="13" COLOR="{colour}"><B>{_safe(counted(number, word), 40)}</B></FONT></TD></TR>'


def _slots(node: Node) -> str:
    """A queue as a row of places, filled by what is in it: waiting messages and messages in flight."""
    counts = dict(node.counts)
    waiting, in_flight = counts.get(State.WAITING, 0) + counts.get(State.DELAYED, 0), counts.get(State.IN_FLIGHT, 0)
    total = waiting + in_flight
    if total > _CELLS:
        in_flight = min(_CELLS - (waiting > 0), max(in_flight > 0, round(in_flight * _CELLS / total)))
        waiting = _CELLS - in_flight
    held = PURPLE if node.kind in _GIVEN_UP else ORANGE
    fills = [SKY] * in_flight + [held] * waiting  # the front of the queue is on the right
    fills += [PAPER] * (_CELLS - len(fills))
    cells = "".join(f'<TD WIDTH="13" HEIGHT="14" FIXEDSIZE="TRUE" BGCOLOR="{fill}"></TD>' for fill in reversed(fills))
    return f'<TABLE BORDER="0" CELLBORDER="1" CELLSPACING="0" CELLPADDING="0" COLOR="{SOFT}"><TR>{cells}</TR></TABLE>'


def _arrow(edge: Edge) -> dict[str, str]:
    first = edge.label
    if edge.count or edge.kind is EdgeKind.MAPPING:
        number = count(edge.count, noun_of(edge.source)) if edge.kind is EdgeKind.MAPPING else f"{edge.count:,}"
        first = f"{first}: {number}" if first else number
    lines = [f'<FONT POINT-SIZE="12">{_safe(line, 46)}</FONT>' for line in (first, *edge.facts) if line]
    style = {"style": "dashed"} if edge.kind in _DASHED and edge.label != ON_SUCCESS else {}
    style |= {"style": "dotted"} if "disabled" in edge.facts else {}
    if edge.warning:
        warned = (_safe(line, 60) for line in _halves(f"! {edge.warning}"))
        lines += [f'<FONT POINT-SIZE="12" COLOR="{VERMILION}"><B>{line}</B></FONT>' for line in warned]
        style["color"] = VERMILION
    # A table, because its margin keeps the words off the arrow, and farther off the one above.
    rows = "".join(f'<TR><TD WIDTH="5"></TD><TD>{line}</TD></TR>' for line in lines)
    table = f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1">{_ABOVE}{rows}<TR><TD HEIGHT="4"></TD></TR></TABLE>'
    return style | ({"label": f"<{table}>"} if lines else {})


def _halves(text: str, width: int = 30) -> list[str]:
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + len(word) >= width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return [*lines, line]


def _safe(text: str, most: int) -> str:
    return escape(legible(shortened(" ".join(text.split()), most)), quote=True)
