"""Intrinsic functions of the States Language: a grammar of our own instead of moto's.

moto's generated parser knows neither null nor escaped quotes, chokes on decimals, writes its complaints to stderr and goes on with half
a call. Its grammar is compiled into its lexer, so no seam mends it; this one is a dozen rules for `lark`. What a call does is still
moto's, but for `intrinsic_functions`.

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
from moto.stepfunctions.parser.asl.component.intrinsic.function.statesfunction.factory import StatesFunctionFactory
from moto.stepfunctions.parser.asl.component.intrinsic.function.statesfunction.states_function import StatesFunction
from moto.stepfunctions.parser.asl.component.intrinsic.functionname.state_function_name_types import (
    StatesFunctionNameType,
)
from moto.stepfunctions.parser.asl.component.intrinsic.functionname.states_function_name import StatesFunctionName
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


# ------------------------------------------------------------------ where moto asks for them


def _visit_intrinsic(_self: Preprocessor, ctx: Any) -> StringIntrinsicFunction:
    source = json.loads(ctx.STRINGINTRINSICFUNC().getText(), strict=False)
    return StringIntrinsicFunction(intrinsic_function_derivation=source, function=parse(source))


def change() -> None:
    Preprocessor.visitString_intrinsic_function = _visit_intrinsic
    VariableNamesIntrinsicStaticAnalyser.process_and_get = staticmethod(
        lambda source: variables_of(json.loads(f'"{source}"', strict=False))
    )
