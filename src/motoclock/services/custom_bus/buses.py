"""Buses: their life from CREATING to DELETING, what they keep and for how long, and the duplicates they suppress.

Source: EventBridge user guide, eb-custom-bus-create and eb-custom-bus-ordering. Modelled: each change of a bus succeeds after a fixed
time; keys are named and nothing is encrypted.
"""

import datetime
from collections.abc import Mapping
from typing import Any

from moto.moto_api._internal import mock_random

from motoclock import announcements
from motoclock.facts import custom_bus as facts
from motoclock.facts.shapes import DAY_S
from motoclock.services.custom_bus.errors import (
    InvalidStateException,
    LimitExceededException,
    ResourceAlreadyExistsException,
    ResourceInUseException,
    ResourceNotFoundException,
)
from motoclock.services.custom_bus.resources import Resources
from motoclock.services.custom_bus.stored import Stamp, StoredEvent
from motoclock.world import the_world

_PROVISIONING_S = facts.PROVISIONING_S.value
_RETENTION_DAYS = facts.RETENTION_DEFAULT_DAYS.value
_DEDUPLICATION_S = facts.DEDUPLICATION_S.value
_BUSES_MAX = facts.BUSES_MAX.value
_ID_CHARACTERS = 25
_TAKES_EVENTS = ("ACTIVE", "UPDATING")


class EventBusV2:
    """One bus. `events` is what it keeps, oldest first."""

    def __init__(self, name: str, arn: str, given: Mapping[str, Any]):
        self.name, self.arn = name, arn
        self.description = given.get("Description")
        self.encryption = given.get("EncryptionConfiguration")
        self.retention_days = (given.get("StorageConfiguration") or {}).get("RetentionPeriodInDays") or _RETENTION_DAYS
        self.created = self.modified = the_world().clock.datetime
        self.events: list[StoredEvent] = []
        self.policies: dict[str, tuple[str, str]] = {}  # name -> document, revision
        self.published = self.deduplicated = 0
        self._seen: dict[tuple[str | None, str], StoredEvent] = {}
        self._change, self._settled_at = "", 0.0
        self.begins("CREATING")

    @property
    def state(self) -> str:
        return self._change if the_world().clock.now < self._settled_at else "ACTIVE"

    @property
    def is_gone(self) -> bool:
        return self._change == "DELETING" and the_world().clock.now >= self._settled_at

    def begins(self, change: str) -> None:
        self._change, self._settled_at = change, the_world().clock.now + _PROVISIONING_S

    def settles(self) -> None:
        """What it is changing to, it is: whoever asked has waited for it."""
        self._settled_at = the_world().clock.now

    def must_take_events(self) -> None:
        if self.state not in _TAKES_EVENTS:
            raise InvalidStateException(f"Event bus {self.name} is {self.state}; wait until it is ACTIVE.")

    @property
    def window_start(self) -> datetime.datetime:
        """The earliest moment from which a subscriber can read."""
        return max(self.created, the_world().clock.datetime - datetime.timedelta(days=self.retention_days))

    def kept(self) -> list[StoredEvent]:
        """The events that have not expired, oldest first."""
        horizon = the_world().clock.now - self.retention_s
        expired = 0
        while expired < len(self.events) and self.events[expired].published_at < horizon:
            expired += 1
        del self.events[:expired]
        return self.events

    @property
    def retention_s(self) -> float:
        return float(self.retention_days * DAY_S)

    def keep(self, event: StoredEvent) -> None:
        self.kept().append(event)
        self.published += 1

    def stamp(self) -> Stamp:
        """For the event that comes in next."""
        clock = the_world().clock
        return Stamp(str(mock_random.uuid4()), clock.now, clock.datetime, f"{self.published + 1:020d}")

    def first_of(self, group_id: str | None, token: str | None, now: float) -> StoredEvent | None:
        """The event that an entry with this token repeats. Ungrouped entries are compared with one another."""
        first = self._seen.get((group_id, token)) if token else None
        return first if first is not None and now - first.published_at < _DEDUPLICATION_S else None

    def remember(self, token: str, event: StoredEvent) -> None:
        self._seen[event.group_id, token] = event

    def described(self) -> dict[str, Any]:
        return {
            "EventBusArn": self.arn,
            "Name": self.name,
            "Description": self.description,
            "EncryptionConfiguration": self.encryption,
            "StorageConfiguration": {
                "RetentionPeriodInDays": self.retention_days,
                "RetentionWindowStartTime": self.window_start,
            },
            "State": self.state,
        }


class Buses(Resources):
    """The operations on buses."""

    def create_event_bus(self, given: Mapping[str, Any]) -> dict[str, Any]:
        return self.once("create_event_bus", given, self._create_bus)

    def _create_bus(self, given: Mapping[str, Any]) -> dict[str, Any]:
        buses = self.living_buses()
        if any(bus.name == given["Name"] for bus in buses):
            raise ResourceAlreadyExistsException(f"Event bus {given['Name']} already exists.")
        if len(buses) >= _BUSES_MAX:
            raise LimitExceededException(f"An account has at most {_BUSES_MAX} event buses.")
        bus = EventBusV2(given["Name"], self.new_arn("event-busv2", given["Name"]), given)
        self.buses[bus.arn] = bus
        self.tags[bus.arn] = dict(given.get("Tags") or {})
        return {**bus.described(), "CreationTime": bus.created}

    def describe_event_bus(self, given: Mapping[str, Any]) -> dict[str, Any]:
        bus = self.bus(given["EventBusArn"])
        return {**bus.described(), "CreationTime": bus.created, "LastModifiedTime": bus.modified}

    def list_event_buses(self, given: Mapping[str, Any]) -> dict[str, Any]:
        own = given.get("EventBusAccountId") in (None, self.account_id)
        summaries = [
            {
                "Name": bus.name,
                "EventBusArn": bus.arn,
                "Description": bus.description,
                "CreationTime": bus.created,
                "LastModifiedTime": bus.modified,
                "State": bus.state,
                "EventBusAccountId": self.account_id,
            }
            for bus in self.living_buses()
            if own
        ]
        return self.page("EventBuses", summaries, given)

    def update_event_bus(self, given: Mapping[str, Any]) -> dict[str, Any]:
        bus = self.bus(given["EventBusArn"])
        if bus.state != "ACTIVE":
            raise InvalidStateException(f"Event bus {bus.name} is {bus.state}; wait until it is ACTIVE.")
        bus.description = given.get("Description", bus.description)
        bus.encryption = given.get("EncryptionConfiguration", bus.encryption)
        bus.retention_days = (given.get("StorageConfiguration") or {}).get(
            "RetentionPeriodInDays"
        ) or bus.retention_days
        bus.modified = the_world().clock.datetime
        bus.begins("UPDATING")
        the_world().announce(announcements.CUSTOM_BUS_CHANGED, bus)
        return {**bus.described(), "LastModifiedTime": bus.modified}

    def delete_event_bus(self, given: Mapping[str, Any]) -> dict[str, Any]:
        bus = self.bus(given["EventBusArn"])
        if bus.state != "ACTIVE":
            raise InvalidStateException(f"Event bus {bus.name} is {bus.state}; wait until it is ACTIVE.")
        attached = [
            what
            for what, kept in (("subscribers", self.subscribers), ("event sources", self.sources))
            if any(one.bus_arn == bus.arn and not one.revoked for one in kept.values())
        ]
        if attached:
            raise ResourceInUseException(f"Event bus {bus.name} has {' and '.join(attached)}: delete them first.")
        bus.begins("DELETING")
        return {}

    # ------------------------------------------------------------------ finding

    def living_buses(self) -> list[EventBusV2]:
        for arn in [arn for arn, bus in self.buses.items() if bus.is_gone]:
            del self.buses[arn]
        return list(self.buses.values())

    def bus(self, arn: str) -> EventBusV2:
        bus = self.buses.get(arn)
        if bus is None or bus.is_gone:
            raise ResourceNotFoundException(f"Event bus {arn} does not exist.")
        return bus

    def new_arn(self, kind: str, name: str) -> str:
        suffix = mock_random.get_random_string(_ID_CHARACTERS, lower_case=True)
        return f"arn:aws:events:{self.region_name}:{self.account_id}:{kind}/{name}/{suffix}"
