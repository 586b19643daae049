"""A subscriber's filters: patterns over the event's data, its publisher's metadata, its system metadata. All of them must match.

Source: EventBridge user guide, eb-custom-bus-filtering: no wildcards; METADATA takes exact values only; at most one filter a scope.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from motoclock.facts import custom_bus as facts
from motoclock.matching import Dialect, InvalidEventPattern, Pattern
from motoclock.services.custom_bus.errors import InvalidInputException
from motoclock.services.custom_bus.stored import StoredEvent

_PER_SCOPE = facts.FILTERS_PER_SCOPE.value
_DIALECTS = {
    "DATA": Dialect.SUBSCRIBER,
    "METADATA": Dialect.SUBSCRIBER_METADATA,
    "SYSTEM_METADATA": Dialect.SUBSCRIBER,
}


@dataclass(frozen=True, slots=True)
class Filters:
    """The parsed filters of one subscriber, as (scope, pattern). None at all let everything through."""

    patterns: tuple[tuple[str, Pattern], ...] = ()

    def let_through(self, event: StoredEvent, replayed: bool) -> bool:
        return all(_matches(scope, pattern, event, replayed) for scope, pattern in self.patterns)


def parsed(configuration: Mapping[str, Any] | None) -> Filters:
    """Filters of a FilterConfiguration as CreateSubscriber takes it. InvalidInputException for others."""
    if configuration is None:
        return Filters()
    found: list[tuple[str, Pattern]] = []
    for one in configuration.get("Filters") or ():
        scope, text = one["Scope"], one["Pattern"]
        if sum(scope == other for other, _ in found) >= _PER_SCOPE:
            raise InvalidInputException(f"FilterConfiguration has more than one filter for the scope {scope}.")
        if not text.strip():
            raise InvalidInputException("FilterConfiguration: the Pattern of a filter must not be empty.")
        try:
            found.append((scope, Pattern.parse(text, _DIALECTS[scope])))
        except InvalidEventPattern as error:
            raise InvalidInputException(f"FilterConfiguration: the {scope} pattern is not valid. {error}") from None
    if not found:
        raise InvalidInputException(
            "FilterConfiguration must have at least one filter; leave it out to get every event."
        )
    return Filters(tuple(found))


def _matches(scope: str, pattern: Pattern, event: StoredEvent, replayed: bool) -> bool:
    if scope == "METADATA":
        return pattern.matches(event.metadata)
    if scope == "SYSTEM_METADATA":
        return pattern.matches(event.system_metadata(replayed))
    return event.is_json and isinstance(event.data, dict) and pattern.matches(event.data)
