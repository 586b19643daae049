"""What the service model says of each member of a request, and botocore does not check before it sends."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from botocore.model import Shape, StructureShape

from sevenways.moto_seams.eventbridgev2.errors import InvalidInputException


def check(given: Mapping[str, Any], shape: StructureShape, path: str = "") -> None:
    """InvalidInputException for the first member that breaks a rule of its shape: required, enum, length, range, pattern."""
    if shape.metadata.get("union") and sum(value is not None for value in given.values()) != 1:
        raise InvalidInputException(f"{path}: exactly one of {', '.join(shape.members)} must be set.")
    for name in shape.required_members:
        if given.get(name) is None:
            raise _failed(given.get(name), _below(path, name), "Member must not be null")
    for name, value in given.items():
        if value is not None and name in shape.members:
            _check_value(value, shape.members[name], _below(path, name))


def _check_value(value: Any, shape: Shape, path: str) -> None:
    if shape.type_name == "structure":
        check(value, shape, path)
        return
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    measured = value if shape.type_name in ("integer", "long") else len(value) if hasattr(value, "__len__") else None
    what = "value" if shape.type_name in ("integer", "long") else "length"
    if measured is not None and low is not None and measured < low:
        raise _failed(value, path, f"Member must have {what} greater than or equal to {low}")
    if measured is not None and high is not None and measured > high:
        raise _failed(value, path, f"Member must have {what} less than or equal to {high}")
    if (enum := getattr(shape, "enum", None)) and value not in enum:
        raise _failed(value, path, f"Member must satisfy enum value set: [{', '.join(enum)}]")
    pattern = shape.metadata.get("pattern")
    if pattern and not _compiled(pattern).fullmatch(value):
        raise _failed(value, path, f"Member must satisfy regular expression pattern: {pattern}")
    if shape.type_name == "list":
        for number, member in enumerate(value, 1):
            _check_value(member, shape.member, f"{path}.{number}.member")
    elif shape.type_name == "map":
        for key, member in value.items():
            _check_value(key, shape.key, f"{path}.key")
            _check_value(member, shape.value, f"{path}.{key}")


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _below(path: str, name: str) -> str:
    member = name[:1].lower() + name[1:]
    return f"{path}.{member}" if path else member


def _failed(value: Any, path: str, constraint: str) -> InvalidInputException:
    shown = "" if isinstance(value, dict | list | bytes) or value is None else f" '{value}'"
    return InvalidInputException(
        f"1 validation error detected: Value{shown} at '{path}' failed to satisfy constraint: {constraint}"
    )
