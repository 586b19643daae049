"""Handing something over to a target by its ARN: what topics, rules, destinations, pipes and dead-letter queues share.

A sender for each kind of target is registered here by the file that knows the target. A hand-over either returns or raises
`Undeliverable`, which says whether trying again makes sense: throttles and outages do, a missing target or permission does not.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from moto.sqs.exceptions import SQSException
from moto.sqs.models import sqs_backends

from motoclock.arn import Arn
from motoclock.functions import FunctionNotFound
from motoclock.trace import DIRECT
from motoclock.world import World


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is handed over. `body` is text; `attributes` are message attributes in boto3's form; `origins` the ids it came from."""

    body: str
    origins: tuple[str, ...] = ()
    sender: str | None = None  # ARN of the topic, rule, function... that hands it over
    attributes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    subject: str | None = None
    group_id: str | None = None
    deduplication_id: str | None = None
    trace_header: str | None = None  # X-Ray's, which a queue keeps beside the message
    options: Mapping[str, Any] = field(default_factory=dict)  # what only one kind of target knows, e.g. a partition key


class Undeliverable(Exception):
    """A hand-over failed. `code` is AWS's short name for the cause; `retryable` says whether the same attempt may succeed later."""

    def __init__(self, reason: str, code: str, retryable: bool = False):
        super().__init__(reason)
        self.reason, self.code, self.retryable = reason, code, retryable


Sender = Callable[[World, str, Parcel], str | None]


def hand_over(world: World, target_arn: str, parcel: Parcel) -> str | None:
    """Deliver once, now. Returns the id that the target gave it, when it gives one; raises Undeliverable."""
    service = Arn.of(target_arn).service
    sender = senders(world).get(service)
    if sender is None:
        raise Undeliverable(f"{target_arn} is no target that this Cloud can deliver to.", "INVALID_TARGET")
    return sender(world, target_arn, parcel)


def register_sender(world: World, service: str, sender: Sender) -> None:
    """`sender(world, target_arn, parcel)` delivers to ARNs whose service part is `service`. May block a Task."""
    senders(world)[service] = sender


def senders(world: World) -> dict[str, Sender]:
    """The senders of a world, by the service part of the ARN."""
    return world.services.senders


def first_senders() -> dict[str, Sender]:
    """Those that every other file of the delivery may count on."""
    return {"sqs": _to_queue, "lambda": _to_function}


def _to_queue(world: World, target_arn: str, parcel: Parcel) -> str:
    place = Arn.of(target_arn)
    name = place.resource
    queue = sqs_backends[place.account][place.region].queues.get(name)
    if queue is None:
        raise Undeliverable(f"The queue {name} does not exist.", "NO_RESOURCE")
    try:
        message = queue.put(
            parcel.body,
            attributes=dict(parcel.attributes),
            group_id=parcel.group_id,
            deduplication_id=parcel.deduplication_id,
            delay_s=parcel.options.get("delay_s"),
            origins=parcel.origins,
            sender=parcel.sender,
            system_attributes=_traced(parcel.trace_header),
        )
    except SQSException as error:
        raise Undeliverable(f"The queue {name} refused it: {error.message}", "INVALID_PARAMETER") from None
    return message.id


def _traced(header: str | None) -> dict[str, Any] | None:
    return {"AWSTraceHeader": {"DataType": "String", "StringValue": header}} if header else None


def _to_function(world: World, target_arn: str, parcel: Parcel) -> str:
    """Asynchronously, as every service but a mapping invokes: success means that Lambda's queue took it."""
    try:
        return world.services.functions.invoke_async(
            target_arn, parcel.body.encode(), source=parcel.sender or DIRECT, origins=parcel.origins
        )
    except ValueError as too_large:
        raise Undeliverable(str(too_large), "INVALID_PARAMETER") from None
    except FunctionNotFound:
        raise Undeliverable(f"The function {target_arn.rsplit(':', 1)[-1]} does not exist.", "NO_RESOURCE") from None
