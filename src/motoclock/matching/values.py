"""JSON values as a matcher sees them: which are numbers, which texts are addresses, how each one is written down.

Python and JSON disagree in small ways that a pattern would show (True == 1, "::1" and "0::1" are one address); every
such difference is settled here and nowhere else.
"""

import ipaddress
import json
import re
from decimal import ROUND_FLOOR, Decimal, InvalidOperation
from typing import Any

from motoclock.matching.errors import Malformed
from motoclock.matching.limits import NumberLimits
from motoclock.matching.places import Place
from motoclock.templates import strict_json
from motoclock.templates.json_refusals import refused

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# event-ruler looks at the characters before it tries to read an address, so a zone id or a host name never gets there.
_LOOKS_LIKE_ADDRESS = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+|[0-9a-fA-F:]*:[0-9a-fA-F:]*")


def read_json(text: str) -> Any:
    """Parse JSON strictly (see strict_json); of duplicate keys the last one wins.

    Raises Malformed with line and column.
    """
    try:
        return strict_json.read(text)
    except json.JSONDecodeError as error:
        raise Malformed(
            f"Invalid JSON: {error.msg} at line {error.lineno}, column {error.colno}", syntax=refused(text)
        ) from None
    except ValueError as error:
        raise Malformed(f"Invalid JSON: {error}") from None


def is_number(value: Any) -> bool:
    """Is this a JSON number? true and false are not, although Python counts them as 1 and 0."""
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def in_range(value: Any, limits: NumberLimits) -> Decimal | None:
    """The number as AWS compares it, cut to the decimals that count, or None when it is not comparable."""
    if not is_number(value):
        return None
    try:
        number = Decimal(str(value))
        if not number.is_finite() or abs(number) > limits.farthest:
            return None
        return number.quantize(Decimal(1).scaleb(-limits.decimals), rounding=ROUND_FLOOR)
    except InvalidOperation:
        return None


def operand(value: Any, limits: NumberLimits, place: Place | None = None) -> Decimal:
    """A number written in a pattern. Raises Malformed at `place` when it is too far from zero or too finely written."""
    comparable = in_range(value, limits)
    if comparable is None:
        raise Malformed(f"Value must be between -{limits.farthest:f} and {limits.farthest:f}, inclusive", place)
    if comparable != Decimal(str(value)):
        raise Malformed(f"Only values upto {limits.decimals} decimals are supported", place)
    return comparable


def address(text: Any) -> Address | None:
    """The IP address that this text is, or None."""
    if not isinstance(text, str) or not _LOOKS_LIKE_ADDRESS.fullmatch(text):
        return None
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def written(value: Any) -> str:
    """The value as JSON text, for sentences: "x", 300, true, null."""
    return json.dumps(value, ensure_ascii=False, default=str)


def kind(value: Any) -> str:
    """What sort of JSON value this is, in the words of the explanations."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if is_number(value):
        return "a number"
    if isinstance(value, str):
        return "text"
    return "a list" if isinstance(value, list) else "an object"
