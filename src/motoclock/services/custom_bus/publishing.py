"""PutEvents and PutRawEvents: each entry by itself is published, suppressed as a duplicate, or refused.

Source: EventBridge user guide, eb-custom-bus-publish and eb-custom-bus-ordering. Each event that the bus took is announced once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from motoclock import announcements
from motoclock.facts import eventbridge
from motoclock.services.custom_bus.buses import Buses, EventBusV2
from motoclock.services.custom_bus.errors import InvalidInputException
from motoclock.services.custom_bus.stored import Refused, Stamp, StoredEvent, content_hash, from_entry, from_raw_entry
from motoclock.services.events.entries import size_of
from motoclock.world import the_world

# Modelled: the request's limit is not in what we read; it is the classic bus's.
_BYTES_MAX = eventbridge.PUT_EVENTS_MAX_BYTES.value


@dataclass(frozen=True, slots=True)
class Hop:
    """An event comes from another bus: the ids of the events that it was there, and the ARN of what forwards it."""

    origins: tuple[str, ...]
    sender: str


Maker = Callable[[Mapping[str, Any], Stamp], StoredEvent]


class Publishing(Buses):
    """The operations that bring events in."""

    def put_events(self, given: Mapping[str, Any]) -> dict[str, Any]:
        _check_size(sum(size_of({**entry, "Time": None}) for entry in given["Entries"]))
        return self._put(given, self.event_of)

    def put_raw_events(self, given: Mapping[str, Any]) -> dict[str, Any]:
        _check_size(sum(len(entry["Data"]) for entry in given["Entries"]))
        return self._put(given, from_raw_entry)

    def event_of(self, entry: Mapping[str, Any], stamp: Stamp) -> StoredEvent:
        return from_entry(entry, stamp, account=self.account_id, region=self.region_name)

    def _put(self, given: Mapping[str, Any], make: Maker) -> dict[str, Any]:
        bus = self.bus(given["EventBusArn"])
        bus.must_take_events()
        by_content = given.get("DeduplicationConfiguration") is not None
        answers = [self.put_entry(bus, entry, make, by_content) for entry in given["Entries"]]
        return {"FailedEntryCount": sum("ErrorCode" in one for one in answers), "Entries": answers}

    def put_entry(
        self, bus: EventBusV2, entry: Mapping[str, Any], make: Maker, by_content: bool, hop: Hop | None = None
    ) -> dict[str, Any]:
        """One entry, unless it repeats another. Returns its part of the answer."""
        system = entry.get("SystemMetadata") or {}
        token = content_hash(entry) if by_content else system.get("DeduplicationId")
        first = bus.first_of(system.get("EventGroupId"), token, the_world().clock.now)
        if first is not None:
            bus.deduplicated += 1
            return _answer(first, "DEDUPLICATED")
        try:
            event = make(entry, bus.stamp())
        except Refused as error:
            return {"ErrorCode": error.code, "ErrorMessage": error.message}
        self.accept(bus, event, token, hop)
        return _answer(event, "PUBLISHED")

    def accept(self, bus: EventBusV2, event: StoredEvent, token: str | None = None, hop: Hop | None = None) -> None:
        """Keep an event and announce it. What has the same token counts as a repetition of it for a while."""
        bus.keep(event)
        if token:
            bus.remember(token, event)
        the_world().announce(announcements.CUSTOM_BUS_PUBLISHED, bus, event, hop)


def _answer(event: StoredEvent, code: str) -> dict[str, Any]:
    return {"EventId": event.id, "SequenceNumber": event.sequence, "SuccessCode": code}


def _check_size(size_bytes: int) -> None:
    if size_bytes > _BYTES_MAX:
        raise InvalidInputException("The entries of the request are larger than it may be.")
