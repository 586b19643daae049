"""A fact that holds a number is used as one; a rule is not."""

import operator

import pytest

import motoclock.facts
from motoclock.facts import Fact, all_facts, cards, lambda_, sqs, sqs_mapping
from motoclock.facts.record import fact, modelled
from motoclock.facts.registry import MODULES, short_name

SEVEN = fact(7, "receives", "Seven.", "course")
HALF = fact(0.5, "s", "A half.", "course")
RULE = fact(("sqs", "sns"), "rule", "Two services.", "course")


@pytest.mark.parametrize("act", ["add", "sub", "mul", "truediv", "floordiv", "mod", "lt", "le", "gt", "ge", "eq", "ne"])
@pytest.mark.parametrize("other", [3, 7, 2.5, HALF])
def test_a_number_reckons_as_its_value_on_either_side(act, other):
    plain, does = getattr(other, "value", other), getattr(operator, act)
    assert does(SEVEN, other) == does(7, plain)
    assert does(other, SEVEN) == does(plain, 7)


def test_a_number_counts_converts_and_is_found_in_a_set():
    assert (int(SEVEN), float(HALF), -SEVEN, list(range(SEVEN))[-1], "abcdefgh"[SEVEN]) == (7, 0.5, -7, 6, "h")
    assert SEVEN in {7} and 7 in {SEVEN}
    assert max(3, SEVEN) is SEVEN
    assert sqs.VISIBILITY_TIMEOUT_DEFAULT_S * 2 == 60


@pytest.mark.parametrize("act", [int, float, lambda one: one + 1, lambda one: one < 1, lambda one: 2 * one])
def test_what_is_no_number_says_so_with_its_sentence(act):
    with pytest.raises(TypeError, match=r"no number to reckon with\. The fact: Two services\."):
        act(RULE)


def test_facts_are_equal_when_they_say_the_same():
    assert fact(7, "receives", "Seven.", "course") == SEVEN
    assert modelled(7, "receives", "Seven.", "a model") != SEVEN
    assert RULE == ("sqs", "sns")
    assert str(SEVEN) == SEVEN.text


def test_every_fact_reckons_or_refuses():
    numbers = [one for _, one in all_facts() if isinstance(one.value, int | float) and not isinstance(one.value, bool)]
    assert len(numbers) > 100
    assert all(one == one.value and hash(one) == hash(one.value) and one + 0 == one.value for one in numbers)


def test_the_package_exports_what_the_registry_lists():
    names = {short_name(module) for module, _ in MODULES}
    assert names <= set(motoclock.facts.__all__)
    assert motoclock.facts.lambda_ is lambda_
    assert all(hasattr(motoclock.facts, name) for name in motoclock.facts.__all__)
    assert isinstance(motoclock.facts.sqs.DELAY_RANGE_S, Fact)


def test_a_fact_is_one_tidy_line_without_its_source():
    assert repr(sqs.VISIBILITY_TIMEOUT_DEFAULT_S).startswith("30 s. A received message stays hidden")
    for name, each in all_facts():
        said = repr(each)
        assert "\n" not in said, name
        assert f"[{each.source}" not in said, name
        assert each.source in each._repr_html_().replace("&#x27;", "'").replace("&amp;", "&"), name


def test_a_rule_is_its_sentence_and_says_no_yes():
    assert repr(sqs_mapping.FILTERED_IS_DELETED) == sqs_mapping.FILTERED_IS_DELETED.says
    assert ">yes<" not in sqs_mapping.FILTERED_IS_DELETED._repr_html_()


def test_several_facts_are_cards_and_a_line_each():
    shown = cards(sqs.VISIBILITY_TIMEOUT_DEFAULT_S, "a month: <$1>")
    assert repr(shown).splitlines() == [repr(sqs.VISIBILITY_TIMEOUT_DEFAULT_S), "a month: <$1>"]
    assert shown._repr_html_().count("<details") == 1
    assert "a month: &lt;$1&gt;" in shown._repr_html_()
