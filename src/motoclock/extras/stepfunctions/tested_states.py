"""What TestState is asked for: a state, alone or out of a machine, and what can't be tested. Words as recorded from late 2025 on."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from moto.stepfunctions.exceptions import ValidationException

from motoclock.extras.stepfunctions import mocked_results
from motoclock.extras.stepfunctions.definitions import STEPS_NEXT, InvalidDefinition

STATE = "StateName"  # recorded: what the context object calls a state without a name
_CONTEXT = {  # developer guide, input-output-contextobject
    "Execution": ("Id", "Input", "Name", "RedriveCount", "RedriveTime", "RoleArn", "StartTime"),
    "State": ("EnteredTime", "Name", "RetryCount"),
    "StateMachine": ("Id", "Name"),
    "Task": ("Token",),
}
_CONTEXT_TEXTS = ("EnteredTime", "Id", "Name", "RoleArn", "StartTime", "Token")
_TYPES = ("Task", "Wait", "Pass", "Succeed", "Fail", "Choice", "Parallel", "Map")


@dataclass(frozen=True)
class TestRequest:
    """A call of TestState. `definition` is a state, or a machine of which `state_name` names a state at any depth."""

    definition: str
    input: Any = field(default_factory=dict)
    role_arn: str | None = None
    level: str = "INFO"
    state_name: str | None = None
    mock: dict[str, Any] | None = None
    configuration: dict[str, Any] = field(default_factory=dict)
    context: dict[str, Any] = field(default_factory=dict)
    variables: dict[str, Any] = field(default_factory=dict)
    reveals_secrets: bool = False


def checked_state_of(request: TestRequest) -> dict[str, Any]:
    """The state to test. InvalidDefinition or ValidationException for what can't be tested."""
    for name, value in (("context", request.context), ("variables", request.variables)):
        if not isinstance(value, dict):
            raise ValidationException(f"Invalid {name}: it must be a JSON object.")
    if problem := next(_problems_of_context(request.context), None):
        raise ValidationException(f"Invalid Context object provided: {problem}")
    state = _state_of(request)
    mocked_results.check(state, request.mock, request.configuration, request.reveals_secrets)
    if state["Type"] in STEPS_NEXT and "Next" not in state and not state.get("End"):
        raise invalid(
            f"SCHEMA_VALIDATION_FAILED: These fields are required: [Next] or [End] at /States/{request.state_name or STATE}"
        )
    resource = str(state.get("Resource", ""))
    if "Task" in request.context and not (".sync" in resource or resource.endswith(".waitForTaskToken")):
        raise ValidationException(
            "Invalid Context object provided: Context object contains 'Task' when state is not a Task state with a '.sync' or "
            "'.waitForTaskToken' service integration pattern"
        )
    if state["Type"] == "Task" and not request.role_arn and request.mock is None:
        raise ValidationException("RoleArn must be specified when testing a Task state")
    _check_cause(state, request.configuration.get("errorCausedByState"))
    return state


def _problems_of_context(context: dict[str, Any]) -> Iterator[str]:
    """Recorded in December 2025. Modelled: the words for a part that is no object."""
    for part, given in context.items():
        if part == "Map":
            yield "'Map' field is not supported when mocking a Context object"
        elif part not in _CONTEXT:
            yield f"Field '{part}' is not allowed"
        elif not isinstance(given, dict):
            yield f"{part} must be an object"
        else:
            yield from (f"Field '{name}' is not allowed" for name in given if name not in _CONTEXT[part])
            texts = (name for name in _CONTEXT_TEXTS if name in given and not isinstance(given[name], str))
            yield from (f"{part}.{name} must be a string" for name in texts)


def _state_of(request: TestRequest) -> dict[str, Any]:
    try:
        definition = json.loads(request.definition)
    except ValueError as error:
        raise invalid(f"INVALID_JSON_DESCRIPTION: {error}") from None
    if not isinstance(definition, dict):
        raise invalid("SCHEMA_VALIDATION_FAILED: a state is a JSON object at /")
    name = request.state_name or STATE
    if request.state_name is not None:
        named = dict(_named(definition, "JSONPath"))
        if request.state_name not in named:
            raise ValidationException("State not found in definition")
        definition = named[request.state_name]
    if definition.get("Type") not in _TYPES:
        raise invalid(
            f"SCHEMA_VALIDATION_FAILED: The field 'Type' should have one of these values: [{', '.join(_TYPES)}] at "
            f"/States/{name}/Type"
        )
    if definition["Type"] == "Task" and not isinstance(definition.get("Resource"), str):
        raise invalid(
            f"SCHEMA_VALIDATION_FAILED: The field 'Resource' is required and must be a text at /States/{name}"
        )
    if definition["Type"] == "Parallel" and definition.get("Branches") == []:
        raise invalid(f"SCHEMA_VALIDATION_FAILED: Value cannot be empty at /States/{name}/Branches")
    return definition


def _check_cause(state: dict[str, Any], name: str | None) -> None:
    if name is not None and name not in dict(_inside(state, "JSONPath")):
        raise ValidationException("State not found in definition")


def _named(machine: dict[str, Any], language: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """States of a machine by name, those inside of Map and Parallel too, each with the query language that holds for it."""
    language = machine.get("QueryLanguage", language)
    states = machine.get("States")
    for name, state in states.items() if isinstance(states, dict) else ():
        if isinstance(state, dict):
            yield name, {"QueryLanguage": language, **state}
            yield from _inside(state, state.get("QueryLanguage", language))


def _inside(state: dict[str, Any], language: str) -> Iterator[tuple[str, dict[str, Any]]]:
    branches = state.get("Branches")
    for machine in (
        *(branches if isinstance(branches, list) else ()),
        state.get("ItemProcessor"),
        state.get("Iterator"),
    ):
        if isinstance(machine, dict):
            yield from _named(machine, language)


def invalid(reason: str) -> InvalidDefinition:
    return InvalidDefinition(f"Invalid State Machine Definition: '{reason}'")
