"""Seam: an expression is read once, and what moto asks of its nodes is asked by class and not by node.

moto 5.2.5 reads each expression twice a call, copies the tree of an update with `deepcopy`, and asks each node for each check anew to
which classes it belongs. That was a third of an UpdateItem and a fifth of a PutItem with a condition.
"""

import copy
import json
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

from moto.dynamodb.comparisons import ConditionExpressionParser
from moto.dynamodb.parsing import validators
from moto.dynamodb.parsing.ast_nodes import DepthFirstTraverser, Expression, Node, UpdateExpressionFunction
from moto.dynamodb.parsing.expressions import UpdateExpressionParser

_parse_condition, _no_hook = ConditionExpressionParser.parse, DepthFirstTraverser.pre_processing_of_child
_plain_make, _plain_traverse, _plain_clauses = (
    UpdateExpressionParser.make,
    DepthFirstTraverser.traverse,
    Node.find_clauses,
)


def install() -> None:
    # whoever changes the tree of an update copies it first, and nobody changes the tree of a condition
    UpdateExpressionParser.make = lru_cache(maxsize=1024)(_plain_make)
    ConditionExpressionParser.parse = _parsed
    validators.deepcopy = _copied
    DepthFirstTraverser.traverse = _traversed
    Node.find_clauses = _clauses


def _parsed(parser: ConditionExpressionParser) -> Any:
    try:
        given = json.dumps((parser.expression_attribute_names, parser.expression_attribute_values))
    except (TypeError, ValueError):  # bytes of a binary value
        return _parse_condition(parser)
    tree, names, values = _read(parser.condition_expression, given)
    parser.expr_attr_names_found.extend(names)
    parser.expr_attr_values_found.extend(values)
    return tree


@lru_cache(maxsize=1024)
def _read(expression: str | None, given: str) -> tuple[Any, list[str], list[str]]:
    """The condition, and the names and values that it speaks of."""
    parser = ConditionExpressionParser(expression, *json.loads(given))
    tree = _parse_condition(parser)
    return tree, parser.expr_attr_names_found, parser.expr_attr_values_found


def _copied(thing: Any) -> Any:
    """`copy.deepcopy`, for a tree of nodes without its notes on what it has seen."""
    return _tree(thing, None) if isinstance(thing, Node) and thing.parent is None else copy.deepcopy(thing)


def _tree(node: Node, parent: Node | None) -> Node:
    new = object.__new__(type(node))
    new.__dict__.update(node.__dict__)
    new.parent = parent
    if node.children is not None:
        new.children = [_tree(child, new) if _is_node(type(child)) else copy.deepcopy(child) for child in node.children]
    return new


def _traversed(check: DepthFirstTraverser, root: Node) -> Node:
    by_class = check._processing_map()
    watched = tuple(by_class)
    hook = check.pre_processing_of_child if type(check).pre_processing_of_child is not _no_hook else None

    def visit(node: Node, place: int) -> Node:
        parent = node.parent
        for i, child in enumerate(node.children or ()):
            if hook is not None:
                hook(node, i)
            if _is_node(type(child)):
                visit(child, i)
        if (known_as := _first_of(watched, type(node))) is not None:
            node = by_class[known_as](node)
            node.parent = parent
            if parent is not None:
                parent.children[place] = node
        return node

    return visit(root, -1)


def _clauses(node: Node, kinds: list[type]) -> list[Node]:
    found: list[Node] = []
    for child in node.children or ():
        if type(child) in kinds:
            found.append(child)
        elif _has_clauses(type(child)):
            found.extend(_clauses(child, kinds))
    return found


def _watched_as(watched: tuple[type, ...], kind: type) -> type | None:
    return next((known_as for known_as in watched if issubclass(kind, known_as)), None)


_first_of: Callable[[tuple[type, ...], type], type | None] = cache(_watched_as)
_is_node: Callable[[type], bool] = cache(lambda kind: issubclass(kind, Node))
_has_clauses: Callable[[type], bool] = cache(lambda kind: issubclass(kind, Expression | UpdateExpressionFunction))
