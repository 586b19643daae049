"""The account as it is: what exists, how it is connected, how many messages are where."""

from collections import defaultdict
from math import ceil

from motoclock.account.model import Account, Edge, EdgeKind, Node, NodeKind
from motoclock.wording import count, counted, moment
from sevenways.draw.canvas import Canvas
from sevenways.draw.dot import depth, source
from sevenways.draw.graphviz_svg import finished, layout, size
from sevenways.draw.palette import TEXT, WIDTH
from sevenways.draw.picture import Picture

MOST_ROWS = 40
_TALLEST = 840  # a diagram can't be folded further than into rows
_DEEP = 4  # arrows in a chain that is worth two rows


def diagram(account: Account) -> Picture:
    """A flow diagram, left to right, in rows, or top to bottom, whichever fits a page."""
    text = _text(account)
    if not account.nodes:
        canvas = Canvas("diagram", "Diagram", text, 50)
        canvas.text(text, 20, 30, TEXT)
        return Picture(canvas.svg(), text)
    return Picture(finished(_laid_out(account), "Diagram of the account", text.split("\n", 1)[0]), text)


def _laid_out(account: Account) -> str:
    """From left to right where that fits a page; else, of a long chain, in two or three rows, or from top to bottom."""
    row = layout(source(account, "LR"))
    wide = size(row)[0]
    if wide <= WIDTH:
        return row
    rows = [ceil(wide / WIDTH), ceil(wide / WIDTH) + 1] if depth(account) >= _DEEP else []
    for number in rows:
        drawn = layout(source(account, "LR", number))
        if size(drawn)[0] <= WIDTH and size(drawn)[1] <= _TALLEST:
            return drawn
    return min(row, layout(source(account, "TB")), key=_badness)  # a net, and no chain


def _badness(drawn: str) -> float:
    """Small letters are worse than a picture that has to be scrolled."""
    wide, high = size(drawn)
    return max(wide / WIDTH, 1.0) ** 4 * max(high, _TALLEST)


# ---------------------------------------------------------------------- the words


def _text(account: Account) -> str:
    if not account.nodes:
        return "Diagram: nothing exists in this account yet."
    lines = [
        f"Diagram at {moment(account.at)}: {count(len(account.nodes), 'resource')}, {count(len(account.edges), 'connection')}"
    ]
    starting = defaultdict(list)
    for edge in account.edges:
        starting[edge.source].append(edge)
    told: set[str] = set()
    entered = {edge.target for edge in account.edges}
    for node in sorted(account.nodes, key=lambda node: node.arn in entered):
        for edge in starting[node.arn]:
            lines.append(_flow(account, edge, told))
    lines += [_thing(node) for node in account.nodes if node.arn not in told]
    if len(lines) > MOST_ROWS:
        lines = [*lines[: MOST_ROWS - 1], f"and {len(lines) - MOST_ROWS + 1} more connections"]
    return "\n".join(lines)


def _flow(account: Account, edge: Edge, told: set[str]) -> str:
    ends = []
    for arn in (edge.source, edge.target):
        node = account.node(arn) or Node(arn, NodeKind.OTHER, arn)
        ends.append(node.name if arn in told else _thing(node))
        told.add(arn)
    words = [str(edge.kind), edge.label if edge.label != edge.kind else "", *edge.facts]
    words += [f"{edge.count:,} so far"] if edge.count or edge.kind is EdgeKind.MAPPING else []
    warning = f"  WARNING: {edge.warning}" if edge.warning else ""
    return f"{ends[0]} --{', '.join(word for word in words if word)}--> {ends[1]}{warning}"


def _thing(node: Node) -> str:
    counts = ", ".join(counted(number, word) for word, number in node.counts)
    facts = ", ".join(node.facts)
    about = "; ".join(part for part in (facts, counts) if part)
    if node.kind is NodeKind.CELL:
        return node.name
    return f"{node.name} ({node.kind}{': ' + about if about else ''})"
