"""What a target gets: the data as published, the data with its metadata, or what a JSONata expression makes of it.

Source: EventBridge user guide, eb-custom-bus-transform and eb-custom-bus-targets. Expressions are evaluated at each attempt.
"""

import json
from collections.abc import Mapping
from typing import Any

from motoclock.delivery.parcels import Undeliverable
from motoclock.services.custom_bus import StoredEvent
from motoclock.services.custom_bus.targets import expression_in


def text_for(event: StoredEvent, parts: Mapping[str, Any], transformer: Mapping[str, Any]) -> str:
    """The text for a target. Undeliverable when the expression fails or gives nothing."""
    kind = transformer.get("Type") or "RAW"
    if kind == "WITH_METADATA":
        return json.dumps(parts)
    if kind == "JSONATA":
        value = _evaluated(expression_in(transformer["JsonataConfiguration"]["Expression"]) or "", parts)
        return value if isinstance(value, str) else json.dumps(value)
    return event.text


def filled(value: Any, parts: Mapping[str, Any]) -> Any:
    """A parameter, or a block of them, with every expression in it replaced by its value. Undeliverable."""
    if isinstance(value, Mapping):
        return {filled(key, parts): filled(one, parts) for key, one in value.items()}
    if isinstance(value, list):
        return [filled(one, parts) for one in value]
    expression = expression_in(value)
    return value if expression is None else _evaluated(expression, parts)


def text_of(value: Any) -> str | None:
    """A parameter's value as the text that the target's API wants."""
    return value if value is None or isinstance(value, str) else json.dumps(value)


def _evaluated(expression: str, parts: Mapping[str, Any]) -> Any:
    from motoclock.templates.jsonata import JException, evaluate  # a heavy import, and few need it

    try:
        return evaluate(expression, {"events": dict(parts)})
    except (JException, ValueError, TypeError, ArithmeticError, LookupError, AttributeError) as error:
        raise Undeliverable(f"The expression {expression} failed: {error}", "INVALID_PARAMETER") from None
