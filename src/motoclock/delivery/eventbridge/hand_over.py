"""One event to one target of one rule: shaped, handed over, tried again for up to a day, and parked when all is in vain.

Source: EventBridge user guide, eb-rule-retry-policy and eb-rule-dlq (whose error codes we use).
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from moto.events.models import Rule

from motoclock.delivery.eventbridge.api_destinations import WaitAtLeast
from motoclock.delivery.eventbridge.shaping import shaped
from motoclock.delivery.parcels import Parcel, hand_over
from motoclock.delivery.permissions import require
from motoclock.delivery.retrying import GivenUp, Route, attributes_of, deliver, waits_s
from motoclock.facts import eventbridge as facts
from motoclock.services.events import BusEvent
from motoclock.services.events.targets import kind_of
from motoclock.templates.json_path import MISSING, find
from motoclock.world import World

if TYPE_CHECKING:
    from motoclock.delivery.eventbridge.bus import EventBridge

PRINCIPAL = "events.amazonaws.com"
_BACKOFF = facts.RETRY_BACKOFF.value
_RETRIES = facts.RETRIES_DEFAULT.value
_AGE_S = facts.EVENT_AGE_DEFAULT_S.value


class TargetDelivery:
    """The Task of one event and one target. The target's settings are those of the moment at which the rule matched."""

    def __init__(self, world: World, bridge: "EventBridge", rule: Rule, target: dict[str, Any], event: BusEvent):
        self._world, self._bridge, self._rule, self._target, self._event = world, bridge, rule, target, event
        self._retry_after_s = 0.0

    def run(self) -> None:
        target, policy = self._target, self._target.get("RetryPolicy") or {}
        retries = int(policy.get("MaximumRetryAttempts", _RETRIES))
        route = Route(
            resource=self._rule.arn,
            source=self._rule.arn,
            target=target["Arn"],
            message_id=self._event.id,
            waits_s=lambda: self._waits_s(retries),
            max_age_s=float(policy.get("MaximumEventAgeInSeconds", _AGE_S)),
            dead_letter_arn=(target.get("DeadLetterConfig") or {}).get("Arn"),
            dead_letter=self._dead_letter,
        )
        deliver(self._world, route, self._attempt)

    def _waits_s(self, retries: int) -> Iterator[float]:
        for wait_s in waits_s(_BACKOFF, self._world.random("events.retries"), retries):
            yield max(wait_s, self._retry_after_s)
            self._retry_after_s = 0.0

    # ------------------------------------------------------------------ one attempt

    def _attempt(self) -> str | None:
        try:
            return self._hand_over()
        except WaitAtLeast as error:
            self._retry_after_s = error.wait_s
            raise

    def _hand_over(self) -> str | None:
        target, arn = self._target, self._target["Arn"]
        kind = kind_of(arn)
        if kind == "event-bus":
            return self._bridge.forward(arn, self._event, self._rule.arn)
        if kind == "event-busv2":
            return self._world.services.custom_bus.forward(arn, self._event, self._rule.arn)
        text = shaped(target, self._event, self._rule, self._world.clock.datetime)
        if kind == "api-destination":
            self._bridge.api_destinations.call(arn, target.get("HttpParameters") or {}, text, self._event.content)
            return None
        if not target.get("RoleArn"):
            require(self._world, PRINCIPAL, arn, self._rule.arn)
        return hand_over(self._world, arn, self._parcel(text))

    def _parcel(self, text: str) -> Parcel:
        target = self._target
        options: dict[str, Any] = {"stream": self._rule.name}
        if path := (target.get("KinesisParameters") or {}).get("PartitionKeyPath"):
            key = find(self._event.content, path)
            options["partition_key"] = None if key is MISSING else key
        return Parcel(
            text,
            origins=(self._event.id,),
            sender=self._rule.arn,
            group_id=(target.get("SqsParameters") or {}).get("MessageGroupId"),
            options=options,
        )

    # ------------------------------------------------------------------ giving up

    def _dead_letter(self, given_up: GivenUp) -> Parcel:
        """The event as the bus had it, not as the target would have got it."""
        require(self._world, PRINCIPAL, self._target["DeadLetterConfig"]["Arn"], self._rule.arn)
        attributes = attributes_of(given_up, {"RULE_ARN": self._rule.arn, "TARGET_ARN": self._target["Arn"]})
        return Parcel(self._event.text, origins=(self._event.id,), sender=self._rule.arn, attributes=attributes)
