"""JSONata, the query language of new state machines, which moto 5.2.5 parses but can't evaluate.

Expressions run on `jsonata-python`, with `$states` and the variables as bindings, and with the functions that Step Functions adds.
Source: Step Functions developer guide, transforming-data. Time and randomness are the world's.
"""

import hashlib
import json
import random
import sys
from functools import lru_cache
from typing import Any

from moto.stepfunctions.parser.api import EvaluationFailedEventDetails, HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.common.string.string_expression import StringJSONata, StringVariableSample
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str

from sevenways.moto_seams.stepfunctions.stand_ins import uuid4
from sevenways.moto_seams.stepfunctions.states import iso
from sevenways.world import the_world

_recursion_limit = sys.getrecursionlimit()
from jsonata import jsonata as library  # noqa: E402
from jsonata.jexception import JException  # noqa: E402
from jsonata.utils import Utils  # noqa: E402

sys.setrecursionlimit(_recursion_limit)  # importing the library raises it for the whole process


class Undefined(ValueError):
    """The expression has no value: a path into nowhere."""


def evaluate(expression: str, bindings: dict[str, Any]) -> Any:
    """The JSON value of a JSONata expression. Undefined without one; JException or ValueError for a mistake."""
    program = compiled(expression)
    library.Jsonata.CURRENT.jsonata = program  # the library's own thread-local, which every evaluation must set
    value = program.evaluate(None, {**_functions(), **{name: _plain(value) for name, value in bindings.items()}})
    if value is None:
        raise Undefined(f"The JSONata expression '{expression}' returned nothing (undefined).")
    if Utils.is_function(value) or library.functions.Functions.is_lambda(value):
        raise ValueError(f"The JSONata expression '{expression}' returned an unsupported result type.")
    return _to_json(Utils.convert_nulls(value))


@lru_cache(maxsize=512)
def compiled(expression: str) -> Any:
    """The expression, read. JException for a mistake in its syntax."""
    program = library.Jsonata(expression)
    program.set_output_convert_nulls(False)  # so that null and undefined differ
    return program


def _plain(value: Any) -> Any:
    """A copy of JSON types only: the context object holds times."""
    return json.loads(to_json_str(value)) if isinstance(value, dict | list) else value


def _to_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _to_json(each) for name, each in value.items()}
    if isinstance(value, list | tuple | range):
        return [_to_json(each) for each in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value


def _functions() -> dict[str, Any]:
    """What Step Functions adds to JSONata, and what must follow the virtual clock and the seed."""
    world = the_world()
    now = world.clock.datetime
    functions = {
        "now": lambda *_: iso(now),
        "millis": lambda: int(now.timestamp() * 1000),
        "random": lambda seed=None: (
            world.random("stepfunctions.random") if seed is None else random.Random(seed)
        ).random(),
        "uuid": lambda: str(uuid4()),
        "hash": _hash,
        "partition": _partition,
        "range": _range,
        "parse": lambda text: json.loads(text),
    }
    return {name: library.Jsonata.JLambda(function) for name, function in functions.items()}


def _hash(text: str, algorithm: str) -> str:
    return hashlib.new(algorithm.replace("-", "").lower(), str(text).encode()).hexdigest()


def _partition(array: list, size: int) -> list:
    return [list(array[start : start + int(size)]) for start in range(0, len(array), int(size))]


def _range(first: float, last: float, step: float) -> list:
    if not step:
        raise ValueError("The step of $range can't be 0.")
    return [first + step * n for n in range(int((last - first) // step) + 1)]


def _bindings(env: Environment, has_states: bool) -> dict[str, Any]:
    store = env.variable_store
    variables = {**store._outer_scope, **store._inner_scope}
    return {**variables, "states": env.states._states_data} if has_states else variables


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
