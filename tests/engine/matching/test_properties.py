"""Laws that hold for every pattern and every event, on small random worlds where matches are common."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motoclock.matching import Dialect, FilterPolicy, InvalidEventPattern, Pattern, explain

QUICK = settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])

NAMES = st.sampled_from(["a", "b", "c", "a.b"])
TEXTS = st.sampled_from(["", "x", "X", "xy", "10.0.0.1", "a*b", "é"])
NUMBERS = st.one_of(st.integers(-3, 3), st.sampled_from([0.5, 1.0, -2.25, 6e9]))
SMALL_NUMBERS = st.one_of(st.integers(-3, 3), st.sampled_from([0.5, 1.0, -2.25]))
SCALARS = st.one_of(TEXTS, NUMBERS, st.booleans(), st.none())

EVENTS = st.recursive(
    st.dictionaries(NAMES, SCALARS, max_size=3),
    lambda inner: st.dictionaries(NAMES, st.one_of(SCALARS, inner, st.lists(st.one_of(SCALARS, inner), max_size=3))),
    max_leaves=8,
)

NEGATABLE = st.one_of(
    st.builds(lambda t: {"prefix": t}, TEXTS.filter(bool)),
    st.builds(lambda t: {"suffix": t}, TEXTS.filter(bool)),
    st.builds(lambda t: {"equals-ignore-case": t}, TEXTS),
    st.builds(lambda t: {"wildcard": t}, st.sampled_from(["*", "x*", "*y", "a\\*b"])),
)
NUMERIC = st.one_of(
    st.builds(lambda sign, n: {"numeric": [sign, n]}, st.sampled_from(["=", "<", "<=", ">", ">="]), SMALL_NUMBERS),
    st.builds(lambda n, m: {"numeric": [">", n, "<=", n + m]}, SMALL_NUMBERS, st.integers(1, 3)),
)
EXCLUDED = st.one_of(
    TEXTS, SMALL_NUMBERS, st.lists(TEXTS, min_size=1, max_size=3), st.lists(SMALL_NUMBERS, min_size=1, max_size=3)
)
CONDITIONS = st.one_of(
    SCALARS,
    NEGATABLE,
    NUMERIC,
    st.just({"cidr": "10.0.0.0/24"}),
    st.builds(lambda b: {"exists": b}, st.booleans()),
    st.builds(lambda e: {"anything-but": e}, st.one_of(EXCLUDED, NEGATABLE)),
)
LISTS = st.lists(CONDITIONS, min_size=1, max_size=3)
PLAIN_PATTERNS = st.recursive(
    st.dictionaries(NAMES, LISTS, min_size=1, max_size=3),
    lambda inner: st.dictionaries(NAMES, st.one_of(LISTS, inner), min_size=1, max_size=3),
    max_leaves=4,
)
PATTERNS = st.one_of(
    PLAIN_PATTERNS,
    st.builds(
        lambda plain, branches: {**plain, "$or": branches},
        PLAIN_PATTERNS,
        st.lists(PLAIN_PATTERNS, min_size=2, max_size=3),
    ),
)


def matches(pattern, event):
    return Pattern.parse(pattern).matches(event)


@QUICK
@given(PATTERNS, EVENTS)
def test_an_explanation_agrees_with_the_matcher_and_with_its_own_verdicts(pattern, event):
    explanation = explain(pattern, event)
    assert explanation.matched == matches(pattern, event)
    assert explanation.matched == all(verdict.matched for verdict in explanation.fields)
    assert all(verdict.sentence.startswith(f"{verdict.path}: ") for verdict in explanation.fields)
    assert repr(explanation) and explanation._repr_html_()


@QUICK
@given(EXCLUDED, SCALARS)
def test_anything_but_is_the_complement_of_its_list_on_scalars(excluded, value):
    members = excluded if isinstance(excluded, list) else [excluded]
    assert matches({"f": [{"anything-but": excluded}]}, {"f": value}) != matches({"f": members}, {"f": value})


@QUICK
@given(NEGATABLE, SCALARS)
def test_anything_but_an_operator_is_its_complement_on_scalars(operator, value):
    assert matches({"f": [{"anything-but": operator}]}, {"f": value}) != matches({"f": [operator]}, {"f": value})


@QUICK
@given(LISTS, LISTS, EVENTS)
def test_or_over_two_fields_is_the_or_of_two_patterns(left, right, event):
    both = {"$or": [{"a": left}, {"b": right}]}
    assert matches(both, event) == (matches({"a": left}, event) or matches({"b": right}, event))


@QUICK
@given(LISTS, LISTS, LISTS, EVENTS)
def test_or_distributes_over_and(shared, left, right, event):
    factored = {"c": shared, "$or": [{"a": left}, {"b": right}]}
    spread = {"$or": [{"c": shared, "a": left}, {"c": shared, "b": right}]}
    assert matches(factored, event) == matches(spread, event)


@QUICK
@given(LISTS, LISTS, EVENTS)
def test_a_list_is_the_or_of_its_elements(left, right, event):
    assert matches({"a": left + right}, event) == (matches({"a": left}, event) or matches({"a": right}, event))


@QUICK
@given(LISTS, LISTS, st.dictionaries(NAMES, st.one_of(SCALARS, st.lists(SCALARS, max_size=3))))
def test_without_lists_of_objects_a_pattern_is_the_and_of_its_fields(left, right, event):
    assert matches({"a": left, "b": right}, event) == (matches({"a": left}, event) and matches({"b": right}, event))


@QUICK
@given(EVENTS)
def test_a_field_either_exists_or_does_not(event):
    assert matches({"a": [{"exists": True}]}, event) != matches({"a": [{"exists": False}]}, event)


@QUICK
@given(PLAIN_PATTERNS, EVENTS)
def test_a_field_that_the_pattern_does_not_name_changes_nothing(pattern, event):
    assert matches(pattern, event) == matches(pattern, {**event, "unnamed": "x", "other": [{"deep": 1}]})


@QUICK
@given(PATTERNS, EVENTS)
def test_text_and_dict_are_the_same_pattern(pattern, event):
    assert matches(json.dumps(pattern), event) == matches(pattern, event)


@QUICK
@given(SCALARS, st.lists(SCALARS, max_size=3))
def test_a_literal_matches_a_list_exactly_when_it_matches_an_element(literal, values):
    assert matches({"f": [literal]}, {"f": values}) == any(matches({"f": [literal]}, {"f": v}) for v in values)


ANY_JSON = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["a", "$or", "prefix", "suffix", "numeric", "cidr", "exists", "anything-but", "wildcard"]),
            inner,
            max_size=3,
        ),
    ),
    max_leaves=10,
)


@settings(QUICK, max_examples=80)
@given(ANY_JSON)
@pytest.mark.parametrize("dialect", Dialect)
def test_whatever_json_comes_it_is_a_pattern_or_refused_in_a_sentence(dialect, tree):
    try:
        pattern = Pattern.parse(json.dumps(tree), dialect)
    except InvalidEventPattern as error:
        assert str(error).startswith("Event pattern is not valid. Reason: ") and error.reason
    else:
        assert pattern.matches({"a": "x"}) in (True, False)


@QUICK
@given(st.dictionaries(st.sampled_from(["a", "b"]), LISTS, min_size=1), st.dictionaries(NAMES, TEXTS))
def test_a_policy_reads_string_attributes_as_a_pattern_reads_a_flat_event(policy, texts):
    attributes = {name: {"Type": "String", "Value": text} for name, text in texts.items()}
    assert FilterPolicy.parse(policy).matches(attributes) == matches(policy, texts)
