"""What may stand in a list of a pattern, and AWS's words for everything that may not.

One function an operator. The order of the checks is AWS's: its parser reads the operand of the first key before it
notices a second key. The reasons are those of event-ruler and of LocalStack's recordings of AWS (2024-12), because a
learner will meet them in the real service and search for them. So are the places that AWS points at (places.py).
"""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, replace
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
from motoclock.matching.places import BEGUN, CLOSED, READ, Place, inside
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
        raise Malformed("Empty arrays are not allowed", CLOSED)
    conditions = []
    for number, element in enumerate(elements):
        with inside(number):
            conditions.append(_read_element(element, grammar))
    return tuple(conditions)


def _read_element(element: Any, grammar: Grammar) -> Condition:
    if isinstance(element, Mapping):
        return _read_operator(element, grammar)
    if isinstance(element, list):
        raise Malformed("Match value must be String, number, true, false, or null", BEGUN)
    return Literal(element, grammar.numbers)


def _read_operator(expression: Mapping[str, Any], grammar: Grammar) -> Condition:
    if not expression:
        raise Malformed("Match expression name not found", CLOSED)
    name = next(iter(expression))
    with inside(name):
        if name not in grammar.operators:
            raise Malformed(f"Unrecognized match type {name}", BEGUN)
        condition = _READERS[name](expression[name], grammar)
    # AWS's own slip: these two share the numeric message.
    _only_one_key(expression, _TOO_MANY if name in ("numeric", "anything-but") else _ONE_KEY)
    return condition


_ONE_KEY = "Only one key allowed in match expression"
_TOO_MANY = "Too many elements in numeric expression"


def _only_one_key(expression: Mapping[str, Any], reason: str) -> None:
    for second in list(expression)[1:2]:
        raise Malformed(reason, BEGUN.of(second))


def _text(value: Any, reason: str) -> str:
    if not isinstance(value, str):
        raise Malformed(reason, BEGUN)
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
        raise Malformed(f"{name.capitalize()} expression name not found", CLOSED)
    inner = next(iter(value))
    with inside(inner):
        if inner != "equals-ignore-case":
            raise Malformed(f"Unsupported {name} pattern: {inner}", BEGUN)
        text = _text(value[inner], "equals-ignore-case match pattern must be a string")
    _only_one_key(value, _ONE_KEY)
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
                raise Malformed(f"Consecutive wildcard characters at pos {_position(source, at)}", READ)
            parts.append("")
        elif character == "\\":
            if following not in ("*", "\\"):
                raise Malformed(f"Invalid escape character at pos {_position(source, at)}", READ)
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
        raise Malformed("Value of numeric must be an array.", BEGUN)
    if not value or not isinstance(value[0], str):
        raise Malformed(f"Invalid member in numeric match: {written(value[0]) if value else ']'}", _member(value, 0))
    sign = value[0]
    if sign not in COMPARISONS:
        raise Malformed(f"Unrecognized numeric range operator: {sign}", _member(value, 1))
    bounds = [(sign, _bound("equals" if sign == "=" else sign, value, 1, grammar))]
    if len(value) > 2:
        if sign not in (">", ">="):
            raise Malformed(_TOO_MANY, _member(value, 2))
        bounds.append(_upper_bound(value, grammar))
        if bounds[0][1] >= bounds[1][1]:
            raise Malformed("Bottom must be less than top", CLOSED)
    return Numeric(tuple(bounds), grammar.numbers)


def _upper_bound(terms: list[Any], grammar: Grammar) -> tuple[str, Decimal]:
    sign = terms[2]
    if not isinstance(sign, str):
        raise Malformed(f"Bad value in numeric range: {written(sign)}", _member(terms, 2))
    if sign not in ("<", "<="):
        raise Malformed(f"Bad numeric range operator: {sign}", READ.of(2))
    bound = _bound(sign, terms, 3, grammar)
    if len(terms) > 4:
        raise Malformed("Too many terms in numeric range expression", _member(terms, 4))
    return sign, bound


def _bound(name: str, terms: list[Any], number: int, grammar: Grammar) -> Decimal:
    if number >= len(terms) or not is_number(terms[number]):
        raise Malformed(f"Value of {name} must be numeric", _member(terms, number))
    return operand(terms[number], grammar.numbers, CLOSED)


def _member(terms: list[Any], number: int) -> Place:
    """The term with this number, or the bracket that closes a list without it."""
    return BEGUN.of(number) if number < len(terms) else CLOSED


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
        raise Malformed("exists match pattern must be either true or false.", BEGUN)
    return Exists(value)


def _read_anything_but(value: Any, grammar: Grammar) -> Condition:
    if isinstance(value, Mapping):
        return _read_anything_but_operator(value, grammar)
    if isinstance(value, list):
        _check_excluded_values(value, grammar)
        return AnythingBut(tuple(Literal(member, grammar.numbers) for member in value))
    if not isinstance(value, str) and not is_number(value):
        raise Malformed(_ONE_VALUE, BEGUN)
    if is_number(value):
        operand(value, grammar.numbers)
    return AnythingBut((Literal(value, grammar.numbers),))


_ONE_VALUE = "Value of anything-but must be an array or single string/number value."


def _check_excluded_values(members: list[Any], grammar: Grammar) -> None:
    for number, member in enumerate(members):
        with inside(number):
            if not isinstance(member, str) and not is_number(member):
                raise Malformed(
                    "Inside anything but list, start|null|boolean is not supported.", replace(BEGUN, twice=True)
                )
            if is_number(member):
                operand(member, grammar.numbers, READ)
    if len({isinstance(member, str) for member in members}) != 1:
        raise Malformed(
            "Inside anything but list, either all values are number or string, mixed type is not supported", CLOSED
        )


def _read_anything_but_operator(value: Mapping[str, Any], grammar: Grammar) -> Condition:
    if not value:
        raise Malformed("Anything-But expression name not found", CLOSED)
    name = next(iter(value))
    with inside(name):
        excluded = _read_excluded(name, value[name], grammar)
    _only_one_key(value, _TOO_MANY)
    return AnythingBut(excluded)


def _read_excluded(name: str, operand: Any, grammar: Grammar) -> tuple[Condition, ...]:
    if name not in grammar.negatable:
        raise Malformed(f"Unsupported anything-but pattern: {name}", BEGUN)
    if isinstance(operand, bool | Mapping) or operand is None:
        raise Malformed(_ONE_VALUE, BEGUN)
    if not isinstance(operand, list):
        _check_excluded_text(name, operand)
        return (_READERS[name](operand, grammar),)
    if not operand:
        # Modelled: event-ruler lets this through and then has nothing to exclude.
        raise Malformed("Empty arrays are not allowed")
    for number, member in enumerate(operand):
        with inside(number, twice=True):
            _check_excluded_text(name, member)
    try:
        return tuple(_READERS[name](member, grammar) for member in operand)
    except Malformed as error:  # AWS reads the wildcards when it has the whole list
        raise Malformed(error.reason, error.place and CLOSED) from None


def _check_excluded_text(name: str, member: Any) -> None:
    if name in ("prefix", "suffix"):
        if not _text(member, "prefix/suffix match pattern must be a string"):
            raise Malformed("Null prefix/suffix not allowed", READ)
    elif name == "equals-ignore-case":
        _text(member, "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.")
    else:
        _text(member, "wildcard match pattern must be a string")


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
