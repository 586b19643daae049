"""One event, and the record of all of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from motoclock.trace.details import Detail, Kind


@dataclass(frozen=True, slots=True)
class Event:
    at: float
    kind: Kind
    resource: str
    message_id: str | None = None
    invocation_id: str | None = None
    detail: Detail | None = None

    def __repr__(self) -> str:
        words = [f"{self.at:.3f}s {self.kind}", self.resource.rsplit(":", 1)[-1]]
        words += [f"message {self.message_id}"] if self.message_id else []
        words += [f"invocation {self.invocation_id}"] if self.invocation_id else []
        return f"<{' '.join(words)}{f' {self.detail}' if self.detail else ''}>"


class Trace:
    """All events of one Cloud in the order in which they happened. Iterate it, take its length, or ask one of the methods."""

    def __init__(self, now: Callable[[], float]):
        self._now = now
        self._events: list[Event] = []

    def append(
        self,
        kind: Kind,
        resource: str,
        message_id: str | None = None,
        invocation_id: str | None = None,
        detail: Detail | None = None,
    ) -> None:
        """Record that something happened now."""
        self._events.append(Event(self._now(), kind, resource, message_id, invocation_id, detail))

    def __iter__(self) -> Iterator[Event]:
        return iter(self._events)

    def __len__(self) -> int:
        return len(self._events)

    def __getitem__(self, index):
        return self._events[index]

    def of_kind(self, *kinds: Kind) -> list[Event]:
        """The events of these kinds, in order."""
        return [event for event in self._events if event.kind in kinds]

    def of_message(self, message_id: str) -> list[Event]:
        """The events that name this message, in order, its invocations' included."""
        return [
            event
            for event in self._events
            if event.message_id == message_id or message_id in getattr(event.detail, "message_ids", ())
        ]

    def __repr__(self) -> str:
        return f"<trace: {len(self._events)} events>"
