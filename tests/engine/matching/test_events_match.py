"""Fields together: AND, nesting, lists in events, lists of objects, $or, dots."""

import json

import pytest

from motoclock.matching import Pattern

ITEMS = [{"sku": "a", "qty": 1}, {"sku": "b", "qty": 5}]

CASES = [
    # AND across fields
    ({"a": ["x"], "b": ["y"]}, {"a": "x", "b": "y", "c": "z"}, True),
    ({"a": ["x"], "b": ["y"]}, {"a": "x", "b": "z"}, False),
    ({"a": ["x"], "b": ["y"]}, {"a": "x"}, False),
    ({"detail": {"a": ["x"]}}, {"detail": {"a": "x"}}, True),
    ({"detail": {"a": ["x"]}}, {"a": "x"}, False),
    ({"detail": {"a": ["x"]}}, {"detail": "a"}, False),
    ({"a": ["x"]}, {"a": {"a": "x"}}, False),
    ({"A": ["x"]}, {"a": "x"}, False),
    # JSON inside text stays text
    ({"detail": {"a": ["x"]}}, {"detail": '{"a": "x"}'}, False),
    ({"body": {"a": [1]}}, {"body": '{"a": 1}'}, False),
    # lists in the event: any element
    ({"a": ["x"]}, {"a": ["y", "x"]}, True),
    ({"a": ["x"]}, {"a": ["y"]}, False),
    ({"a": ["x"]}, {"a": []}, False),
    ({"a": [None]}, {"a": []}, False),
    ({"a": [""]}, {"a": []}, False),
    ({"a": ["x"]}, {"a": [["y"], ["x"]]}, True),
    ({"a": [{"anything-but": "x"}]}, {"a": ["x", "y"]}, True),
    ({"a": [{"anything-but": "x"}]}, {"a": ["x", "x"]}, False),
    ({"a": [{"anything-but": "x"}]}, {"a": []}, False),
    ({"a": [{"numeric": [">", 5]}]}, {"a": [1, 9]}, True),
    ({"a": [{"exists": True}]}, {"a": ["x"]}, True),
    ({"a": [{"exists": True}]}, {"a": []}, False),
    ({"a": [{"exists": False}]}, {"a": []}, True),
    ({"a": [{"exists": False}]}, {"a": [None]}, False),
    # exists looks at leaves
    ({"a": [{"exists": True}]}, {"a": {"b": 1}}, False),
    ({"a": [{"exists": False}]}, {"a": {"b": 1}}, True),
    ({"a": {"b": [{"exists": False}]}}, {"a": "text"}, True),
    ({"a": {"b": [{"exists": False}]}}, {}, True),
    ({"a": {"b": [{"exists": False}]}}, {"a": {"b": None}}, False),
    # lists of objects: one element must answer for all fields of that list
    ({"items": {"sku": ["a"], "qty": [1]}}, {"items": ITEMS}, True),
    ({"items": {"sku": ["b"], "qty": [5]}}, {"items": ITEMS}, True),
    ({"items": {"sku": ["a"], "qty": [5]}}, {"items": ITEMS}, False),
    ({"items": {"sku": ["a"]}, "other": ["z"]}, {"items": ITEMS, "other": "z"}, True),
    ({"items": {"sku": ["a"]}, "more": {"qty": [5]}}, {"items": ITEMS, "more": ITEMS}, True),
    ({"a": {"b": {"c": [1], "d": [2]}}}, {"a": [{"b": [{"c": 1, "d": 3}, {"c": 4, "d": 2}]}]}, False),
    ({"a": {"b": {"c": [1], "d": [2]}}}, {"a": [{"b": [{"c": 1}]}, {"b": [{"c": 1, "d": 2}]}]}, True),
    ({"a": {"x": [1], "b": {"c": [2]}}}, {"a": [{"x": 1, "b": [{"c": 3}]}, {"x": 0, "b": [{"c": 2}]}]}, False),
    ({"a": {"x": [1], "b": {"c": [2]}}}, {"a": [{"x": 1, "b": [{"c": 3}, {"c": 2}]}]}, True),
    ({"a": {"tags": ["t"], "x": [1]}}, {"a": [{"tags": ["s", "t"], "x": 1}]}, True),
    ({"a": {"tags": ["t"], "x": [1]}}, {"a": [{"tags": ["t"], "x": 0}, {"tags": ["s"], "x": 1}]}, False),
    ({"a": {"x": [1]}}, {"a": [5, {"x": 1}]}, True),
    # absence is asked of the element that the earlier names, in alphabetical order, have settled on
    ({"items": {"a": [1], "b": [{"exists": False}]}}, {"items": [{"a": 1}, {"a": 2, "b": 2}]}, True),
    ({"items": {"a": [2], "b": [{"exists": False}]}}, {"items": [{"a": 1}, {"a": 2, "b": 2}]}, False),
    ({"items": {"a": [{"exists": False}], "b": [2]}}, {"items": [{"a": 1}, {"b": 2}]}, False),
    ({"items": {"b": [{"exists": False}], "a": [1]}}, {"items": [{"a": 1}, {"a": 2, "b": 2}]}, True),
    # the scalars of a mixed list need not agree with its objects
    ({"a": ["s"], "a.x": [1]}, {"a": ["s", {"x": 1}]}, True),
    # a dot joins names, in patterns and in events
    ({"detail": {"state.status": ["on"]}}, {"detail": {"state": {"status": "on"}}}, True),
    ({"detail": {"state": {"status": ["on"]}}}, {"detail": {"state.status": "on"}}, True),
    ({"detail.state": {"status": ["on"]}}, {"detail": {"state": {"status": "on"}}}, True),
    ({"detail": {"state": {"status": ["on"]}}}, {"detail": {"state.status": {"status": "on"}}}, False),
    ({"detail": {"state.status": {"status": ["on"]}}}, {"detail": {"state": {"status": "on"}}}, False),
    # $or
    ({"$or": [{"a": ["x"]}, {"b": ["y"]}]}, {"a": "x"}, True),
    ({"$or": [{"a": ["x"]}, {"b": ["y"]}]}, {"b": "y"}, True),
    ({"$or": [{"a": ["x"]}, {"b": ["y"]}]}, {"a": "y", "b": "x"}, False),
    ({"s": ["k"], "$or": [{"a": ["x"]}, {"b": ["y"]}]}, {"s": "k", "b": "y"}, True),
    ({"s": ["k"], "$or": [{"a": ["x"]}, {"b": ["y"]}]}, {"b": "y"}, False),
    ({"d": {"$or": [{"a": ["x"]}, {"b": ["y"]}]}}, {"d": {"b": "y"}}, True),
    ({"d": {"$or": [{"a": ["x"]}, {"b": ["y"]}]}}, {"b": "y"}, False),
    ({"$or": [{"a": ["x"], "b": ["y"]}, {"c": ["z"]}]}, {"a": "x"}, False),
    ({"$or": [{"a": ["x"]}, {"$or": [{"b": ["y"]}, {"c": ["z"]}]}]}, {"c": "z"}, True),
    ({"$or": [{"a": [{"exists": False}]}, {"a": [{"anything-but": "x"}]}]}, {}, True),
    ({"$or": [{"a": [{"exists": False}]}, {"a": [{"anything-but": "x"}]}]}, {"a": "x"}, False),
    ({"$or": [{"a": [1]}, {"b": [2]}], "c": {"$or": [{"d": [3]}, {"e": [4]}]}}, {"b": 2, "c": {"d": 3}}, True),
    ({"$or": [{"a": [1]}, {"b": [2]}], "c": {"$or": [{"d": [3]}, {"e": [4]}]}}, {"b": 2, "c": {"d": 4}}, False),
    # a path written outside $or and inside it keeps what comes last
    ({"a": ["x"], "$or": [{"a": ["y"]}, {"b": ["z"]}]}, {"a": "y"}, True),
    ({"a": ["x"], "$or": [{"a": ["y"]}, {"b": ["z"]}]}, {"a": "x"}, False),
    ({"a": ["x"], "$or": [{"a": ["y"]}, {"b": ["z"]}]}, {"a": "x", "b": "z"}, True),
    # what is no valid $or is an ordinary name, as event-ruler keeps it
    ({"$or": {"a": ["x"]}}, {"a": "x"}, False),
    ({"$or": {"a": ["x"]}}, {"$or": {"a": "x"}}, True),
    ({"$or": ["x"]}, {"$or": "x"}, True),
    ({"$or": [{"prefix": "x"}, {"prefix": "y"}]}, {"$or": "yes"}, True),
]


@pytest.mark.parametrize(("pattern", "event", "expected"), CASES)
def test_a_pattern_matches_an_event_as_event_ruler_does(pattern, event, expected):
    assert Pattern.parse(pattern).matches(event) is expected
    assert Pattern.parse(json.dumps(pattern)).matches(event) is expected


def test_of_duplicate_json_keys_the_last_one_wins():
    pattern = Pattern.parse('{"a": ["x"], "a": ["y"]}')
    assert pattern.matches({"a": "y"})
    assert not pattern.matches({"a": "x"})


def test_matching_leaves_the_event_as_it_was():
    event = {"detail": {"items": [{"a": 1}]}}
    Pattern.parse({"detail": {"items": {"a": [1]}}}).matches(event)
    assert event == {"detail": {"items": [{"a": 1}]}}


def test_equal_patterns_are_equal_records_and_can_be_keys():
    assert {Pattern.parse({"a": ["x"]}): 1}[Pattern.parse({"a": ["x"]})] == 1


def test_many_unrelated_lists_are_not_tried_in_every_combination():
    # Ten lists of fifty would be 50 ** 10 combinations: this test hangs where the matcher is careless.
    event = {f"list{n}": [{"x": 1}] * 50 for n in range(10)} | {"z": 0}
    pattern = {f"list{n}": {"x": [1]} for n in range(10)} | {"z": [1]}
    assert not Pattern.parse(pattern).matches(event)
