"""A large account on one page: a region of it folded into one node, or only what one order touched.

Both give an account, which `diagram` draws like any other.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace

from motoclock.account.model import Account, Edge, EdgeKind, Node, NodeKind
from motoclock.trace import Trace
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
    """Only the resources that the story of this order went through, with the connections between them."""
    ids = {
        event.message_id for event in trace if event.message_id and order in _words(getattr(event.what, "label", ""))
    }
    met: set[str] = set()
    for event in trace:
        what = event.what
        if event.message_id and ids & set(getattr(what, "origins", ())):
            ids.add(event.message_id)
        if event.message_id in ids or ids & set(getattr(what, "message_ids", ())):
            met |= {
                event.resource,
                *(getattr(what, name, None) or "" for name in ("target", "function", "machine", "sender", "new_id")),
            }
            if new := getattr(what, "new_id", None):
                ids.add(new)
    nodes = tuple(node for node in account.nodes if _is_met(node, met))
    there = {node.arn for node in nodes}
    edges = tuple(edge for edge in account.edges if edge.source in there and edge.target in there)
    return replace(account, nodes=nodes, edges=edges)


def _words(label: str) -> set[str]:
    return set(label.replace('"', " ").replace(",", " ").replace("}", " ").split())


def _is_met(node: Node, met: set[str]) -> bool:
    return node.arn in met or any(arn.startswith(f"{node.arn}/") for arn in met)


def _region(account: Account, home: Mapping[str, str], arn: str) -> Node:
    members = [node for node in account.nodes if home.get(node.arn) == arn]
    kinds = Counter(node.kind for node in members)
    counts: Counter[str] = Counter()
    for node in members:
        counts.update(dict(node.counts))
    facts = tuple(count(number, str(kind)) for kind, number in kinds.items())
    return Node(
        arn,
        NodeKind.REGION,
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
