"""Expressions, read once: the tree of a text is kept, and every call with the same text shares it.

What depends on names and values is looked at in every call, and is little.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from motoclock.facts import dynamodb as facts
from motoclock.facts.shapes import KIB
from motoclock.services.dynamodb.expressions import grammar
from motoclock.services.dynamodb.expressions.rules import check_words
from motoclock.services.dynamodb.expressions.tokens import ExpressionRefused
from motoclock.services.dynamodb.expressions.trees import Node, Path, Tree, Value, children

_BYTES_MAX = facts.EXPRESSION_MAX_KIB.value * KIB
_GRAMMARS: dict[str, Callable[[str], Tree]] = {
    "UpdateExpression": grammar.update, "ProjectionExpression": grammar.projection,
    **dict.fromkeys(("ConditionExpression", "FilterExpression", "KeyConditionExpression"), grammar.condition),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Expression:
    """A tree with what it speaks of: placeholders of names and of values, and paths."""

    tree: Tree
    names: frozenset[str]
    values: frozenset[str]
    paths: tuple[Path, ...]


@lru_cache(maxsize=1024)
def read(parameter: str, text: str) -> Expression:
    """The expression of a parameter. ExpressionRefused for a text that is none, whatever its placeholders stand for."""
    if not text:
        raise ExpressionRefused("The expression can not be empty;")
    if (size := len(text.encode("utf-8", "surrogatepass"))) > _BYTES_MAX:
        raise ExpressionRefused(f"Expression size has exceeded the maximum allowed size; expression size: {size}")
    tree = _GRAMMARS[parameter](text)
    check_words(tree)
    nodes = list(_nodes(tree))
    paths = tuple(node for node in nodes if isinstance(node, Path))
    names = {part for path in paths for part in path.parts if isinstance(part, str) and part[0] == "#"}
    values = {node.name for node in nodes if isinstance(node, Value)}
    return Expression(tree, frozenset(names), frozenset(values), paths)


def _nodes(tree: Tree) -> Iterator[Node]:
    pending: list[Node] = [tree]
    while pending:
        node = pending.pop()
        yield node
        pending.extend(reversed(children(node)))
