"""Event patterns: what EventBridge rules, Pipes and event source mappings filter with."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from motoclock.matching.branches import Branch, expand, satisfied
from motoclock.matching.errors import InvalidEventPattern, Malformed
from motoclock.matching.fields import flatten
from motoclock.matching.grammar import NEGATABLE, OPERATORS, Grammar
from motoclock.matching.limits import PATTERN_MAX_CHARACTERS, PATTERN_NUMBERS
from motoclock.matching.places import told
from motoclock.matching.values import read_json


class Dialect(Enum):
    """Which service reads the pattern. They share one engine and differ in the operators they let in.

    EBG/eb-create-pattern-operators has a column for Pipes: anything-but with a value or a list only.
    LDG/invocation-eventfiltering lists no wildcard for event source mappings, nor cidr, which public samples use all the same.
    EBG/eb-custom-bus-filtering: a subscriber of a new bus has no wildcard, and compares its publisher's metadata with exact values
    only. Modelled: AWS's words for
    these refusals are not public, so an operator a dialect lacks is refused like one that does not exist.
    """

    EVENTBRIDGE = Grammar(OPERATORS, NEGATABLE, PATTERN_NUMBERS)
    PIPES = Grammar(OPERATORS, frozenset(), PATTERN_NUMBERS)
    EVENT_SOURCE_MAPPING = Grammar(OPERATORS - {"wildcard"}, NEGATABLE - {"wildcard"}, PATTERN_NUMBERS)
    SUBSCRIBER = Grammar(OPERATORS - {"wildcard"}, NEGATABLE - {"wildcard"}, PATTERN_NUMBERS)
    SUBSCRIBER_METADATA = Grammar(frozenset(), frozenset(), PATTERN_NUMBERS)

    @property
    def grammar(self) -> Grammar:
        return self.value


@dataclass(frozen=True, slots=True)
class Pattern:
    """A valid event pattern. `text` is the JSON it was read from, `branches` what it asks (see branches.py)."""

    text: str
    dialect: Dialect
    branches: tuple[Branch, ...]

    @classmethod
    def parse(cls, text_or_dict: str | Mapping[str, Any], dialect: Dialect = Dialect.EVENTBRIDGE) -> "Pattern":
        """Read a pattern from JSON text or from a dict that is JSON. Raises InvalidEventPattern.

        Of duplicate JSON keys the last wins, as in AWS (EBG/eb-create-pattern).
        """
        text = ""
        try:
            text = as_text(text_or_dict)
            if len(text) > PATTERN_MAX_CHARACTERS:
                raise Malformed(
                    f"the pattern has {len(text)} characters, and the limit is {PATTERN_MAX_CHARACTERS} characters"
                )
            return cls(text, dialect, expand(read_json(text), dialect.grammar))
        except Malformed as error:
            raise InvalidEventPattern(error.reason, _told(text, error)) from None

    def matches(self, event: Mapping[str, Any]) -> bool:
        """Does the pattern match this event (a dict, as json.loads gives it)?

        AND across fields, OR inside a list, a list in the event matches by any element, and two fields of one list of
        objects must match in the same element.
        """
        fields = flatten(event)
        return any(satisfied(branch, fields) for branch in self.branches)


def _told(text: str, error: Malformed) -> str:
    return error.syntax.told if error.syntax else error.reason + told(text, error.place)


def as_text(text_or_dict: str | Mapping[str, Any]) -> str:
    """The JSON text of a pattern. Raises Malformed for a dict that JSON cannot write."""
    if isinstance(text_or_dict, str):
        return text_or_dict
    try:
        return json.dumps(text_or_dict, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise Malformed(f"Invalid JSON: {error}") from None
