"""What AWS says of a text that is no JSON: the words of Jackson, its parser, and where it stopped.

Recorded on AWS from November 2024 to January 2026, for event patterns, filter policies, redrive policies and payloads. Where nothing
was recorded, the words are those of Jackson's source (modelled); what is in neither keeps Python's.
"""

import json
import re
import unicodedata
from dataclasses import dataclass
from enum import Enum, auto

from motoclock.templates import strict_json

_LINE_ENDS = re.compile(r"\r\n|\r|\n")
_BLANKS = re.compile(r"[ \t\r\n]*")
_TEXT = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"')
_SCALAR = re.compile(
    rf"{_TEXT.pattern}|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|(?:true|false|null)(?![\w$])"
)
_TOKEN = re.compile(r"[\w$]+")
_VALUES = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
_CLOSING = {"{": "}", "[": "]"}
_SHOWN_CHARACTERS = 500  # ErrorReportConfiguration.java, the same since JsonLocation.java of Jackson 2.9


@dataclass(frozen=True, slots=True)
class NotJson:
    """`reason` is Jackson's sentence, `offset` the character at which it stopped. `opened`: the words for the bracket that it is about,
    and where that stands.
    """

    text: str
    reason: str
    offset: int
    opened: tuple[str, int] | None = None

    @property
    def told(self) -> str:
        """With the text and the place, as services say it that show what they were given."""
        return self._told(_shown(self.text))

    @property
    def redacted(self) -> str:
        """With the place alone."""
        return self._told("REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled)")

    def _told(self, source: str) -> str:
        about = ""
        if self.opened is not None:
            words, at = self.opened
            about = f" ({words} [Source: {source}; {_place(self.text, at)}])"
        return f"{self.reason}{about}\n at [Source: {source}; {_place(self.text, self.offset)}]"


def refused(text: str) -> NotJson | None:
    """Why the text is no JSON, or None when it is. ValueError for what only we refuse (see strict_json)."""
    try:
        strict_json.read(text)
    except json.JSONDecodeError as error:
        return _jackson(text, error)
    return None


def shown_at(text: str, offset: int) -> str:
    """The line that Jackson adds: the text, at most its first 500 characters, and the place in it."""
    return f"\n at [Source: {_shown(text)}; {_place(text, offset)}]"


def _shown(text: str) -> str:
    more = len(text) - _SHOWN_CHARACTERS
    return f'(String)"{text[:_SHOWN_CHARACTERS]}"' + (f"[truncated {more} chars]" if more > 0 else "")


def _place(text: str, offset: int) -> str:
    ends = list(_LINE_ENDS.finditer(text[:offset]))
    return f"line: {len(ends) + 1}, column: {offset - (ends[-1].end() if ends else 0) + 1}"


class _Next(Enum):
    """What the parser waits for."""

    VALUE = auto()
    NAME = auto()
    COLON = auto()
    COMMA = auto()


def _jackson(text: str, error: json.JSONDecodeError) -> NotJson:
    """Jackson's sentence and where it stops; Python's where a text, an escape or what follows the value is at fault."""
    at, inside, awaited, first = 0, list[int](), _Next.VALUE, False
    while inside or awaited is _Next.VALUE:
        at = _after(_BLANKS, text, at)
        here = text[at : at + 1]
        if not here:
            return _ended(text, inside) if inside else _pythons(text, error)
        if here == _closing(text, inside) and (first or awaited is _Next.COMMA):
            inside.pop()
            at, awaited, first = at + 1, _Next.COMMA, False
        elif awaited is _Next.VALUE and here in "{[":
            inside.append(at)
            at, awaited, first = at + 1, _Next.NAME if here == "{" else _Next.VALUE, True
        elif awaited in (_Next.VALUE, _Next.NAME):
            end = _after(_SCALAR if awaited is _Next.VALUE else _TEXT, text, at)
            if end == at:
                return _pythons(text, error) if here == '"' else _no_value(text, at, awaited)
            at, awaited, first = end, _Next.COMMA if awaited is _Next.VALUE else _Next.COLON, False
        elif here in ("}", "]") and awaited is _Next.COMMA:
            return _mismatched(text, at, inside[-1])
        elif here == (":" if awaited is _Next.COLON else ","):
            named = awaited is _Next.COMMA and text[inside[-1]] == "{"
            at, awaited = at + 1, _Next.NAME if named else _Next.VALUE
        else:
            return _unexpected(text, at, _separator(awaited, text[inside[-1]]))
    return _pythons(text, error)


def _closing(text: str, inside: list[int]) -> str:
    return _CLOSING[text[inside[-1]]] if inside else ""


def _after(form: re.Pattern[str], text: str, at: int) -> int:
    found = form.match(text, at)
    return found.end() if found else at


def _separator(awaited: _Next, bracket: str) -> str:
    if awaited is _Next.COLON:
        return "was expecting a colon to separate field name and value"
    return f"was expecting comma to separate {_kind(bracket)} entries"


def _no_value(text: str, at: int, awaited: _Next) -> NotJson:
    if awaited is _Next.NAME:
        return _unexpected(text, at, "was expecting double-quote to start field name")
    end = _after(_TOKEN, text, at)
    if end > at:
        return NotJson(text, f"Unrecognized token '{text[at:end]}': was expecting {_VALUES}", end)
    return _unexpected(text, at, f"expected a valid value {_VALUES}")


def _unexpected(text: str, at: int, wanted: str) -> NotJson:
    code = f"code {ord(text[at])}" + (f" / {ord(text[at]):#x}" if ord(text[at]) > 255 else "")
    shown = f"(CTRL-CHAR, {code})" if unicodedata.category(text[at]) == "Cc" else f"'{text[at]}' ({code})"
    return NotJson(text, f"Unexpected character ({shown}): {wanted}", at)


def _mismatched(text: str, at: int, opened: int) -> NotJson:
    kind = _kind(text[opened])
    reason = f"Unexpected close marker '{text[at]}': expected '{_CLOSING[text[opened]]}'"
    return NotJson(text, reason, at + 1, (f"for {kind} starting at", opened))


def _ended(text: str, inside: list[int]) -> NotJson:
    reason = f"Unexpected end-of-input: expected close marker for {_kind(text[inside[-1]])}"
    return NotJson(text, reason, len(text), ("start marker at", inside[-1]))


def _kind(bracket: str) -> str:
    return "Object" if bracket == "{" else "Array"


def _pythons(text: str, error: json.JSONDecodeError) -> NotJson:
    return NotJson(text, f"Invalid JSON: {error.msg} at line {error.lineno}, column {error.colno}", error.pos)
