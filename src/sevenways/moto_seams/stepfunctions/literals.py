"""Strings of a definition are JSON strings: moto leaves most of their escapes as they are written."""

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


def change() -> None:
    preprocessor.Preprocessor._inner_string_of = staticmethod(_text_of)
    preprocessor.from_string_literal = _text_of
