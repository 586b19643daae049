"""Whether a condition holds for an item. Pure: the same tree serves every call.

Source: developer guide, Expressions.OperatorsAndFunctions; for what is missing, answers of DynamoDB Local 3.3.1 (see `rules`): nothing
equals it, so that only `<>` holds, and it has no order and no size.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from moto.dynamodb.models.dynamo_type import DynamoType

from motoclock.services.dynamodb.expressions.comparing import (
    are_same,
    begins_with,
    contains,
    ordered,
    size_of,
)
from motoclock.services.dynamodb.expressions.placeholders import Placeholders
from motoclock.services.dynamodb.expressions.trees import (
    And,
    Between,
    Call,
    Comparison,
    Condition,
    In,
    Not,
    Operand,
    Or,
    Path,
    Value,
)


@dataclass(frozen=True, slots=True)
class Scene:
    """An item's attributes, and what the placeholders stand for, which are known to be there."""

    attributes: Mapping[str, DynamoType]
    given: Placeholders


def holds(condition: Condition, scene: Scene) -> bool:
    return _HOLDS[type(condition)](condition, scene)


def value_of(operand: Operand, scene: Scene) -> DynamoType | None:
    """None where there is no such attribute, or no size."""
    match operand:
        case Value():
            return scene.given.typed[operand.name]
        case Path():
            return value_at(scene.given.resolved(operand), scene.attributes)
    value = value_of(operand.operands[0], scene)
    size = None if value is None else size_of(value)
    return None if size is None else DynamoType({"N": str(size)})


def value_at(path: tuple[str | int, ...], attributes: Mapping[str, DynamoType]) -> DynamoType | None:
    found = attributes.get(str(path[0]))  # a path begins with a name
    for part in path[1:]:
        if found is None:
            return None
        found = child(found, part)
    return found


def child(value: DynamoType, part: str | int) -> DynamoType | None:
    if isinstance(part, int):
        return value.value[part] if value.type == "L" and part < len(value.value) else None
    return value.value.get(part) if value.type == "M" else None


def _comparison(node: Comparison, scene: Scene) -> bool:
    left, right = value_of(node.left, scene), value_of(node.right, scene)
    if node.operator in ("=", "<>"):
        is_equal = left is not None and right is not None and are_same(left, right)
        return is_equal == (node.operator == "=")
    found = ordered(left, right)
    return found is not None and _ORDERS[node.operator](found)


def _between(node: Between, scene: Scene) -> bool:
    value = value_of(node.operand, scene)
    low, high = ordered(value_of(node.low, scene), value), ordered(value, value_of(node.high, scene))
    return low is not None and high is not None and low <= 0 and high <= 0


def _in(node: In, scene: Scene) -> bool:
    value = value_of(node.operand, scene)
    if value is None:
        return False
    candidates = (value_of(one, scene) for one in node.candidates)
    return any(one is not None and are_same(value, one) for one in candidates)


def _call(node: Call, scene: Scene) -> bool:
    value = value_of(node.operands[0], scene)
    if node.function == "attribute_exists":
        return value is not None
    if node.function == "attribute_not_exists":
        return value is None
    other = value_of(node.operands[1], scene)
    return value is not None and other is not None and _FUNCTIONS[node.function](value, other)


def _and(node: And, scene: Scene) -> bool:
    return all(holds(one, scene) for one in node.conditions)


def _or(node: Or, scene: Scene) -> bool:
    return any(holds(one, scene) for one in node.conditions)


_ORDERS: dict[str, Callable[[int], bool]] = {
    "<": lambda found: found < 0, "<=": lambda found: found <= 0,
    ">": lambda found: found > 0, ">=": lambda found: found >= 0,
}  # fmt: skip
_FUNCTIONS: dict[str, Callable[[DynamoType, DynamoType], bool]] = {
    "attribute_type": lambda value, kind: value.type == kind.value,
    "begins_with": begins_with,
    "contains": contains,
}
_HOLDS: dict[type, Callable[[Any, Scene], bool]] = {
    Comparison: _comparison, Between: _between, In: _in, Call: _call, And: _and, Or: _or,
    Not: lambda node, scene: not holds(node.condition, scene),
}  # fmt: skip
