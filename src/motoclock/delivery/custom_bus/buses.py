"""An event on a custom bus: every subscriber whose filters let it through gets it; whoever comes later can still read it.

Source: EventBridge user guide, eb-custom-bus-subscribers, eb-custom-bus-replay, eb-custom-bus-event-sources. Modelled: filters look at
an event when it is published (or when a subscriber starts in the past), and the target gets it after one fixed latency;
`Cloud(reorder=True)` shuffles the latencies of unordered subscribers, `duplicates` lets them get an event twice.
"""

from collections.abc import Mapping
from typing import Any

from moto.events.models import EventBus

from motoclock import announcements
from motoclock.arn import Arn
from motoclock.delivery.custom_bus.subscriber import SubscriberDelivery
from motoclock.delivery.parcels import Undeliverable
from motoclock.services.arrivals import record_sent
from motoclock.services.custom_bus import StoredEvent, Subscriber, eventbridgev2_backends
from motoclock.services.custom_bus.buses import EventBusV2
from motoclock.services.custom_bus.errors import EventBusError
from motoclock.services.custom_bus.publishing import Hop, Maker
from motoclock.services.custom_bus.stored import from_envelope
from motoclock.services.events import BusEvent
from motoclock.services.labels import label_of
from motoclock.trace import Filtered, Sent
from motoclock.world import ACCOUNT, REGION, World


class BusDeliveries:
    """All custom buses of a world."""

    def __init__(self, world: World):
        self._world, self._clock = world, world.clock
        self._readers: dict[str, SubscriberDelivery] = {}
        # event id -> the custom buses that it, or what it comes from, was on
        self._passed: dict[str, tuple[str, ...]] = {}
        world.subscribe(announcements.CUSTOM_BUS_PUBLISHED, self._published)
        world.subscribe(announcements.CUSTOM_BUS_SUBSCRIBER_CREATED, self._created)
        world.subscribe(announcements.CUSTOM_BUS_SUBSCRIBER_CHANGED, self._changed)
        world.subscribe(announcements.CUSTOM_BUS_SUBSCRIBER_DELETED, self._deleted)
        world.subscribe(announcements.CUSTOM_BUS_CHANGED, self._bus_changed)
        world.subscribe(announcements.EVENTS_PUT, self._classic)

    def publish(self, arn: str, entry: Mapping[str, Any], make: Maker, by_content: bool, hop: Hop) -> str:
        """From another bus: one entry, as PutEvents takes it. Returns the id of its event."""
        backend = eventbridgev2_backends[ACCOUNT][REGION]
        bus = backend.bus(arn)
        bus.must_take_events()
        return backend.put_entry(bus, entry, make, by_content, hop)["EventId"]

    def forward(self, arn: str, event: BusEvent, rule_arn: str) -> str:
        """From a rule of a classic bus: a new event, with an id of its own (eb-custom-bus-target-bus). Undeliverable."""
        self.stop_loops(arn, event.id)
        backend = eventbridgev2_backends[ACCOUNT][REGION]
        try:
            bus = backend.bus(arn)
            bus.must_take_events()
        except EventBusError as error:
            raise Undeliverable(error.message, "NO_RESOURCE") from None
        stamp = bus.stamp()
        stored = from_envelope({**event.content, "id": stamp.id}, stamp, event.size_bytes)
        backend.accept(bus, stored, hop=Hop((event.id,), rule_arn))
        return stored.id

    def stop_loops(self, arn: str, event_id: str) -> None:
        """Undeliverable for an event that was on that bus before, or that comes from one that was (eb-custom-bus-target-bus).

        Modelled: what forwarding makes of an event is recognised, what functions make of it is not.
        """
        if arn in self._passed.get(event_id, ()):
            name = Arn.of(arn).path[1]
            raise Undeliverable(f"The event has been on the event bus {name} before: a loop.", "LOOP_DETECTED")

    def became(self, event_id: str, new_id: str | None) -> None:
        """A subscriber handed an event to a classic bus, where it has another id."""
        if new_id is not None:
            self._passed[new_id] = self._passed.get(event_id, ())

    def pending(self, subscriber_arn: str) -> int:
        """How many events wait in a subscriber."""
        return self._readers[subscriber_arn].pending if subscriber_arn in self._readers else 0

    # ------------------------------------------------------------------ events

    def _published(self, bus: EventBusV2, event: StoredEvent, hop: Hop | None) -> None:
        """Who forwards it says so first: a hop is recorded before what follows from it."""
        if hop is not None:
            self._clock.call_later(0.0, self._take, bus, event, hop.origins, hop.sender)
        else:
            self._take(bus, event)

    def _take(
        self, bus: EventBusV2, event: StoredEvent, origins: tuple[str, ...] = (), sender: str | None = None
    ) -> None:
        label = label_of(event.label)
        sent = Sent(label, event.size_bytes, event.group_id, origins=origins, sender=sender)
        record_sent(self._world, bus.arn, event.id, sent)
        before = self._passed.get(origins[0], ()) if origins else ()
        self._passed[event.id] = (*before, bus.arn)
        readers = [reader for reader in self._readers.values() if reader.subscriber.bus_arn == bus.arn]
        wanted = [reader for reader in readers if reader.wants(event, replayed=False)]
        for reader in wanted:
            reader.take(event, replayed=False)
        if not wanted:
            kept = f"; the bus keeps it for {bus.retention_days} day{'s' * (bus.retention_days > 1)}"
            what = (
                f"matched none of {len(readers)} subscribers" if len(readers) > 1
                else "did not match the one subscriber" if readers else "found no subscriber"
            )  # fmt: skip
            self._world.trace.append(Filtered(what + kept), bus.arn, event.id)

    def _classic(self, bus: EventBus, event: BusEvent) -> None:
        """A classic bus took an event: the default bus those of AWS services, a partner's bus the partner's."""
        backend = eventbridgev2_backends.get(ACCOUNT, {}).get(REGION)
        for source in list(backend.sources.values()) if backend is not None else ():
            home = source.origin if source.is_of_partner else "default"
            if bus.name == home and not source.revoked and source.forwards(event.content):
                self._clock.call_later(0.0, self._forward, source.bus_arn, bus.arn, event)

    def _forward(self, bus_arn: str, classic_arn: str, event: BusEvent) -> None:
        backend = eventbridgev2_backends[ACCOUNT][REGION]
        bus = backend.buses.get(bus_arn)
        if bus is None or bus.is_gone:
            return

        stored = from_envelope(event.content, bus.stamp(), event.size_bytes)
        backend.accept(bus, stored, hop=Hop((event.id,), classic_arn))

    # ------------------------------------------------------------------ subscribers

    def _created(self, bus: EventBusV2, subscriber: Subscriber) -> None:
        reader = self._readers[subscriber.arn] = SubscriberDelivery(self._world, bus, subscriber)
        if subscriber.starting_position != "POINT_IN_TIME":
            return
        start = (subscriber.point_in_time or {}).get("StartingPoint")
        for event in list(bus.kept()):
            if (start is None or event.ingested >= start) and reader.wants(event, replayed=True):
                reader.take(event, replayed=True)

    def _changed(self, subscriber: Subscriber, skips_backlog: bool) -> None:
        self._readers[subscriber.arn].changed(skips_backlog)

    def _deleted(self, subscriber: Subscriber) -> None:
        self._readers.pop(subscriber.arn).close()

    def _bus_changed(self, bus: EventBusV2) -> None:
        for reader in self._readers.values():
            if reader.subscriber.bus_arn == bus.arn:
                reader.watch_expiry()
