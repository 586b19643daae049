"""Long lists in pages: Limit and NextToken of EventBridge's List calls, where moto has neither or loses its place."""

import base64
from collections.abc import Sequence
from typing import Any

from moto.events.exceptions import ValidationException

_MOST = 100  # API reference ListTargetsByRule, ListReplays: Limit


def page(found: Sequence[Any], limit: int | None, token: str | None) -> tuple[list[Any], str | None]:
    """The elements of one page, and the token of the next when there is one. ValidationException for a token that is none."""
    start = _place(token) if token else 0
    end = start + (limit or _MOST)
    return list(found[start:end]), _token(end) if end < len(found) else None


def _token(place: int) -> str:
    return base64.b64encode(f"from {place}".encode()).decode()


def _place(token: str) -> int:
    try:
        word, number = base64.b64decode(token, validate=True).decode().split()
        place = int(number)
    except ValueError:
        word, place = "", 0
    if word != "from":
        raise ValidationException("Parameter NextToken is not valid.")
    return place
