"""How DynamoDB compares values: only with values of their own type.

Values are moto's, in the one form that the gate gives them: a number has one spelling, a set one order. Sources: developer guide,
Expressions.OperatorsAndFunctions; answers of DynamoDB Local 3.3.1 (see `rules`), for the order of texts and the size of a text.
"""

from decimal import Decimal
from typing import Any

from moto.dynamodb.models.dynamo_type import DynamoType

_SET_OF = {"SS": "S", "NS": "N", "BS": "B"}


def are_same(one: DynamoType, other: DynamoType) -> bool:
    if one.type != other.type:
        return False
    if one.type == "L":
        return len(one.value) == len(other.value) and all(map(are_same, one.value, other.value))
    if one.type == "M":
        return one.value.keys() == other.value.keys() and all(
            are_same(value, other.value[name]) for name, value in one.value.items()
        )
    return bool(one.value == other.value)


def order(kind: str, one: Any, other: Any) -> int:
    """Below 0, 0, or above 0, of the contents of two values of a type; texts by their UTF-8, binaries by their bytes."""
    if kind == "N":
        one, other = Decimal(one), Decimal(other)
    return (one > other) - (one < other)


def ordered(one: DynamoType | None, other: DynamoType | None) -> int | None:
    """The order of two values; None where they have none: something is missing, or of another type."""
    if one is None or other is None or one.type != other.type or one.type not in ("S", "N", "B"):
        return None
    return order(one.type, one.value, other.value)


def size_of(value: DynamoType) -> int | None:
    """What size() says; None for a type that has none. A text is as long as it is in UTF-16."""
    if value.type == "S":
        return len(value.value.encode("utf-16-le", "surrogatepass")) // 2
    return None if value.type in ("N", "BOOL", "NULL") else len(value.value)


def begins_with(value: DynamoType, start: DynamoType) -> bool:
    return value.type == start.type and value.type in ("S", "B") and value.value.startswith(start.value)


def contains(value: DynamoType, part: DynamoType) -> bool:
    """A part of a text or of a binary, a member of a set, an element of a list."""
    if value.type == "L":
        return any(are_same(element, part) for element in value.value)
    return (
        part.type == _SET_OF.get(value.type, value.type)
        and value.type in ("S", "B", *_SET_OF)
        and part.value in value.value
    )
