"""What one subscriber has to deliver: lanes of events, cut into batches.

An unordered subscriber has one lane, and any number of batches on their way at once. A FIFO subscriber has a lane for each event group,
and one batch of a lane at a time: an event that can't be delivered holds up its own group only. Source: EventBridge user guide,
eb-custom-bus-ordering, eb-custom-bus-batching, eb-custom-bus-replay. Modelled: a batch of a FIFO subscriber holds one group; events
without a group are not ordered; a batch closes by its count or its window, not by its size in bytes.
"""

from dataclasses import dataclass, field

from motoclock.clock import Timer
from motoclock.delivery.custom_bus.batch import Batch, Item
from motoclock.facts import custom_bus as facts
from motoclock.services.custom_bus import StoredEvent, Subscriber
from motoclock.services.custom_bus.buses import EventBusV2
from motoclock.trace import Cause, Deleted, Expired, Matched, What
from motoclock.world import World

_LATENCY_S = facts.LATENCY_S.value


@dataclass(slots=True)
class _Lane:
    """Events that wait, oldest first; `busy` while a batch of an ordered lane is on its way."""

    is_ordered: bool
    waiting: list[Item] = field(default_factory=list)
    busy: bool = False
    timer: Timer | None = None


class SubscriberDelivery:
    """The deliveries of one subscriber."""

    def __init__(self, world: World, bus: EventBusV2, subscriber: Subscriber):
        self.subscriber, self.bus = subscriber, bus
        self._world, self._clock = world, world.clock
        self.is_closed = False
        self.changes = world.clock.signal()
        self._lanes: dict[str | None, _Lane] = {}
        self._expiry: Timer | None = None

    @property
    def pending(self) -> int:
        """Events that wait for their turn."""
        return sum(len(lane.waiting) for lane in self._lanes.values())

    def wants(self, event: StoredEvent, replayed: bool) -> bool:
        subscriber = self.subscriber
        if subscriber.revoked or (subscriber.end is not None and event.ingested > subscriber.end):
            return False
        return subscriber.filters.let_through(event, replayed)

    def take(self, event: StoredEvent, replayed: bool) -> None:
        """An event that passed the filters: from here on it is this subscriber's."""
        subscriber = self.subscriber
        self._record(Matched(self.bus.arn, (subscriber.target_arn,)), event.id)
        if not subscriber.is_running:
            self._arrive(Item(event, replayed))
            return
        is_fifo = subscriber.type == "FIFO"
        chance = self._world.chance
        for _ in range(1 + (not is_fifo and chance.twice("eventbridgev2.duplicates"))):
            delay_s = _LATENCY_S if is_fifo else chance.latency_s("eventbridgev2.order", _LATENCY_S)
            self._clock.call_later(delay_s, self._arrive, Item(event, replayed))

    def changed(self, skips_backlog: bool) -> None:
        """Settings or state changed: go on, or stop."""
        if skips_backlog:
            self._remove_all(Cause.RESUMED_AT_LATEST)
        if self.subscriber.is_running:
            self.changes.fire()
            for lane in list(self._lanes.values()):
                self._start_what_waits(lane)
        self.watch_expiry()

    def close(self) -> None:
        """The subscriber is deleted: what has not been delivered never will be."""
        self.is_closed = True
        self._remove_all(Cause.SUBSCRIBER_DELETED)
        self.changes.fire()

    def removed(self, event_ids: tuple[str, ...], cause: Cause) -> None:
        for event_id in event_ids:
            self._record(Deleted(cause, self.subscriber.target_arn), event_id)

    # ------------------------------------------------------------------ lanes

    def _arrive(self, item: Item) -> None:
        if self.is_closed:
            self.removed((item.event.id,), Cause.SUBSCRIBER_DELETED)
            return
        group = item.event.group_id if self.subscriber.type == "FIFO" else None
        lane = self._lanes.setdefault(group, _Lane(is_ordered=group is not None))
        lane.waiting.append(item)
        if len(lane.waiting) >= self._batch_size:
            self._start(lane, self._batch_size)
        if lane.waiting and lane.timer is None and self.subscriber.is_running:
            window_s = self.subscriber.settings["BatchConfiguration"]["MaxBatchWindowInSeconds"]
            lane.timer = self._clock.call_later(float(window_s), self._window_over, lane)
        self.watch_expiry()

    def _window_over(self, lane: _Lane) -> None:
        lane.timer = None
        self._start_what_waits(lane)

    def _start_what_waits(self, lane: _Lane) -> None:
        self._start(lane, 1)

    def _start(self, lane: _Lane, at_least: int) -> None:
        """Send off batches as long as so many wait."""
        while len(lane.waiting) >= at_least and self.subscriber.is_running and not (lane.is_ordered and lane.busy):
            items, lane.waiting = lane.waiting[: self._batch_size], lane.waiting[self._batch_size :]
            lane.busy = lane.is_ordered
            self._clock.spawn(self._send, lane, items, name=f"subscriber {self.subscriber.name}")

    def _send(self, lane: _Lane, items: list[Item]) -> None:
        try:
            Batch(self._world, self, items).run()
        except Exception:
            lane.waiting = items + lane.waiting  # they wait for the next event, or a change
            raise
        finally:
            lane.busy = False
        self._start_what_waits(lane)

    @property
    def _batch_size(self) -> int:
        return self.subscriber.settings["BatchConfiguration"]["MaxBatchSize"]

    def _remove_all(self, cause: Cause) -> None:
        for lane in self._lanes.values():
            self.removed(tuple(item.event.id for item in lane.waiting), cause)
            lane.waiting = []

    # ------------------------------------------------------------------ what the bus does not keep any longer

    def watch_expiry(self) -> None:
        """While a subscriber is paused its events wait on the bus, and expire there."""
        if self._expiry is not None:
            self._expiry.cancel()
            self._expiry = None
        oldest = min((item.event.published_at for lane in self._lanes.values() for item in lane.waiting), default=None)
        if oldest is not None and not self.subscriber.is_running:
            due = max(0.0, oldest + self.bus.retention_s - self._clock.now)
            self._expiry = self._clock.call_later(due, self._expire, foreground=False)

    def _expire(self) -> None:
        self._expiry = None
        horizon = self._clock.now - self.bus.retention_s
        text = f"it waited in {self.subscriber.name}, paused, longer than the bus keeps it"
        for lane in self._lanes.values():
            gone = [item for item in lane.waiting if item.event.published_at <= horizon]
            lane.waiting = [item for item in lane.waiting if item.event.published_at > horizon]
            for item in gone:
                self._record(Expired(text, self.subscriber.target_arn), item.event.id)
        self.watch_expiry()

    def _record(self, what: What, event_id: str) -> None:
        self._world.trace.append(what, self.subscriber.arn, event_id)
