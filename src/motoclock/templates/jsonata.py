"""JSONata, the query language of new state machines and of the subscribers of custom buses.

Expressions run on `jsonata-python`, with the functions that Step Functions adds. Source: Step Functions developer guide,
transforming-data. Time, randomness and ids are the world's. The library is heavy and few need it: import this module late.
"""

import hashlib
import json
import random
import sys
from functools import lru_cache
from typing import Any

from moto.moto_api._internal import mock_random

from motoclock.world import the_world

__all__ = ["JException", "Undefined", "Unsupported", "compiled", "evaluate"]

_recursion_limit = sys.getrecursionlimit()
from jsonata import jsonata as library  # noqa: E402
from jsonata.jexception import JException  # noqa: E402
from jsonata.utils import Utils  # noqa: E402

sys.setrecursionlimit(_recursion_limit)  # importing the library raises it for the whole process


class Undefined(ValueError):
    """The expression has no value: a path into nowhere."""


class Unsupported(ValueError):
    """The expression's value is a function, which JSON can't hold."""


def evaluate(expression: str, bindings: dict[str, Any]) -> Any:
    """The JSON value of a JSONata expression, given bindings of JSON types.

    Undefined when it has none; JException or ValueError for a mistake.
    """
    program = compiled(expression)
    library.Jsonata.CURRENT.jsonata = program  # the library's own thread-local, which every evaluation must set
    given = {name: Utils.NULL_VALUE if value is None else value for name, value in bindings.items()}  # null is a value
    value = program.evaluate(None, {**_functions(), **given})
    if value is None:
        raise Undefined(f"The JSONata expression '{expression}' returned nothing (undefined).")
    if Utils.is_function(value) or library.functions.Functions.is_lambda(value):
        raise Unsupported(f"The JSONata expression '{expression}' returned an unsupported result type.")
    return _to_json(Utils.convert_nulls(value))


@lru_cache(maxsize=512)
def compiled(expression: str) -> Any:
    """The expression, read. JException for a mistake in its syntax."""
    program = library.Jsonata(expression)
    program.set_output_convert_nulls(False)  # so that null and undefined differ
    return program


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
        "now": lambda *_: f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond // 1000:03d}Z",
        "millis": lambda: int(now.timestamp() * 1000),
        "random": lambda seed=None: (
            world.random("stepfunctions.random") if seed is None else random.Random(seed)
        ).random(),
        "uuid": lambda: str(mock_random.uuid4()),
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
    """A sequence: of one number it is that number (recorded in November 2024)."""
    if not step:
        raise ValueError("The step of $range can't be 0.")
    found = Utils.create_sequence()
    found.extend(first + step * n for n in range(int((last - first) // step) + 1))
    return found
