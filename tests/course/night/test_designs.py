"""Seven designs keep all promises until the sixth stage on the judge's nights; nineteen break one on the night that is seen."""

import re
from pathlib import Path

import pytest

from sevenways.checks import lab10
from sevenways.checks.lab10 import SEEDS
from sevenways.checks.registry import registry
from sevenways.checks.verdict import judge
from sevenways.night.nights import spend
from sevenways.night.orders import Knobs, Stage
from sevenways.night.promises import first_broken

from .designs import RIGHT, WRONG, nothing

# These stand for all in make test: one of each way, and wrong in the pace, in the order, in what is lost.
SOME = ("B: the table's stream", "4 FIFO, one group", "9 claim first, then pay", "11 stream, factor 10")


def each(designs):
    return [name if name in SOME else pytest.param(name, marks=pytest.mark.proof) for name in designs]


LESSON = Path(__file__).parents[3] / "content" / "lessons" / "10-order-platform.py"

SEEN = {  # the promise that is broken first, and what is seen
    "1 pushed, with a key": (1, "14 of 119 not charged after an hour"),
    "2 standard queue, reserved 3, five receives": (
        1,
        "32 of 119 not charged after an hour, order-65 first; parked: 36",
    ),
    "3 standard queue, cap 3": (3, "customer-7: order-49 was charged after order-54"),
    "4 FIFO, one group": (6, "customer-7 waited for customer-1's order-16: order-119 was charged at 1,240 s"),
    "5 FIFO, three receives": (1, "7 of 119 not charged after an hour, order-26 first; parked: 8"),
    "6 FIFO, no dead-letter queue": (1, "9 of 119 not charged after an hour, order-26 first; parked: 0"),
    "7 no key, client 3 s": (4, "the provider saw 5 calls at once"),
    "8 seen orders in memory": (4, "the provider saw 5 calls at once"),
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
    "18 client 3 s, five receives": (4, "the provider saw 5 calls at once"),
}


def test_each_wrong_design_has_its_sentence():
    assert SEEN.keys() == WRONG.keys()


def rows_of_the_lesson() -> dict[str, int]:
    """Each design's letter to the second at which the lesson says that it charged its last good order."""
    found = re.findall(r"^# \| (A\d?|[BCD]) · [^|]+\| (\d+) \|", LESSON.read_text(encoding="utf-8"), re.MULTILINE)
    return {letter: int(said) for letter, said in found}


def test_the_lesson_has_a_row_for_each_right_design():
    assert sorted(rows_of_the_lesson()) == sorted(name.partition(":")[0] for name in RIGHT)


@pytest.mark.parametrize("name", each(RIGHT))
def test_a_right_design_passes_by_whatever_road_and_the_lesson_says_when_it_was_done(name, monkeypatch):
    nights = []

    def kept(*given, **more):
        nights.append(spend(*given, **more))
        return nights[-1]

    monkeypatch.setattr(lab10, "spend", kept)
    design = RIGHT[name]
    none = (nothing,) * 3
    verdict = judge(registry, "lab10.runbook", (*none, design.repair, nothing, nothing, design.runbook))
    assert str(verdict) == "✓ lab10.runbook"
    assert [night.seed for night in nights] == [*SEEDS, SEEDS[0]] and len(nights[-1].script.poison) == 2
    known = nights[0]
    last = max(charge.at for order, charge in known.first_charge.items() if order in known.script.good)
    assert round(last) == rows_of_the_lesson()[name.partition(":")[0]]


@pytest.mark.parametrize(
    ("stage", "knobs"),
    [(Stage.IN_ORDER, Knobs(uneven=True)), pytest.param(Stage.BRAKE, Knobs(quiet=True), marks=pytest.mark.proof)],
)
@pytest.mark.parametrize("name", each(RIGHT))
def test_a_right_design_holds_where_calls_take_unevenly_long_and_where_an_order_waits_alone(name, stage, knobs):
    night = spend(SEEDS[0], [RIGHT[name].repair], stage, knobs=knobs)
    assert first_broken(night, stage) is None


@pytest.mark.parametrize("name", each(WRONG))
def test_a_wrong_design_breaks_a_promise_on_the_night_that_the_learner_sees(name):
    design, (number, sentence) = WRONG[name], SEEN[name]
    night = spend(
        SEEDS[0], [design.repair], Stage.RUNBOOK, runbook=design.runbook,
        go_on=lambda so_far: first_broken(so_far, Stage.RUNBOOK) is None,
    )  # fmt: skip
    found = first_broken(night, Stage.RUNBOOK)
    assert found is not None, "the night was survived"
    promise, broken = found
    assert promise.number == number
    assert sentence in broken.sentence
