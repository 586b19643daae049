"""PutEvents and PutRawEvents: each entry by itself is published, suppressed as a duplicate, or refused.

Source: EventBridge user guide, eb-custom-bus-publish and eb-custom-bus-ordering. Each event that the bus took is announced once.
"""

from collections.abc import Callable, Mapping
from typing import Any

from moto.moto_api._internal import mock_random

from motoclock import announcements
from motoclock.facts import eventbridge
from motoclock.services.custom_bus.buses import Buses, EventBusV2
from motoclock.services.custom_bus.errors import InvalidInputException
from motoclock.services.custom_bus.stored import Refused, StoredEvent, content_hash, from_entry, from_raw_entry
from motoclock.services.events.entries import size_of
from motoclock.world import the_world

# Modelled: the request's limit is not in what we read; it is the classic bus's.
_BYTES_MAX = eventbridge.PUT_EVENTS_MAX_BYTES.value


class Publishing(Buses):
    """The operations that bring events in."""

    def put_events(self, given: Mapping[str, Any]) -> dict[str, Any]:
        _check_size(sum(size_of({**entry, "Time": None}) for entry in given["Entries"]))
        return self._put(given, self.event_of)

    def put_raw_events(self, given: Mapping[str, Any]) -> dict[str, Any]:
        _check_size(sum(len(entry["Data"]) for entry in given["Entries"]))
        return self._put(given, from_raw_entry)

    def event_of(self, entry: Mapping[str, Any], *args: Any, **more: Any) -> StoredEvent:
        return from_entry(entry, *args, account=self.account_id, region=self.region_name, **more)

    def _put(self, given: Mapping[str, Any], make: Callable[..., StoredEvent]) -> dict[str, Any]:
        bus = self.bus(given["EventBusArn"])
        bus.must_take_events()
        by_content = given.get("DeduplicationConfiguration") is not None
        answers = [self.take(bus, entry, make, by_content) for entry in given["Entries"]]
        return {"FailedEntryCount": sum("ErrorCode" in one for one in answers), "Entries": answers}

    def take(
        self, bus: EventBusV2, entry: Mapping[str, Any], make: Callable[..., StoredEvent], by_content: bool, **more: Any
    ) -> dict[str, Any]:
        """One entry. Returns its part of the answer; keywords are passed on with the announcement."""
        clock = the_world().clock
        system = entry.get("SystemMetadata") or {}
        token = content_hash(entry) if by_content else system.get("DeduplicationId")
        first = bus.first_of(system.get("EventGroupId"), token, clock.now)
        if first is not None:
            bus.deduplicated += 1
            return {"EventId": first.id, "SequenceNumber": first.sequence, "SuccessCode": "DEDUPLICATED"}
        try:
            event = make(entry, str(mock_random.uuid4()), clock.now, clock.datetime, sequence=bus.next_sequence())
        except Refused as error:
            return {"ErrorCode": error.code, "ErrorMessage": error.message}
        bus.keep(event)
        if token:
            bus.remember(token, event)
        the_world().announce(announcements.CUSTOM_BUS_PUBLISHED, bus, event, more)
        return {"EventId": event.id, "SequenceNumber": event.sequence, "SuccessCode": "PUBLISHED"}


def _check_size(size_bytes: int) -> None:
    if size_bytes > _BYTES_MAX:
        raise InvalidInputException("The entries of the request are larger than it may be.")
