"""Paths that lead nowhere fail the execution with States.Runtime, in AWS's words for each field.

moto takes a Choice's absent variable for false, doesn't say which argument of a function was missing, and writes inputs with blanks.
Source: answers of AWS recorded in January and February 2025 for InputPath, OutputPath, TimeoutSecondsPath and payload templates; a
Choice's words and those of a function's argument as users quote them from AWS (aws-cdk and floci issues, 2024 to 2026).
"""

from typing import Any

from moto.stepfunctions.parser.asl.component.common.assign.assign_template_binding import (
    AssignTemplateBindingStringExpressionSimple,
)
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEventException
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.common.path.input_path import InputPath
from moto.stepfunctions.parser.asl.component.common.path.output_path import OutputPath
from moto.stepfunctions.parser.asl.component.common.path.result_path import ResultPath
from moto.stepfunctions.parser.asl.component.common.string.string_expression import (
    JSONPATH_ROOT_PATH,
    StringContextPath,
    StringIntrinsicFunction,
    StringJsonPath,
)
from moto.stepfunctions.parser.asl.component.common.timeouts.heartbeat import HeartbeatSecondsPath
from moto.stepfunctions.parser.asl.component.common.timeouts.timeout import TimeoutSecondsPath
from moto.stepfunctions.parser.asl.component.intrinsic.argument.argument import ArgumentContextPath
from moto.stepfunctions.parser.asl.component.state.choice.comparison.comparison_operator_type import (
    ComparisonOperatorType,
)
from moto.stepfunctions.parser.asl.component.state.choice.comparison.comparison_variable import ComparisonVariable
from moto.stepfunctions.parser.asl.component.state.choice.comparison.variable import NoSuchVariable, Variable
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.utils import json_path
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str
from moto.stepfunctions.parser.asl.utils.json_path import NoSuchJsonPathError

from motoclock.extras.stepfunctions.errors import failure
from motoclock.extras.stepfunctions.stand_ins import copy_json

_plain_result_path = ResultPath._eval_body
_RUNTIME = StatesErrorNameType.StatesRuntime


def not_found(env: Environment, missing: NoSuchJsonPathError) -> FailureEventException:
    """Of a path in a field of a payload template, e.g. "orderId.$", or in a field like ErrorPath."""
    cause = (
        f"The JSONPath '{missing.json_path}' specified for the field '{env.next_field_name}' "
        f"could not be found in the input '{_text(missing.data)}'"
    )
    return failure(env, _RUNTIME, cause)


def _invalid(env: Environment, missing: NoSuchJsonPathError) -> FailureEventException:
    """Of a path that is a field by itself: where its way through the data ends."""
    steps = missing.json_path.lstrip("$").lstrip(".").split(".")
    value, way = missing.data, "$"
    for number, step in enumerate(steps):
        way += f"['{step}']"
        if not isinstance(value, dict) or step not in value:
            is_last = number == len(steps) - 1
            why = f"No results for path: {way}" if is_last else f"Missing property in path {way}"
            return failure(env, _RUNTIME, f"Invalid path '{missing.json_path}' : {why}")
        value = value[step]
    return failure(env, _RUNTIME, f"Invalid path '{missing.json_path}' : No results for path: {way}")


def _text(value: Any) -> str:
    return to_json_str(value, separators=(",", ":"))


def _context_path(self: StringContextPath, env: Environment) -> None:
    context = env.states.context_object.context_object_data
    try:
        value = context if self.json_path == JSONPATH_ROOT_PATH else json_path.extract_json(self.json_path, context)
    except NoSuchJsonPathError as missing:
        raise NoSuchJsonPathError(self.context_object_path, missing.data) from None
    env.stack.append(copy_json(value))


def _context_argument(self: ArgumentContextPath, env: Environment) -> Any:
    try:
        return json_path.extract_json(self.json_path, env.states.context_object.context_object_data)
    except NoSuchJsonPathError as missing:
        raise NoSuchJsonPathError(f"${self.json_path}", missing.data) from None


def _input_path(self: InputPath, env: Environment) -> None:
    if self.string_sampler is None:
        env.stack.append({})
        return
    if isinstance(self.string_sampler, StringJsonPath):
        env.stack.append(env.states.get_input())
    try:
        self.string_sampler.eval(env=env)
    except NoSuchJsonPathError as missing:
        raise _invalid(env, missing) from None


def _output_path(self: OutputPath, env: Environment) -> None:
    if self.string_sampler is None:
        env.states.reset(input_value={})
        return
    try:
        self.string_sampler.eval(env=env)
    except NoSuchJsonPathError as missing:
        raise _invalid(env, missing) from None
    env.states.reset(env.stack.pop())


def _result_path(self: ResultPath, env: Environment) -> None:
    """A step into what is no object has nowhere to put the result. Source: developer guide, concepts-error-handling."""
    steps = (self.result_path_src or JSONPATH_ROOT_PATH).split(".")[1:]
    value = env.states.get_input()
    for step in steps:
        if not isinstance(value, dict | list):
            cause = f'Unable to apply step "{step}" to input {_text(value)}'
            raise failure(env, StatesErrorNameType.StatesResultPathMatchFailure, cause)
        if not isinstance(value, dict) or step not in value:
            break
        value = value[step]
    _plain_result_path(self, env)


def _seconds(self: Any, env: Environment) -> int:
    """Of TimeoutSecondsPath and HeartbeatSecondsPath."""
    try:
        self.string_sampler.eval(env=env)
    except NoSuchJsonPathError as missing:
        raise _invalid(env, missing) from None
    seconds = env.stack.pop()
    if not isinstance(seconds, int) or isinstance(seconds, bool) or seconds <= 0:
        name, path = type(self).__name__, self.string_sampler.literal_value
        raise failure(
            env, _RUNTIME, f"The {name} parameter must reference a positive whole number: {path} == {_text(seconds)}"
        )
    return seconds


def _variable(self: Variable, env: Environment) -> None:
    try:
        self.string_sampler.eval(env=env)
        value = env.stack.pop()
    except (NoSuchJsonPathError, FailureEventException):  # the latter: an unassigned variable
        value = NoSuchVariable(self.string_sampler.literal_value)
    env.stack.append(value)


def _compare(self: ComparisonVariable, env: Environment) -> None:
    """IsPresent alone may look for what is not there."""
    self.variable.eval(env)
    path = self.variable.string_sampler.literal_value
    if (
        isinstance(env.stack[-1], NoSuchVariable)
        and self.comparison_function.operator_type != ComparisonOperatorType.IsPresent
    ):
        raise _invalid_choice(env, path)
    try:
        self.comparison_function.eval(env)
    except NoSuchJsonPathError as missing:
        raise _invalid_choice(env, missing.json_path) from None


def _invalid_choice(env: Environment, path: str) -> FailureEventException:
    cause = f"Invalid path '{path}': The choice state's condition path references an invalid value."
    return failure(env, _RUNTIME, cause)


def _intrinsic(self: StringIntrinsicFunction, env: Environment) -> None:
    """The cause names the whole expression, also when an inner call failed."""
    try:
        self.function.eval(env=env)
    except FailureEventException:
        raise
    except NoSuchJsonPathError as missing:
        why = (
            f"The JsonPath argument for the field '{missing.json_path}' could not be found in the input "
            f"'{_text(missing.data)}'"
        )
        raise failure(env, _RUNTIME, _of_function(self, why)) from None
    except Exception as error:
        raise failure(env, StatesErrorNameType.StatesIntrinsicFailure, _of_function(self, str(error))) from error


def _of_function(function: StringIntrinsicFunction, why: str) -> str:
    return f"The function '{function.intrinsic_function_derivation}' had the following error: {why}"


def _name_of_binding(self: AssignTemplateBindingStringExpressionSimple) -> str:
    """Of a field of Assign or ItemSelector, as the definition has it."""
    return f"{self.identifier.removesuffix('.$')}.$"


def change() -> None:
    AssignTemplateBindingStringExpressionSimple._field_name = _name_of_binding
    StringContextPath._eval_body = _context_path
    ArgumentContextPath._eval_argument = _context_argument
    InputPath._eval_body = _input_path
    OutputPath._eval_body = _output_path
    ResultPath._eval_body = _result_path
    TimeoutSecondsPath._eval_seconds = _seconds
    HeartbeatSecondsPath._eval_seconds = _seconds
    Variable._eval_body = _variable
    ComparisonVariable._eval_body = _compare
    StringIntrinsicFunction._eval_body = _intrinsic
