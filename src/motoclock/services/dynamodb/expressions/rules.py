"""What AWS refuses in an expression that its grammar takes.

First the words, whatever the placeholders stand for; then, when names and values are known, the operands; each in the order in which
the expression is written, except that an update's actions are looked through from the last to the first.

Sources of the texts: architect/dynalite, test/ (run on AWS, 2014 to 2020); getmoto/moto, tests marked aws_verified (to August 2026);
nubo-db/dynamodb-conformance, tests/ (run on AWS in several Regions, to October 2026); scylladb/scylladb, test/alternator. Of the order,
and of texts that none of them has: answers of DynamoDB Local 3.3.1 (Keyvalue-Store/tools, expressions/test/fixtures, October 2026).
"""

from functools import cache

from moto.dynamodb.parsing.reserved_keywords import ReservedKeywords

from motoclock.facts import dynamodb as facts
from motoclock.services.dynamodb.expressions import operand_rules
from motoclock.services.dynamodb.expressions.placeholders import Placeholders
from motoclock.services.dynamodb.expressions.tokens import ExpressionRefused
from motoclock.services.dynamodb.expressions.trees import (
    And,
    Call,
    Node,
    Not,
    Or,
    Path,
    Projection,
    Tree,
    Update,
    Value,
    children,
)

_INDEX_MAX = 2**31 - 1
_DEPTH_MAX = facts.DOCUMENT_PATH_DEPTH_MAX.value
_CONDITIONS = {"attribute_exists": 1, "attribute_not_exists": 1, "attribute_type": 2, "begins_with": 2, "contains": 2}
_OPERANDS = {"size": 1}
_IN_UPDATES = {"if_not_exists": 2, "list_append": 2}
_COUNTS = {**_CONDITIONS, **_OPERANDS, **_IN_UPDATES}
_NOT_RESERVED = {"CONVERT", "SIZE"}  # AWS lists them, and takes them


def check_words(tree: Tree) -> None:
    """Reserved words, indexes, and functions: their names, places and numbers of operands."""
    if not isinstance(tree, Update):
        _check_words(tree, is_condition=not isinstance(tree, Projection))
        return
    for section in dict.fromkeys(action.section for action in tree.actions):
        actions = [action for action in tree.actions if action.section == section]
        for action in actions:
            _check_words(action, in_update=True)
        if len({action.clause for action in actions}) > 1:
            raise ExpressionRefused(f'The "{section}" section can only be used once in an update expression;')


def check_operands(tree: Tree, given: Placeholders) -> None:
    """Placeholders, paths and the types of values."""
    if isinstance(tree, Update):
        _check_overlaps([given.resolved(action.path) for action in tree.actions])
        for action in reversed(tree.actions):
            _check_names(action, given)
        for action in reversed(tree.actions):
            _check_operands(action, given)
        return
    _check_operands(tree, given)
    if isinstance(tree, Projection):
        _check_overlaps([given.resolved(path) for path in tree.paths])


# ---------------------------------------------------------------------- words


def _check_words(node: Node, is_condition: bool = False, in_update: bool = False) -> None:
    match node:
        case Path():
            for part in node.parts:
                _check_part(part)
            return
        case Call():
            _check_function(node, is_condition, in_update)
    holds_conditions = isinstance(node, Not | And | Or)
    for child in children(node):
        _check_words(child, holds_conditions, in_update)


def _check_part(part: str | int) -> None:
    if isinstance(part, int):
        if part > _INDEX_MAX:
            raise ExpressionRefused(f"List index is not within the allowable range; index: [{part}]")
    elif part.upper() in _reserved():
        raise ExpressionRefused(f"Attribute name is a reserved keyword; reserved keyword: {part}")


def _check_function(call: Call, is_condition: bool, in_update: bool) -> None:
    name = call.function
    if name not in _COUNTS:
        raise ExpressionRefused(f"Invalid function name; function: {name}")
    if in_update != (name in _IN_UPDATES):
        where = "an update" if in_update else "a condition"
        raise ExpressionRefused(f"The function is not allowed in {where} expression; function: {name}")
    if in_update:
        return  # an update's operands are counted with the values
    if is_condition != (name in _CONDITIONS):
        raise ExpressionRefused(f"The function is not allowed to be used this way in an expression; function: {name}")
    _check_count(call)


def _check_count(call: Call) -> None:
    if len(call.operands) != _COUNTS[call.function]:
        raise ExpressionRefused(
            "Incorrect number of operands for operator or function; "
            f"operator or function: {call.function}, number of operands: {len(call.operands)}"
        )


@cache
def _reserved() -> frozenset[str]:
    return frozenset(ReservedKeywords.get_reserved_keywords()) - _NOT_RESERVED


# ---------------------------------------------------------------------- operands


def _check_names(node: Node, given: Placeholders) -> None:
    if isinstance(node, Path):
        given.resolved(node)
    for child in children(node):
        _check_names(child, given)


def _check_operands(node: Node, given: Placeholders) -> None:
    match node:
        case Path():
            given.resolved(node)
            if len(node.parts) > _DEPTH_MAX:
                raise ExpressionRefused(
                    f"The document path has too many nesting levels; nesting levels: {len(node.parts)}"
                )
            return
        case Value():
            given.value(node.name)
            return
        case Call():
            _check_count(node)
    for child in children(node):
        _check_operands(child, given)
    operand_rules.check(node, given)


def _check_overlaps(paths: list[tuple[str | int, ...]]) -> None:
    """No path is another one or leads through it; then, no attribute is taken for a list by one and for a map by another.

    Only as deep as a path may be: a deeper one is refused in any case, and must not cost time.
    """
    ends: dict[tuple[str | int, ...], int] = {}
    through: dict[tuple[str | int, ...], int] = {}
    for later, path in enumerate(paths):
        prefixes = [path[:length] for length in range(1, min(len(path), _DEPTH_MAX + 1))]
        for found in (*(ends.get(one) for one in prefixes), ends.get(path), through.get(path)):
            if found is not None:
                raise _clash("overlap", paths[found], path)
        ends[path] = later
        for one in prefixes:
            through.setdefault(one, later)
    takes: dict[tuple[tuple[str | int, ...], bool], int] = {}
    for later, path in enumerate(paths):
        for length in range(1, min(len(path), _DEPTH_MAX + 1)):
            is_index = isinstance(path[length], int)
            takes.setdefault((path[:length], is_index), later)
            if (found := takes.get((path[:length], not is_index))) is not None:
                raise _clash("conflict", paths[found], path)


def _clash(what: str, one: tuple[str | int, ...], other: tuple[str | int, ...]) -> ExpressionRefused:
    return ExpressionRefused(
        f"Two document paths {what} with each other; must remove or rewrite one of these paths; "
        f"path one: {operand_rules.shown(one)}, path two: {operand_rules.shown(other)}"
    )
