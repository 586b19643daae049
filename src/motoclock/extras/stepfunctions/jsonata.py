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
from moto.stepfunctions.parser.asl.antlr.runtime.ASLParser import ASLParser
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str

from motoclock.templates.jsonata import JException, Undefined, Unsupported, evaluate

_plain_visit = Preprocessor.visitString_jsonata


def _plain(value: Any) -> Any:
    """A copy of JSON types only: the context object holds times."""
    return json.loads(to_json_str(value)) if isinstance(value, dict | list) else value


def _bindings(env: Environment, has_states: bool) -> dict[str, Any]:
    store = env.variable_store
    variables = {**store._outer_scope, **store._inner_scope}
    bindings = {**variables, "states": env.states._states_data} if has_states else variables
    return {name: _plain(value) for name, value in bindings.items()}


def evaluation_failed(env: Environment, cause: str, location: str | None) -> FailureEventException:
    """States.QueryEvaluationError of the present state, and its event in the history: recorded in 2025."""
    name = StatesErrorName(StatesErrorNameType.StatesQueryEvaluationError)
    details = EvaluationFailedEventDetails(cause=cause, error=name.error_name)
    if location:
        details["location"] = location
    event = FailureEvent(
        env, name, HistoryEventType.EvaluationFailed, EventDetails(evaluationFailedEventDetails=details)
    )
    failed = FailureEventException(event)
    shown = EventDetails(evaluationFailedEventDetails=failed.get_evaluation_failed_event_details())
    env.event_manager.add_event(env.event_history_context, HistoryEventType.EvaluationFailed, shown)
    return failed


def _evaluate_in(env: Environment, expression: str, has_states: bool, location: str | None = None) -> None:
    subject = f"The JSONata expression '{expression}'" + (f" specified for the field '{location}'" if location else "")
    try:
        env.stack.append(evaluate(expression, _bindings(env, has_states)))
    except Undefined:
        raise evaluation_failed(env, f"{subject} returned nothing (undefined).", location) from None
    except Unsupported:
        raise evaluation_failed(env, f"{subject} returned an unsupported result type.", location) from None
    except JException as error:
        why = f"{error.error}: {error}" if error.error and not str(error).startswith(error.error) else str(error)
        raise evaluation_failed(env, f"{subject} threw an error during evaluation. {why}", location) from None
    except (ValueError, TypeError, ArithmeticError, LookupError, AttributeError) as error:
        raise evaluation_failed(env, f"{subject} threw an error during evaluation. {error}", location) from None


def _string_jsonata(self: StringJSONata, env: Environment) -> None:
    _evaluate_in(env, self.expression, True, getattr(self, "location", None))


def _visit_jsonata(self: Preprocessor, ctx: Any) -> StringJSONata:
    found = _plain_visit(self, ctx)
    found.location = _location(ctx)
    return found


def _location(ctx: Any) -> str:
    """Where an expression stands in its state, as AWS writes it: "Output/result", "Choices[0]/Condition"."""
    steps: list[str] = []
    while ctx.parentCtx is not None and not isinstance(ctx, ASLParser.State_declContext):
        parent, texts = ctx.parentCtx, [child.getText() for child in ctx.parentCtx.getChildren()]
        if texts[0] == "[":
            steps.insert(0, f"[{texts[: [*parent.getChildren()].index(ctx)].count(',')}]")
        elif len(texts) > 2 and texts[1] == ":" and not isinstance(parent, ASLParser.State_declContext):
            steps.insert(0, f"/{json.loads(texts[0])}")
        ctx = parent
    return "".join(steps).removeprefix("/")


def _variable_sample(self: StringVariableSample, env: Environment) -> None:
    """A variable in a JSONPath state, `$name.path`."""
    _evaluate_in(env, self.expression, self.query_language_mode.name == "JSONata")


def change() -> None:
    Preprocessor.visitString_jsonata = _visit_jsonata
    StringJSONata._eval_body = _string_jsonata
    StringVariableSample._eval_body = _variable_sample
