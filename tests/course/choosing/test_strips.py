"""Small multiples, comparison and Little's law, on made-up races whose numbers can be counted by hand."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from sevenways.draw.arrivals import arrivals, deepest
from sevenways.draw.comparison import comparison
from sevenways.draw.race import Race
from sevenways.draw.strips import running_strips, strips


def a_race(
    way="Post", done=((0.2, 0), (1.3, 2), (1.5, 1), (9.0, 1)), parked=(7.0,), running=((0.0, 1), (1.0, 3), (2.0, 0))
) -> Race:
    """Four orders of one customer, sent a second apart; of `done`, pairs of (moment, number), order-1 is done twice."""
    return Race(
        way=way,
        sent={f"order-{n}": float(n) / 2 for n in range(4)},
        done=tuple((at, f"order-{n}", "ada", n) for at, n in done),
        parked=tuple(parked),
        running=tuple(running),
        runs=5,
        failed_runs=1,
        usd=0.000004,
    )


def test_a_race_counts_what_customers_notice():
    race = a_race()
    assert race.waits == {"order-0": 0.2, "order-2": 0.3, "order-1": 1.0}
    assert (race.percentile(50), race.percentile(99), race.last) == (0.3, 1.0, 1.5)
    assert (race.twice, race.out_of_order, race.peak) == (1, 1, 3)
    assert race.usd_per_million == pytest.approx(1.0)


def test_nothing_done_is_no_error():
    idle = a_race(done=(), parked=(), running=())
    assert (idle.percentile(99), idle.last, idle.peak, deepest(idle)) == (None, None, 0, (4, 1.5))
    for picture in (strips([idle]), running_strips([idle]), comparison([idle]), arrivals(idle)):
        ElementTree.fromstring(picture.svg)


def test_a_strip_has_a_dot_for_what_was_done_a_cross_for_what_was_not_and_a_ring():
    picture = strips([a_race()], mark="order-3", outage=(0.5, 1.0), ghosts=[a_race("Pigeon")])
    assert picture.svg.count("order-3: never done") == 2
    assert "down from 0.5 s to 1 s" in picture.text and "Pigeon (for comparison)" in picture.text
    assert (
        "Post: 3 of 4 done, 1 parked; half within 0.30 s, 99 of 100 within 1.00 s; order-3 never done" in picture.text
    )


def test_running_strips_say_how_long_there_were_too_many():
    assert "Post: at most 3, more than 2 for 1 s; 3 of 4 done, 1 parked" in running_strips([a_race()], capacity=2).text


def test_the_best_and_the_worst_of_a_column_have_signs_and_equals_have_none():
    slow = a_race("Pigeon", done=((5.0, 0), (5.1, 1), (5.2, 2)))
    text = comparison([a_race(), slow]).text
    assert re.search(r"Post: orders done 3; half within, s 0\.30 ▲; .*done twice 1 ▼", text)
    assert re.search(r"Pigeon: orders done 3; half within, s 4\.60 ▼; .*done twice 0 ▲", text)


def test_littles_law_is_read_where_the_gap_is_deepest():
    race = a_race(done=((1.6, 0), (1.7, 1), (1.8, 2), (1.9, 3)))
    assert deepest(race) == (4, 1.5)
    assert "the most on their way: 4" in arrivals(race).text
