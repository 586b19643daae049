"""The parts of an item that a projection asks for.

Elements of a list are given back without gaps, in the order of their indexes; what is not there is left out, and so is a map or a list
of which nothing is left. Sources: nubo-db/dynamodb-conformance, tests/tier1/getItem (run on AWS, 2026); answers of DynamoDB Local 3.3.1
(see `rules`).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from moto.dynamodb.models.dynamo_type import DynamoType

Wanted = dict[str | int, Any]  # by name or index, what is wanted below; empty: all of it


def projected(attributes: Mapping[str, DynamoType], paths: Iterable[tuple[str | int, ...]]) -> dict[str, DynamoType]:
    wanted: Wanted = {}
    for path in paths:
        below = wanted
        for part in path:
            below = below.setdefault(part, {})
    return _of_map(attributes, wanted)


def _of_map(values: Mapping[str, DynamoType], wanted: Wanted) -> dict[str, DynamoType]:
    found = {
        name: _part(values[name], below) for name, below in wanted.items() if isinstance(name, str) and name in values
    }
    return {name: value for name, value in found.items() if value is not None}


def _part(value: DynamoType, wanted: Wanted) -> DynamoType | None:
    if not wanted:
        return value
    found: Any = None
    if value.type == "M":
        found = _of_map(value.value, wanted)
    elif value.type == "L":
        indexes = sorted(index for index in wanted if isinstance(index, int) and index < len(value.value))
        parts = [_part(value.value[index], wanted[index]) for index in indexes]
        found = [part for part in parts if part is not None]
    return DynamoType({value.type: found}) if found else None
