"""A large account on one page: a region of it folded into one node, or only what one order touched.

Both give an account, which `diagram` draws like any other.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace

from motoclock.account.model import Account, Edge, EdgeKind, Node, NodeKind
from motoclock.trace import Arrival, Called, Invoked, Step, Trace, What, batch_of, new_id_of, origins_of, target_of
from motoclock.wording import count


def folded(account: Account, regions: Mapping[str, Collection[str]]) -> Account:
    """The account with each region as one node. `regions` is its name to the names of the resources in it; ValueError for strangers."""
    names = {node.name for node in account.nodes}
    home: dict[str, str] = {}
    for region, members in regions.items():
        strangers = sorted(set(members) - names)
        if strangers:
            raise ValueError(f"There is no {strangers[0]} to fold into {region}; here are {', '.join(sorted(names))}.")
        home |= {node.arn: f"region:{region}" for node in account.nodes if node.name in members}
    nodes: list[Node] = []
    for node in account.nodes:
        if node.arn not in home:
            nodes.append(node)
        elif not any(other.arn == home[node.arn] for other in nodes):
            nodes.append(_region(account, home, home[node.arn]))
    return replace(account, nodes=tuple(nodes), edges=_edges(account, home))


def touched(account: Account, trace: Trace, order: str) -> Account:
    """Only the resources that the story of this order went through, with the connections between them.

    Messages are followed, by their texts and by what they came from; what an execution calls in its states stays in its box.
    """
    ids = {event.message_id for event in trace if event.message_id and _names(event.what, order)}
    met: set[str] = set()
    runs: set[str | None] = set()  # invocations that were given it
    for event in trace:
        what = event.what
        if isinstance(what, Called) and event.invocation_id in runs:
            met.add("/".join(what.url.split("/")[:3]))
        followed = not ids.isdisjoint(origins_of(what))
        if followed and event.message_id:
            ids.add(event.message_id)
        if followed or event.message_id in ids or not ids.isdisjoint(batch_of(what)):
            met |= {event.resource, target_of(what) or "", _also_there(what)}
            if isinstance(what, Invoked):
                runs.add(event.invocation_id)
            if new := new_id_of(what):
                ids.add(new)
    nodes = tuple(node for node in account.nodes if _is_met(node, met))
    there = {node.arn for node in nodes}
    edges = tuple(edge for edge in account.edges if edge.source in there and edge.target in there)
    return replace(account, nodes=nodes, edges=edges)


def _names(what: What, order: str) -> bool:
    """Whether its own text has the order as a word."""
    if not isinstance(what, Arrival):
        return False
    return order in what.label.replace('"', " ").replace(",", " ").replace("}", " ").split()


def _also_there(what: What) -> str:
    """Who else was there, by ARN: the function that ran or that sent it, the machine of an execution."""
    match what:
        case Invoked():
            return what.function
        case Step():
            return what.machine
        case Arrival():
            return what.sender or ""
    return ""


def _is_met(node: Node, met: set[str]) -> bool:
    return node.arn in met or any(arn.startswith(f"{node.arn}/") for arn in met)


def _region(account: Account, home: Mapping[str, str], arn: str) -> Node:
    members = [node for node in account.nodes if home.get(node.arn) == arn]
    kinds = Counter(node.kind for node in members)
    counts: Counter[str] = Counter()
    for node in members:
        counts.update(dict(node.counts))
    facts = tuple(count(number, str(kind), kind.plural) for kind, number in kinds.items())
    return Node(
        arn,
        NodeKind.GROUP,
        arn.partition(":")[2],
        facts,
        tuple((word, number) for word, number in counts.items() if number),
    )


def _edges(account: Account, home: Mapping[str, str]) -> tuple[Edge, ...]:
    """Connections within a region go; those that cross its border in the same direction become one."""
    kept: list[Edge] = []
    crossing: dict[tuple[str, str], list[Edge]] = {}
    for edge in account.edges:
        source, target = home.get(edge.source, edge.source), home.get(edge.target, edge.target)
        if (source, target) == (edge.source, edge.target):
            kept.append(edge)
        elif source != target:
            crossing.setdefault((source, target), []).append(edge)
    for (source, target), edges in crossing.items():
        label = edges[0].label if len(edges) == 1 else count(len(edges), "connection")
        warnings = [edge.warning for edge in edges if edge.warning]
        total = sum(edge.count for edge in edges)
        kept.append(Edge(source, target, EdgeKind.SENDS, label, total, "; ".join(warnings[:1])))
    return tuple(kept)
