"""The second half of a sentence about a miss: the near thing that the learner probably meant.

Each function returns a clause that begins with "; " or an empty string. A hint never decides a match.
"""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from motoclock.matching.branches import OR, Rule
from motoclock.matching.conditions import (
    Cidr,
    Condition,
    EqualsIgnoreCase,
    Literal,
    Numeric,
    Prefix,
    Suffix,
    Wildcard,
)
from motoclock.matching.fields import Field
from motoclock.matching.values import is_number, kind, written

_ABOUT_TEXT = (Prefix, Suffix, EqualsIgnoreCase, Wildcard, Cidr)
_CLOSE_ENOUGH = 0.8  # difflib's ratio: one or two letters wrong in a name


def about_missing(rule: Rule, fields: dict[str, list[Field]], subject: str) -> str:
    """Where the field may be hiding: inside text, under another case, at another level, behind a typing slip."""
    if OR in rule.path.split("."):
        return f"; {OR} is read as an ordinary field name here, because it is not a list of two or more objects"
    for at, character in enumerate(rule.path):
        above = rule.path[:at]
        if character == "." and above in fields and isinstance(fields[above][0].value, str):
            return f"; {above} is text, and matching does not look inside text"
    for name in fields:
        if name.lower() == rule.path.lower():
            return f"; it has {name}, and names are case-sensitive"
    last = rule.path.rsplit(".", 1)[-1]
    elsewhere = sorted(name for name in fields if name.rsplit(".", 1)[-1] == last)
    if elsewhere:
        return f"; it has {elsewhere[0]}, at another level"
    close = get_close_matches(rule.path, sorted(fields), n=1, cutoff=_CLOSE_ENOUGH)
    return f"; the closest name that the {subject} has is {close[0]}" if close else ""


def about_values(rule: Rule, values: Iterable[Any]) -> str:
    """Why a value that looks right is not: case, spaces, or another JSON type."""
    for value in values:
        for condition in rule.conditions:
            hint = _about_value(condition, value)
            if hint:
                return f"; {hint}"
    return ""


def _about_value(condition: Condition, value: Any) -> str:
    if isinstance(condition, Literal):
        return _about_literal(condition.value, value)
    if isinstance(condition, Numeric) and not is_number(value):
        return f"numeric looks only at JSON numbers, and this is {kind(value)}"
    if isinstance(condition, _ABOUT_TEXT) and not isinstance(value, str):
        return f"{condition.operator} looks only at text, and this is {kind(value)}"
    if isinstance(condition, Prefix) and Prefix(condition.start, ignore_case=True).accepts(value):
        return _CASE
    if isinstance(condition, Suffix) and Suffix(condition.end, ignore_case=True).accepts(value):
        return _CASE
    return ""


_CASE = "the two differ only in upper and lower case, and matching is case-sensitive"


def _about_literal(wanted: Any, value: Any) -> str:
    if isinstance(wanted, str) and isinstance(value, str):
        if wanted.lower() == value.lower():
            return _CASE
        return "the two differ only in spaces" if wanted.strip() == value.strip() else ""
    if {_blank(wanted), _blank(value)} == {"null", "empty"}:
        return "null, an empty string and a missing field are three different things"
    if kind(wanted) != kind(value) and _bare(wanted) == _bare(value):
        return f"{kind(value)} is found where {kind(wanted)} is wanted"
    return ""


def _blank(value: Any) -> str:
    if value is None:
        return "null"
    return "empty" if value == "" and isinstance(value, str) else "neither"


def _bare(value: Any) -> str:
    # True is not 1, but a learner who wrote the one for the other should hear it.
    if isinstance(value, bool):
        return str(int(value))
    text = value if isinstance(value, str) else written(value)
    return {"true": "1", "false": "0"}.get(text.strip().lower(), text.strip())
