"""JSON as AWS reads it, where Python is more generous: no NaN, no Infinity, and no nesting without end.

Modelled: AWS bounds an event by its size alone; here one that is nested deeper than `DEPTH_MAX` is none, so that a circle whose
records wrap one another ends in a refusal, not in Python's recursion limit.
"""

import json
import re
from typing import Any

from motoclock.facts import modelled

DEPTH_MAX = modelled.JSON_DEPTH_MAX.value
_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BRACKETS = re.compile(r"[\[\]{}]")


def read(text: str) -> Any:
    """The value; of duplicate keys the last wins. json.JSONDecodeError for a slip of grammar, ValueError for the rest."""
    if too_deep(text):
        raise ValueError(f"it is nested deeper than {DEPTH_MAX} levels")
    return json.loads(text, parse_constant=_refuse)


def too_deep(text: str) -> bool:
    """Whether objects and lists stand in each other deeper than the limit."""
    if text.count("{") + text.count("[") <= DEPTH_MAX:  # nearly always
        return False
    depth = 0
    for bracket in _BRACKETS.findall(_STRINGS.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > DEPTH_MAX:
            return True
    return False


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not a JSON value")
