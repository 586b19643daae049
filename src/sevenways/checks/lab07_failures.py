"""Tasks 3 and 4 of lab 07: what fails for good is parked with its cause, also where the orders come through a queue."""

import json
import re
from collections import Counter
from typing import Any

from motoclock.facts.shapes import MINUTE_S
from motoclock.trace import Called, Dropped, Failed, Invoked, Kind, Mode, Refused, Sent
from motoclock.wording import count, listed, moment, name_of, shortened, times
from sevenways.checks import lab07_shop
from sevenways.checks.lab07_orders import TIMEOUT_S, Shop, found_in, hand_over, numbered, some
from sevenways.checks.lines import was
from sevenways.checks.registry import Observation, register
from sevenways.checks.trial import client, lab_cloud, observe, prepare, run
from sevenways.cloud import Cloud

# ---------------------------------------------------------------------- task 3


@register(
    "lab07.park",
    takes=("park",),
    hints=(
        "When does a failure become final, and who knows it: the handler, or Lambda?",
        "Section 5, “Two places for a failure”, had two messages about one failure. One of them knew the reason.",
        "put_function_event_invoke_config takes a DestinationConfig with OnFailure. Which kinds of queue can it send to?",
    ),
)
def park(answer: Any) -> None:
    """One card can't be read, one order is unlucky for half a minute: one note, about the first, with the event and the error."""
    with lab_cloud(seed=1) as cloud:
        shop = Shop(cloud, unreadable=("order-4",), unlucky=("order-7",))
        cloud.deploy(lab07_shop.pack, timeout=TIMEOUT_S)
        url = prepare(cloud, answer, cloud)
        observe(isinstance(url, str), "park returned no queue URL: the operator does not know where to look")
        hand_over(numbered(10))
        run(cloud)
        notes = found_in(url)
        about: Counter[str] = Counter(order for note in notes for order in set(re.findall(r"order-\d+", note)))
        early = [order for order in numbered(10) if order != "order-4" and not shop.paid[order]]
        if early:
            kept = "and has a note" if about[early[0]] else "and is lost"
            raise Observation(
                f"{early[0]} would have been paid half a minute later; it had {count(shop.asked[early[0]], 'run')}, {kept}"
            )
        refused = [event.what.reason for event in cloud.trace.of(Refused)]
        why = f": {refused[0]}" if refused else ""
        observe(bool(notes), f"nothing is parked, and order-4 had {count(shop.asked['order-4'], 'run')}{why}")
        observe(
            about["order-4"] > 0,
            f"the operator's queue holds {count(len(notes), 'note')}, and none is about order-4",
        )
        observe(about["order-4"] == 1, f"there are {about['order-4']} notes about order-4")
        others = [order for order in about if order != "order-4"]
        observe(
            not others,
            f"{'there is a note' if len(others) == 1 else 'there are notes'} about {some(others)}, which did not fail for good",
        )
        note = next(note for note in notes if "order-4" in note)
        observe("ValueError" in note, f"the note about order-4 is “{shortened(note, 60)}”, and gives no cause")


# ---------------------------------------------------------------------- task 4


@register(
    "lab07.from_a_queue",
    takes=("from_queue",),
    hints=(
        "A mapping waits for its function. Which kind of invocation does the chain of charge need?",
        "A small function between the queue and charge can hand each order on. Who takes care of a failure from then on?",
        "put_function_event_invoke_config replaces all that was configured for the function.",
    ),
)
def from_a_queue(answer: Any) -> None:
    """Orders come through a queue: every paid one is packed once, and the one that fails for good ends in `failed`."""
    with lab_cloud(seed=1) as cloud:
        shop = Shop(cloud, unreadable=("order-4",), unlucky=("order-6",))
        cloud.deploy(lab07_shop.pack, timeout=TIMEOUT_S)
        sqs = client("sqs")
        failed = sqs.create_queue(QueueName="failed")["QueueUrl"]
        orders = sqs.create_queue(QueueName="orders", Attributes={"VisibilityTimeout": "60"})["QueueUrl"]
        _connect_as_today()
        prepare(cloud, answer, cloud)
        for order in numbered(10):
            sqs.send_message(QueueUrl=orders, MessageBody=json.dumps({"order": order}))
        cloud.run(seconds=20 * MINUTE_S)
        _judge_queue(cloud, shop, found_in(failed))


def _connect_as_today() -> None:
    lambda_arn = "arn:aws:lambda:us-east-1:123456789012:function:pack"
    client("lambda").put_function_event_invoke_config(
        FunctionName="charge", DestinationConfig={"OnSuccess": {"Destination": lambda_arn}}
    )


def _judge_queue(cloud: Cloud, shop: Shop, parked: list[str]) -> None:
    observe(bool(shop.asked), _why_nobody_was_asked(cloud))
    twice = [order for order in shop.paid if shop.paid[order] > 1]
    observe(not twice, f"{some(twice)} {was(twice)} charged more than once")
    good = [order for order in numbered(10) if order != "order-4"]
    unpaid = [order for order in good if not shop.paid[order]]
    if unpaid:
        order = unpaid[0]
        gone = _deleted_at(cloud, order)
        when = f"its message was deleted at {moment(gone)}" if gone is not None else "its message is still there"
        raise Observation(f"{order} was never paid: the provider was asked {times(shop.asked[order])}, and {when}")
    if not shop.parcels:
        modes = sorted({_MODES[event.what.mode] for event in _runs_that_charge(cloud)})
        raise Observation(
            f"{count(len(shop.paid), 'order')} {was(len(shop.paid))} charged and none packed; "
            f"the runs that charged were {listed(modes)}{_and_lead_nowhere()}"
        )
    unpacked = [order for order in good if not shop.parcels[order]]
    observe(not unpacked, f"{some(unpacked)} {was(unpacked)} paid, and never packed")
    observe(not shop.parcels["order-4"], "order-4 was packed: its card can't be read")
    extra = [order for order in shop.parcels if shop.parcels[order] > 1]
    observe(not extra, f"{some(extra)} had more than one parcel")
    about = [note for note in parked if "order-4" in note]
    lost = [event.what.text for event in cloud.trace.of(Dropped)]
    tries = count(shop.asked["order-4"], "try", "tries")
    if not about and lost:
        raise Observation(f"order-4 is lost after {tries}: {lost[0]}")
    observe(bool(about), f"the queue failed is empty; order-4 had {tries} in twenty minutes")
    observe(len(about) == 1, f"the queue failed holds {len(about)} messages about order-4")
    others = [note for note in parked if "order-4" not in note]
    observe(not others, "the queue failed holds an order that was paid")


def _and_lead_nowhere() -> str:
    """A clause for who configured charge anew, and left out what stood there."""
    configs = client("lambda").list_function_event_invoke_configs(FunctionName="charge")["FunctionEventInvokeConfigs"]
    kept = any(config.get("DestinationConfig", {}).get("OnSuccess", {}).get("Destination") for config in configs)
    return "" if kept else ", and charge has no success destination any more"


_MODES = {
    Mode.SYNCHRONOUS: "called by code that waits",
    Mode.ASYNCHRONOUS: "asynchronous",
    Mode.MAPPING: "called by a mapping",
}


def _runs_that_charge(cloud: Cloud) -> list[Any]:
    callers = {name_of(event.what.caller) for event in cloud.trace.of(Called) if event.what.caller}
    return [event for event in cloud.trace.of(Invoked) if name_of(event.what.function) in callers]


def _why_nobody_was_asked(cloud: Cloud) -> str:
    failed = cloud.trace.of(Failed)
    if failed:
        detail = failed[0].what
        return f"no order was charged: {name_of(detail.function)} failed with {detail.error_type}: {detail.error}"
    return "no order was charged: ten messages lie in the queue orders, and nothing reads it"


def _deleted_at(cloud: Cloud, order: str) -> float | None:
    sent = {event.message_id for event in cloud.trace.of(Sent) if f'"{order}"' in event.what.label}
    gone = [event.at for event in cloud.trace.of_kind(Kind.DELETED) if event.message_id in sent]
    return gone[0] if gone else None
