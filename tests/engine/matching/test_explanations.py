"""explain(): the verdicts agree with the matcher, and the sentences name the near thing that went wrong."""

import re
from dataclasses import FrozenInstanceError

import pytest

from motoclock.matching import Explanation, FilterPolicy, InvalidEventPattern, Pattern, explain

SENTENCES = [
    # fits
    ({"a": ["x"]}, {"a": "x"}, 'a: the event has "x", and the pattern wants "x".'),
    ({"a": ["x"]}, {"a": ["y", "x"]}, 'a: the event has "x" among its 2 values here, and the pattern wants "x".'),
    ({"a": [{"exists": True}]}, {"a": None}, "a: the event has null, and the pattern wants the field to be there."),
    (
        {"a": [{"exists": False}]},
        {},
        "a: the event has no such field, and the pattern wants the field to be absent.",
    ),
    (
        {"a": [{"numeric": [">", 0, "<=", 5]}]},
        {"a": 3},
        "a: the event has 3, and the pattern wants a number above 0 and at most 5.",
    ),
    # missing
    (
        {"detail": {"channel": [{"anything-but": "web"}]}},
        {"detail": {}},
        "detail.channel: the event has no such field, and anything-but needs the field to be there.",
    ),
    (
        {"channel": ["web", {"prefix": "app"}]},
        {},
        "channel: the event has no such field, and every condition in the list needs the field to be there.",
    ),
    ({"detail": {"channel": ["web"]}}, {"detail": {"Channel": "web"}}, "it has detail.Channel, and names are"),
    ({"channel": ["web"]}, {"detail": {"channel": "web"}}, "it has detail.channel, at another level."),
    ({"detail": {"channel": ["web"]}}, {"channel": "web"}, "it has channel, at another level."),
    ({"detail": {"chanel": ["web"]}}, {"detail": {"channel": "web"}}, "the closest name that the event has is"),
    ({"body": {"a": [1]}}, {"body": '{"a": 1}'}, "body is text, and matching does not look inside text."),
    ({"$or": {"a": ["x"]}}, {"a": "x"}, "$or is read as an ordinary field name here"),
    ({"a": [{"exists": True}]}, {"a": {"b": 1}}, "the event has an object there, and an object is no value"),
    ({"a": [{"exists": True}]}, {"a": []}, "the event has a list without values there, which counts as no field"),
    # other values
    ({"a": ["x"]}, {"a": "z"}, 'a: the event has "z", and the pattern wants "x".'),
    ({"a": ["x", {"prefix": "y"}]}, {"a": "z"}, 'the pattern wants "x" or text that starts with "y".'),
    ({"a": [""]}, {"a": None}, "null, an empty string and a missing field are three different things."),
    ({"a": [None]}, {"a": ""}, "null, an empty string and a missing field are three different things."),
    ({"a": ["Web"]}, {"a": "web"}, "the two differ only in upper and lower case, and matching is case-sensitive."),
    ({"a": [{"prefix": "We"}]}, {"a": "web"}, "the two differ only in upper and lower case"),
    ({"a": [{"suffix": "EB"}]}, {"a": "web"}, "the two differ only in upper and lower case"),
    ({"a": ["web"]}, {"a": "web "}, "the two differ only in spaces."),
    ({"a": [5]}, {"a": "5"}, "text is found where a number is wanted."),
    ({"a": ["5"]}, {"a": 5}, "a number is found where text is wanted."),
    ({"a": [True]}, {"a": 1}, "a number is found where a boolean is wanted."),
    ({"a": ["true"]}, {"a": True}, "a boolean is found where text is wanted."),
    ({"a": [{"numeric": [">", 1]}]}, {"a": "5"}, "numeric looks only at JSON numbers, and this is text."),
    ({"a": [{"prefix": "1"}]}, {"a": 12}, "prefix looks only at text, and this is a number."),
    ({"a": [{"cidr": "10.0.0.0/8"}]}, {"a": None}, "cidr looks only at text, and this is null."),
    ({"a": [{"anything-but": "x"}]}, {"a": "x"}, 'a: the event has "x", which anything-but shuts out.'),
    ({"a": [{"anything-but": "x"}]}, {"a": ["x", "x"]}, "anything-but shuts out every one of them."),
    ({"a": [{"exists": False}]}, {"a": "x"}, 'a: the event has "x", and the pattern wants the field to be absent.'),
    ({"a": ["x"]}, {"a": list("pqrst")}, 'the event has "p", "q", "r" and 2 more'),
    # one element must answer for all
    ({"i": {"a": [1], "b": [2]}}, {"i": [{"a": 1}, {"b": 2}]}, "all of them must be in one element."),
    ({"i": {"a": [1], "b": [{"exists": False}]}}, {"i": [{"a": 1}, {"b": 2}]}, "the element that matches has no such"),
]


@pytest.mark.parametrize(("pattern", "event", "words"), SENTENCES)
def test_a_sentence_says_what_was_found_and_what_was_wanted(pattern, event, words):
    explanation = explain(pattern, event)
    assert any(words in verdict.sentence for verdict in explanation.fields), explanation
    assert explanation.matched is Pattern.parse(pattern).matches(event)


def test_verdicts_come_in_the_order_of_the_pattern():
    explanation = explain({"source": ["x"], "detail": {"b": [1], "a": [2]}}, {})
    assert [verdict.path for verdict in explanation.fields] == ["source", "detail.b", "detail.a"]


def test_every_field_that_does_not_fit_is_told_and_not_only_the_first():
    explanation = explain({"a": ["x"], "b": ["y"], "c": ["z"]}, {"c": "z"})
    assert [verdict.matched for verdict in explanation.fields] == [False, False, True]


def test_every_field_has_what_it_wants_and_what_was_found():
    fits, misses = explain({"a": ["x"], "b": [{"numeric": ["<", 5]}]}, {"a": "x"}).fields
    assert (fits.path, fits.matched, fits.wanted, fits.found) == ("a", True, '"x"', '"x"')
    assert (misses.path, misses.matched, misses.wanted, misses.found) == (
        "b",
        False,
        "a number below 5",
        "no such field",
    )
    assert misses.sentence == f"b: {misses.why}"


def test_or_shows_the_branch_that_matches():
    explanation = explain({"$or": [{"a": ["x"]}, {"b": ["y"]}]}, {"b": "y"})
    assert explanation.matched and [verdict.path for verdict in explanation.fields] == ["b"]
    assert explanation.note == "$or gives 2 ways to match; shown is one that does."


def test_or_shows_the_branch_that_comes_closest():
    explanation = explain({"$or": [{"a": ["x"]}, {"b": ["y"], "c": ["z"]}]}, {"b": "y"})
    assert not explanation.matched and [verdict.path for verdict in explanation.fields] == ["b", "c"]
    assert explanation.note.endswith("shown is the closest.")


def test_pattern_and_event_may_be_json_text():
    assert explain('{"a": ["x"]}', '{"a": "x"}').matched
    assert explain(Pattern.parse('{"a": ["x"]}'), {"a": "x"}).matched


def test_a_malformed_pattern_is_told_in_awss_words():
    with pytest.raises(InvalidEventPattern, match='"a" must be an object or an array'):
        explain({"a": "x"}, {})


@pytest.mark.parametrize("event", ["not json", "[]", "5", 5, None, ["a"]])
def test_an_event_that_is_no_object_is_told_in_a_sentence(event):
    with pytest.raises(ValueError, match=r"^This event .*\.$"):
        explain({"a": ["x"]}, event)


def test_a_policy_is_explained_with_attributes():
    policy = FilterPolicy.parse({"store": ["shop"], "price": [{"numeric": [">", 5]}]})
    message = {"store": {"Type": "String", "Value": "shop"}, "price": {"Type": "String", "Value": "9"}}
    explanation = explain(policy, message)
    assert [verdict.matched for verdict in explanation.fields] == [True, False]
    assert "the message has" in explanation.fields[0].sentence and "the policy wants" in explanation.fields[0].sentence
    assert explain(policy, {"Message": "hello", "MessageAttributes": message}) == explanation
    assert explain(policy, None).matched is False


def test_a_policy_for_attributes_speaks_of_attributes_and_one_for_the_body_of_fields():
    message = {"Message": '{"plan": "gold"}', "MessageAttributes": {"country": {"Type": "String", "Value": "DE"}}}
    (attribute,) = explain(FilterPolicy.parse({"plan": ["gold"]}), message).fields
    (field,) = explain(FilterPolicy.parse({"country": ["DE"]}, "MessageBody"), message).fields
    assert (attribute.found, field.found) == ("no such attribute", "no such field")
    assert attribute.why == "the message has no such attribute, and exact match needs the attribute to be there."
    assert field.why == "the body has no such field, and exact match needs the field to be there."


def test_a_policy_is_explained_with_a_body():
    policy = FilterPolicy.parse({"a": ["x"]}, "MessageBody")
    assert explain(policy, '{"a": "x"}').matched
    assert explain(policy, {"a": "x"}).matched
    assert explain(policy, {"Message": '{"a": "x"}'}).matched
    assert explain(policy, {}, body='{"a": "x"}').matched
    assert not explain(policy, '{"a": "y"}').matched


@pytest.mark.parametrize("body", ["plain text", "", "[]", "5"])
def test_a_body_that_is_no_json_object_matches_nothing_and_the_note_says_so(body):
    explanation = explain(FilterPolicy.parse({"a": [{"exists": False}]}, "MessageBody"), body)
    assert not explanation.matched and "no JSON object" in explanation.note
    assert repr(explanation).startswith("No match.\n")


def test_an_empty_policy_lets_everything_through_and_the_note_says_so():
    explanation = explain(FilterPolicy.parse("{}"), {})
    assert explanation.matched and "every message" in explanation.note


def test_the_text_has_a_headline_and_one_signed_line_a_field():
    explanation = explain({"a": ["x"], "b": ["y"]}, {"a": "x", "b": "z"})
    assert repr(explanation).splitlines() == [
        "No match: 1 of 2 fields does not fit.",
        '  ✓ a: the event has "x", and the pattern wants "x".',
        '  ✗ b: the event has "z", and the pattern wants "y".',
    ]
    assert repr(explain({"a": ["x"]}, {"a": "x"})).splitlines()[0] == "Match."


def test_the_table_says_the_same_as_the_text_with_a_word_beside_each_sign():
    explanation = explain({"a": ["x"], "b": ["<b>"]}, {"a": "x", "b": "&"})
    html = explanation._repr_html_()
    assert "✓ yes" in html and "✗ no" in html
    assert explanation.headline in html
    assert "&lt;b&gt;" in html and "<b>&" not in html
    assert "background:#ffffff" in html and ":hover" not in html
    assert len(re.findall("<tr>", html)) == 3


def test_forty_fields_are_shown_and_the_rest_are_counted():
    explanation = explain({f"f{n:02}": ["x"] for n in range(45)}, {})
    assert len(repr(explanation).splitlines()) == 42
    assert "... and 5 more fields" in repr(explanation) and "... and 5 more fields" in explanation._repr_html_()


def test_explanations_are_frozen_records():
    explanation = explain({"a": ["x"]}, {"a": "x"})
    assert isinstance(explanation, Explanation)
    with pytest.raises(FrozenInstanceError):
        explanation.matched = False


def test_no_sentence_uses_a_word_that_belittles():
    for pattern, event, _ in SENTENCES:
        assert not re.search(
            r"\b(just|simply|obviously|easy|easily|clearly|of course)\b", repr(explain(pattern, event))
        )
