"""What a service's model demands and boto3 does not check before it sends: patterns, enumerations, greatest lengths and values.

AWS's JSON services refuse what breaks one with a ValidationException, before they look at anything else; moto looks at none.
Read from botocore's service models. Modelled: a pattern that Python's `re` can't read is not checked.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from botocore.model import Shape
from moto.core.exceptions import JsonRESTError
from moto.core.responses import TYPE_RESPONSE, BaseResponse, get_service_model

_NOT_HERE = frozenset({"EventPattern"})  # the matching room has AWS's more telling words for these


class ModelConstraints(BaseResponse):
    """A mixin before a moto response class: a request that breaks its service's model is refused."""

    def call_action(self) -> TYPE_RESPONSE:
        self.parse_parameters(self.normalized_request)
        broken = list(broken_constraints(self.boto3_service_name, self._get_action(), self.params))
        if not broken:
            return super().call_action()
        error = refusal(broken)
        return 400, {**self.response_headers, "status": "400"}, error.description


def broken_constraints(service: str, operation: str, parameters: dict[str, Any]) -> Iterator[str]:
    """One clause for each value that the model of the operation forbids, in AWS's words."""
    shape = get_service_model(service).operation_model(operation).input_shape
    if shape is not None:
        yield from _broken(shape, parameters, "")


def refusal(broken: list[str], code: str = "ValidationException") -> JsonRESTError:
    """The error that AWS answers with."""
    errors = "error" if len(broken) == 1 else "errors"
    return JsonRESTError(code, f"{len(broken)} validation {errors} detected: {'; '.join(broken)}")


def _broken(shape: Shape, value: Any, path: str) -> Iterator[str]:
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            if isinstance(value, dict) and value.get(name) is not None and name not in _NOT_HERE:
                yield from _broken(member, value[name], f"{path}.{_lower(name)}" if path else _lower(name))
        return
    wrong = _constraint(shape, value)
    if wrong:
        shown = f"[{shape.member.name}]" if shape.type_name == "list" else value
        yield f"Value '{shown}' at '{path}' failed to satisfy constraint: Member must {wrong}"
    elif shape.type_name == "list":
        for number, element in enumerate(value, 1):
            yield from _broken(shape.member, element, f"{path}.{number}.member")


def _constraint(shape: Shape, value: Any) -> str | None:
    """What the value must do, and does not."""
    rules, is_number = shape.metadata, shape.type_name in ("integer", "long")
    if "enum" in rules and value not in rules["enum"]:
        return f"satisfy enum value set: [{', '.join(rules['enum'])}]"
    size = value if is_number else len(value) if isinstance(value, str | list) else None
    if size is not None:
        what = "value" if is_number else "length"
        if size > rules.get("max", size):
            return f"have {what} less than or equal to {rules['max']}"
        if size < rules.get("min", size):
            return f"have {what} greater than or equal to {rules['min']}"
    if isinstance(value, str) and "pattern" in rules:
        pattern = _compiled(rules["pattern"])
        if pattern is not None and not pattern.fullmatch(value):
            return f"satisfy regular expression pattern: {rules['pattern']}"
    return None


@cache
def _compiled(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern)
    except re.error:
        return None


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]
