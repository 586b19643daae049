"""What TestState takes for the mock of a state, in AWS's words. Recorded in December 2025 and January 2026.

A mocked result is compared with the API's own shapes from botocore's model. STRICT asks for what is required and for the right types,
PRESENT for the right types of what is there, NONE for nothing. Modelled: results of .sync and .waitForTaskToken are not compared.
"""

import json
from collections.abc import Iterator
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape
from moto.stepfunctions.exceptions import ValidationException

from motoclock.extras.stepfunctions.definitions import InvalidDefinition
from motoclock.extras.stepfunctions.sdk import member_name
from motoclock.extras.stepfunctions.shapes import operation_of

_TAKE_NO_MOCK = ("Pass", "Fail", "Succeed", "Wait", "Choice")
_NUMBERS = ("integer", "long", "float", "double")


def check(
    state: dict[str, Any], mock: dict[str, Any] | None, configuration: dict[str, Any], reveals_secrets: bool
) -> None:
    """ValidationException or InvalidDefinition for a mock, or a lack of one, that doesn't suit the state."""
    type_ = state.get("Type")
    if mock is None:
        if configuration.get("mapIterationFailureCount") is not None:
            raise ValidationException(
                "TestState does not support MapIterationFailureCount when a mock is not specified."
            )
        if type_ in ("Map", "Parallel"):
            raise InvalidDefinition(
                "TestState API does not support Map or Parallel states. Supported state types include: "
                "[Task, Wait, Pass, Succeed, Fail, Choice]"
            )
        return
    if mock.get("result") is not None and mock.get("errorOutput") is not None:
        raise ValidationException("A test mock should have only one of the following fields: [result, errorOutput].")
    if reveals_secrets:
        raise ValidationException("TestState does not support RevealSecrets when a mock is specified.")
    if type_ in _TAKE_NO_MOCK:
        raise ValidationException(f"State type '{type_}' is not supported when a mock is specified")
    if mock.get("result") is not None:
        _check_result(state, _value(mock["result"]), mock.get("fieldValidationMode") or "STRICT", configuration)


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise ValidationException("Mocked result must be valid JSON") from None


def _check_result(state: dict[str, Any], result: Any, mode: str, configuration: dict[str, Any]) -> None:
    if state["Type"] == "Parallel":
        if not isinstance(result, list):
            raise ValidationException("Mocked result must be an array.")
        if len(result) != len(state.get("Branches") or ()):
            raise ValidationException(
                "Mocked result must contain the same number of items as number of Parallel branches."
            )
    elif state["Type"] == "Map":
        if "ResultWriter" in state and not isinstance(result, dict):
            raise ValidationException("Mocked result must be a JSON object.")
        if "ResultWriter" not in state and not isinstance(result, list):
            raise ValidationException("Mocked result must be an array.")
        failures = configuration.get("mapIterationFailureCount") or 0
        if isinstance(result, list) and failures > len(result):
            raise ValidationException(
                "Map iteration failure count must be less than or equal to the number of Map iterations"
            )
    elif mode != "NONE" and (shape := _output_shape(state.get("Resource", ""))) is not None:
        problem = next(_problems(result, shape, mode == "STRICT"), None)
        if problem:
            raise ValidationException(f"Mock result schema validation error: {problem}")


def _output_shape(resource: str) -> StructureShape | None:
    """Of the API that an integration calls; None for a function, an activity and a pattern that waits."""
    parts = resource.removeprefix("arn:aws:states:::").split(":")
    if not resource.startswith("arn:aws:states:::") or "." in parts[-1] or parts[0] == "http":
        return None
    service, action = parts[-2:]
    operation = operation_of({"states": "stepfunctions"}.get(service, service), action)
    return operation.output_shape if operation is not None else None


def _problems(value: Any, shape: Shape, is_strict: bool, name: str = "") -> Iterator[str]:
    if isinstance(shape, StructureShape):
        if not isinstance(value, dict):
            yield f"Field '{name}' must be an object"
            return
        members = {member_name(each): member for each, member in shape.members.items()}
        for required in shape.required_members if is_strict else ():
            if member_name(required) not in value:
                yield f"Required field '{member_name(required)}' is missing"
        for key, member in members.items():
            if key in value and not (
                key == "Payload" and member.type_name == "blob"
            ):  # a function's answer is any JSON
                yield from _problems(value[key], member, is_strict, key)
    elif isinstance(shape, ListShape):
        if not isinstance(value, list):
            yield f"Field '{name}' must be an array"
            return
        for each in value:
            yield from _problems(each, shape.member, is_strict, name)
    elif isinstance(shape, MapShape):
        if not isinstance(value, dict):
            yield f"Field '{name}' must be an object"
            return
        for key, each in value.items():
            yield from _problems(each, shape.value, is_strict, key)
    else:
        yield from _scalar_problems(value, shape, name)


def _scalar_problems(value: Any, shape: Shape, name: str) -> Iterator[str]:
    if shape.type_name in _NUMBERS:
        if not isinstance(value, int | float) or isinstance(value, bool):
            yield f"Field '{name}' must be a number"
        elif "min" in shape.metadata and value < shape.metadata["min"]:
            yield f"Field '{name}' is less than the minimum value"
        elif "max" in shape.metadata and value > shape.metadata["max"]:
            yield f"Field '{name}' exceeds the maximum value"
    elif shape.type_name == "boolean":
        if not isinstance(value, bool):
            yield f"Field '{name}' must be a boolean"
    elif not isinstance(value, str):
        yield f"Field '{name}' must be a string"
    elif shape.type_name == "blob" and len(value) < shape.metadata.get("min", 0):
        yield f"Field '{name}' is smaller than the minimum length"
    elif isinstance(shape, StringShape) and shape.enum and value not in shape.enum:
        yield f"Field '{name}' is not an expected value"
