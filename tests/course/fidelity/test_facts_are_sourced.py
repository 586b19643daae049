"""Every fact can be doubted: it has a source, a date, a sentence, and a value that is plausible for its unit."""

import math
from dataclasses import FrozenInstanceError
from itertools import pairwise

import pytest

from motoclock.facts import (
    Backoff,
    Curve,
    Fact,
    Phase,
    RetryPhases,
    Span,
    Status,
    all_facts,
    changes,
    ledger,
    ledger_markdown,
    record,
    sns,
    sqs_mapping,
    what_changed,
)
from motoclock.facts import eventbridge as eb
from motoclock.facts.record import RULE, SOURCES, date_of
from motoclock.facts.tables import ledger_text

FACTS = dict(all_facts())
NUMBERS = {name: fact for name, fact in FACTS.items() if type(fact.value) in (int, float)}


def test_every_fact_has_a_sentence_a_source_and_its_date():
    for name, fact in FACTS.items():
        assert fact.says.endswith("."), f"{name}: says is one sentence"
        assert len(fact.says) <= 130, f"{name}: says is short"
        assert fact.source and fact.date == date_of(fact.source), name
        assert (fact.status is Status.MODELLED) == bool(fact.model), f"{name}: a modelled fact alone says how"


def test_every_value_is_plausible_for_its_unit():
    assert not [name for name, fact in FACTS.items() if not plausible(fact)]


def plausible(fact):
    match fact.value:
        case Span(low, high):
            return low < high
        case Backoff(first, factor, cap, jitter):
            return 0 < first < cap and factor >= 1 and 0 <= jitter <= 1
        case RetryPhases():
            return fact.value.retries == sum(1 for _ in fact.value.delays_s())
        case bool():
            return fact.unit == RULE
        case int() | float():
            return (
                math.isfinite(fact.value)
                and fact.value >= -1
                and (fact.unit != "s" or fact.value <= 366 * 86_400 or fact.status is Status.MODELLED)
                and (not fact.unit.startswith("US$") or 0 < fact.value <= 5)
                and (fact.unit != "bytes" or float(fact.value).is_integer())
            )
    return True


@pytest.mark.parametrize(
    ("value", "unit"),
    [
        (Span(2, 1), "s"), (Backoff(5, 2, 3, 0), "s"), (True, "s"), (math.inf, "s"), (-2, "s"), (10**9, "s"), (6, "US$"),
        (0.5, "bytes"),
    ],
)  # fmt: skip
def test_what_is_not_plausible_is_found(value, unit):
    assert not plausible(record.fact(value, unit, "Some.", "course"))


def test_the_unit_is_in_the_name():
    endings = {"s": ("_S", "_WAITS_S"), "bytes": ("_BYTES", "_BYTES_PER_S"), "MB": ("_MB",), "days": ("_DAYS",)}
    wrong = [
        name
        for name, fact in FACTS.items()
        if fact.unit in endings and not name.endswith((*endings[fact.unit], "_CURVE"))
    ]
    assert not wrong


def test_a_default_lies_in_its_range():
    pairs = 0
    for name, fact in NUMBERS.items():
        span = FACTS.get(name.replace("_DEFAULT", "_RANGE"))
        if "_DEFAULT" in name and span is not None and isinstance(span.value, Span):
            pairs += 1
            assert fact.value in span.value or fact.value == -1, name
    assert pairs >= 15


def test_every_source_key_is_used():
    used = {key for fact in FACTS.values() for key in SOURCES if fact.source.startswith(key)}
    assert used == set(SOURCES)


def test_a_fact_does_not_change():
    with pytest.raises(FrozenInstanceError):
        sqs_mapping.CONCURRENCY_CAP.value = 1


def test_the_registry_finds_each_fact_once():
    facts = [fact for _, fact in all_facts()]
    assert len({id(fact) for fact in facts}) == len(facts) > 300
    assert all(isinstance(fact, Fact) for fact in facts)


def test_the_sns_policies_add_up_as_their_page_says():
    assert sns.AWS_RETRY.value.retries == 100_015
    assert int(sns.AWS_RETRY.value.total_s // 86_400) == 23
    assert sns.PEOPLE_RETRY.value.retries == 50
    assert int(sns.PEOPLE_RETRY.value.total_s // 3600) == 6


@pytest.mark.parametrize("policy", [sns.AWS_RETRY, sns.PEOPLE_RETRY])
def test_the_back_off_of_sns_multiplies_its_waits_from_the_first_to_the_last(policy):
    (backoff,) = [phase for phase in policy.value.phases if phase.name == "backoff"]
    waits = list(backoff.delays_s())
    assert (len(waits), waits[0]) == (10, backoff.from_s) and waits[-1] == pytest.approx(backoff.to_s)
    factors = [later / wait for wait, later in pairwise(waits)]
    assert factors == pytest.approx([factors[0]] * 9) and factors[0] > 1


def test_the_four_curves_of_a_back_off_lie_as_the_picture_of_their_page_has_them():
    """Its example: ten retries from 5 to 260 seconds. Linear starts growing at once, exponential last, the other two in between."""
    curves = {curve: list(Phase("backoff", 10, 5, 260, curve).delays_s()) for curve in Curve}
    assert all((waits[0], waits[-1]) == (5, pytest.approx(260)) for waits in curves.values())
    for retry in range(1, 9):
        linear, arithmetic, geometric, exponential = (curves[curve][retry] for curve in Curve)
        assert linear > arithmetic > exponential and linear > geometric >= exponential
    steps = [later - wait for wait, later in pairwise(curves[Curve.ARITHMETIC])]
    assert [later - step for step, later in pairwise(steps)] == pytest.approx([2 * 255 / 81] * 8)


def test_all_eventbridge_retries_fit_into_the_age_of_an_event():
    waits = sum(eb.RETRY_BACKOFF.value.delay_s(retry) for retry in range(1, eb.RETRIES_DEFAULT.value + 1))
    assert 0.95 * eb.EVENT_AGE_DEFAULT_S.value < waits < eb.EVENT_AGE_DEFAULT_S.value


def test_a_standard_mapping_needs_about_four_minutes_to_its_cap():
    assert sqs_mapping.RAMP_TO_CAP_S.value == 249


def test_the_ledger_names_every_fact_and_fits_the_page():
    text = ledger_text()
    assert max(map(len, text.splitlines())) <= 120
    assert ledger_markdown().count("\n| `") == len(FACTS) + len(SOURCES)
    assert "<" not in ledger_markdown(), "a browser would take it for HTML and show nothing"
    assert repr(ledger("sqs")) in text
    assert ledger("sqs")._repr_html_().count("<tr>") == 1 + sum(name.startswith("sqs.") for name in FACTS)


def test_an_unknown_ledger_name_is_answered_with_the_known_ones():
    with pytest.raises(ValueError, match=r"No facts about sqz: choose from .*sqs_mapping"):
        ledger("sqz")


def test_what_changed_has_an_old_and_a_new_value_in_every_row():
    rows = changes()
    assert all(row.topic and row.old and row.new and row.source and row.services for row in rows)
    assert "+300 invocations/min, cap 1,250 invocations" in repr(what_changed("sqs"))
    assert "256 KiB" in what_changed("sqs")._repr_html_()
    told = {fact.old for fact in FACTS.values() if fact.old}
    assert told == {old for old in told if any(old in row.old for row in rows)}, "each old value is in a row"


def test_a_service_without_changes_is_answered_with_those_that_have_some():
    with pytest.raises(
        ValueError, match=r"'sqz': choose from destinations, dynamodb_streams, eventbridge, kinesis, lambda, sns, sqs"
    ):
        what_changed("sqz")
