"""What AWS refuses in a definition when a state machine is made or changed.

moto's grammar checks each state by itself. Here are the checks between states, and those for express machines, in AWS's words where we
know them. Source: Step Functions developer guide, concepts-amazon-states-language and concepts-standard-vs-express.
"""

import datetime
import json
import re
from collections.abc import Iterator
from typing import Any

from moto.core.exceptions import AWSError

from motoclock.templates import json_refusals

_EXPRESS_LACKS = (".sync", ".sync:2", ".waitForTaskToken")
_DISTRIBUTED_ONLY = (
    "ItemReader",
    "ItemBatcher",
    "ResultWriter",
    "ToleratedFailurePercentage",
    "ToleratedFailureCount",
    "Label",
)
_TOLERANCE = ("ToleratedFailurePercentage", "ToleratedFailureCount")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_TEMPLATES = ("Parameters", "ResultSelector", "ItemSelector", "Assign", "Credentials")
_PATHS_OR_CALLS = ("ErrorPath", "CausePath")
STEPS_NEXT = ("Task", "Pass", "Wait", "Parallel", "Map")


class InvalidDefinition(AWSError):
    TYPE = "InvalidDefinition"


def check_definition(definition: str, is_express: bool) -> None:
    """InvalidDefinition with a reason. The grammar is checked by moto's parser, which this loads."""
    text = definition if definition.strip() else "null"
    try:
        refused = json_refusals.refused(text)
    except ValueError as error:  # nested too deeply
        raise _invalid(f"INVALID_JSON_DESCRIPTION: {error}") from None
    if refused:
        raise _invalid(f"INVALID_JSON_DESCRIPTION: {refused.told}")
    tree = json.loads(text)
    if not isinstance(tree, dict):
        raise _invalid("SCHEMA_VALIDATION_FAILED: Definition must be a valid JSON object")
    missing = [name for name in ("States", "StartAt") if not tree.get(name)]
    if missing:
        raise _invalid(f"SCHEMA_VALIDATION_FAILED: These fields are required: [{', '.join(missing)}] at /")
    problems = [*_problems(tree, "", is_express)]
    if problems:
        raise _invalid(", ".join(problems))
    _parse(definition)


def _parse(definition: str) -> None:
    from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser, ASLParserException

    try:
        AmazonStateLanguageParser.parse(definition)
    except ASLParserException as error:
        raise _invalid(f"SCHEMA_VALIDATION_FAILED: {'; '.join(error.errors)}") from None
    except Exception as error:  # moto's preprocessor raises whatever comes to hand
        raise _invalid(f"SCHEMA_VALIDATION_FAILED: {error}") from None


def _problems(
    machine: dict[str, Any], path: str, is_express: bool, language: str = "JSONPath", whole: str | None = None
) -> Iterator[str]:
    """`language`: of a state that names none. `whole`: that of the whole state machine, which a state may widen and not narrow."""
    states, language = machine.get("States"), machine.get("QueryLanguage", language)
    whole = whole or language
    if not isinstance(states, dict) or not states:
        yield f"SCHEMA_VALIDATION_FAILED: States is required at {path or '/'}"
        return
    if machine.get("StartAt") not in states:
        yield f"MISSING_TRANSITION_TARGET: Missing 'StartAt' target: {machine.get('StartAt')} at {path}/StartAt"
    for name, state in states.items():
        where = f"{path}/States/{name}"
        if not isinstance(state, dict):
            yield f"SCHEMA_VALIDATION_FAILED: a state is a JSON object at {where}"
            continue
        for field, target in _targets(state):
            if target not in states:
                yield f"MISSING_TRANSITION_TARGET: Missing 'Next' target: {target} at {where}/{field}"
        if state.get("Type") in STEPS_NEXT and "Next" not in state and not state.get("End"):
            yield f"SCHEMA_VALIDATION_FAILED: These fields are required: [Next] or [End] at {where}"
        yield from _all_alone_and_last(state, where)
        credentials = state.get("Credentials")
        if isinstance(credentials, dict) and not {"RoleArn", "RoleArn.$"} & set(credentials):
            yield f"SCHEMA_VALIDATION_FAILED: The field 'RoleArn' is required but was missing at {where}/Credentials"
        if state.get("QueryLanguage") == "JSONPath" and whole == "JSONata":
            yield (
                "SCHEMA_VALIDATION_FAILED: 'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine "
                f"at {where}"
            )
        if "Timestamp" in state and not _is_time(state, state.get("QueryLanguage", language)):
            yield f"SCHEMA_VALIDATION_FAILED: String does not match RFC3339 timestamp at {where}/Timestamp"
        if state.get("QueryLanguage", language) == "JSONPath":
            yield from _no_paths(state, where)
        if is_express:
            yield from _not_express(state, where)
        yield from _within(state, where, is_express, language, whole)


def _within(state: dict[str, Any], where: str, is_express: bool, language: str, whole: str) -> Iterator[str]:
    for number, branch in enumerate(state.get("Branches") or []):
        yield from _problems(branch, f"{where}/Branches[{number}]", is_express, language, whole)
    for field in ("ItemProcessor", "Iterator"):
        processor = state.get(field)
        if isinstance(processor, dict):
            config = processor.get("ProcessorConfig") or {}
            inner_express = is_express or config.get("ExecutionType") == "EXPRESS"
            if is_express and config.get("Mode") == "DISTRIBUTED":
                yield f"SCHEMA_VALIDATION_FAILED: Express state machine does not support a distributed Map at {where}"
            tolerant = _TOLERANCE if state.get("QueryLanguage", language) == "JSONata" else ()
            yield from _map_problems(state, where, config.get("Mode") == "DISTRIBUTED", tolerant)
            yield from _problems(processor, f"{where}/{field}", inner_express, language, whole)


def _map_problems(state: dict[str, Any], where: str, is_distributed: bool, tolerant: tuple[str, ...]) -> Iterator[str]:
    """`tolerant`: fields of a distributed Map that an inline one may have all the same, to no effect (recorded in July 2025)."""
    if not is_distributed:
        for name in _DISTRIBUTED_ONLY:
            if name in state and name not in tolerant:
                yield f"SCHEMA_VALIDATION_FAILED: {name} is a field of a distributed Map, and this one is inline at {where}"
    for name, most in (("ToleratedFailurePercentage", 100), ("ToleratedFailureCount", None), ("MaxConcurrency", None)):
        value = state.get(name)
        if isinstance(value, int | float) and (value < 0 or (most is not None and value > most)):
            limits = f"between 0 and {most}" if most else "0 or more"
            yield f"SCHEMA_VALIDATION_FAILED: {name} must be {limits} at {where}/{name}"


def _targets(state: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for field in ("Next", "Default"):
        if field in state:
            yield field, state[field]
    for field in ("Choices", "Catch"):
        for number, rule in enumerate(state.get(field) or []):
            if isinstance(rule, dict) and "Next" in rule:
                yield f"{field}[{number}]/Next", rule["Next"]


def _is_time(state: dict[str, Any], language: str) -> bool:
    """Whether a Timestamp can be one. Words and rule are recorded (December 2024)."""
    text = state["Timestamp"]
    if language == "JSONata" and isinstance(text, str) and text.startswith("{%"):
        return True
    try:
        return _TIME.fullmatch(text) is not None and datetime.datetime.fromisoformat(text) is not None
    except (TypeError, ValueError):
        return False


def _all_alone_and_last(state: dict[str, Any], where: str) -> Iterator[str]:
    """Nothing after States.ALL could ever match."""
    for field in ("Retry", "Catch"):
        rules = state.get(field)
        for number, rule in enumerate(rules[:-1] if isinstance(rules, list) else ()):
            if isinstance(rule, dict) and "States.ALL" in (rule.get("ErrorEquals") or ()):
                yield f"SCHEMA_VALIDATION_FAILED: States.ALL must be in the last of the {field} rules at {where}/{field}[{number}]"


def _no_paths(state: dict[str, Any], where: str) -> Iterator[str]:
    """Fields that take a path or a call of an intrinsic function, and have neither. The words are recorded (February 2025)."""
    for template in _TEMPLATES:
        yield from _no_paths_in(state.get(template), f"{where}/{template}")
    for field in _PATHS_OR_CALLS:
        if isinstance(state.get(field), str):
            yield from _no_path(field, state[field], where)


def _no_paths_in(template: Any, where: str) -> Iterator[str]:
    if isinstance(template, dict):
        for field, value in template.items():
            if field.endswith(".$"):
                yield from _no_path(field, value, where)
            else:
                yield from _no_paths_in(value, f"{where}/{field}")
    elif isinstance(template, list):
        for number, value in enumerate(template):
            yield from _no_paths_in(value, f"{where}[{number}]")


def _no_path(field: str, value: Any, where: str) -> Iterator[str]:
    from motoclock.extras.stepfunctions.intrinsics import parse

    try:
        if not isinstance(value, str):
            raise ValueError("no text")
        if not value.startswith("$"):
            parse(value)
    except ValueError:
        yield (
            f"SCHEMA_VALIDATION_FAILED: The value for the field '{field}' must be a valid JSONPath or a valid intrinsic "
            f"function call at {where}"
        )


def _not_express(state: dict[str, Any], where: str) -> Iterator[str]:
    resource = str(state.get("Resource", ""))
    pattern = next((lack for lack in _EXPRESS_LACKS if resource.endswith(lack)), None)
    if pattern:
        blank = " " * (pattern == ".waitForTaskToken")  # AWS's own slip: recorded in July 2024
        lack = f"Express state machine does not support '{pattern}' service integration{blank}"
        yield f"SCHEMA_VALIDATION_FAILED: {lack} at {where}/Resource"
    if ":activity:" in resource:
        yield f"SCHEMA_VALIDATION_FAILED: Express state machine does not support Activity ARN at {where}/Resource"


def _invalid(reason: str) -> InvalidDefinition:
    return InvalidDefinition(f"Invalid State Machine Definition: '{reason}'")
