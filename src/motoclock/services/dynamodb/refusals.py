"""AWS's words for values that it does not take. Which words depends on the operation.

Source: texts recorded on AWS in four Regions, October 2026 (nubo-db/dynamodb-conformance, tests/tier3: value messages by operation),
and architect/dynalite, test/ (recorded earlier). us-east-1 runs the newer layer on single items and queries, the older one on batches
of writes, transactions and scans.
"""

import base64
from collections.abc import Callable
from enum import Enum
from typing import Any

from moto.dynamodb.exceptions import MockValidationException

from motoclock.services.dynamodb.numbers import NumberProblem
from motoclock.services.dynamodb.values import Problem, ValueRefused

_INVALID = "One or more parameter values were invalid: "
_SET_EMPTY = {
    "SS": "An string set  may not be empty",
    "NS": "An number set  may not be empty",
    "BS": "Binary sets should not be empty",
}


class Layer(Enum):
    """Who checks the values of an operation, which is heard in the words."""

    WRITES = "writes"  # newer, each message in an envelope
    READS = "reads"  # newer, bare
    OLDER = "older"


_LAYERS = {
    **dict.fromkeys(("PutItem", "UpdateItem", "DeleteItem"), Layer.WRITES),
    **dict.fromkeys(("BatchWriteItem", "TransactWriteItems", "TransactGetItems", "Scan"), Layer.OLDER),
}


def layer_of(operation: str) -> Layer:
    """Which layer checks the values of an operation. Statements in PartiQL are taken for reads (not recorded)."""
    return _LAYERS.get(operation, Layer.READS)


def refusal(refused: ValueRefused, layer: Layer, placeholder: str | None = None) -> MockValidationException:
    """The ValidationException. `placeholder`: the name in ExpressionAttributeValues under which the value stands."""
    text = _TEXTS[refused.problem](refused, layer)
    if layer is Layer.WRITES:
        text = f"1 validation error detected: {text}"
    elif layer is Layer.OLDER and placeholder is not None:
        text = f"ExpressionAttributeValues contains invalid value: {text} for key {placeholder}"
    return MockValidationException(text)


def empty_key(name: str, kind: str) -> MockValidationException:
    what = "binary" if kind == "B" else "string"
    return MockValidationException(
        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty "
        f"{what} value. Key: {name}"
    )


def too_large(is_update: bool = False) -> MockValidationException:
    return MockValidationException(
        f"Item size {'to update ' if is_update else ''}has exceeded the maximum allowed size"
    )


def _no_number(refused: ValueRefused, layer: Layer) -> str:
    text = "The parameter cannot be converted to a numeric value"
    return text if layer is Layer.OLDER and not refused.content else f"{text}: {refused.content}"


def _duplicates(refused: ValueRefused, layer: Layer) -> str:
    if refused.kind == "NS":
        text = "Input collection contains duplicates"
        return text if layer is Layer.OLDER else f"{_INVALID}{text}."
    members, is_binary = list(refused.content), refused.kind == "BS"
    if layer is not Layer.OLDER:
        members = _up_to_the_repeat(members)
    shown = [base64.b64encode(one).decode() if is_binary else one for one in members]
    quote, comma = ("", ", ") if layer is Layer.OLDER else ('"', "," if is_binary else ", ")
    listed = comma.join(f"{quote}{one}{quote}" for one in shown)
    return f"{_INVALID}Input collection [{listed}]{'of type BS' if is_binary else ''} contains duplicates."


def _up_to_the_repeat(members: list[Any]) -> list[Any]:
    """The newer layer lists what it had seen in order, then the repeat, then the rest as it was sent."""
    seen: set[Any] = set()
    for place, member in enumerate(members):
        if member in seen:
            return sorted(members[:place]) + members[place:]
        seen.add(member)
    return members


_TEXTS: dict[Problem | NumberProblem, Callable[[ValueRefused, Layer], str]] = {
    NumberProblem.NO_NUMBER: _no_number,
    NumberProblem.TOO_LARGE: lambda *_: (
        "Number overflow. Attempting to store a number with magnitude larger than supported range"
    ),
    NumberProblem.TOO_SMALL: lambda *_: (
        "Number underflow. Attempting to store a number with magnitude smaller than supported range"
    ),
    NumberProblem.TOO_PRECISE: lambda *_: "Attempting to store more than 38 significant digits in a Number",
    Problem.NO_TYPE: lambda *_: "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes",
    Problem.MORE_TYPES: lambda *_: (
        "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"
    ),
    Problem.FALSE_NULL: lambda *_: f"{_INVALID}Null attribute value types must have the value of true",
    Problem.EMPTY_SET: lambda refused, _: f"{_INVALID}{_SET_EMPTY[refused.kind]}",
    Problem.DUPLICATES: _duplicates,
}
