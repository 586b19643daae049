"""Which operands AWS refuses where their types are known without looking at an item. Sources: see `rules`."""

from collections.abc import Callable, Iterable
from typing import Any

from motoclock.facts import dynamodb as facts
from motoclock.services.dynamodb.expressions.comparing import order
from motoclock.services.dynamodb.expressions.placeholders import Placeholders
from motoclock.services.dynamodb.expressions.tokens import ExpressionRefused
from motoclock.services.dynamodb.expressions.trees import (
    Action,
    Arithmetic,
    Between,
    Call,
    Comparison,
    In,
    Node,
    Operand,
    Path,
    Value,
)

_IN_MAX = facts.IN_OPERANDS_MAX.value
_ORDERED = ("S", "N", "B")
_TYPES = ("B", "NULL", "SS", "BOOL", "L", "BS", "N", "NS", "S", "M")  # AWS lists them in any order
_NEED_A_PATH = ("attribute_exists", "attribute_not_exists", "attribute_type", "if_not_exists")
_MAY_REPEAT = ("size", "list_append")
_TAKE = {
    "begins_with": ("S", "B"),
    "size": ("S", "B", "SS", "NS", "BS", "L", "M"),
    "list_append": ("L",),
}
_SETS = ("SS", "NS", "BS")
_SECTION_TAKES = {"ADD": ("N", *_SETS), "DELETE": _SETS}
_LONG_NAMES = {"S": "STRING", "N": "NUMBER", "B": "BINARY", "BOOL": "BOOLEAN", "NULL": "NULL", "L": "LIST", "M": "MAP"}


def check(node: Node, given: Placeholders) -> None:
    """ExpressionRefused for an operand of a wrong kind or type. All placeholders are known to be there."""
    if (rule := _RULES.get(type(node))) is not None:
        rule(node, given)


def shown(path: Iterable[str | int]) -> str:
    """A path in AWS's texts."""
    return f"[{', '.join(f'[{part}]' if isinstance(part, int) else part for part in path)}]"


def _comparison(node: Comparison, given: Placeholders) -> None:
    _check_distinct(node.operator, node.left, (node.right,), given)
    if node.operator not in ("=", "<>"):
        _check_types(node.operator, (node.left, node.right), _ORDERED, given)


def _between(node: Between, given: Placeholders) -> None:
    _check_distinct("BETWEEN", node.operand, (node.low, node.high), given)
    _check_types("BETWEEN", (node.operand, node.low, node.high), _ORDERED, given)
    if not (isinstance(node.low, Value) and isinstance(node.high, Value)):
        return
    low, high = given.value(node.low.name), given.value(node.high.name)
    if low.keys() != high.keys():
        problem = "same data type for lower and upper bounds"
    elif order(*next(iter(low.items())), *high.values()) > 0:
        problem = "upper bound to be greater than or equal to lower bound"
    else:
        return
    raise ExpressionRefused(
        f"The BETWEEN operator requires {problem}; lower bound operand: {_bound(low)}, upper bound operand: {_bound(high)}"
    )


def _in(node: In, given: Placeholders) -> None:
    if len(node.candidates) > _IN_MAX:
        raise ExpressionRefused(
            f"The IN operator is provided with too many operands; number of operands: {len(node.candidates)}"
        )
    _check_distinct("IN", node.operand, node.candidates, given)


def _call(node: Call, given: Placeholders) -> None:
    name, operands = node.function, node.operands
    if name in _NEED_A_PATH and not isinstance(operands[0], Path):
        raise ExpressionRefused(f"Operator or function requires a document path; operator or function: {name}")
    if name not in _MAY_REPEAT:
        _check_distinct(name, operands[0], operands[1:], given)
    if name == "attribute_type":
        _check_type_name(operands[1], given)
    elif name in _TAKE:
        _check_types(name, operands, _TAKE[name], given)


def _arithmetic(node: Arithmetic, given: Placeholders) -> None:
    _check_types(node.operator, (node.left, node.right), ("N",), given)


def _action(node: Action, given: Placeholders) -> None:
    if node.section in _SECTION_TAKES and isinstance(node.value, Value):
        (kind,) = given.value(node.value.name)
        if kind not in _SECTION_TAKES[node.section]:
            raise ExpressionRefused(
                f"Incorrect operand type for operator or function; operator: {node.section}, "
                f"operand type: {_LONG_NAMES[kind]}, typeSet: ALLOWED_FOR_{node.section}_OPERAND"
            )


def _check_distinct(operator: str, first: Operand, others: Iterable[Operand], given: Placeholders) -> None:
    if not isinstance(first, Path):
        return
    path = given.resolved(first)
    if any(isinstance(other, Path) and given.resolved(other) == path for other in others):
        raise ExpressionRefused(
            "The first operand must be distinct from the remaining operands for this operator or function; "
            f"operator: {operator}, first operand: {shown(path)}"
        )


def _check_types(operator: str, operands: Iterable[Operand], taken: tuple[str, ...], given: Placeholders) -> None:
    for operand in operands:
        kind = _type_of(operand, given)
        if kind is not None and kind not in taken:
            raise _wrong_type(operator, kind)


def _check_type_name(operand: Operand, given: Placeholders) -> None:
    kind = _type_of(operand, given)
    if not isinstance(operand, Value):
        raise _wrong_type("attribute_type", kind or "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}")
    if kind != "S":
        raise _wrong_type("attribute_type", kind)
    name = given.value(operand.name)["S"]
    if name not in _TYPES:
        raise ExpressionRefused(f"Invalid attribute type name found; type: {name}, valid types: {{{','.join(_TYPES)}}}")


def _type_of(operand: Operand, given: Placeholders) -> str | None:
    """None where it depends on the item."""
    match operand:
        case Value():
            return next(iter(given.value(operand.name)))
        case Call(function="size"):
            return "N"
    return None


def _wrong_type(operator: str, kind: str | None) -> ExpressionRefused:
    return ExpressionRefused(
        f"Incorrect operand type for operator or function; operator or function: {operator}, operand type: {kind}"
    )


def _bound(value: dict[str, Any]) -> str:
    ((kind, content),) = value.items()
    if kind == "B":
        content = f"java.nio.HeapByteBuffer[pos=0 lim={len(content)} cap={len(content)}]"
    return f"AttributeValue: {{{kind}:{content}}}"


_RULES: dict[type, Callable[[Any, Placeholders], None]] = {
    Comparison: _comparison, Between: _between, In: _in, Call: _call, Arithmetic: _arithmetic, Action: _action,
}  # fmt: skip
