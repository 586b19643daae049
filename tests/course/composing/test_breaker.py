"""The breaker over time, on a trace written by hand."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from motoclock.trace import Called, Cause, DeadLettered, Deleted, Event, Sent
from sevenways.draw.breaker import breaker, read_stretches

QUEUE = "arn:aws:sqs:us-east-1:123456789012:orders"


def call(at, status):
    return Event(at, Called("POST", "https://payments.example", status, 0.2, 1), "payments.example")


def story():
    yield from (Event(float(n), Sent(f"order-{n}", 7), QUEUE, f"m{n}") for n in range(4))
    yield Event(0.0, Sent("another", 7), QUEUE.replace("orders", "letters"), "x")
    yield from (call(5, 500), call(6, 500), call(70, 500), call(131, 200))
    yield Event(72.0, DeadLettered(QUEUE.replace("orders", "parked"), 5, "enough"), QUEUE, "m0")
    yield from (Event(131.0 + n, Deleted(Cause.MAPPING), QUEUE, f"m{n}") for n in (1, 2))


SWITCHES = [(131, "closed"), (6, "open"), (67, "half-open"), (70, "open"), (130, "half-open"), (132, "closed")]


def test_the_text_has_each_stretch_with_its_calls_and_the_queue():
    assert breaker(sorted(story(), key=lambda event: event.at), "orders", SWITCHES).text.splitlines() == [
        "The breaker over time: 6 stretches, 4 calls, 3 of them failed",
        "  0:00 to 0:06  closed: 1 call, 1 failed",
        "  0:06 to 1:07  open: 1 call, 1 failed",
        "  1:07 to 1:10  half-open: no calls, 0 failed",
        "  1:10 to 2:10  open: 1 call, 1 failed",
        "  2:10 to 2:11  half-open: no calls, 0 failed",
        "  2:11 to 2:13  closed: 1 call, 0 failed",
        "  in orders: at most 4, in the end 1; 1 dead-lettered",
    ]


def test_each_state_has_a_second_cue_and_each_failure_a_cross():
    svg = breaker(sorted(story(), key=lambda event: event.at), "orders", SWITCHES).svg
    ElementTree.fromstring(svg)
    assert "breaker-slant" in svg and "breaker-dots" in svg
    assert svg.count("l8,8m0,-8l-8,8") == 2, "a second apart they are one, and a minute later another"


def test_calls_that_would_lie_on_one_another_are_one_mark_with_their_number():
    burst = [call(50.0 + n / 100, 500) for n in range(3)] + [call(51, 200)]
    svg = breaker(sorted([*story(), *burst], key=lambda event: event.at), "orders", SWITCHES).svg
    assert svg.count("l8,8m0,-8l-8,8") == 2 + 1
    assert [number for number in re.findall(r">(\d+)</text>", svg) if number in "23"] == ["2", "3"]


def test_no_state_covers_another_however_short_and_the_last_one_is_seen():
    svg = breaker(sorted(story(), key=lambda event: event.at), "orders", SWITCHES).svg
    bands = [
        (float(x), float(width))
        for x, width in re.findall(r'<rect x="([\d.]+)" y="16" width="([\d.]+)" height="24"', svg)
    ]
    assert len(bands) == 6
    assert all(x + width <= after + 0.2 for (x, width), (after, _) in pairwise(bands))
    assert all(width >= 6 for _, width in bands)


def test_the_same_again_is_no_switch_and_nothing_at_all_is_closed():
    assert [stretch.state for stretch in read_stretches([(1, "closed"), (2, "open"), (3, "open")], 9.0)] == [
        "closed",
        "open",
    ]
    picture = breaker([], "orders", [])
    ElementTree.fromstring(picture.svg)
    assert "in orders: at most 0" in picture.text


def test_a_state_that_no_breaker_has_is_a_sentence():
    with pytest.raises(ValueError, match="'ajar' at 3 s is none of them"):
        breaker([], "orders", [(3, "ajar")])
