"""One firing of a schedule: its input handed to its target, tried again, parked in its dead-letter queue.

A target is a queue, function, topic, bus, stream or state machine, or any AWS call: arn:aws:scheduler:::aws-sdk:sqs:sendMessage, with
the call's parameters as input. Source: EventBridge Scheduler user guide, managing-targets-universal, configuring-schedule-dlq.
Modelled: EventBridge's back-off; roles are not evaluated.
"""

import datetime
import json
from typing import Any

from moto.moto_api._internal import mock_random
from moto.scheduler.models import Schedule

from motoclock.delivery.aws_calls import call
from motoclock.delivery.parcels import Parcel, hand_over
from motoclock.delivery.retrying import GivenUp, Route, attributes_of, deliver, waits_s
from motoclock.extras.scheduler.checks import UNIVERSAL
from motoclock.facts import eventbridge
from motoclock.facts import scheduler as facts
from motoclock.services.events.entries import iso
from motoclock.services.labels import label_of
from motoclock.trace import Sent
from motoclock.world import ACCOUNT, REGION, World

_BACKOFF = eventbridge.RETRY_BACKOFF.value
_RETRIES = facts.RETRIES_DEFAULT.value
_AGE_S = facts.EVENT_AGE_DEFAULT_S.value


class Firing:
    """The Task of one firing. Its id is the message id in the trace."""

    def __init__(self, world: World, schedule: Schedule, due: datetime.datetime):
        self._world, self._schedule, self._due = world, schedule, due
        self._target = schedule.target
        self._id = str(mock_random.uuid4())
        self._attempts = 0

    def run(self) -> None:
        target, policy, arn = self._target, self._target.get("RetryPolicy") or {}, self._schedule.arn
        text = self._input()
        self._world.trace.append(Sent(label_of(text), len(text.encode()), sender=arn), arn, self._id)
        retries = int(policy.get("MaximumRetryAttempts", _RETRIES))
        route = Route(
            resource=arn,
            source=arn,
            target=_target_arn(target),
            message_id=self._id,
            waits_s=lambda: waits_s(_BACKOFF, self._world.random("scheduler.retries"), retries),
            max_age_s=float(policy.get("MaximumEventAgeInSeconds", _AGE_S)),
            dead_letter_arn=(target.get("DeadLetterConfig") or {}).get("Arn"),
            dead_letter=self._dead_letter,
        )
        deliver(self._world, route, self._attempt)

    def _input(self) -> str:
        """The input with the context attributes of the user guide's managing-schedule-context-attributes filled in."""
        text = self._target.get("Input") or "{}"
        for name, value in (
            ("schedule-arn", self._schedule.arn),
            ("scheduled-time", iso(self._due)),
            ("execution-id", self._id),
            ("attempt-number", str(self._attempts)),
        ):
            text = text.replace(f"<aws.scheduler.{name}>", value)
        return text

    # ------------------------------------------------------------------ one attempt

    def _attempt(self) -> str | None:
        self._attempts += 1
        arn, text = self._target["Arn"], self._input()
        if universal := UNIVERSAL.fullmatch(arn):
            return call(self._world, universal[1], universal[2], text, self._id, self._schedule.arn)
        return hand_over(self._world, arn, self._parcel(text))

    def _parcel(self, text: str) -> Parcel:
        target = self._target
        event = target.get("EventBridgeParameters") or {}
        return Parcel(
            text,
            origins=(self._id,),
            sender=self._schedule.arn,
            group_id=(target.get("SqsParameters") or {}).get("MessageGroupId"),
            options={
                "partition_key": (target.get("KinesisParameters") or {}).get("PartitionKey"),
                "source": event.get("Source"),
                "detail_type": event.get("DetailType"),
            },
        )

    # ------------------------------------------------------------------ giving up

    def _dead_letter(self, given_up: GivenUp) -> Parcel:
        about = {
            "SCHEDULE_ARN": self._schedule.arn,
            "TARGET_ARN": self._target["Arn"],
            "EXECUTION_ID": self._id,
            "SCHEDULED_TIME": iso(self._due),
        }
        attributes = attributes_of(given_up, about)
        return Parcel(self._input(), origins=(self._id,), sender=self._schedule.arn, attributes=attributes)


def _target_arn(target: dict[str, Any]) -> str:
    """The thing that is reached, where a universal target's input names it; for the trace."""
    if not UNIVERSAL.fullmatch(target["Arn"]):
        return target["Arn"]
    try:
        given = json.loads(target.get("Input") or "{}")
    except ValueError:
        return target["Arn"]
    if url := given.get("QueueUrl"):
        return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{url.rsplit('/', 1)[-1]}"
    return given.get("TopicArn") or given.get("StateMachineArn") or given.get("stateMachineArn") or target["Arn"]
