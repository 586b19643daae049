"""What a service's model demands and boto3 does not check before it sends: patterns, enumerations, lengths and ranges.

Read from botocore's service models. What error a broken constraint becomes is the service's own: `ModelConstraints` answers as AWS's
JSON services do, before they look at anything else (moto looks at none); the new event buses have `eventbridgev2.constraints`.
Modelled: a pattern that Python's `re` can't read is not checked.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from botocore.model import Shape
from moto.core.exceptions import JsonRESTError
from moto.core.responses import TYPE_RESPONSE, BaseResponse, get_service_model

_ANY_CASE = frozenset({"ConnectionOAuthHttpMethod"})  # recorded in December 2024: "put" is taken
_SCALARS = frozenset({"string", "integer", "long"})
_UNPUBLISHED_MEMBERS = {"PutEventsRequestEntry": ("kmsKeyIdentifier", "internalMetadata")}  # recorded in January 2025
_ENUM_ORDERS = {  # AWS tells these in another order than its model has them: recorded from March 2024 to November 2025
    "ApiDestinationHttpMethod": ("HEAD", "POST", "PATCH", "DELETE", "PUT", "GET", "OPTIONS"),
    "EventSourcePosition": ("LATEST", "AT_TIMESTAMP", "TRIM_HORIZON"),
    "ExecutionStatus": ("SUCCEEDED", "TIMED_OUT", "PENDING_REDRIVE", "ABORTED", "FAILED", "RUNNING"),
    "InvokeMode": ("RESPONSE_STREAM", "BUFFERED"),
    "RecursiveLoop": ("Terminate", "Allow"),
}


@dataclass(frozen=True, slots=True)
class Broken:
    """A value that the model forbids, and what it must do and does not. `path` is as AWS writes it; a value of None is missing."""

    path: str
    value: Any
    shape: Shape
    must: str

    def clause(self, shown: str) -> str:
        """AWS's words; `shown` is how the service shows the value."""
        return f"Value{shown} at '{self.path}' failed to satisfy constraint: Member must {self.must}"


def broken(
    shape: Shape, value: Any, looks_into: Callable[[str, Shape], bool] = lambda name, shape: True, path: str = ""
) -> Iterator[Broken]:
    """Each value in a request that breaks a rule of its shape, in the order of the model.

    `looks_into` says of each member of a structure, by its name and shape, whether its value is checked.
    """
    if rules := list(_rules_broken(shape, value)):
        yield from (Broken(path, value, shape, must) for must in rules)
    elif shape.type_name == "structure" and isinstance(value, dict):
        for name in shape.required_members:
            if value.get(name) is None:
                yield Broken(_below(path, name), None, shape.members[name], "not be null")
        for name, member in shape.members.items():
            if value.get(name) is not None and looks_into(name, member):
                yield from broken(member, value[name], looks_into, _below(path, name))
    elif shape.type_name == "list" and shape.member.type_name in _SCALARS:
        if any(list(_rules_broken(shape.member, element)) for element in value):
            demands = [f"Member must {must}" for must in _demanded(shape.member, not_null="." not in path)]
            yield Broken(path, value, shape, f"satisfy constraint: [{', '.join(demands)}]")
    elif shape.type_name == "list":
        for number, element in enumerate(value, 1):
            yield from broken(shape.member, element, looks_into, f"{path}.{number}.member")
    elif shape.type_name == "map":
        for key, element in value.items():
            yield from broken(shape.key, key, looks_into, f"{path}.key")
            yield from broken(shape.value, element, looks_into, f"{path}.{key}")


def detected(clauses: list[str]) -> str:
    """The message of the error that tells of these."""
    return f"{len(clauses)} validation error{'s' * (len(clauses) > 1)} detected: {'; '.join(clauses)}"


def _rules_broken(shape: Shape, value: Any) -> Iterator[str]:
    """What the value must do, and does not. AWS tells all of it, the pattern first (recorded in January 2025, of EventBridge)."""
    rules, is_number = shape.metadata, shape.type_name in ("integer", "long")
    if rules.get("union") and isinstance(value, dict) and sum(member is not None for member in value.values()) != 1:
        yield f"have exactly one of [{', '.join(shape.members)}]"
    if "enum" in rules and value not in rules["enum"] and not _in_any_case(shape, value):
        yield one_of(shape)
        return
    if isinstance(value, str) and "pattern" in rules:
        pattern = _compiled(rules["pattern"])
        if pattern is not None and not pattern.fullmatch(value):
            yield f"satisfy regular expression pattern: {rules['pattern']}"
    size = value if is_number else len(value) if isinstance(value, str | bytes | list | dict) else None
    if size is not None:
        what = "value" if is_number else "length"
        if size > rules.get("max", size):
            yield f"have {what} less than or equal to {rules['max']}"
        if size < rules.get("min", size):
            yield f"have {what} greater than or equal to {rules['min']}"


def _demanded(shape: Shape, not_null: bool) -> Iterator[str]:
    """All that AWS asks of each element of a list, which it tells when one breaks any of it: recorded in November 2025, of Lambda.

    Modelled: of the lists within a structure it leaves the last out, as of the subnets and security groups of a function.
    """
    rules = shape.metadata
    if "max" in rules:
        yield f"have length less than or equal to {rules['max']}"
        yield f"have length greater than or equal to {rules.get('min', 0)}"
    if "enum" in rules:
        yield one_of(shape)
    if "pattern" in rules:
        yield f"satisfy regular expression pattern: {rules['pattern']}"
    if not_null:
        yield "not be null"


def _in_any_case(shape: Shape, value: Any) -> bool:
    return shape.name in _ANY_CASE and str(value).upper() in shape.metadata["enum"]


def one_of(shape: Shape) -> str:
    """What a value of an enumeration must be."""
    order = _ENUM_ORDERS.get(shape.name, ())
    values = sorted(shape.metadata["enum"], key=lambda value: order.index(value) if value in order else len(order))
    return f"satisfy enum value set: [{', '.join(values)}]"


@cache
def _compiled(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern)
    except re.error:
        return None


def _below(path: str, name: str) -> str:
    member = name[:1].lower() + name[1:]
    return f"{path}.{member}" if path else member


# ------------------------------------------------------------------ AWS's JSON services


class ModelConstraints(BaseResponse):
    """A mixin before a moto response class: a request that breaks its service's model is refused with a ValidationException."""

    def call_action(self) -> TYPE_RESPONSE:
        self.parse_parameters(self.normalized_request)
        clauses = list(broken_constraints(self.boto3_service_name, self._get_action(), self.params))
        if not clauses:
            return super().call_action()
        error = refusal(clauses)
        return 400, {**self.response_headers, "status": "400"}, error.description


def broken_constraints(service: str, operation: str, parameters: dict[str, Any]) -> Iterator[str]:
    """One clause for each value that the model of the operation forbids, in AWS's words.

    What is missing, boto3 has said, or moto says. Modelled: maps are not looked into.
    """
    shape = get_service_model(service).operation_model(operation).input_shape
    found = broken(shape, parameters, is_checked) if shape is not None else ()
    yield from (one.clause(shown(one)) for one in found if one.value is not None)


def refusal(clauses: list[str], code: str = "ValidationException") -> JsonRESTError:
    """The error that AWS answers with."""
    return JsonRESTError(code, detected(clauses))


def is_checked(name: str, shape: Shape) -> bool:
    return name != "EventPattern" and shape.type_name != "map"  # the matching room has more telling words for patterns


def shown(one: Broken) -> str:
    """The value as AWS shows it, structures with each member of their model: recorded from January 2025 to February 2026."""
    return f" '{_as_java(one.value, one.shape)}'"


def _as_java(value: Any, shape: Shape) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if shape.type_name == "list":
        return f"[{', '.join(_as_java(element, shape.member) for element in value)}]"
    if shape.type_name != "structure":
        return str(value)
    members = [(_below("", name), _as_java(value.get(name), member)) for name, member in shape.members.items()]
    members += [(name, "null") for name in _UNPUBLISHED_MEMBERS.get(shape.name, ())]
    return f"{shape.name}({', '.join(f'{name}={told}' for name, told in members)})"
