"""The events of lab 04: the forty of today, a few of tomorrow, and what became of one."""

import random
from collections.abc import Mapping
from typing import Any

from motoclock.trace import DeadLettered, Delivered, Dropped, Kind, Refused, Sent
from motoclock.wording import count, moment, name_of, times
from sevenways.checks.lines import was
from sevenways.checks.registry import Observation
from sevenways.cloud import Cloud

_Events = list[tuple[str, dict[str, Any], bool]]


def forty() -> _Events:
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
    return _numbered(rows)


def tomorrow() -> _Events:
    """What comes once the forty are right: who wrote down the twelve, or what is not wanted today, gets these wrong."""
    return _numbered(_TOMORROW, first=40)


def _numbered(rows: list[tuple[str, str | None, str, float, bool]], first: int = 0) -> _Events:
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
        for n, (kind, channel, country, total, wanted) in enumerate(rows, first)
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


_TOMORROW: list[tuple[str, str | None, str, float, bool]] = [
    ("OrderPlaced", "telephone", "AT", 80.0, True),
    ("OrderPlaced", None, "DE", 12_500, True),
    ("OrderPlaced", "web", "DK", 80.0, False),
    ("OrderPlaced", "web", "AU", 80.0, False),
    ("OrderPlaced", None, "at", 80.0, False),
    ("OrderPacked", "web", "DE", 80.0, False),
    ("OrderPlaced", "partner", "AT", 12_500, False),
    # names that begin or end as one of today's does, and a total between today's
    ("OrderPlaced", "phone", "DE", 80.0, True),
    ("OrderPlaced", "counter", "AT", 80.0, True),
    ("OrderPlaced", "partner-shop", "DE", 80.0, True),
    ("OrderPlaced", "web", "DE", 30.0, False),
    ("ReturnPlaced", "web", "AT", 80.0, False),
    ("OrderPlacedAgain", "web", "DE", 80.0, False),
    ("ORDERPLACED", "web", "DE", 80.0, False),
]


def judge_forty(events: _Events, delivered: set[str]) -> None:
    if not delivered:
        raise Observation("none of the 40 events was delivered, and no call raised an error")
    extra, missed = _extra_and_missed(events, delivered)
    if extra:
        raise Observation(f"{count(len(extra), 'event')} too many {was(extra)} delivered{_first(extra)}")
    if missed:
        raise Observation(f"{len(missed)} of the twelve {was(missed)} not delivered{_first(missed)}")


def judge_tomorrow(events: _Events, delivered: set[str]) -> None:
    extra, missed = _extra_and_missed(events, delivered)
    for those, what in ((extra, "delivered, too"), (missed, "not delivered")):
        if those:
            raise Observation(f"today's twelve are right; of tomorrow's events {in_words(*those[0])} was {what}")


def _extra_and_missed(events: _Events, delivered: set[str]) -> tuple[list[Any], list[Any]]:
    extra = [(kind, detail) for kind, detail, wanted in events if detail["id"] in delivered and not wanted]
    missed = [(kind, detail) for kind, detail, wanted in events if detail["id"] not in delivered and wanted]
    return extra, missed


def _first(events: list[tuple[str, dict[str, Any]]]) -> str:
    return f"{', among them' if len(events) > 1 else ':'} {in_words(*events[0])}"


def in_words(kind: str, detail: Mapping[str, Any]) -> str:
    channel = f"channel {detail['channel']}" if "channel" in detail else "no channel"
    return f"{detail['id']} ({kind}, {channel}, to {detail['address']['country']}, {detail['total']:,g} euros)"


def ids_of(cloud: Cloud, order: str) -> list[str | None]:
    return [event.message_id for event in cloud.trace.of(Sent) if f'"{order}"' in event.what.label]


def judge_refused(cloud: Cloud, order: str, queues: list[str]) -> None:
    """An order that the warehouse refused waits in the queue to which its delivery was moved; a copy somewhere else tells no error."""
    sent = ids_of(cloud, order)
    moved = [event for event in cloud.trace.of(DeadLettered) if event.message_id in sent]
    if any(name_of(event.what.target) in queues for event in moved):
        return
    lost = [event.what.text for event in cloud.trace.of(Dropped) if event.message_id in sent]
    if moved:
        what = f"it went to {name_of(moved[-1].what.target)} at {moment(moved[-1].at)}, and is there no longer"
    else:
        what = lost[-1] if lost else "EventBridge has not given it up yet"
    where = (
        f"the copy in {queues[0]} is not the delivery that failed" if queues else "after two hours no queue holds it"
    )
    raise Observation(f"{order} was refused with a 400, and {where}: {what}")


def why_never(cloud: Cloud, order: str) -> str:
    sent = ids_of(cloud, order)
    refused = [event.what for event in cloud.trace.of(Refused) if event.message_id in sent]
    delivered = [event.what for event in cloud.trace.of(Delivered) if event.message_id in sent]
    given_up = [event for event in cloud.trace.of_kind(Kind.DROPPED, Kind.DEAD_LETTERED) if event.message_id in sent]
    tries, why = times(len(refused)), f" ({refused[-1].reason})" if refused else ""
    if given_up:
        return f"EventBridge tried {tries} and gave it up at {moment(given_up[0].at)}{why}"
    if delivered:
        return f"EventBridge delivered it, to {name_of(delivered[0].target)}"
    return f"EventBridge has tried {tries}, and goes on{why}" if refused else "EventBridge has not tried to deliver it"
