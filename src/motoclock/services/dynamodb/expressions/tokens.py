"""The words of an expression, and what AWS says about a word that can't stand where it stands.

Source: answers of DynamoDB Local 3.3.1, recorded in October 2026 (Keyvalue-Store/tools, expressions/test/fixtures): which characters a
name may have, that tab, newline and return are blanks, and that `near` runs from the word before to the word after.
"""

import re
from dataclasses import dataclass

END = "<EOF>"
NAME, ALIAS, VALUE, NUMBER = "name", "alias", "value", "number"
KEYWORDS = frozenset({"AND", "OR", "NOT", "BETWEEN", "IN", "SET", "REMOVE", "ADD", "DELETE"})
COMPARATORS = frozenset({"=", "<>", "<", "<=", ">", ">="})

_STRAY = "stray"
_WORDS = re.compile(
    r"[ \t\r\n]+"
    r"|(?P<name>[A-Za-z][A-Za-z0-9_]*)|(?P<alias>#[A-Za-z0-9_]+)|(?P<value>:[A-Za-z0-9_]+)|(?P<number>0|[1-9][0-9]*)"
    r"|(?P<sign><>|<=|>=|[=<>()\[\].,+-])|(?P<stray>.)",
    re.DOTALL,
)


class ExpressionRefused(Exception):
    """An expression that DynamoDB does not take; in AWS's words, without the name of the parameter."""


@dataclass(frozen=True, slots=True)
class Token:
    """`kind`: what may stand there; a keyword in capitals and a sign are their own kinds."""

    kind: str
    text: str
    start: int
    end: int


def tokens_of(text: str) -> list[Token]:
    """The words of a text; the last one is its end."""
    found = [
        Token(_kind(match.lastgroup, match.group()), match.group(), match.start(), match.end())
        for match in _WORDS.finditer(text)
        if match.lastgroup is not None
    ]
    return [*found, Token(END, END, len(text), len(text))]


def syntax_error(text: str, tokens: list[Token], place: int) -> ExpressionRefused:
    start = tokens[place - 1].start if place else 0
    end = tokens[min(place + 1, len(tokens) - 1)].end
    return ExpressionRefused(f'Syntax error; token: "{tokens[place].text}", near: "{text[start:end]}"')


def _kind(group: str, text: str) -> str:
    if group == "sign":
        return text
    return text.upper() if group == NAME and text.upper() in KEYWORDS else group
