"""JSONata in state machines, which moto 5.2.5 parses but can't evaluate: `motoclock.templates.jsonata` does.

The bindings are the variables and `$states`.
"""

import json
from typing import Any

from moto.stepfunctions.parser.api import EvaluationFailedEventDetails, HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.common.string.string_expression import StringJSONata, StringVariableSample
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str

from motoclock.templates.jsonata import JException, Undefined, evaluate


def _plain(value: Any) -> Any:
    """A copy of JSON types only: the context object holds times."""
    return json.loads(to_json_str(value)) if isinstance(value, dict | list) else value


def _bindings(env: Environment, has_states: bool) -> dict[str, Any]:
    store = env.variable_store
    variables = {**store._outer_scope, **store._inner_scope}
    bindings = {**variables, "states": env.states._states_data} if has_states else variables
    return {name: _plain(value) for name, value in bindings.items()}


def _failed(env: Environment, cause: str) -> FailureEventException:
    name = StatesErrorName(StatesErrorNameType.StatesQueryEvaluationError)
    details = EvaluationFailedEventDetails(cause=cause, error=name.error_name)
    event = FailureEvent(
        env, name, HistoryEventType.EvaluationFailed, EventDetails(evaluationFailedEventDetails=details)
    )
    return FailureEventException(event)


def _evaluate_in(env: Environment, expression: str, has_states: bool) -> None:
    try:
        env.stack.append(evaluate(expression, _bindings(env, has_states)))
    except Undefined as undefined:
        raise _failed(env, str(undefined)) from None
    except (JException, ValueError, TypeError, ArithmeticError, LookupError, AttributeError) as error:
        raise _failed(env, f"The JSONata expression '{expression}' threw an error: {error}") from None


def _string_jsonata(self: StringJSONata, env: Environment) -> None:
    _evaluate_in(env, self.expression, True)


def _variable_sample(self: StringVariableSample, env: Environment) -> None:
    """A variable in a JSONPath state, `$name.path`."""
    _evaluate_in(env, self.expression, self.query_language_mode.name == "JSONata")


def change() -> None:
    StringJSONata._eval_body = _string_jsonata
    StringVariableSample._eval_body = _variable_sample
