"""Seven designs keep all promises of the night until the sixth stage, and nineteen do not: each on the three nights of the judge."""

import re
from pathlib import Path

import pytest

from sevenways.checks.lab10 import SEEDS
from sevenways.checks.registry import registry
from sevenways.checks.verdict import judge
from sevenways.night.nights import spend
from sevenways.night.orders import Knobs, Stage
from sevenways.night.promises import first_broken

from .designs import RIGHT, WRONG, nothing

LESSON = Path(__file__).parents[3] / "content" / "lessons" / "10-order-platform.py"

SEEN = {  # the promise that is broken first, on each of the seeds, and what is seen on the first
    "1 pushed, with a key": (1, "14 of 119 not charged after an hour"),
    "2 standard queue, reserved 3, five receives": (
        1,
        "32 of 119 not charged after an hour, order-65 first; parked: 36",
    ),
    "3 standard queue, cap 3": (3, "customer-7: order-49 was charged after order-54"),
    "4 FIFO, one group": (6, "customer-7 waited for customer-1's order-16: order-119 was charged at 1,240 s"),
    "5 FIFO, three receives": (1, "7 of 119 not charged after an hour, order-26 first; parked: 8"),
    "6 FIFO, no dead-letter queue": (1, "9 of 119 not charged after an hour, order-26 first; parked: 0"),
    "7 no key, client 3 s": ((4, 4, 2), "the provider saw 5 calls at once"),
    "8 seen orders in memory": ((4, 4, 2), "the provider saw 5 calls at once"),
    "9 claim first, then pay": (5, "five days later order-16 is in no queue; parked: 0"),
    "10 stream, default retries": (1, "35 of 119 not charged after an hour"),
    "10b stream, a hundred retries": (1, "35 of 119 not charged after an hour"),
    "11 stream, factor 10": (4, "the provider saw 5 calls at once"),
    "12 claim by message": (5, "five days later order-16 is in no queue; parked: 0"),
    "13 Kinesis, key = order": (3, "customer-2: order-59 was charged after order-60"),
    "14 default retention": (5, "five days later order-16 is in no queue; parked: 0"),
    "15 pushed, reserved 3, a place for failures": (1, "23 of 119 not charged after an hour"),
    "16 stream, one retry, client 3 s": (4, "the provider saw 6 calls at once"),
    "17 the total as it is read": (1, "total is '20', which is no whole number"),
    "18 client 3 s, five receives": (1, "not charged after an hour, order-26 first; parked: 5"),
}


def test_each_wrong_design_has_its_sentence():
    assert SEEN.keys() == WRONG.keys()


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_design_passes_by_whatever_road(name):
    design = RIGHT[name]
    none = (nothing,) * 3
    verdict = judge(registry, "lab10.runbook", (*none, design.repair, nothing, nothing, design.runbook))
    assert str(verdict) == "✓ lab10.runbook"


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_design_keeps_the_order_where_calls_take_unevenly_long(name):
    night = spend(SEEDS[0], [RIGHT[name].repair], Stage.IN_ORDER, knobs=Knobs(uneven=True))
    assert first_broken(night, Stage.IN_ORDER) is None


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_design_breaks_a_promise_on_each_night(name):
    design, (promises, sentence) = WRONG[name], SEEN[name]
    expected = promises if isinstance(promises, tuple) else (promises,) * len(SEEDS)
    found = []
    for seed in SEEDS:
        night = spend(
            seed, [design.repair], Stage.RUNBOOK, runbook=design.runbook,
            go_on=lambda so_far: first_broken(so_far, Stage.RUNBOOK) is None,
        )  # fmt: skip
        found.append(first_broken(night, Stage.RUNBOOK))
    assert all(found), "one of the nights was survived"
    assert tuple(promise.number for promise, _ in found) == expected
    assert sentence in found[0][1].sentence


def test_the_lesson_says_when_each_design_charged_its_last_good_order():
    rows = re.findall(r"^# \| (A\d?|[BCD]) · [^|]+\| (\d+) \|", LESSON.read_text(encoding="utf-8"), re.MULTILINE)
    assert [name for name, _ in rows] == ["A", "A2", "A3", "A4", "B", "C", "D"]
    for (letter, said), (name, design) in zip(
        rows, sorted(RIGHT.items(), key=lambda item: item[0].partition(":")[0]), strict=True
    ):
        assert name.startswith(f"{letter}:")
        night = spend(1, [design.repair], Stage.BRAKE)
        last = max(charge.at for order, charge in night.first_charge.items() if order in night.script.good)
        assert round(last) == int(said), name
