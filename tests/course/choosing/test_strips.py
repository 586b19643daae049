"""Small multiples, comparison and Little's law, on made-up races whose numbers can be counted by hand."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from sevenways.draw.arrivals import arrivals, deepest
from sevenways.draw.canvas import text_width
from sevenways.draw.comparison import comparison
from sevenways.draw.palette import TEXT
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


def test_what_is_never_done_lies_above_all_that_waited():
    slow = a_race(done=((900.0, 0), (900.0, 1), (900.0, 2)))
    svg = strips([slow]).svg
    (cross,) = re.findall(r'd="M[\d.]+,([\d.]+)l6,6m0,-6l-6,6"', svg)
    dots = [float(at) for at in re.findall(r'<circle [^>]*cy="([\d.]+)"[^>]*r="2.4"', svg)]
    assert len(dots) == 3 and float(cross) + 6 < min(dots)
    assert ">never<" in svg and ">how long it waited (each line is 10 times the one below)<" in svg


def test_an_outage_is_drawn_over_the_way_that_had_it():
    one = strips([a_race()], outage=(0.5, 1.0)).svg.count("fill-opacity")
    more = strips([a_race()], outage=(0.5, 1.0), ghosts=[a_race("Pigeon"), a_race("Runner")]).svg
    assert more.count("fill-opacity") == one == 1
    assert more.count(">quiet day<") == 2


def test_a_comparison_says_what_its_columns_count():
    picture = comparison([a_race()])
    assert "first parked: seconds into the run" in picture.svg
    assert "at once: the most runs at one moment" in picture.svg


@pytest.mark.parametrize("seconds", [0.02, 0.045, 0.0515, 0.06, 0.2])
def test_the_words_on_littles_law_are_crossed_by_no_curve(seconds):
    """Twenty-five orders a second, done so far apart: where the gap is narrow there is no room in it."""
    ran = Race(
        way="Post",
        sent={f"order-{n}": n / 25 for n in range(200)},
        done=tuple((max(0.4 + n * seconds, n / 25 + 0.3), f"order-{n}", "ada", n) for n in range(200)),
        parked=(),
        running=(),
        runs=200,
        failed_runs=0,
        usd=0.0,
    )
    svg = arrivals(ran).svg
    (x, y, words) = re.search(r'<text x="([\d.]+)" y="([\d.]+)"[^>]*>(\d+ on their way)<', svg).groups()
    left, right, base = float(x), float(x) + text_width(words, TEXT, True), float(y)
    for stairs in re.findall(r'd="(M[^"Z]*)"[^>]*stroke-width="2"', svg):
        points = [tuple(map(float, point.split(","))) for point in re.findall(r"[\d.]+,[\d.]+", stairs)]
        for (x1, y1), (x2, y2) in pairwise(points):
            over = max(min(x1, x2), left) <= min(max(x1, x2), right)
            assert not (over and max(min(y1, y2), base - 10) <= min(max(y1, y2), base + 2)), (words, x1, y1)
