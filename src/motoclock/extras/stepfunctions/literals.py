"""How a definition is read. Its strings are JSON strings, of which moto leaves most escapes as they are written; and a definition that
was refused leaves nothing behind: moto keeps the query languages of the states it is in for the whole process.
"""

import json
from typing import Any

from moto.stepfunctions.parser.asl.antlr.runtime.ASLLexer import ASLLexer
from moto.stepfunctions.parser.asl.antlt4utils.antlr4utils import is_terminal
from moto.stepfunctions.parser.asl.parse import preprocessor


def _text_of(parser_rule_context: Any) -> str | None:
    """The value of a string literal, None for null."""
    if is_terminal(parser_rule_context, ASLLexer.NULL):
        return None
    text = parser_rule_context.getText()
    if len(text) > 1 and text[0] == text[-1] == '"':
        return json.loads(text, strict=False)
    return text


def _start_reading(self: preprocessor.Preprocessor) -> None:
    self._query_language_per_scope = []


def change() -> None:
    preprocessor.Preprocessor.__init__ = _start_reading
    preprocessor.Preprocessor._inner_string_of = staticmethod(_text_of)
    preprocessor.from_string_literal = _text_of
