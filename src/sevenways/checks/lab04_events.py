"""The forty events of lab 04, what became of an event, and the letters after a replay."""

import random
from collections import Counter
from collections.abc import Mapping
from typing import Any

from motoclock.trace import Dropped, Kind, Sent
from motoclock.wording import count, moment, times
from sevenways.checks.lines import was
from sevenways.checks.registry import Observation
from sevenways.cloud import Cloud


def forty() -> list[tuple[str, dict[str, Any], bool]]:
    """(detail type, detail, whether it is wanted)."""
    good: list[tuple[str, str | None, str, float, bool]]
    good = [("OrderPlaced", channel, country, total, True) for channel, country, total in _WANTED]
    bad = [("OrderPlaced", "partner", country, 80.0, False) for country in ("DE", "AT") for _ in range(4)]
    bad += [(kind, channel, "DE", 90.0, False) for channel in ("web", None, "app") for kind in _OTHER_KINDS]
    bad += [("OrderPlaced", "web", country, 120.0, False) for country in ("FR", "CH", "de", "de", "IT", "BE")]
    bad += [
        ("OrderPlaced", channel, "AT", total, False) for channel in ("web", None) for total in (5.0, 20.0, 49.0, 49.99)
    ]
    rows = good + bad
    random.Random(4).shuffle(rows)
    return [
        (
            kind,
            {
                "id": f"order-{n}",
                **({"channel": channel} if channel else {}),
                "address": {"country": country},
                "total": total,
            },
            wanted,
        )
        for n, (kind, channel, country, total, wanted) in enumerate(rows)
    ]


_OTHER_KINDS = ("OrderCancelled", "OrderReturned")


_WANTED = [
    *((channel, country, 72.5) for channel in ("web", "app", None) for country in ("DE", "AT")),
    ("web", "DE", 50),
    (None, "AT", 50.0),
    ("kiosk", "DE", 1000),  # a channel that came later
    (None, "DE", 200.0),
    ("web", "AT", 51),
    (None, "AT", 99.9),
]


def in_words(kind: str, detail: Mapping[str, Any]) -> str:
    channel = f"channel {detail['channel']}" if "channel" in detail else "no channel"
    return f"{detail['id']} ({kind}, {channel}, to {detail['address']['country']}, {detail['total']:,g} euros)"


def ids_of(cloud: Cloud, order: str) -> list[str | None]:
    return [event.message_id for event in cloud.trace.of(Sent) if f'"{order}"' in event.what.label]


def last_word(cloud: Cloud, order: str) -> str:
    """What became of an event that is in no queue."""
    sent = ids_of(cloud, order)
    lost = [event.what.text for event in cloud.trace.of(Dropped) if event.message_id in sent]
    return lost[-1] if lost else "EventBridge has not given it up yet"


def why_never(cloud: Cloud, order: str) -> str:
    sent = ids_of(cloud, order)
    tries = sum(event.message_id in sent for event in cloud.trace.of_kind(Kind.REFUSED))
    given_up = [event for event in cloud.trace.of_kind(Kind.DROPPED, Kind.DEAD_LETTERED) if event.message_id in sent]
    if given_up:
        return f"EventBridge tried {times(tries)} and gave it up at {moment(given_up[0].at)}"
    return f"EventBridge has tried {times(tries)}, and goes on"


CANCELLED = "order-3"


def judge_letters(charged: list[str], letters: list[str], old: list[str], new: list[str]) -> None:
    charges, sent = Counter(charged), Counter(letters)
    twice = [order for order in old + new if charges[order] > 1]
    if twice:
        raise Observation(
            f"{twice[0]} was charged {times(charges[twice[0]])}; "
            f"{len(twice)} of the {len(old + new)} orders {was(twice)} charged more than once"
        )
    unpaid = [order for order in old + new if not charges[order]]
    if unpaid:
        raise Observation(f"{unpaid[0]}, placed after the repair, was never charged")
    for orders, what in ((new, "who ordered after the repair"), (old, "of the week")):
        without = [order for order in orders if not sent[order]]
        if without:
            raise Observation(
                f"{len(without)} of the {len(orders)} customers {what} {'has' if len(without) == 1 else 'have'} no letter, "
                f"the first of them for {without[0]}"
            )
    flooded = [order for order in old + new if sent[order] > 1]
    if flooded:
        why = ", one of them for its cancellation" if flooded == [CANCELLED] else ""
        raise Observation(f"{flooded[0]} got {count(sent[flooded[0]], 'letter')}{why}")
