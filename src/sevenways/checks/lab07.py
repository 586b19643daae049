"""The checks of lab 07: a chain by configuration, declined orders, parked failures, and a queue in front."""

import json
import re
from collections import Counter
from typing import Any

from motoclock.facts.shapes import MINUTE_S
from motoclock.trace import Called, Dropped, Failed, Invoked, Kind, Mode, Refused, Sent
from motoclock.wording import count, listed, moment, name_of, shortened, times
from sevenways.checks import lab07_shop
from sevenways.checks.lab07_orders import TIMEOUT_S, Shop, evening, found_in, hand_over, numbered, some
from sevenways.checks.lines import was
from sevenways.checks.registry import Observation, register
from sevenways.checks.trial import attempt, client, deploy, failures_of, lab_cloud, observe, prepare, run, runs_of
from sevenways.cloud import Cloud

# ---------------------------------------------------------------------- task 1


@register(
    "lab07.chain",
    takes=("chain", "hand_over", "pack"),
    hints=(
        "Three places decide: how charge is invoked, what is configured for it, and what pack makes of its event.",
        "Which invocations have a destination at all? Section 2, “Three ways to call”, counts them.",
        "pack's event is a record. Section 1, “What arrives?”, unfolds one: what charge returned has a key of its own in it.",
    ),
)
def chain(connect: Any, hand_over: Any, pack: Any) -> None:
    """Six orders, one whose card can't be read: each that was paid is packed once, and no code calls `pack`."""
    with lab_cloud(seed=1) as cloud:
        shop = Shop(cloud, unreadable=("order-2",))
        deploy(cloud, pack, name="pack", timeout=TIMEOUT_S)
        attempt(connect, cloud)
        for order in numbered(6):
            attempt(hand_over, {"order": order})
        run(cloud)
        observe(bool(shop.asked), "six orders were handed over, and charge never ran")
        packs = runs_of(cloud, "pack")
        modes = ", ".join(sorted({event.what.mode for event in runs_of(cloud, "charge")}))
        observe(
            bool(packs),
            f"{count(len(shop.paid), 'order')} {was(len(shop.paid))} paid, and pack never ran; the runs of charge were {modes}",
        )
        wrong = failures_of(cloud, "pack")
        failed = sum(name_of(event.what.function) == "pack" for event in cloud.trace.of(Failed))
        observe(
            not wrong, f"pack failed with {wrong[0] if wrong else ''}, in {failed} of its {count(len(packs), 'run')}"
        )
        handed_on = [event for event in cloud.trace.of_kind(Kind.DELIVERED) if name_of(event.resource) == "charge"]
        observe(
            bool(handed_on),
            f"the chain is in code: pack ran {times(len(packs))} because a call invoked it, and charge handed nothing on",
        )
        said = [line.message.strip() for line in cloud.logs("pack").printed]
        for line in said:
            observe(
                bool(re.fullmatch(r"order-\d+", line)), f"pack printed “{line[:60]}”, which is not the name of an order"
            )
        packed = Counter(said)
        for order in packed:
            observe(bool(shop.paid[order]), f"{order} was packed, and nobody had paid for it: its card can't be read")
            observe(packed[order] == 1, f"{order} was packed {times(packed[order])}")
        missing = [order for order in shop.paid if not packed[order]]
        observe(not missing, f"{some(missing)} {was(missing)} paid, and not packed")


# ---------------------------------------------------------------------- task 2

# Whose cards are declined, and for whom the provider is too busy at first: as the lab says, and once more with others.
_EVENINGS = ((("order-3", "order-5", "order-8"), "order-6"), (("order-0", "order-4"), "order-5"))


@register(
    "lab07.declined_stays",
    takes=("only_paid",),
    hints=(
        "Lambda does not read what charge returns. Which service does look into what it is given?",
        "A rule has a pattern and a target. Where in an event on a bus does the record stand?",
        "The pattern is {'detail': {'responsePayload': {'status': [...]}}}. A rule needs a target, and a permission to invoke it.",
    ),
)
def declined_stays(only_paid: Any) -> None:
    """Two evenings of ten orders, some declined, one that needs a second try: what is paid is packed, no card is asked too often."""
    for number, (declined, unlucky) in enumerate(_EVENINGS):
        with evening(number), lab_cloud(seed=1) as cloud:
            shop = Shop(cloud, declined=declined, unlucky=(unlucky,))
            cloud.deploy(lab07_shop.pack, timeout=TIMEOUT_S)
            attempt(only_paid, cloud)
            hand_over(numbered(10))
            run(cloud)
            _judge_evening(cloud, shop, declined)


def _judge_evening(cloud: Cloud, shop: Shop, declined: tuple[str, ...]) -> None:
    for order in declined:
        observe(not shop.parcels[order], f"{order} was shipped: its card was declined")
    for order in declined:
        observe(
            shop.asked[order] <= 1,
            f"the card of {order} was charged {times(shop.asked[order])}, and declined each time",
        )
    for order in numbered(10):
        if order in declined:
            continue
        observe(shop.paid[order] > 0, f"{order} was never paid: charge ran for it {times(shop.asked[order])}")
        observe(shop.paid[order] == 1, f"{order} was paid {times(shop.paid[order])}")
    unpacked = [order for order in shop.paid if not shop.parcels[order]]
    observe(
        not unpacked,
        f"{some(unpacked)} {was(unpacked)} paid, and never packed{_on_the_bus(cloud)}",
    )
    twice = [order for order in shop.parcels if shop.parcels[order] > 1]
    observe(not twice, f"{some(twice)} had more than one parcel")
    packs, parcels = len(runs_of(cloud, "pack")), 10 - len(declined)
    observe(packs <= parcels, f"pack ran {times(packs)} for {count(parcels, 'parcel')}")


def _on_the_bus(cloud: Cloud) -> str:
    """A clause about events that came as far as a bus, and no further."""
    matched = {event.message_id for event in cloud.trace.of_kind(Kind.MATCHED)}
    on_buses = [event for event in cloud.trace.of_kind(Kind.SENT) if ":event-bus/" in event.resource]
    unmatched = [event for event in on_buses if event.message_id not in matched]
    if not unmatched:
        return ""
    return (
        f"; {count(len(unmatched), 'event')} reached the bus {name_of(unmatched[0].resource)} and matched no rule there"
    )


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
