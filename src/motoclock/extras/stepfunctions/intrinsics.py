"""Intrinsic functions of the States Language: a grammar of our own in place of moto's, and the functions that differ from AWS.

moto's generated parser knows neither null nor escaped quotes, chokes on decimals, writes its complaints to stderr and goes on with half
a call. Its grammar is compiled into its lexer, so no seam mends it; this one is a dozen rules for `lark`. What a call does is still
moto's, function by function.

Source: Step Functions developer guide, intrinsic-functions, and the Amazon States Language specification, "Intrinsic Functions":
the escapes are \\', \\{, \\} and \\\\, and no others. Modelled: a template that is data, not a literal, has no escapes.
"""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from lark import Lark, Token, Transformer
from lark.exceptions import LarkError, VisitError
from moto.stepfunctions.parser.asl.component.common.query_language import QueryLanguageMode
from moto.stepfunctions.parser.asl.component.common.string.string_expression import (
    StringIntrinsicFunction,
    StringVariableSample,
)
from moto.stepfunctions.parser.asl.component.intrinsic.argument.argument import (
    Argument,
    ArgumentContextPath,
    ArgumentFunction,
    ArgumentJsonPath,
    ArgumentList,
    ArgumentLiteral,
    ArgumentVar,
)
from moto.stepfunctions.parser.asl.component.intrinsic.function.statesfunction.array.array_contains import ArrayContains
from moto.stepfunctions.parser.asl.component.intrinsic.function.statesfunction.array.array_get_item import ArrayGetItem
from moto.stepfunctions.parser.asl.component.intrinsic.function.statesfunction.array.array_unique import ArrayUnique
from moto.stepfunctions.parser.asl.component.intrinsic.function.statesfunction.factory import StatesFunctionFactory
from moto.stepfunctions.parser.asl.component.intrinsic.function.statesfunction.generic.string_format import StringFormat
from moto.stepfunctions.parser.asl.component.intrinsic.function.statesfunction.states_function import StatesFunction
from moto.stepfunctions.parser.asl.component.intrinsic.functionname.state_function_name_types import (
    StatesFunctionNameType,
)
from moto.stepfunctions.parser.asl.component.intrinsic.functionname.states_function_name import StatesFunctionName
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor
from moto.stepfunctions.parser.asl.static_analyser.intrinsic.variable_names_intrinsic_static_analyser import (
    VariableNamesIntrinsicStaticAnalyser,
)

_GRAMMAR = r"""
start: call
call: "States." NAME "(" [argument ("," argument)*] ")"
?argument: call
    | TEXT -> text
    | NUMBER -> number
    | "true" -> true
    | "false" -> false
    | "null" -> null
    | CONTEXT_PATH -> context_path
    | JSON_PATH -> json_path
    | VARIABLE -> variable

NAME: /[A-Za-z0-9]+/
TEXT: /'(?:[^'\\]|\\['{}\\])*'/
NUMBER: /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/
CONTEXT_PATH.3: /\$\$(?:\.\.?[\w*-]+|\.?\[(?:'(?:[^'\\]|\\.)*'|\[[^\[\]]*\]|[^\[\]'])*\])*/
JSON_PATH.2: /\$(?![A-Za-z_])(?:\.\.?[\w*-]+|\.?\[(?:'(?:[^'\\]|\\.)*'|\[[^\[\]]*\]|[^\[\]'])*\])*/
VARIABLE.1: /\$[A-Za-z_]\w*(?:\.[\w*-]+|\[(?:'(?:[^'\\]|\\.)*'|[^\[\]'])*\])*/

%ignore /[ \t\r\n]+/
"""
_TYPES = {each._name_: each for each in StatesFunctionNameType}
_HOLE = "{}"


class Template(ArgumentLiteral):
    """A literal text: its value, and the pieces between its `{}`, of which an escaped brace is no part."""

    def __init__(self, source: str):
        self.pieces = [_unescaped(piece) for piece in _split_at_holes(source)]
        super().__init__(definition_value=_unescaped(source))


class _Builder(Transformer):
    """Turns the grammar's tree into moto's components."""

    def start(self, children: list[Any]) -> StatesFunction:
        return children[0].function

    def call(self, children: list[Any]) -> ArgumentFunction:
        name, *arguments = children
        given = ArgumentList(arguments=[argument for argument in arguments if argument is not None])
        type_ = _TYPES.get(str(name))
        if type_ is None:
            raise ValueError(f"There is no intrinsic function States.{name}.")
        return ArgumentFunction(StatesFunctionFactory.from_name(StatesFunctionName(type_), given))

    def text(self, children: list[Token]) -> Argument:
        return Template(children[0][1:-1])

    def number(self, children: list[Token]) -> Argument:
        return ArgumentLiteral(json.loads(children[0]))

    def true(self, _: list[Token]) -> Argument:
        return ArgumentLiteral(True)

    def false(self, _: list[Token]) -> Argument:
        return ArgumentLiteral(False)

    def null(self, _: list[Token]) -> Argument:
        return ArgumentLiteral(None)

    def context_path(self, children: list[Token]) -> Argument:
        return ArgumentContextPath(str(children[0]))

    def json_path(self, children: list[Token]) -> Argument:
        return ArgumentJsonPath(str(children[0]))

    def variable(self, children: list[Token]) -> Argument:
        return ArgumentVar(StringVariableSample(QueryLanguageMode.JSONPath, str(children[0])))


_PARSER = Lark(_GRAMMAR, parser="lalr")


@lru_cache(maxsize=1024)
def parse(text: str) -> StatesFunction:
    """The function that an intrinsic call names, with its arguments. ValueError for what is no call."""
    try:
        return _Builder().transform(_PARSER.parse(text))
    except VisitError as error:
        raise ValueError(str(error.orig_exc)) from None
    except LarkError as error:
        raise ValueError(f"'{text}' is not a call of an intrinsic function: {str(error).splitlines()[0]}") from None


def variables_of(text: str) -> list[str]:
    """Names of the variables among a call's arguments, at any depth, the last argument first, as AWS lists them."""
    return [*_variables(parse(text))]


def _variables(function: StatesFunction) -> Iterator[str]:
    for argument in reversed(function.argument_list.arguments):
        if isinstance(argument, ArgumentVar):
            yield re.split(r"[.\[]", argument.string_variable_sample.expression)[0][1:]
        elif isinstance(argument, ArgumentFunction):
            yield from _variables(argument.function)


def _unescaped(source: str) -> str:
    """A backslash stands for the character after it: the grammar lets only the four escapes in."""
    characters = iter(source)
    return "".join(next(characters) if character == "\\" else character for character in characters)


def _split_at_holes(source: str) -> list[str]:
    pieces, start, at = [], 0, 0
    while at < len(source):
        if source[at] == "\\":
            at += 2
        elif source.startswith(_HOLE, at):
            pieces.append(source[start:at])
            start = at = at + 2
        else:
            at += 1
    return [*pieces, source[start:]]


# ------------------------------------------------------------------ functions that differ


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


# ------------------------------------------------------------------ where moto asks for them


def _visit_intrinsic(_self: Preprocessor, ctx: Any) -> StringIntrinsicFunction:
    source = json.loads(ctx.STRINGINTRINSICFUNC().getText(), strict=False)
    return StringIntrinsicFunction(intrinsic_function_derivation=source, function=parse(source))


def change() -> None:
    StringFormat.__init__ = _format_made
    StringFormat._eval_body = _format
    ArrayContains._eval_body = _contains
    ArrayUnique._eval_body = _unique
    ArrayGetItem._eval_body = _get_item
    Preprocessor.visitString_intrinsic_function = _visit_intrinsic
    VariableNamesIntrinsicStaticAnalyser.process_and_get = staticmethod(
        lambda source: variables_of(json.loads(f'"{source}"', strict=False))
    )
