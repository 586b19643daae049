"""Every registered check, held to the contract.

Wrong answers are in wrong_answers/labNN.py: WRONG = {"lab01.drain": [Wrong("charge ran 0 times", mapping_options), ...]}.
"""

import importlib
from pathlib import Path

import pytest

from sevenways.checks.registry import registry

from . import contract

LABS = Path(__file__).parents[3] / "content" / "labs"
CHECKS = registry.all()
each_check = pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)

# Of the wrong answers to a task, make test runs so many: of lab 10, whose judgement is three nights, one; of those in LONG, whose
# judgement takes a third of a second or more, two.
FEW = 5
LONG = {
    "lab05.fast_in_order", "lab06.plan", "lab06.put_all", "lab07.round_the_bus", "lab08.invoices", "lab08.night", "lab08.seats",
    "lab09.calm", "lab09.whole_report", *(check.name for check in CHECKS if check.lab == "lab10"),
}  # fmt: skip


def wrong_answers(check):
    try:
        module = importlib.import_module(f".wrong_answers.{check.lab}", __package__)
    except ModuleNotFoundError:
        return []
    return module.WRONG.get(check.name, [])


def first_few(check):
    """How many of its wrong answers make test runs; None: all, and the first once more."""
    few = 1 if check.lab == "lab10" else 2 if check.name in LONG else FEW
    return few if few < len(wrong_answers(check)) else None


def test_registry_and_lab_sources_name_the_same_checks():
    assert contract.registry_and_sources_agree(CHECKS, contract.names_in_sources(LABS)) == []


@each_check
def test_a_check_has_a_name_answers_and_two_hints(check):
    assert contract.is_well_formed(check) == []


@each_check
def test_a_check_rejects_plausible_wrong_answers_each_with_its_own_sentence(check):
    assert contract.rejects_wrong_answers(registry, check, wrong_answers(check), first_few(check)) == []


@pytest.mark.proof
@pytest.mark.parametrize("check", [check for check in CHECKS if first_few(check)], ids=lambda check: check.name)
def test_a_check_rejects_all_wrong_answers_to_it(check):
    assert contract.rejects_wrong_answers(registry, check, wrong_answers(check)) == []


@each_check
def test_an_untouched_task_is_not_attempted(check):
    assert contract.holes_are_not_attempted(registry, check) == []
