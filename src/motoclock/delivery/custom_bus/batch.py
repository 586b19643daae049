"""One call of a subscriber's target: tried again whatever the reason, given up, and described in a message to the failure queue.

Source: EventBridge user guide, eb-custom-bus-retry; aws/agent-toolkit-for-aws, amazon-eventbridge-event-bus, target-contract section 5.
Modelled: the waits; a pause holds a batch before its next attempt, while its age runs on.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from motoclock.delivery.custom_bus.targets import Shaped, TargetCall
from motoclock.delivery.eventbridge.api_destinations import WaitAtLeast
from motoclock.delivery.parcels import Parcel, Undeliverable
from motoclock.delivery.retrying import AttemptResult, GivenUp, Route, deliver_together, waits_s
from motoclock.facts import custom_bus as facts
from motoclock.json_text import json_text
from motoclock.services.custom_bus import StoredEvent
from motoclock.services.events.entries import iso
from motoclock.trace import Cause
from motoclock.world import World

if TYPE_CHECKING:
    from motoclock.delivery.custom_bus.subscriber import SubscriberDelivery

_BACKOFF = facts.RETRY_BACKOFF.value
_MESSAGE_MAX = facts.FAILURE_MESSAGE_MAX_CHARS.value
_LOOP = "LOOP_DETECTED"  # the one failure that another attempt can't mend
_CODES = {_LOOP: _LOOP, "NO_PERMISSIONS": "ACCESS_DENIED", "THROTTLING": "THROTTLING", "TIMEOUT": "TIMEOUT"}


@dataclass(frozen=True, slots=True)
class Item:
    """An event on its way to one subscriber; `replayed` when it was published before the subscriber read it."""

    event: StoredEvent
    replayed: bool


class _Withdrawn(Exception):
    """The subscriber was deleted meanwhile."""


class Batch:
    """The Task of one batch. Settings are those of its start."""

    def __init__(self, world: World, reader: "SubscriberDelivery", items: list[Item]):
        self._world, self._reader, self._subscriber = world, reader, reader.subscriber
        self._items = {item.event.id: item for item in items}
        self._ids = tuple(item.event.id for item in items)
        self._settings = self._subscriber.settings
        self._attempts, self._retry_after_s = 0, 0.0

    def run(self) -> None:
        subscriber, policy = self._subscriber, self._settings["RetryPolicy"]
        route = Route(
            resource=subscriber.arn,
            source=subscriber.arn,
            target=subscriber.target_arn,
            message_id=self._ids[0],
            waits_s=lambda: self._waits_s(policy["MaxRetryAttempts"]),
            max_age_s=float(policy["MaxEventAgeInSeconds"]),
            dead_letter_arn=(self._settings.get("OnFailureConfiguration") or {}).get("Arn"),
            dead_letter=self._description,
        )
        try:
            deliver_together(self._world, route, self._ids, self._attempt)
        except _Withdrawn:
            self._reader.removed(self._ids, Cause.SUBSCRIBER_DELETED)

    def _waits_s(self, retries: int) -> Iterator[float]:
        for wait_s in waits_s(_BACKOFF, self._world.random("eventbridgev2.retries"), retries):
            yield max(wait_s, self._retry_after_s)
            self._retry_after_s = 0.0

    # ------------------------------------------------------------------ one attempt

    def _attempt(self, ids: tuple[str, ...]) -> list[AttemptResult]:
        """What became of each event. Nothing but a loop fails for good: a missing target is tried again like an outage."""
        self._ids = ids
        self._wait_until_running()
        self._attempts += 1
        items = [self._items[event_id] for event_id in ids]
        call = TargetCall(self._world, self._subscriber.arn, self._settings, self._attempts)
        taken = call.give([Shaped(item.event, item.event.parts(item.replayed)) for item in items])
        for one in taken:
            if isinstance(one, WaitAtLeast):
                self._retry_after_s = one.wait_s
        return [
            Undeliverable(one.reason, one.code, one.code != _LOOP) if isinstance(one, Undeliverable) else one
            for one in taken
        ]

    def _wait_until_running(self) -> None:
        while not self._reader.is_closed and not self._subscriber.is_running:
            self._world.clock.wait(self._reader.changes)
        if self._reader.is_closed:
            raise _Withdrawn

    # ------------------------------------------------------------------ giving up

    def _description(self, given_up: GivenUp) -> Parcel:
        """Which events failed and why; the events themselves stay on the bus, for as long as it keeps them."""
        queue = self._settings["OnFailureConfiguration"]["Arn"]
        record: dict[str, Any] = {
            "version": "1.0",
            "busArn": self._subscriber.bus_arn,
            "subscriberArn": self._subscriber.arn,
            "targetArn": self._subscriber.target_arn,
            "errorCode": _CODES.get(given_up.code, "CUSTOMER_VALIDATION"),
            "errorMessage": given_up.reason[:_MESSAGE_MAX],
            "exhaustedRetryCondition": given_up.condition,
            "retryAttempts": given_up.attempts - 1,
            "failedMessages": [self._reference(self._items[event_id].event) for event_id in given_up.message_ids],
        }
        fifo = queue.endswith(".fifo")
        first = self._items[given_up.message_ids[0]].event
        return Parcel(
            json_text(record),
            origins=given_up.message_ids,
            sender=self._subscriber.arn,
            group_id=(first.group_id or self._subscriber.name) if fifo else None,
            deduplication_id=first.id if fifo else None,
        )

    def _reference(self, event: StoredEvent) -> dict[str, Any]:
        return {
            "eventId": event.id,
            "eventGroupId": event.group_id,
            "deduplicationId": event.deduplication_id,
            "timestamp": iso(event.ingested),
        }
