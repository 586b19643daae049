"""From a bucket to those that its notification configuration names, each in a Task of its own; the caller never feels it.

S3 user guide, EventNotifications and how-to-enable-disable-notification-intro. Modelled: S3 tells at once and tries once; only the
missing destinations are refused when they are configured, a missing permission is noted or refused at the delivery.
"""

import json
from math import inf
from typing import Any

from moto.events.models import events_backends
from moto.moto_api._internal import mock_random
from moto.s3.exceptions import InvalidArgumentError
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from motoclock import announcements
from motoclock.arn import Arn
from motoclock.delivery import permissions
from motoclock.delivery.parcels import Parcel, hand_over
from motoclock.delivery.retrying import Route, deliver
from motoclock.extras.s3 import records
from motoclock.services.events.entries import BusEvent
from motoclock.services.labels import label_of
from motoclock.trace import Sent
from motoclock.world import ACCOUNT, REGION, World, the_world

_PRINCIPAL = "s3.amazonaws.com"
_UNVALIDATED = "Unable to validate the following destination configurations"


def object_event(account_id: str, event_name: Any, bucket: Any, key: Any) -> None:
    """Something happened to an object: `event_name` is moto's, such as "s3:ObjectCreated:Put". There is one account."""
    configured = bucket.notification_configuration
    if configured is None:
        return
    world, name = the_world(), str(getattr(event_name, "value", event_name)).removeprefix("s3:")
    for destinations in (configured.cloud_function, configured.queue, configured.topic):
        for one in destinations:
            if one.matches(f"s3:{name}", key.name):
                record = records.notification(world, name, bucket, key, one.id)
                _tell(world, bucket, one.arn, {"Records": [record]})
    if configured.event_bridge is not None:
        _put_on_bus(world, name, bucket, key)


def test_events(bucket: Any) -> None:
    """What queues and topics get when they are named in a configuration."""
    world = the_world()
    configured = bucket.notification_configuration
    for arn in dict.fromkeys(one.arn for one in (*configured.queue, *configured.topic)):
        event = {
            "Service": "Amazon S3",
            "Event": "s3:TestEvent",
            "Time": records.milliseconds(world),
            "Bucket": bucket.name,
        }
        _tell(world, bucket, arn, event)


def check_destinations(bucket: Any) -> None:
    """InvalidArgument for a queue or topic that is not there; the bucket is left without a configuration."""
    configured = bucket.notification_configuration
    for one in (*configured.queue, *configured.topic):
        place = Arn.of(one.arn)
        if place.service == "sqs":
            found = place.resource in sqs_backends[place.account][place.region].queues
        else:
            found = one.arn in sns_backends[place.account][place.region].topics
        if not found:
            bucket.notification_configuration = None
            what = "queue" if place.service == "sqs" else "topic"
            raise InvalidArgumentError(_UNVALIDATED, one.arn, f"The destination {what} does not exist")


def _tell(world: World, bucket: Any, target: str, event: dict[str, Any]) -> None:
    text, message_id = json.dumps(event, separators=(",", ":")), str(mock_random.uuid4())
    world.trace.append(Sent(label_of(text), len(text.encode()), sender=bucket.arn), bucket.arn, message_id)
    parcel = Parcel(text, origins=(message_id,), sender=bucket.arn, subject=records.SUBJECT)

    def attempt() -> str | None:
        permissions.require(world, _PRINCIPAL, target, bucket.arn)
        return hand_over(world, target, parcel)

    route = Route(bucket.arn, bucket.arn, target, message_id, lambda: iter(()), inf)
    world.clock.spawn(deliver, world, route, attempt, name=f"notification of {bucket.name}")


def _put_on_bus(world: World, name: str, bucket: Any, key: Any) -> None:
    content = records.bus_event(world, str(mock_random.uuid4()), name, bucket, key)
    if content is None:
        return
    event = BusEvent(content, len(json.dumps(content["detail"]).encode()), world.clock.now)
    world.announce(announcements.EVENTS_PUT, events_backends[ACCOUNT][REGION].event_buses["default"], event)
