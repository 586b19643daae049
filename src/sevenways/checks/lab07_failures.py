"""Tasks 3 and 4 of lab 07: what fails for good is parked with its cause, also where the orders come through a queue."""

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from motoclock.facts.shapes import HOUR_S, MINUTE_S
from motoclock.trace import Called, Dropped, Failed, Invoked, Kind, Mode, Refused, Sent
from motoclock.wording import count, listed, moment, name_of, shortened, times
from sevenways.checks import lab07_shop
from sevenways.checks.lab07_orders import (
    TIMEOUT_S,
    Shop,
    evening,
    expired_in,
    found_in,
    hand_over,
    named_in,
    numbered,
    some,
)
from sevenways.checks.lines import was
from sevenways.checks.registry import Observation, register
from sevenways.checks.trial import client, lab_cloud, observe, prepare, run, runs_of
from sevenways.cloud import Cloud

# ---------------------------------------------------------------------- task 3

_UNTIL_MORNING_S = 10 * HOUR_S
_UNREADABLE, _TOO_BUSY = "ValueError", "HTTPError"  # what charge raises


@dataclass(frozen=True, slots=True)
class _Night:
    """Which cards can't be read, for whom the provider is too busy at first and all night; what an order holds beside its name."""

    unreadable: tuple[str, ...]
    unlucky: str
    turned_away: tuple[str, ...] = ()
    more: dict[str, str] = field(default_factory=dict)

    @property
    def causes(self) -> dict[str, str]:
        """Each order that fails for good -> the type of the error."""
        return dict.fromkeys(self.unreadable, _UNREADABLE) | dict.fromkeys(self.turned_away, _TOO_BUSY)


# As the lab says, and once more with others.
_NIGHTS = (
    _Night(("order-4",), "order-7"),
    _Night(("order-8",), "order-3", ("order-1",), {"title": "Middlemarch"}),
)


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
    """Two evenings of orders, some of which fail for good: in the morning there is one note about each, with event and error."""
    for number, night in enumerate(_NIGHTS):
        with evening(number), lab_cloud(seed=1) as cloud:
            shop = Shop(cloud, unreadable=night.unreadable, unlucky=(night.unlucky,), turned_away=night.turned_away)
            cloud.deploy(lab07_shop.pack, timeout=TIMEOUT_S)
            url = prepare(cloud, answer, cloud)
            observe(isinstance(url, str), "park returned no queue URL: the operator does not know where to look")
            observe(
                url in client("sqs").list_queues().get("QueueUrls", []),
                f"park returned “{url}”, and no queue has that URL; return the one that SQS gave you",
            )
            hand_over(numbered(10), **night.more)
            run(cloud)
            cloud.run(seconds=_UNTIL_MORNING_S)
            _judge_notes(cloud, shop, night, url)


def _judge_notes(cloud: Cloud, shop: Shop, night: _Night, url: str) -> None:
    notes = found_in(url)
    about: Counter[str] = Counter(order for note in notes for order in named_in(note))
    early = [order for order in numbered(10) if order not in night.causes and not shop.paid[order]]
    if early:
        kept = "and has a note" if about[early[0]] else "and is lost"
        raise Observation(
            f"{early[0]} would have been paid half a minute later; it had {count(shop.asked[early[0]], 'run')}, {kept}"
        )
    refused = [event.what.reason for event in cloud.trace.of(Refused)]
    why = f": {refused[0]}" if refused else expired_in(cloud, url)
    for order in night.causes:
        observe(bool(notes), f"nothing is parked, and {order} had {count(shop.asked[order], 'run')}{why}")
        observe(
            about[order] > 0,
            f"the operator's queue holds {count(len(notes), 'note')}, and none is about {order}",
        )
        observe(about[order] == 1, f"there are {about[order]} notes about {order}")
    others = [order for order in about if order not in night.causes]
    observe(
        not others,
        f"{'there is a note' if len(others) == 1 else 'there are notes'} about {some(others)}, which did not fail for good",
    )
    for note in notes:
        observe(bool(named_in(note)), f"a note in the operator's queue is “{shortened(note, 60)}”, and about no order")
    for order, cause in night.causes.items():
        _judge_note(next(note for note in notes if order in named_in(note)), order, cause, night.more)


def _judge_note(note: str, order: str, cause: str, more: dict[str, str]) -> None:
    """`more`: what the event holds beside the order's name."""
    seen = f"the note about {order} is “{shortened(note, 60)}”"
    named = [each for each in (_UNREADABLE, _TOO_BUSY) if each in note]
    observe(bool(named), f"{seen}, and gives no cause")
    observe(named == [cause], f"the note about {order} names {listed(named)}, and charge failed with {cause}")
    for name, value in more.items():
        observe(value in note, f"{seen}; the event had a {name}, too, and it is not there")


# ---------------------------------------------------------------------- task 4

# Whose card can't be read, and for whom the provider is too busy at first: as the lab says, and once more with others.
_MONDAYS = (("order-4", "order-6"), ("order-7", "order-2"))


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
    """Two evenings of orders that come through a queue: each paid one is packed once, and what fails for good ends in `failed`."""
    for number, (unreadable, unlucky) in enumerate(_MONDAYS):
        with evening(number), lab_cloud(seed=1) as cloud:
            shop = Shop(cloud, unreadable=(unreadable,), unlucky=(unlucky,))
            cloud.deploy(lab07_shop.pack, timeout=TIMEOUT_S)
            sqs = client("sqs")
            failed = sqs.create_queue(QueueName="failed")["QueueUrl"]
            orders = sqs.create_queue(QueueName="orders", Attributes={"VisibilityTimeout": "60"})["QueueUrl"]
            _connect_as_today()
            prepare(cloud, answer, cloud)
            for order in numbered(10):
                sqs.send_message(QueueUrl=orders, MessageBody=json.dumps({"order": order}))
            cloud.run(seconds=20 * MINUTE_S)
            _judge_queue(cloud, shop, unreadable)
            _judge_failed(cloud, shop, unreadable, failed)


def _connect_as_today() -> None:
    lambda_arn = "arn:aws:lambda:us-east-1:123456789012:function:pack"
    client("lambda").put_function_event_invoke_config(
        FunctionName="charge", DestinationConfig={"OnSuccess": {"Destination": lambda_arn}}
    )


def _judge_queue(cloud: Cloud, shop: Shop, unreadable: str) -> None:
    observe(bool(shop.asked), _why_nobody_was_asked(cloud))
    twice = [order for order in shop.paid if shop.paid[order] > 1]
    observe(not twice, f"{some(twice)} {was(twice)} charged more than once")
    good = [order for order in numbered(10) if order != unreadable]
    unpaid = [order for order in good if not shop.paid[order]]
    if unpaid:
        order = unpaid[0]
        when = _what_became_of(cloud, order)
        asked = f"asked {times(shop.asked[order])}" if shop.asked[order] else "never asked"
        raise Observation(f"{order} was never paid: the provider was {asked}, and {when}")
    if not shop.parcels:
        modes = sorted({_MODES[event.what.mode] for event in _runs_that_charge(cloud)})
        raise Observation(
            f"{count(len(shop.paid), 'order')} {was(len(shop.paid))} charged and none packed; "
            f"the runs that charged were {listed(modes)}{_and_lead_nowhere()}"
        )
    for name in ("charge", "pack"):
        observe(
            bool(runs_of(cloud, name)),
            f"{count(len(shop.paid), 'order')} {was(len(shop.paid))} paid, and {name} never ran: another function did its work",
        )
    unpacked = [order for order in good if not shop.parcels[order]]
    observe(not unpacked, f"{some(unpacked)} {was(unpacked)} paid, and never packed")
    observe(not shop.parcels[unreadable], f"{unreadable} was packed: its card can't be read")
    extra = [order for order in shop.parcels if shop.parcels[order] > 1]
    observe(not extra, f"{some(extra)} had more than one parcel")


def _judge_failed(cloud: Cloud, shop: Shop, unreadable: str, url: str) -> None:
    parked = found_in(url)
    about: Counter[str] = Counter(order for body in parked for order in named_in(body))
    lost = [event.what.text for event in cloud.trace.of(Dropped)]
    tries = count(shop.asked[unreadable], "try", "tries")
    if not about[unreadable] and lost:
        raise Observation(f"{unreadable} is lost after {tries}: {lost[0]}")
    observe(
        bool(parked), f"the queue failed is empty; {unreadable} had {tries} in twenty minutes{expired_in(cloud, url)}"
    )
    observe(
        about[unreadable] > 0,
        f"the queue failed holds {count(len(parked), 'message')}, and none is about {unreadable}, which had {tries}",
    )
    observe(about[unreadable] == 1, f"the queue failed holds {about[unreadable]} messages about {unreadable}")
    others = [order for order in about if order != unreadable]
    observe(not others, f"the queue failed holds {some(others)}, which {was(others)} paid")
    for body in parked:
        observe(bool(named_in(body)), f"a message in the queue failed is “{shortened(body, 60)}”, and about no order")


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


def _what_became_of(cloud: Cloud, order: str) -> str:
    """A clause about the message in the queue orders."""
    sent = {event.message_id for event in cloud.trace.of(Sent) if f'"{order}"' in event.what.label}
    for kind, said in ((Kind.DELETED, "was deleted"), (Kind.DEAD_LETTERED, "became a dead letter")):
        gone = [event.at for event in cloud.trace.of_kind(kind) if event.message_id in sent]
        if gone:
            return f"its message {said} at {moment(gone[0])}"
    return "its message is still there"
