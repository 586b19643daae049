"""The checks of lab 07, tasks 1 and 2: a chain by configuration, and declined orders."""

import re
from collections import Counter
from typing import Any

from motoclock.trace import DIRECT, Delivered, Failed, Kind
from motoclock.wording import count, name_of, times
from sevenways.checks import lab07_shop
from sevenways.checks.lab07_orders import TIMEOUT_S, Shop, evening, hand_over, numbered, some
from sevenways.checks.lines import was
from sevenways.checks.registry import register
from sevenways.checks.trial import attempt, deploy, failures_of, lab_cloud, observe, run, runs_of
from sevenways.cloud import Cloud

# ---------------------------------------------------------------------- task 1

_UNREADABLE = ("order-2", "order-4")  # whose card can't be read: as the lab says, and once more another's


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
    """Two evenings of six orders, one whose card can't be read: each that was paid is packed once, and no code calls `pack`."""
    for number, unreadable in enumerate(_UNREADABLE):
        with evening(number), lab_cloud(seed=1) as cloud:
            shop = Shop(cloud, unreadable=(unreadable,))
            deploy(cloud, pack, name="pack", timeout=TIMEOUT_S)
            attempt(connect, cloud)
            for order in numbered(6):
                attempt(hand_over, {"order": order})
            run(cloud)
            _judge_chain(cloud, shop)


def _judge_chain(cloud: Cloud, shop: Shop) -> None:
    observe(bool(shop.asked), f"six orders are to be handed over, and {_why_nobody_was_asked(cloud)}")
    never = [order for order in numbered(6) if not shop.asked[order]]
    observe(not never, f"six orders are to be handed over, and charge never ran for {some(never)}")
    packs = runs_of(cloud, "pack")
    modes = ", ".join(sorted({event.what.mode for event in runs_of(cloud, "charge")}))
    observe(
        bool(packs),
        f"{count(len(shop.paid), 'order')} {was(len(shop.paid))} paid, and pack never ran; the runs of charge were {modes}",
    )
    wrong = failures_of(cloud, "pack")
    failed = sum(name_of(event.what.function) == "pack" for event in cloud.trace.of(Failed))
    observe(not wrong, f"pack failed with {wrong[0] if wrong else ''}, in {failed} of its {count(len(packs), 'run')}")
    called = sum(event.what.source == DIRECT for event in packs)
    handed_on = [event for event in cloud.trace.of(Delivered) if name_of(event.resource) == "charge"]
    went = (
        f"what charge handed on went to {name_of(handed_on[0].what.target)}"
        if handed_on
        else "charge handed nothing on"
    )
    observe(not called, f"the chain is in code: pack ran {times(called)} because a call invoked it, and {went}")
    observe(bool(handed_on), f"the chain is in code: pack ran {times(len(packs))}, and {went}")
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
    twice = [order for order in shop.paid if shop.paid[order] > 1]
    observe(not twice, f"{some(twice)} {was(twice)} paid more than once; the runs of charge were {modes}")


def _why_nobody_was_asked(cloud: Cloud) -> str:
    wrong = failures_of(cloud, "charge")
    if wrong:
        return f"charge failed with {wrong[0]}"
    return "charge asks no payment provider" if runs_of(cloud, "charge") else "charge never ran"


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
    observe(packs > 0, f"{count(parcels, 'parcel')} left the house, and pack never ran")
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
