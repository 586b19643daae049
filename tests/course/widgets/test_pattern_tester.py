"""The pattern tester: two areas and the reason."""

import pytest

from sevenways.widgets import pattern_tester

PATTERN = {"source": ["shop"], "detail": {"channel": [{"anything-but": "partner"}]}}
EVENT = {"source": "shop", "detail": {"channel": "web"}}


def test_it_explains_at_once_and_after_each_change():
    tester = pattern_tester(PATTERN, EVENT)
    assert "Match." in tester.explanation.value
    tester.event.value = '{"source": "shop", "detail": {}}'
    assert "No match" in tester.explanation.value


def test_a_dict_is_shown_as_json_with_short_lists_on_one_line():
    assert '"source": ["shop"]' in pattern_tester(PATTERN, EVENT).pattern.value


@pytest.mark.parametrize(
    ("pattern", "sentence"),
    [
        ('{"source": "shop"}', "Event pattern is not valid. Reason: "),
        ('{"source": [', "The event pattern is not JSON: "),
    ],
)
def test_a_malformed_pattern_is_a_sentence(pattern, sentence):
    tester = pattern_tester(PATTERN, EVENT)
    tester.pattern.value = pattern
    assert sentence in tester.explanation.value
    assert "Traceback" not in tester.explanation.value


def test_an_event_that_is_no_object_is_a_sentence():
    tester = pattern_tester(PATTERN, EVENT)
    tester.event.value = "[]"
    assert 'role="alert"' in tester.explanation.value


def test_with_a_scope_it_tests_a_filter_policy_against_a_message():
    message = {"Message": '{"country": "DE"}', "MessageAttributes": {}}
    tester = pattern_tester({"country": ["DE"]}, message, scope="MessageAttributes")
    assert "No match" in tester.explanation.value
    tester.scope.value = "MessageBody"
    assert "Match." in tester.explanation.value


def test_an_unknown_scope_is_refused():
    with pytest.raises(ValueError, match="MessageAttributes or MessageBody"):
        pattern_tester({}, {}, scope="body")


def test_reset_brings_back_what_the_lesson_gave():
    tester = pattern_tester(PATTERN, EVENT)
    start = (tester.pattern.value, tester.event.value, tester.explanation.value)
    tester.pattern.value = "{}"
    tester.reset()
    assert (tester.pattern.value, tester.event.value, tester.explanation.value) == start


def test_the_static_twin_holds_pattern_event_and_reason_and_stays():
    tester = pattern_tester(PATTERN, EVENT)
    bundle = tester._repr_mimebundle_()
    assert bundle["text/plain"].startswith("event pattern: {")
    assert "Match." in bundle["text/plain"]
    tester.event.value = "{}"
    assert tester._repr_mimebundle_()["text/html"] == bundle["text/html"]
