"""How large an item is, as DynamoDB counts.

Source: DynamoDB developer guide, CapacityUnitCalculations. Modelled: AWS calls its rule for numbers approximate; here it is exact.
"""

from collections.abc import Mapping
from typing import Any

from moto.dynamodb.models.dynamo_type import DynamoType

from motoclock.facts import dynamodb as facts
from motoclock.services.dynamodb.numbers import significant_digits

_NUMBER = facts.NUMBER_OVERHEAD_BYTES.value
_CONTAINER = facts.CONTAINER_OVERHEAD_BYTES.value
_ELEMENT = facts.ELEMENT_OVERHEAD_BYTES.value


def item_bytes(attributes: Mapping[str, DynamoType | dict[str, Any]]) -> int:
    """The names and the values of an item, or of its key."""
    return sum(len(name.encode()) + value_bytes(value) for name, value in attributes.items())


def value_bytes(value: DynamoType | dict[str, Any]) -> int:
    """A value alone, without its attribute's name."""
    kind, content = (value.type, value.value) if isinstance(value, DynamoType) else next(iter(value.items()))
    match kind:
        case "N":
            return _number(content)
        case "NS":
            return sum(_number(one) for one in content)
        case "S" | "B":
            return _text(content)
        case "SS" | "BS":
            return sum(_text(one) for one in content)
        case "L":
            return _CONTAINER + sum(_ELEMENT + value_bytes(one) for one in content)
        case "M":
            return _CONTAINER + sum(_ELEMENT + len(name.encode()) + value_bytes(one) for name, one in content.items())
    return 1  # a boolean or null


def _number(text: str) -> int:
    return (significant_digits(text) + 1) // 2 + _NUMBER


def _text(content: str | bytes) -> int:
    return len(content.encode() if isinstance(content, str) else content)
