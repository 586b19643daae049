"""Amounts side by side: what a learner compares between two turns of a knob looks the same in both."""

import re

from sevenways.draw.amounts import amounts
from sevenways.draw.palette import GREEN, VERMILION


def look_of(part, svg):
    """How the bar of a part is painted."""
    return re.search(rf'<rect [^>]*fill="([^"]+)"[^>]*>\s*<title>{part}:', svg)[1]


def test_a_part_looks_the_same_when_another_has_come_to_nothing():
    some, none = ({"parcels": {"paid": 10, "declined": declined}, "queue": {"failed": 4}} for declined in (6, 0))
    before, after = (amounts("Twenty payments", rows)._repr_svg_() for rows in (some, none))
    assert look_of("failed", before) == look_of("failed", after) != look_of("paid", after)


def test_what_has_come_to_nothing_is_not_in_the_legend():
    svg = amounts("Twenty payments", {"parcels": {"paid": 10, "declined": 0}, "queue": {"failed": 4}})._repr_svg_()
    assert "failed" in svg and "declined" not in svg


def test_a_part_that_is_an_outcome_has_the_colour_of_the_timeline_and_a_second_cue():
    rows = {"parcels": {"paid": 10, "declined": 6}, "queue": {"failed": 4, "asked": 1}}
    outcomes = {"paid": "succeeded", "declined": "succeeded", "failed": "failed"}
    svg = amounts("Twenty payments", rows, outcomes=outcomes)._repr_svg_()
    assert look_of("paid", svg) == GREEN
    assert GREEN[1:].lower() in look_of("declined", svg) and look_of("declined", svg) != GREEN
    assert VERMILION[1:].lower() in look_of("failed", svg)
    assert not any(colour[1:].lower() in look_of("asked", svg).lower() for colour in (GREEN, VERMILION))
