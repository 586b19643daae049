"""Every way to write a pattern wrongly, and the words that AWS has for it."""

import json

import pytest

from motoclock.matching import Dialect, InvalidEventPattern, Pattern

NOT_A_PATTERN = [
    ("", "Invalid JSON"),
    ("source: aws.ec2", "Invalid JSON"),
    ("{'a': ['x']}", "Invalid JSON"),
    ('{"a": ["x"]', "Invalid JSON"),
    ('{"a": ["x",]}', "Invalid JSON"),
    ('{"a": [NaN]}', "Invalid JSON"),
    ('{"a": [Infinity]}', "Invalid JSON"),
    ("[" * 100_000, "characters"),
    ("[]", "Filter is not an object"),
    ('"text"', "Filter is not an object"),
    ("null", "Filter is not an object"),
    ("5", "Filter is not an object"),
    ({"a": {1, 2}}, "Invalid JSON"),
    ({"a": [float("nan")]}, "Invalid JSON"),
]

SHAPES = [
    ({}, "Empty objects are not allowed"),
    ({"detail": {}}, "Empty objects are not allowed"),
    ({"a": "x"}, '"a" must be an object or an array'),
    ({"a": 42}, '"a" must be an object or an array'),
    ({"a": None}, '"a" must be an object or an array'),
    ({"a": True}, '"a" must be an object or an array'),
    ({"detail": {"deep": "x"}}, '"deep" must be an object or an array'),
    ({"a": {"prefix": "x"}}, '"prefix" must be an object or an array'),
    ({"a": []}, "Empty arrays are not allowed"),
    ({"a": [[]]}, "Match value must be String, number, true, false, or null"),
    ({"a": [["x"]]}, "Match value must be String, number, true, false, or null"),
    ({"a": [{}]}, "Match expression name not found"),
    ({"a": [{"EXISTS": True}]}, "Unrecognized match type EXISTS"),
    ({"a": [{"Prefix": "x"}]}, "Unrecognized match type Prefix"),
    ({"a": [{"anything_but": "x"}]}, "Unrecognized match type anything_but"),
    ({"a": [{"regex": "x"}]}, "Unrecognized match type regex"),
    ({"a": [{"b": ["x"]}]}, "Unrecognized match type b"),
    ({"a": [{"prefix": "x", "suffix": "y"}]}, "Only one key allowed in match expression"),
    ({"a": [{"exists": True, "prefix": "y"}]}, "Only one key allowed in match expression"),
    ({"a": [{"numeric": ["=", 1], "prefix": "y"}]}, "Too many elements in numeric expression"),
    ({"a": [{"anything-but": "x", "prefix": "y"}]}, "Too many elements in numeric expression"),
]

OPERANDS = [
    ({"prefix": 5}, "prefix match pattern must be a string"),
    ({"prefix": None}, "prefix match pattern must be a string"),
    ({"prefix": ["x"]}, "prefix match pattern must be a string"),
    ({"prefix": {}}, "Prefix expression name not found"),
    ({"prefix": {"suffix": "x"}}, "Unsupported prefix pattern: suffix"),
    ({"prefix": {"equals-ignore-case": 5}}, "equals-ignore-case match pattern must be a string"),
    ({"prefix": {"equals-ignore-case": "x", "a": 1}}, "Only one key allowed in match expression"),
    ({"suffix": True}, "suffix match pattern must be a string"),
    ({"suffix": [".png"]}, "suffix match pattern must be a string"),
    ({"suffix": {}}, "Suffix expression name not found"),
    ({"suffix": {"prefix": "x"}}, "Unsupported suffix pattern: prefix"),
    ({"equals-ignore-case": 5}, "equals-ignore-case match pattern must be a string"),
    ({"equals-ignore-case": ["x"]}, "equals-ignore-case match pattern must be a string"),
    ({"equals-ignore-case": {"prefix": "x"}}, "equals-ignore-case match pattern must be a string"),
    ({"wildcard": 5}, "wildcard match pattern must be a string"),
    ({"wildcard": ["*"]}, "wildcard match pattern must be a string"),
    ({"wildcard": "abc**def"}, "Consecutive wildcard characters at pos 4"),
    ({"wildcard": "**"}, "Consecutive wildcard characters at pos 1"),
    ({"wildcard": "é**"}, "Consecutive wildcard characters at pos 3"),
    ({"wildcard": "a\\b"}, "Invalid escape character at pos 2"),
    ({"wildcard": "a\\"}, "Invalid escape character at pos 2"),
    ({"wildcard": "*:*:*:*:*:event-bus/*"}, "Rule is too complex - try using fewer wildcard characters"),
    ({"exists": "true"}, "exists match pattern must be either true or false."),
    ({"exists": 1}, "exists match pattern must be either true or false."),
    ({"exists": None}, "exists match pattern must be either true or false."),
    ({"exists": [True]}, "exists match pattern must be either true or false."),
    ({"cidr": 10}, "prefix match pattern must be a string"),
    ({"cidr": ["10.0.0.0/8"]}, "prefix match pattern must be a string"),
    ({"cidr": "10.0.0.0"}, "Malformed CIDR, one '/' required"),
    ({"cidr": "10.0.0.0/"}, "Malformed CIDR, one '/' required"),
    ({"cidr": "10.0.0.0/8/8"}, "Malformed CIDR, one '/' required"),
    ({"cidr": "10.0.0.0/x"}, "Malformed CIDR, mask bits must be an integer"),
    ({"cidr": "10.0.0.0/-1"}, "Malformed CIDR, mask bits must not be negative"),
    ({"cidr": "10.0.0.0/32"}, "IPv4 mask bits must be < 32"),
    ({"cidr": "::/128"}, "IPv6 mask bits must be < 128"),
    ({"cidr": "xx.11.xx/8"}, "Nonstandard IP address: xx.11.xx"),
    ({"cidr": "10.0.0.300/8"}, "Nonstandard IP address: 10.0.0.300"),
    ({"cidr": "xxxx:db8:1234:1a00::/64"}, "Nonstandard IP address: xxxx:db8:1234:1a00::"),
]

NUMERIC = [
    (5, "Value of numeric must be an array."),
    (None, "Value of numeric must be an array."),
    ({"=": 5}, "Value of numeric must be an array."),
    ([], "Invalid member in numeric match: ]"),
    ([1, "<="], "Invalid member in numeric match: 1"),
    ([None, 1], "Invalid member in numeric match: null"),
    (["operator"], "Unrecognized numeric range operator: operator"),
    (["==", 5], "Unrecognized numeric range operator: =="),
    (["!=", 5], "Unrecognized numeric range operator: !="),
    (["="], "Value of equals must be numeric"),
    (["=", "000"], "Value of equals must be numeric"),
    (["=", True], "Value of equals must be numeric"),
    ([">="], "Value of >= must be numeric"),
    ([">", "20", "<", "30"], "Value of > must be numeric"),
    (["=", 1, "<", 2], "Too many elements in numeric expression"),
    (["<", 100, ">", 10], "Too many elements in numeric expression"),
    (["<=", 1, 2], "Too many elements in numeric expression"),
    ([">", 20, 30], "Bad value in numeric range: 30"),
    ([">", 0, ">", 0], "Bad numeric range operator: >"),
    ([">=", 1, "=", 2], "Bad numeric range operator: ="),
    ([">", 20, "test"], "Bad numeric range operator: test"),
    ([">", 0, "<"], "Value of < must be numeric"),
    ([">", 20, "<", "30"], "Value of < must be numeric"),
    ([">", 20, "<", 30, "<", 50], "Too many terms in numeric range expression"),
    ([">", 3, "<", 1], "Bottom must be less than top"),
    ([">=", 3, "<=", 3], "Bottom must be less than top"),
    (["=", 5_000_000_001], "Value must be between -5000000000 and 5000000000, inclusive"),
    ([">", -5_000_000_001], "Value must be between -5000000000 and 5000000000, inclusive"),
    ([">", 0, "<", 1e300], "Value must be between -5000000000 and 5000000000, inclusive"),
    (["=", 0.0000001], "Only values upto 6 decimals are supported"),
]

UNSUPPORTED = "Inside anything but list, start|null|boolean is not supported."
MIXED = "Inside anything but list, either all values are number or string, mixed type is not supported"
ONE_VALUE = "Value of anything-but must be an array or single string/number value."
ONLY_TEXT = "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported."

ANYTHING_BUT = [
    ([], MIXED),
    (["a", 1], MIXED),
    ([1, "a"], MIXED),
    ([None], UNSUPPORTED),
    ([True, "a"], UNSUPPORTED),
    ([["a"]], UNSUPPORTED),
    ([{"prefix": "a"}], UNSUPPORTED),
    (True, ONE_VALUE),
    (None, ONE_VALUE),
    ({}, "Anything-But expression name not found"),
    ({"numeric": ["=", 1]}, "Unsupported anything-but pattern: numeric"),
    ({"exists": True}, "Unsupported anything-but pattern: exists"),
    ({"cidr": "10.0.0.0/8"}, "Unsupported anything-but pattern: cidr"),
    ({"anything-but": "x"}, "Unsupported anything-but pattern: anything-but"),
    ({"prefix": 123}, "prefix/suffix match pattern must be a string"),
    ({"prefix": [123, "x"]}, "prefix/suffix match pattern must be a string"),
    ({"prefix": ""}, "Null prefix/suffix not allowed"),
    ({"prefix": ["x", ""]}, "Null prefix/suffix not allowed"),
    ({"prefix": []}, "Empty arrays are not allowed"),
    ({"prefix": None}, ONE_VALUE),
    ({"prefix": {"equals-ignore-case": "x"}}, ONE_VALUE),
    ({"suffix": 123}, "prefix/suffix match pattern must be a string"),
    ({"suffix": ""}, "Null prefix/suffix not allowed"),
    ({"suffix": {"equals-ignore-case": "x"}}, ONE_VALUE),
    ({"equals-ignore-case": 123}, ONLY_TEXT),
    ({"equals-ignore-case": [123, 456]}, ONLY_TEXT),
    ({"wildcard": 123}, "wildcard match pattern must be a string"),
    ({"wildcard": [123, "*"]}, "wildcard match pattern must be a string"),
    ({"wildcard": "a**"}, "Consecutive wildcard characters at pos 2"),
    ({"prefix": "a", "suffix": "b"}, "Too many elements in numeric expression"),
    (5_000_000_001, "Value must be between -5000000000 and 5000000000, inclusive"),
    ([1, 5e10], "Value must be between -5000000000 and 5000000000, inclusive"),
]

OR = [
    ([], "There must have at least 2 Objects in $or relationship."),
    ([{"a": ["x"]}], "There must have at least 2 Objects in $or relationship."),
    ([{"a": ["x"]}, {}], "Empty objects are not allowed"),
    ([{"a": ["x"]}, "b"], "Only JSON object is allowed in array of $or relationship."),
    ([{"a": ["x"]}, {"b": "y"}], '"b" must be an object or an array'),
    ([{"a": ["x"]}, {"b": []}], "Empty arrays are not allowed"),
    ([{"a": ["x"]}, {"prefix": ["y"]}], "prefix is Ruler reserved fieldName which cannot be used inside $or."),
    ("x", "It must be an Array followed with $or."),
    (5, "It must be an Array followed with $or."),
    ({}, "It must be an Array followed with $or."),
]


@pytest.mark.parametrize(("pattern", "reason"), NOT_A_PATTERN + SHAPES)
def test_a_malformed_pattern_is_refused_with_awss_reason(pattern, reason):
    with pytest.raises(InvalidEventPattern) as caught:
        Pattern.parse(pattern)
    assert str(caught.value).startswith("Event pattern is not valid. Reason: ")
    assert reason in caught.value.reason


@pytest.mark.parametrize(
    ("expression", "reason"),
    OPERANDS
    + [({"numeric": operand}, reason) for operand, reason in NUMERIC]
    + [({"anything-but": operand}, reason) for operand, reason in ANYTHING_BUT],
)
def test_a_wrong_operand_is_refused_with_awss_reason(expression, reason):
    with pytest.raises(InvalidEventPattern) as caught:
        Pattern.parse({"detail": {"field": ["fine", expression]}})
    assert caught.value.reason.startswith(reason)


@pytest.mark.parametrize(("operand", "reason"), OR)
def test_a_wrong_or_is_refused_with_awss_reason(operand, reason):
    with pytest.raises(InvalidEventPattern) as caught:
        Pattern.parse({"source": ["x"], "$or": operand})
    assert caught.value.reason == reason


def test_an_operand_is_judged_before_a_second_key():
    with pytest.raises(InvalidEventPattern, match="prefix match pattern must be a string"):
        Pattern.parse({"a": [{"prefix": 5, "suffix": "x"}]})


def test_or_may_make_a_thousand_combinations_and_no_more():
    def ors(*sizes):
        return {f"k{i}": {"$or": [{f"f{n}": ["x"]} for n in range(size)]} for i, size in enumerate(sizes)}

    assert len(Pattern.parse(ors(10, 10, 10)).branches) == 1000
    with pytest.raises(InvalidEventPattern, match="more than 1000 combinations"):
        Pattern.parse(ors(10, 10, 11))


def test_a_pattern_may_have_4096_characters_and_no_more():
    text = json.dumps({"a": ["x" * 4086]})
    assert len(text) == 4097
    with pytest.raises(InvalidEventPattern, match="4096"):
        Pattern.parse(text)
    assert Pattern.parse(text.replace("x", "", 1))


def test_the_message_is_the_one_line_of_aws_and_the_reason_its_end():
    with pytest.raises(InvalidEventPattern) as caught:
        Pattern.parse({"a": "x"})
    assert str(caught.value) == 'Event pattern is not valid. Reason: "a" must be an object or an array'
    assert caught.value.__cause__ is None and caught.value.__suppress_context__


VARIANTS = [{"prefix": "x"}, {"suffix": "x"}, {"equals-ignore-case": "x"}, {"wildcard": "*x"}]


@pytest.mark.parametrize("operand", VARIANTS)
def test_pipes_know_anything_but_without_its_variants(operand):
    pattern = {"a": [{"anything-but": operand}]}
    assert Pattern.parse(pattern)
    with pytest.raises(InvalidEventPattern, match="Unsupported anything-but pattern"):
        Pattern.parse(pattern, Dialect.PIPES)
    assert Pattern.parse({"a": [{"anything-but": ["x", "y"]}]}, Dialect.PIPES)


def test_event_source_mappings_know_no_wildcard():
    assert Pattern.parse({"a": [{"wildcard": "a*"}]}, Dialect.PIPES)
    with pytest.raises(InvalidEventPattern, match="Unrecognized match type"):
        Pattern.parse({"a": [{"wildcard": "a*"}]}, Dialect.EVENT_SOURCE_MAPPING)


def test_event_source_mappings_know_cidr_as_public_samples_use_it():
    """Public samples have {"cidr": "10.0.0.0/24"} in a mapping's filter; the developer guide's table leaves it out."""
    pattern = Pattern.parse({"body": {"ip": [{"cidr": "10.0.0.0/24"}]}}, Dialect.EVENT_SOURCE_MAPPING)
    assert pattern.matches({"body": {"ip": "10.0.0.7"}}) and not pattern.matches({"body": {"ip": "10.0.1.7"}})


def test_event_source_mappings_know_the_operators_that_lambda_lists():
    operators = [None, "", "x", {"equals-ignore-case": "x"}, {"anything-but": ["x"]}, {"numeric": ["=", 1]}]
    operators += [{"numeric": [">", 1, "<=", 2]}, {"exists": True}, {"prefix": "x"}, {"suffix": "x"}]
    assert Pattern.parse({"body": {"a": operators}}, Dialect.EVENT_SOURCE_MAPPING)
    assert Pattern.parse({"$or": [{"a": [1]}, {"b": [2]}]}, Dialect.EVENT_SOURCE_MAPPING)
