"""Attribute values: what DynamoDB takes for one, and the one form in which it keeps it.

A value is a dictionary of one type and its content, e.g. {"N": "1"}; binary content is bytes. Source: DynamoDB API reference,
AttributeValue, and developer guide, HowItWorks.NamingRulesDataTypes.
"""

from collections.abc import Callable
from decimal import Decimal
from enum import Enum
from typing import Any

from motoclock.services.dynamodb.numbers import NumberProblem, NumberRefused, canonical

SETS = ("SS", "NS", "BS")


class Problem(Enum):
    """What is wrong with a value; numbers have problems of their own."""

    NO_TYPE = "no type"
    MORE_TYPES = "more types"
    FALSE_NULL = "false null"
    EMPTY_SET = "empty set"
    DUPLICATES = "duplicates"


class ValueRefused(Exception):
    """A value that DynamoDB does not take. `kind` is its type; `content` the number's text or the set's members."""

    def __init__(self, problem: Problem | NumberProblem, kind: str = "", content: Any = None):
        super().__init__(f"{kind}: {problem.value}")
        self.problem, self.kind, self.content = problem, kind, content


def admitted(value: dict[str, Any]) -> dict[str, Any]:
    """The value as it is kept: numbers in their one spelling, sets in their order. ValueRefused for what is none."""
    if len(value) != 1:
        raise ValueRefused(Problem.MORE_TYPES if value else Problem.NO_TYPE)
    ((kind, content),) = value.items()
    if (admit := _ADMIT.get(kind)) is None:
        return value
    return {kind: admit(kind, content)}


def in_order(kind: str, members: list[Any]) -> list[Any]:
    """The members of a set in the order in which they are given back (modelled: AWS promises none)."""
    if kind == "NS":
        return sorted(members, key=Decimal)
    return sorted(members, key=_bytes)


def _number(_kind: str, text: str) -> str:
    try:
        return canonical(text)
    except NumberRefused as refused:
        raise ValueRefused(refused.problem, "N", refused.text) from None


def _null(kind: str, content: Any) -> Any:
    if content is not True:
        raise ValueRefused(Problem.FALSE_NULL, kind)
    return content


def _list(_kind: str, members: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [admitted(member) for member in members]


def _map(_kind: str, members: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {name: admitted(member) for name, member in members.items()}


def _set(kind: str, members: list[Any]) -> list[Any]:
    if not members:
        raise ValueRefused(Problem.EMPTY_SET, kind)
    kept = [_number("N", member) for member in members] if kind == "NS" else members
    if len(set(kept)) != len(kept):
        raise ValueRefused(Problem.DUPLICATES, kind, tuple(kept))
    return in_order(kind, kept)


def _bytes(member: str | bytes) -> bytes:
    return member.encode() if isinstance(member, str) else member


_ADMIT: dict[str, Callable[[str, Any], Any]] = {
    "N": _number, "NULL": _null, "L": _list, "M": _map, **dict.fromkeys(SETS, _set),
}  # fmt: skip
