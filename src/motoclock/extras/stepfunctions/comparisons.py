"""What a Choice compares that moto compares otherwise than AWS: patterns of text, and times.

Source: Amazon States Language specification, "Data-test expression" and "Timestamps": in StringMatches `*` alone is a wildcard, and
`\\*` and `\\\\` stand for themselves; a time is RFC 3339 with an uppercase T, and an uppercase Z or a numeric offset.
"""

import datetime
import re
from typing import Any

from moto.stepfunctions.parser.asl.component.state.choice.comparison.operator.implementations import timestamp_operators
from moto.stepfunctions.parser.asl.component.state.choice.comparison.operator.implementations.is_operator import (
    IsTimestamp,
)
from moto.stepfunctions.parser.asl.component.state.choice.comparison.operator.implementations.string_operators import (
    StringMatches,
)
from moto.stepfunctions.parser.asl.eval.environment import Environment

_PARTS = re.compile(r"\\[\\*]|\*|[^\\*]+|\\", re.DOTALL)
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)", re.ASCII)

Instant = tuple[datetime.datetime, str]


def matches(text: Any, pattern: str) -> bool:
    """Whether StringMatches holds; a value that is no text matches nothing."""
    parts = (
        ".*" if part == "*" else re.escape(part[-1:] if len(part) == 2 and part[0] == "\\" else part)
        for part in _PARTS.findall(pattern)
    )
    return isinstance(text, str) and re.fullmatch("".join(parts), text, re.DOTALL) is not None


def instant(text: Any) -> Instant | None:
    """When a timestamp is: to the second, and the digits of its fraction. None for what is none."""
    found = _TIME.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None
    try:
        whole = datetime.datetime.fromisoformat(found[1] + ("+00:00" if found[3] == "Z" else found[3]))
    except ValueError:  # as the 31st of February
        return None
    return whole, (found[2] or "").rstrip("0")


def _is_timestamp(env: Environment, value: bool) -> None:
    env.stack.append((instant(env.stack.pop()) is not None) is value)


def _guarded(plain: Any) -> Any:
    """A time compared with what is none: false, as with a value of another type."""

    def compare(variable: Any, comparison_value: Any) -> bool:
        return instant(comparison_value) is not None and plain(variable, comparison_value)

    return staticmethod(compare)


def change() -> None:
    StringMatches._compare = staticmethod(matches)
    IsTimestamp.string_to_timestamp = staticmethod(instant)
    IsTimestamp.eval = staticmethod(_is_timestamp)
    for operator in vars(timestamp_operators).values():
        if isinstance(operator, type) and "_compare" in vars(operator):
            setattr(operator, "_compare", _guarded(vars(operator)["_compare"].__func__))  # noqa: B010 - a type, to the checker
