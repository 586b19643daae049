"""The fan-in over time, on moments written by hand."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from sevenways.draw.fan_in import fan_in, read_mergings
from sevenways.draw.palette import GREEN, ORANGE, VERMILION

WANTED = ["a", "b", "c", "d"]
GATHERED = [(4.0, "c"), (1.0, "a"), (2.0, "a"), (3.0, "b")]


def test_the_text_says_what_each_merging_found_and_what_it_missed():
    assert fan_in(GATHERED, [5.0, 3.0], WANTED).text.splitlines() == [
        "A fan-in over time: 4 names wanted, 3 gathered in 4 runs, 2 mergings",
        "  merged at 3.0 s with 2 of 4 names, after 3 runs; missing: c, d",
        "  merged at 5.0 s with 3 of 4 names, after 4 runs; missing: d",
        "  gathered more than once: a",
        "  never gathered: d",
    ]


def test_a_name_that_comes_twice_counts_as_two_runs_and_one_name():
    (merging,) = read_mergings([(1.0, "a"), (2.0, "a")], [2.0])
    assert (merging.runs, merging.names) == (2, frozenset("a"))


def test_what_comes_after_the_merging_is_not_in_it():
    (merging,) = read_mergings([(1.0, "a"), (2.1, "b")], [2.0])
    assert (merging.runs, merging.names) == (1, frozenset("a"))


def crosses(svg):
    return svg.count("l8,8m0,-8l-8,8")


def test_a_dot_is_in_the_first_merging_a_cross_is_not_and_a_ring_came_again():
    svg = fan_in(GATHERED, [3.0, 5.0], WANTED).svg
    ElementTree.fromstring(svg)
    circles = [line for line in svg.split("<") if line.startswith("circle")]
    assert sum(f'fill="{GREEN}"' in one for one in circles) == 2  # a and b
    assert sum(f'stroke="{ORANGE}"' in one for one in circles) == 1  # a again
    assert crosses(svg) == 2  # c too late, d never
    assert VERMILION in svg
    assert "2 of 4" in svg and "3 of 4" in svg


def test_the_rows_stand_in_the_order_in_which_the_names_came():
    svg = fan_in([(1.0, "late"), (0.5, "early")], [], ["never", "late", "early"]).svg
    heights = {
        one: next(i for i, line in enumerate(svg.split("<")) if line.endswith(f">{one}"))
        for one in ("early", "late", "never")
    }
    assert heights["early"] < heights["late"] < heights["never"]


def test_nothing_merged_and_nothing_gathered_is_a_picture_too():
    early = fan_in(GATHERED, [], WANTED)
    assert "no mergings" in early.text
    assert crosses(early.svg) == 1  # d alone: nothing is late for a merging that never came
    nothing = fan_in([], [], ["a"])
    ElementTree.fromstring(nothing.svg)
    assert nothing.text.splitlines()[-1] == "  never gathered: a"


def test_a_name_that_nobody_wants_is_a_sentence():
    with pytest.raises(ValueError, match="'z' was gathered, and it isn't among the wanted names: a, b, c, d"):
        fan_in([(1.0, "z")], [], WANTED)


def test_two_mergings_that_found_the_same_share_a_label():
    svg = fan_in(GATHERED, [3.0, 3.01], WANTED).svg
    assert svg.count("2 of 4") == 1 and "2 of 4, merged 2 times" in svg
