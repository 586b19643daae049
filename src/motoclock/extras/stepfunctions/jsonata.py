"""JSONata in state machines, which moto 5.2.5 parses but can't evaluate: `motoclock.templates.jsonata` does.

The bindings are the variables and `$states`.
"""

import json
import re
from typing import Any

from moto.stepfunctions.parser.asl.antlr.runtime.ASLParser import ASLParser
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEventException
from moto.stepfunctions.parser.asl.component.common.query_language import QueryLanguage, QueryLanguageMode
from moto.stepfunctions.parser.asl.component.common.string.string_expression import StringJSONata, StringVariableSample
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.states import States
from moto.stepfunctions.parser.asl.jsonata.jsonata import extract_jsonata_variable_references
from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor
from moto.stepfunctions.parser.asl.static_analyser.variable_references_static_analyser import (
    VariableReferencesStaticAnalyser,
)
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str

from motoclock.extras.stepfunctions.errors import evaluation_failed
from motoclock.templates.jsonata import JException, Undefined, Unsupported, evaluate

_OWN = re.compile(r"(\$\w+)\s*(?:\(|:=)")
_plain_reset = States.reset
_plain_open_scope = Preprocessor._open_query_language_scope
_plain_visit = Preprocessor.visitString_jsonata


def _plain(value: Any) -> Any:
    """A copy of JSON types only: the context object holds times."""
    return json.loads(to_json_str(value)) if isinstance(value, dict | list) else value


def _bindings(env: Environment, has_states: bool) -> dict[str, Any]:
    store = env.variable_store
    variables = {**store._outer_scope, **store._inner_scope}
    bindings = {**variables, "states": _told_of(env.states)} if has_states else variables
    return {name: _plain(value) for name, value in bindings.items()}


def _told_of(states: States) -> dict[str, Any]:
    """A catcher has the error's output and no result, though moto has it for both: recorded in November 2025."""
    data = states._states_data
    return {name: value for name, value in data.items() if name != "result" or "errorOutput" not in data}


def _reset(self: States, input_value: Any) -> None:
    """What is not there yet is undefined, not null: recorded in November 2025."""
    _plain_reset(self, input_value)
    del self._states_data["result"], self._states_data["errorOutput"]


def _failed(env: Environment, cause: str, location: str | None) -> FailureEventException:
    """As recorded: the event's predecessor is that of the state's entry."""
    if location is not None and hasattr(env, "before_entered_id"):
        env.event_history_context.source_event_id = env.before_entered_id
    return evaluation_failed(env, cause, location)


def evaluate_in(env: Environment, expression: str, has_states: bool, location: str | None = None) -> None:
    """The value goes onto the stack. `location`: the field that a failure names."""
    subject = f"The JSONata expression '{expression}'" + (f" specified for the field '{location}'" if location else "")
    try:
        env.stack.append(evaluate(expression, _bindings(env, has_states)))
    except Undefined:
        raise _failed(env, f"{subject} returned nothing (undefined).", location) from None
    except Unsupported:
        raise _failed(env, f"{subject} returned an unsupported result type.", location) from None
    except JException as error:
        why = f"{error.error}: {error}" if error.error and not str(error).startswith(error.error) else str(error)
        raise _failed(env, f"{subject} threw an error during evaluation. {why}", location) from None
    except (ValueError, TypeError, ArithmeticError, LookupError, AttributeError) as error:
        raise _failed(env, f"{subject} threw an error during evaluation. {error}", location) from None


def _string_jsonata(self: StringJSONata, env: Environment) -> None:
    evaluate_in(env, self.expression, True, getattr(self, "location", None))


def _open_scope(self: Preprocessor, tree: Any) -> None:
    """moto refuses a JSONPath state within one of JSONata; AWS does when JSONata is the whole machine's, which `definitions` says."""
    try:
        _plain_open_scope(self, tree)
    except ValueError:
        self._query_language_per_scope.append(QueryLanguage(QueryLanguageMode.JSONPath))


def _visit_jsonata(self: Preprocessor, ctx: Any) -> StringJSONata:
    found = _plain_visit(self, ctx)
    found.location = _location(ctx)
    return found


def _location(ctx: Any) -> str:
    """Where an expression stands in its state, as AWS writes it: "Output/result", "Choices[0]/Condition"."""
    steps: list[str] = []
    while not isinstance(ctx.parentCtx, ASLParser.State_declContext | None):
        parent, children = ctx.parentCtx, [*ctx.parentCtx.getChildren()]
        texts = [child.getText() for child in children[: children.index(ctx)]]
        if "[" in texts:
            steps.insert(0, f"[{texts[texts.index('[') :].count(',')}]")
        if texts[1:2] == [":"]:
            steps.insert(0, f"/{json.loads(texts[0])}")
        ctx = parent
    return "".join(steps).removeprefix("/")


def _variable_sample(self: StringVariableSample, env: Environment) -> None:
    """A variable in a JSONPath state, `$name.path`."""
    evaluate_in(env, self.expression, self.query_language_mode.name == "JSONata")


def _references(self: VariableReferencesStaticAnalyser, ctx: Any) -> None:
    """Variables of an expression: not $states, no function that it calls, no variable that it binds itself."""
    source = ctx.getText()
    own = {name for name in _OWN.findall(source)} | {"$states"}
    for reference in sorted(extract_jsonata_variable_references(source[1:-1]) - own):
        self._put_variable_reference(reference)


def change() -> None:
    States.reset = _reset
    VariableReferencesStaticAnalyser.visitString_jsonata = _references
    Preprocessor.visitString_jsonata = _visit_jsonata
    Preprocessor._open_query_language_scope = _open_scope
    StringJSONata._eval_body = _string_jsonata
    StringVariableSample._eval_body = _variable_sample
