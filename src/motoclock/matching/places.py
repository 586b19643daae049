"""Where in a pattern's text AWS says that a fault is: the line and the column that its JSON parser has come to.

event-ruler reads a pattern token by token, and each refusal ends with where the parser stands (JsonRuleCompiler.java). Jackson reads a
name together with the beginning of its value, a text only up to its opening quote until somebody asks for it, and a number or a word
to its end. Recorded on AWS in May and November 2024 (filter policies, some rules) and October 2025 (rules).
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from motoclock.matching.errors import Malformed
from motoclock.templates.json_refusals import shown_at

_DECODER = json.JSONDecoder()
_BLANKS = re.compile(r"[ \t\r\n]*")


class Side(Enum):
    """How far a value has been read."""

    BEGUN = "begun"  # a bracket or an opening quote; a number, true, false and null are then over
    READ = "read"  # a text up to its closing quote; the rest as BEGUN
    CLOSED = "closed"  # up to the closing bracket


@dataclass(frozen=True, slots=True)
class Place:
    """A value in the tree, by the names and numbers that lead to it, and how far it has been read."""

    side: Side
    path: tuple[str | int, ...] = ()
    twice: bool = False  # in the lists of anything-but, AWS adds the place to a text that has it

    def of(self, step: str | int) -> "Place":
        """The same of a value inside."""
        return replace(self, path=(step, *self.path))


BEGUN, READ, CLOSED = Place(Side.BEGUN), Place(Side.READ), Place(Side.CLOSED)


@contextmanager
def inside(step: str | int, twice: bool = False) -> Iterator[None]:
    """What is refused in here is refused of the value under this name or number."""
    try:
        yield
    except Malformed as error:
        if error.place is not None:
            error.place = replace(error.place.of(step), twice=error.place.twice or twice)
        raise


def told(text: str, place: Place | None) -> str:
    """The lines that AWS adds to its reason; "" where it adds none."""
    if place is None:
        return ""
    return shown_at(text, _offset(text, place)) * (2 if place.twice else 1)


def _offset(text: str, place: Place) -> int:
    start = _blanks(text, 0)
    for step in place.path:
        start = dict(_members(text, start))[step]
    if place.side is Side.BEGUN and text[start] in '{["':
        return start + 1
    if place.side is Side.READ and text[start] in "{[":
        return start + 1
    return _end(text, start)


def _members(text: str, start: int) -> Iterator[tuple[str | int, int]]:
    """The names or numbers in an object or a list, and where their values begin."""
    at, number, names = _blanks(text, start + 1), 0, text[start] == "{"
    while text[at] not in "]}":
        step: Any = number
        if names:
            step = _DECODER.raw_decode(text, at)[0]
            at = _blanks(text, _blanks(text, _end(text, at)) + 1)  # past the colon
        yield step, at
        at = _blanks(text, _end(text, at))
        if text[at] == ",":
            at = _blanks(text, at + 1)
        number += 1


def _end(text: str, start: int) -> int:
    return _DECODER.raw_decode(text, start)[1]


def _blanks(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return found.end() if found else at
