"""The legacy AttributeUpdates of UpdateItem, for values of every type.

Source: DynamoDB API reference, LegacyConditionalParameters.AttributeUpdates. moto 5.2.5 keeps binary values and booleans as text, takes
a null for a removal, and leaves an empty set behind.
"""

from collections.abc import Mapping
from typing import Any

from moto.dynamodb.exceptions import MockValidationException
from moto.dynamodb.models.dynamo_type import DynamoType

from motoclock.services.dynamodb.numbers import total
from motoclock.services.dynamodb.values import SETS


def apply(attributes: dict[str, DynamoType], updates: Mapping[str, Mapping[str, Any]]) -> None:
    """Carry the updates out on an item's attributes, in place. ValidationException for a type that does not fit."""
    for name, update in updates.items():
        value = DynamoType(update["Value"]) if update.get("Value") is not None else None
        match update.get("Action") or "PUT":
            case "PUT":
                attributes[name] = value
            case "ADD":
                attributes[name] = _sum(attributes.get(name), value)
            case "DELETE" if value is None:
                attributes.pop(name, None)
            case "DELETE" if name in attributes:
                left = _without(attributes.pop(name), value)
                if left.value:
                    attributes[name] = left


def _sum(before: DynamoType | None, value: DynamoType) -> DynamoType:
    if before is None:
        return value
    _must_fit(before, value)
    match value.type:
        case "N":
            return DynamoType({"N": total(before.value, value.value)})
        case "L":
            return DynamoType({"L": [*before.value, *value.value]})
        case kind if kind in SETS:
            return DynamoType({kind: [*before.value, *(one for one in value.value if one not in before.value)]})
    raise _mismatch()


def _without(before: DynamoType, value: DynamoType) -> DynamoType:
    _must_fit(before, value)
    if value.type not in SETS:
        raise _mismatch()
    return DynamoType({value.type: [one for one in before.value if one not in value.value]})


def _must_fit(before: DynamoType, value: DynamoType) -> None:
    if before.type != value.type:
        raise _mismatch()


def _mismatch() -> MockValidationException:
    return MockValidationException("Type mismatch for attribute to update")
