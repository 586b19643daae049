"""A hint that sends to a section of a lesson says its number and its title, and there is one of both."""

import re
from pathlib import Path

import pytest

from sevenways.checks.registry import registry

LESSONS = Path(__file__).parents[3] / "content" / "lessons"
HEADING = re.compile(r"^# ## (\d+) · (.+)$", re.MULTILINE)
POINTS = re.compile(r"(?:[Ll]esson (\d\d), )?\b[Ss]ection (\d+)(?:, “([^”]+)”)?")


def headings(unit: str) -> set[tuple[str, str]]:
    (lesson,) = LESSONS.glob(f"{unit}-*.py")
    return set(HEADING.findall(lesson.read_text(encoding="utf-8")))


@pytest.mark.parametrize("check", registry.all(), ids=lambda check: check.name)
def test_each_section_that_a_hint_names_is_there(check):
    for hint in check.hints:
        for unit, number, title in POINTS.findall(hint):
            assert (number, title) in headings(unit or check.lab[3:]), hint


# What the lab of a unit wants of Further is said in its lesson, before the lab: "before task 4 read section 8".
SAID_BEFORE_THE_LAB = {("lab01.park_the_poison", "8"), ("lab06.third_reader", "7"), ("lab06.plan", "9")}


def further(unit: str) -> set[str]:
    """The numbers of the sections that are no part of the core."""
    (lesson,) = LESSONS.glob(f"{unit}-*.py")
    _, _, after = lesson.read_text(encoding="utf-8").partition("# ## Further\n")
    return {number for number, _ in HEADING.findall(after)}


@pytest.mark.parametrize("check", registry.all(), ids=lambda check: check.name)
def test_a_hint_of_a_units_lab_stays_in_the_core(check):
    named = {number for hint in check.hints for unit, number, _ in POINTS.findall(hint) if not unit}
    beyond = {(check.name, number) for number in named if number in further(check.lab[3:])}
    assert beyond <= SAID_BEFORE_THE_LAB


def test_a_section_without_its_title_is_found():
    assert POINTS.findall("See section 4, and lesson 08, section 5, “Order”.") == [("", "4", ""), ("08", "5", "Order")]
