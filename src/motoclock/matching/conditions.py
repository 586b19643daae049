"""The ten things a pattern may ask of one value: each is a small record that accepts a value or does not.

A condition sees one leaf at a time. Lists, missing fields and AND across fields belong to fields.py and branches.py.
`words()` is what the condition wants, in the plain English of the explanations.
"""

import ipaddress
from dataclasses import dataclass
from decimal import Decimal
from operator import eq, ge, gt, le, lt
from typing import Any, Protocol

from motoclock.matching.limits import NumberLimits
from motoclock.matching.values import address, in_range, is_number, written

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

COMPARISONS = {"=": eq, "<": lt, "<=": le, ">": gt, ">=": ge}
_COMPARISON_WORDS = {"=": "equal to", "<": "below", "<=": "at most", ">": "above", ">=": "at least"}


class Condition(Protocol):
    """One element of a list in a pattern."""

    @property
    def operator(self) -> str:
        """The operator's name in AWS's pages, "exact match" for a literal."""

    def accepts(self, value: Any) -> bool:
        """Does this leaf value of the event satisfy the condition?"""

    def words(self) -> str:
        """What is wanted, to complete the sentence "the pattern wants ..."."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A string, number, true, false or null: equal, case-sensitive, of the same JSON type.

    Two texts that are the same IP address are equal too, as in event-ruler.
    """

    value: str | int | float | bool | None
    numbers: NumberLimits
    operator: str = "exact match"

    def accepts(self, value: Any) -> bool:
        if is_number(self.value):
            return is_number(value) and self._same_number(value)
        if isinstance(self.value, str):
            return isinstance(value, str) and (value == self.value or self._same_address(value))
        return value is self.value

    def words(self) -> str:
        if self.value == "" and isinstance(self.value, str):
            return 'the empty string ""'
        return f"the number {written(self.value)}" if is_number(self.value) else written(self.value)

    def _same_number(self, value: Any) -> bool:
        # A number too large to compare (an account id, say) still equals itself, as text.
        mine, theirs = in_range(self.value, self.numbers), in_range(value, self.numbers)
        return mine == theirs if mine is not None else written(self.value) == written(value)

    def _same_address(self, value: str) -> bool:
        mine = address(self.value)
        return mine is not None and mine == address(value)


@dataclass(frozen=True, slots=True)
class Prefix:
    """Text that starts with `start`. The empty prefix accepts every text and nothing else."""

    start: str
    ignore_case: bool = False
    operator: str = "prefix"

    def accepts(self, value: Any) -> bool:
        if not isinstance(value, str):
            return False
        return _same_text(value[: len(self.start)], self.start, self.ignore_case)

    def words(self) -> str:
        return f"text that starts with {written(self.start)}{_in_any_case(self.ignore_case)}"


@dataclass(frozen=True, slots=True)
class Suffix:
    """Text that ends with `end`."""

    end: str
    ignore_case: bool = False
    operator: str = "suffix"

    def accepts(self, value: Any) -> bool:
        if not isinstance(value, str) or len(value) < len(self.end):
            return False
        return _same_text(value[len(value) - len(self.end) :], self.end, self.ignore_case)

    def words(self) -> str:
        return f"text that ends with {written(self.end)}{_in_any_case(self.ignore_case)}"


@dataclass(frozen=True, slots=True)
class EqualsIgnoreCase:
    """Text equal to `text` in upper, lower or mixed case."""

    text: str
    operator: str = "equals-ignore-case"

    def accepts(self, value: Any) -> bool:
        return isinstance(value, str) and _same_text(value, self.text, ignore_case=True)

    def words(self) -> str:
        return f"{written(self.text)}{_in_any_case(True)}"


@dataclass(frozen=True, slots=True)
class Wildcard:
    """Text made of `parts` in this order, with anything or nothing between two parts.

    `source` is the pattern as written; grammar.py has already resolved its escapes into `parts`.
    """

    source: str
    parts: tuple[str, ...]
    operator: str = "wildcard"

    def accepts(self, value: Any) -> bool:
        if not isinstance(value, str):
            return False
        if len(self.parts) == 1:
            return value == self.parts[0]
        first, *middle, last = self.parts
        if not value.startswith(first):
            return False
        # Taking each middle part at its leftmost place is enough, and never backtracks.
        at = len(first)
        for part in middle:
            found = value.find(part, at)
            if found < 0:
                return False
            at = found + len(part)
        return len(value) - at >= len(last) and value.endswith(last)

    def words(self) -> str:
        return f"text like {written(self.source)}"


@dataclass(frozen=True, slots=True)
class Numeric:
    """A JSON number inside all `bounds`: one or two pairs of comparison and number."""

    bounds: tuple[tuple[str, Decimal], ...]
    numbers: NumberLimits
    operator: str = "numeric"

    def accepts(self, value: Any) -> bool:
        number = in_range(value, self.numbers)
        return number is not None and all(COMPARISONS[sign](number, bound) for sign, bound in self.bounds)

    def words(self) -> str:
        return "a number " + " and ".join(f"{_COMPARISON_WORDS[sign]} {_plain(n)}" for sign, n in self.bounds)


@dataclass(frozen=True, slots=True)
class Cidr:
    """Text that is an IPv4 or IPv6 address inside `network`."""

    source: str
    network: Network
    operator: str = "cidr"

    def accepts(self, value: Any) -> bool:
        found = address(value)
        return found is not None and found in self.network

    def words(self) -> str:
        return f"an IP address inside {self.source}"


@dataclass(frozen=True, slots=True)
class Exists:
    """Presence of a leaf (True) or its absence (False). branches.py answers the absence: here there is a value."""

    present: bool
    operator: str = "exists"

    def accepts(self, value: Any) -> bool:
        return self.present

    def words(self) -> str:
        return "the field to be there" if self.present else "the field to be absent"


@dataclass(frozen=True, slots=True)
class AnythingBut:
    """A leaf that none of `excluded` accepts. Null, a number or a boolean is "anything"; a missing field is not."""

    excluded: tuple[Condition, ...]
    operator: str = "anything-but"

    def accepts(self, value: Any) -> bool:
        return not any(condition.accepts(value) for condition in self.excluded)

    def words(self) -> str:
        return "anything but " + " or ".join(condition.words() for condition in self.excluded)


def wanted(conditions: tuple[Condition, ...]) -> str:
    """What a whole list in a pattern wants: its conditions joined by "or"."""
    return " or ".join(condition.words() for condition in conditions)


def _same_text(left: str, right: str, ignore_case: bool) -> bool:
    if not ignore_case:
        return left == right
    # Both folds, because event-ruler takes either case of each character: "ß" upper-cases to "SS".
    return left.lower() == right.lower() or left.upper() == right.upper()


def _in_any_case(ignore_case: bool) -> str:
    return " (upper or lower case)" if ignore_case else ""


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
