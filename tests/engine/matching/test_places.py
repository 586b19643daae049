"""Where AWS says that the fault in a pattern is: recorded on AWS for SNS (May 2024) and EventBridge (October 2025)."""

import json

import pytest

from motoclock.matching import FilterPolicy, InvalidEventPattern, InvalidFilterPolicy, Pattern

POLICIES = [
    ({"key": [["value"]]}, 10),
    ({"key": [{"wrong-operator": True}]}, 31),
    ({"key": [{"suffix": "value", "prefix": "value2"}]}, 37),
    ({"key": []}, 10),
    ({"key": [{"suffix": 100}]}, 22),
    ({"key": [{"suffix": None}]}, 23),
    ({"key": {"suffix": "value"}}, 19),
    ({"key": [{"suffix": []}]}, 20),
    ({"key": [{"cidr": ["bad-filter"]}]}, 18),
    ({"key": [{"numeric": []}]}, 22),
    ({"key": [{"numeric": ["operator"]}]}, 32),
    ({"key": [{"numeric": [1, "<="]}]}, 22),
    ({"key": [{"numeric": ["=", "000"]}]}, 26),
    ({"key": [{"numeric": [">="]}]}, 26),
    ({"key": [{"numeric": ["<", 100, ">", 10]}]}, 30),
    ({"key": [{"numeric": [">=", 1, ">", 2]}]}, 31),
    ({"key": [{"numeric": [">", 3, "<", 1]}]}, 33),
    ({"key": [{"numeric": [">", 20, 30]}]}, 30),
    ({"key": [{"numeric": [">", 20, "<", "30"]}]}, 33),
    ({"key": [{"numeric": [">", 20, "<", 30, "<", 50]}]}, 36),
    ({"key": [{"exists": "no"}]}, 20),
    ({"key": [{"anything-but": {"wrong-operator": None}}]}, 47),
]

PATTERNS = [
    ('{"int": 42}', 11),
    ('{"string": "my-value"}', 13),
    ('["not", "a", "dict", "but valid json"]', 2),
    ('{"detail": {"equal": [{"NUMERIC": ["=", 5]}]}}', 36),
    ('{"detail": {"c-count": [{"numeric": [">", 0, "<"]}]}}', 50),
    ('{"detail": {"c-count": [{"numeric": 10}]}}', 39),
    ('{"time": [{"prefix": ["2022-07-13"]}]}', 23),
    ('{"detail": {"state": [{"anything-but": null}]}}', 44),
    ('{"detail": {"FileName": [{"anything-but": {"prefix": ""}}]}}', 56),
    ('{"detail": {"FileName": [{"anything-but": {"suffix": {"equals-ignore-case": ".png"}}}]}}', 55),
    ('{"detail-type": [{"equals-ignore-case": {"prefix": "ec2"}}]}', 42),
    # event-ruler reads these so, and nobody has recorded them
    ("{}", 3),
    ('{"a": {}}', 9),
    ('{"a": [{}]}', 10),
    ('{"a": [{"prefix": {}}]}', 21),
    ('{"a": [{"wildcard": "x**"}]}', 26),
    ('{"a": [{"wildcard": "x\\\\y"}]}', 27),
    ('{"a": [{"numeric": ["=", 5000000001]}]}', 37),
    ('{"a": [{"anything-but": ["x", 1]}]}', 33),
    ('{"a": [{"anything-but": {"wildcard": ["a", "x**"]}}]}', 50),
    ('{"a": [{"anything-but": {"prefix": "a", "suffix": "b"}}]}', 52),
    ('{"$or": [{"a": ["x"]}]}', 23),
    ('{"$or": [{"a": ["x"]}, "b"]}', 25),
]

TWICE = [
    ('{"detail": {"state": [{"anything-but": {"equals-ignore-case": [123, 456]}}]}}', 67),
    ('{"detail": {"FileName": [{"anything-but": {"suffix": [null, ".txt"]}}]}}', 59),
    ('{"detail": {"state": [{"anything-but": ["stopped", null]}]}}', 56),
]

NO_JSON = [
    (
        "this is valid json but not a dict",
        "Unrecognized token 'this': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
        5,
    ),
    ("{'bad': 'quotation'}", "Unexpected character (''' (code 39)): was expecting double-quote to start field name", 2),
    (
        '{"not": closed mark"',
        "Unrecognized token 'closed': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
        15,
    ),
    # modelled on Jackson
    (
        '{"a": ["x",]}',
        "Unexpected character (']' (code 93)): expected a valid value (JSON String, Number, Array, Object or token 'null', "
        "'true' or 'false')",
        12,
    ),
    ('{"a": ["x"],}', "Unexpected character ('}' (code 125)): was expecting double-quote to start field name", 13),
    ('{"a" ["x"]}', "Unexpected character ('[' (code 91)): was expecting a colon to separate field name and value", 6),
    ('{"a": ["x"] "b"}', "Unexpected character ('\"' (code 34)): was expecting comma to separate Object entries", 13),
    (
        '{"a": ["x"}',
        "Unexpected close marker '}': expected ']' (for Array starting at "
        '[Source: (String)"{"a": ["x"}"; line: 1, column: 7])',
        12,
    ),
    (
        '{"a": ["x"]',
        "Unexpected end-of-input: expected close marker for Object (start marker at "
        '[Source: (String)"{"a": ["x"]"; line: 1, column: 1])',
        12,
    ),
]


def told(text):
    with pytest.raises(InvalidEventPattern) as caught:
        Pattern.parse(text)
    return caught.value.told


def at(text, column, line=1):
    return f'\n at [Source: (String)"{text}"; line: {line}, column: {column}]'


@pytest.mark.parametrize(("policy", "column"), POLICIES)
def test_the_place_in_a_filter_policy_which_is_written_anew_without_blanks(policy, column):
    with pytest.raises(InvalidFilterPolicy) as caught:
        FilterPolicy.parse(json.dumps(policy, indent=2))
    assert caught.value.told.endswith(at(json.dumps(policy, separators=(",", ":")), column))


@pytest.mark.parametrize(("text", "column"), PATTERNS)
def test_the_place_in_an_event_pattern(text, column):
    assert told(text).endswith(at(text, column)) and told(text).count(" at [Source") == 1


@pytest.mark.parametrize(("text", "column"), TWICE)
def test_in_a_list_of_anything_but_the_place_is_told_twice(text, column):
    assert told(text).endswith(at(text, column) * 2)


@pytest.mark.parametrize(("text", "reason", "column"), NO_JSON)
def test_a_text_that_is_no_json(text, reason, column):
    assert told(text) == reason + at(text, column)


def test_lines_are_counted_and_columns_begin_anew():
    text = '{\n  "source":\r\n   "shop"}'
    assert told(text).endswith(at(text, 5, line=3))


def test_of_a_long_pattern_500_characters_are_shown():
    text = json.dumps({"a": ["x" * 600], "b": 1})
    assert told(text).endswith(
        f'(String)"{text[:500]}"[truncated {len(text) - 500} chars]; line: 1, column: {len(text)}]'
    )


@pytest.mark.parametrize("mask", ["10.0.0.0/33", "10.0.0.0"])
def test_some_faults_have_no_place(mask):
    """So has a wildcard that is too complex: recorded on AWS in November 2024."""
    assert " at [" not in told(json.dumps({"a": [{"cidr": mask}]}))


def test_sns_keeps_the_text_to_itself():
    source = "[Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: {}]"
    with pytest.raises(InvalidFilterPolicy) as caught:
        FilterPolicy.parse('{"a": ["x"}')
    assert caught.value.told == (
        "FilterPolicy: failed to parse JSON. Unexpected close marker '}': expected ']' "
        f"(for Array starting at {source.format(7)})\n at {source.format(12)}"
    )
