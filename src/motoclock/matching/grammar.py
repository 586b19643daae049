"""What may stand in a list of a pattern, and AWS's words for everything that may not.

One function an operator. The order of the checks is AWS's: its parser reads the operand of the first key before it
notices a second key. The reasons are those of event-ruler and of LocalStack's recordings of AWS (2024-12), because a
learner will meet them in the real service and search for them.
"""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from motoclock.matching.conditions import (
    COMPARISONS,
    AnythingBut,
    Cidr,
    Condition,
    EqualsIgnoreCase,
    Exists,
    Literal,
    Numeric,
    Prefix,
    Suffix,
    Wildcard,
)
from motoclock.matching.errors import Malformed
from motoclock.matching.limits import IPV4_MASK_BITS_MAX, IPV6_MASK_BITS_MAX, WILDCARDS_PER_VALUE_MAX, NumberLimits
from motoclock.matching.values import address, is_number, operand, written

TOO_COMPLEX = (
    "Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences "
    "after a wildcard character"
)


@dataclass(frozen=True, slots=True)
class Grammar:
    """What one service accepts: its operators, what its anything-but may negate, its numbers."""

    operators: frozenset[str]
    negatable: frozenset[str]
    numbers: NumberLimits


def read_list(elements: list[Any], grammar: Grammar) -> tuple[Condition, ...]:
    """Read the list at a leaf of a pattern. Raises Malformed."""
    if not elements:
        raise Malformed("Empty arrays are not allowed")
    return tuple(_read_element(element, grammar) for element in elements)


def _read_element(element: Any, grammar: Grammar) -> Condition:
    if isinstance(element, Mapping):
        return _read_operator(element, grammar)
    if isinstance(element, list):
        raise Malformed("Match value must be String, number, true, false, or null")
    return Literal(element, grammar.numbers)


def _read_operator(expression: Mapping[str, Any], grammar: Grammar) -> Condition:
    if not expression:
        raise Malformed("Match expression name not found")
    name = next(iter(expression))
    if name not in grammar.operators:
        raise Malformed(f"Unrecognized match type {name}")
    condition = _READERS[name](expression[name], grammar)
    if len(expression) > 1:
        # AWS's own slip: these two share the numeric message.
        reads_a_list = name in ("numeric", "anything-but")
        raise Malformed(
            "Too many elements in numeric expression" if reads_a_list else "Only one key allowed in match expression"
        )
    return condition


def _text(value: Any, reason: str) -> str:
    if not isinstance(value, str):
        raise Malformed(reason)
    return value


def _read_prefix(value: Any, grammar: Grammar) -> Condition:
    text, ignore_case = _read_affix("prefix", value)
    return Prefix(text, ignore_case)


def _read_suffix(value: Any, grammar: Grammar) -> Condition:
    text, ignore_case = _read_affix("suffix", value)
    return Suffix(text, ignore_case)


def _read_affix(name: str, value: Any) -> tuple[str, bool]:
    if not isinstance(value, Mapping):
        return _text(value, f"{name} match pattern must be a string"), False
    if not value:
        raise Malformed(f"{name.capitalize()} expression name not found")
    inner = next(iter(value))
    if inner != "equals-ignore-case":
        raise Malformed(f"Unsupported {name} pattern: {inner}")
    text = _text(value[inner], "equals-ignore-case match pattern must be a string")
    if len(value) > 1:
        raise Malformed("Only one key allowed in match expression")
    return text, True


def _read_equals_ignore_case(value: Any, grammar: Grammar) -> Condition:
    return EqualsIgnoreCase(_text(value, "equals-ignore-case match pattern must be a string"))


def _read_wildcard(value: Any, grammar: Grammar) -> Condition:
    source = _text(value, "wildcard match pattern must be a string")
    parts, at = [""], 0
    while at < len(source):
        character, following = source[at], source[at + 1 : at + 2]
        if character == "*":
            if following == "*":
                raise Malformed(f"Consecutive wildcard characters at pos {_position(source, at)}")
            parts.append("")
        elif character == "\\":
            if following not in ("*", "\\"):
                raise Malformed(f"Invalid escape character at pos {_position(source, at)}")
            parts[-1] += following
            at += 1
        else:
            parts[-1] += character
        at += 1
    if len(parts) - 1 > WILDCARDS_PER_VALUE_MAX:
        raise Malformed(TOO_COMPLEX)
    return Wildcard(source, tuple(parts))


def _position(source: str, at: int) -> int:
    # AWS counts the bytes of the quoted text, so the opening quote is position 0.
    return len(source[:at].encode("utf-8", "replace")) + 1


def _read_numeric(value: Any, grammar: Grammar) -> Condition:
    if not isinstance(value, list):
        raise Malformed("Value of numeric must be an array.")
    if not value or not isinstance(value[0], str):
        raise Malformed(f"Invalid member in numeric match: {written(value[0]) if value else ']'}")
    sign = value[0]
    if sign not in COMPARISONS:
        raise Malformed(f"Unrecognized numeric range operator: {sign}")
    bounds = [(sign, _bound("equals" if sign == "=" else sign, value[1:2], grammar))]
    if len(value) > 2:
        if sign not in (">", ">="):
            raise Malformed("Too many elements in numeric expression")
        bounds.append(_upper_bound(value[2:], grammar))
        if bounds[0][1] >= bounds[1][1]:
            raise Malformed("Bottom must be less than top")
    return Numeric(tuple(bounds), grammar.numbers)


def _upper_bound(rest: list[Any], grammar: Grammar) -> tuple[str, Decimal]:
    sign = rest[0]
    if not isinstance(sign, str):
        raise Malformed(f"Bad value in numeric range: {written(sign)}")
    if sign not in ("<", "<="):
        raise Malformed(f"Bad numeric range operator: {sign}")
    bound = _bound(sign, rest[1:2], grammar)
    if len(rest) > 2:
        raise Malformed("Too many terms in numeric range expression")
    return sign, bound


def _bound(name: str, values: list[Any], grammar: Grammar) -> Decimal:
    if not values or not is_number(values[0]):
        raise Malformed(f"Value of {name} must be numeric")
    return operand(values[0], grammar.numbers)


def _read_cidr(value: Any, grammar: Grammar) -> Condition:
    # The word "prefix" is AWS's own slip, kept so that the message can be searched for.
    source = _text(value, "prefix match pattern must be a string")
    where, slash, mask = source.partition("/")
    if not slash or "/" in mask or not mask:
        raise Malformed("Malformed CIDR, one '/' required")
    if not mask.lstrip("+-").isdecimal() or not mask.isascii():
        raise Malformed("Malformed CIDR, mask bits must be an integer")
    if int(mask) < 0:
        raise Malformed("Malformed CIDR, mask bits must not be negative")
    base = address(where)
    if base is None:
        raise Malformed(f"Nonstandard IP address: {where}")
    longest = IPV4_MASK_BITS_MAX if base.version == 4 else IPV6_MASK_BITS_MAX
    if int(mask) > longest:
        raise Malformed(f"IPv{base.version} mask bits must be < {longest + 1}")
    # Host bits are allowed and ignored: 10.0.0.77/24 is 10.0.0.0/24.
    return Cidr(source, ipaddress.ip_network((base, int(mask)), strict=False))


def _read_exists(value: Any, grammar: Grammar) -> Condition:
    if not isinstance(value, bool):
        raise Malformed("exists match pattern must be either true or false.")
    return Exists(value)


def _read_anything_but(value: Any, grammar: Grammar) -> Condition:
    if isinstance(value, Mapping):
        return _read_anything_but_operator(value, grammar)
    if isinstance(value, list):
        if any(not isinstance(member, str) and not is_number(member) for member in value):
            raise Malformed("Inside anything but list, start|null|boolean is not supported.")
        if len({isinstance(member, str) for member in value}) != 1:
            raise Malformed(
                "Inside anything but list, either all values are number or string, mixed type is not supported"
            )
    elif not isinstance(value, str) and not is_number(value):
        raise Malformed("Value of anything-but must be an array or single string/number value.")
    excluded = value if isinstance(value, list) else [value]
    for number in filter(is_number, excluded):
        operand(number, grammar.numbers)
    return AnythingBut(tuple(Literal(member, grammar.numbers) for member in excluded))


def _read_anything_but_operator(value: Mapping[str, Any], grammar: Grammar) -> Condition:
    if not value:
        raise Malformed("Anything-But expression name not found")
    name = next(iter(value))
    if name not in grammar.negatable:
        raise Malformed(f"Unsupported anything-but pattern: {name}")
    inner = value[name]
    if isinstance(inner, bool | Mapping) or inner is None:
        raise Malformed("Value of anything-but must be an array or single string/number value.")
    members = inner if isinstance(inner, list) else [inner]
    if not members:
        # Modelled: event-ruler lets this through and then has nothing to exclude.
        raise Malformed("Empty arrays are not allowed")
    excluded = tuple(_read_excluded(name, member, grammar) for member in members)
    if len(value) > 1:
        raise Malformed("Too many elements in numeric expression")
    return AnythingBut(excluded)


def _read_excluded(name: str, member: Any, grammar: Grammar) -> Condition:
    if name in ("prefix", "suffix"):
        if not _text(member, "prefix/suffix match pattern must be a string"):
            raise Malformed("Null prefix/suffix not allowed")
    elif name == "equals-ignore-case":
        _text(member, "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.")
    return _READERS[name](member, grammar)


_READERS = {
    "prefix": _read_prefix,
    "suffix": _read_suffix,
    "equals-ignore-case": _read_equals_ignore_case,
    "wildcard": _read_wildcard,
    "numeric": _read_numeric,
    "cidr": _read_cidr,
    "exists": _read_exists,
    "anything-but": _read_anything_but,
}

OPERATORS = frozenset(_READERS)
NEGATABLE = frozenset({"prefix", "suffix", "equals-ignore-case", "wildcard"})
