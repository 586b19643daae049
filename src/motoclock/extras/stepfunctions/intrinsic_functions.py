"""The intrinsic functions that moto computes otherwise than AWS: text is Unicode, values are equal as JSON, numbers have bounds.

Source: Step Functions developer guide, intrinsic-functions: MathRandom's end is exclusive, numbers lie between -2147483648 and
2147483647, and what is no whole number is rounded to the nearest.
"""

import base64
import json
import math
from typing import Any

from moto.stepfunctions.parser.asl.component.intrinsic.argument.argument import (
    ArgumentList,
    ArgumentLiteral,
)
from moto.stepfunctions.parser.asl.component.intrinsic.function.statesfunction.array.array_contains import ArrayContains
from moto.stepfunctions.parser.asl.component.intrinsic.function.statesfunction.array.array_get_item import ArrayGetItem
from moto.stepfunctions.parser.asl.component.intrinsic.function.statesfunction.array.array_unique import ArrayUnique
from moto.stepfunctions.parser.asl.component.intrinsic.function.statesfunction.encoding_decoding.base_64_decode import (
    Base64Decode,
)
from moto.stepfunctions.parser.asl.component.intrinsic.function.statesfunction.encoding_decoding.base_64_encode import (
    Base64Encode,
)
from moto.stepfunctions.parser.asl.component.intrinsic.function.statesfunction.generic.string_format import StringFormat
from moto.stepfunctions.parser.asl.component.intrinsic.function.statesfunction.json_manipulation.json_to_string import (
    JsonToString,
)
from moto.stepfunctions.parser.asl.component.intrinsic.function.statesfunction.math_operations.math_add import MathAdd
from moto.stepfunctions.parser.asl.component.intrinsic.function.statesfunction.math_operations.math_random import (
    MathRandom,
)
from moto.stepfunctions.parser.asl.component.intrinsic.function.statesfunction.states_function import StatesFunction
from moto.stepfunctions.parser.asl.component.intrinsic.functionname.state_function_name_types import (
    StatesFunctionNameType,
)
from moto.stepfunctions.parser.asl.component.intrinsic.functionname.states_function_name import StatesFunctionName
from moto.stepfunctions.parser.asl.eval.environment import Environment

from motoclock.extras.stepfunctions.intrinsics import Template
from motoclock.extras.stepfunctions.stand_ins import seeded_random

_HOLE = "{}"


def _format_made(self: StringFormat, argument_list: ArgumentList) -> None:
    StatesFunction.__init__(
        self, states_name=StatesFunctionName(StatesFunctionNameType.Format), argument_list=argument_list
    )
    first = argument_list.arguments[0] if argument_list.arguments else None
    if first is None or (isinstance(first, ArgumentLiteral) and not isinstance(first, Template)):
        raise ValueError("The first argument of States.Format is a text.")


def _format(self: StringFormat, env: Environment) -> None:
    self.argument_list.eval(env=env)
    template, *values = env.stack.pop()
    if not isinstance(template, str):
        raise ValueError("The first argument of States.Format is a text.")
    first = self.argument_list.arguments[0]
    pieces = first.pieces if isinstance(first, Template) else template.split(_HOLE)
    if len(pieces) - 1 != len(values):
        raise ValueError(
            "number of arguments to States.Format do not match the number of {} in the template: "
            f"{len(pieces) - 1} in the template, {len(values)} given"
        )
    texts = [*(self._to_str_repr(value) for value in values), ""]
    env.stack.append("".join(part for pair in zip(pieces, texts, strict=True) for part in pair))


def _as_json(value: Any) -> str:
    """Values are equal as JSON: 1 is not true."""
    return json.dumps(value, sort_keys=True, default=str)


def _array_and(self: StatesFunction, env: Environment) -> list[Any]:
    self.argument_list.eval(env=env)
    array, *rest = env.stack.pop()
    if not isinstance(array, list):
        raise TypeError(f"Expected an array as the first argument, but got '{array}'.")
    return [array, *rest]


def _contains(self: ArrayContains, env: Environment) -> None:
    array, value = _array_and(self, env)
    env.stack.append(_as_json(value) in map(_as_json, array))


def _unique(self: ArrayUnique, env: Environment) -> None:
    (array,) = _array_and(self, env)
    found: dict[str, Any] = {}
    for each in array:
        found.setdefault(_as_json(each), each)
    env.stack.append([*found.values()])


def _get_item(self: ArrayGetItem, env: Environment) -> None:
    array, index = _array_and(self, env)
    if not isinstance(index, int) or isinstance(index, bool) or not 0 <= index < len(array):
        raise IndexError(f"The index {index} is outside of the array, which has {len(array)} items.")
    env.stack.append(array[index])


def _short_text(self: Base64Encode | Base64Decode, env: Environment) -> str:
    self.argument_list.eval(env=env)
    (text,) = env.stack.pop()
    if not isinstance(text, str):
        raise TypeError(f"Expected a text, but got '{text}'.")
    if len(text) > self.MAX_INPUT_CHAR_LEN:
        raise ValueError(f"The text has {len(text)} characters, and {self.MAX_INPUT_CHAR_LEN} is the limit.")
    return text


def _encode(self: Base64Encode, env: Environment) -> None:
    env.stack.append(base64.b64encode(_short_text(self, env).encode()).decode())


def _decode(self: Base64Decode, env: Environment) -> None:
    env.stack.append(base64.b64decode(_short_text(self, env), validate=True).decode())


def _to_string(self: JsonToString, env: Environment) -> None:
    self.argument_list.eval(env=env)
    (value,) = env.stack.pop()
    env.stack.append(json.dumps(value, separators=(",", ":"), ensure_ascii=False))


def _whole(value: Any) -> int:
    """The nearest whole number, halves upwards as in Java."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise TypeError(f"Expected a number, but got '{value}'.")
    whole = value if isinstance(value, int) else math.floor(value + 0.5)
    if not -(2**31) <= whole < 2**31:
        raise ValueError(f"The number {value} is outside of -2147483648 to 2147483647.")
    return whole


def _add(self: MathAdd, env: Environment) -> None:
    self.argument_list.eval(env=env)
    first, second = map(_whole, env.stack.pop())
    env.stack.append(first + second)


def _random(self: MathRandom, env: Environment) -> None:
    """From the start up to the end, which is not among them."""
    self.argument_list.eval(env=env)
    start, end, *seed = map(_whole, env.stack.pop())
    if start >= end:
        raise ValueError(f"The start number, {start}, is not below the end number, {end}.")
    env.stack.append(seeded_random(*seed).randrange(start, end))


def change() -> None:
    StringFormat.__init__ = _format_made
    StringFormat._eval_body = _format
    ArrayContains._eval_body = _contains
    ArrayUnique._eval_body = _unique
    ArrayGetItem._eval_body = _get_item
    Base64Encode._eval_body = _encode
    Base64Decode._eval_body = _decode
    MathAdd._eval_body = _add
    MathRandom._eval_body = _random
    JsonToString._eval_body = _to_string
