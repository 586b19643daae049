"""SNS filter policies: attributes with types, JSON bodies, limits and words of their own."""

import json

import pytest

from motoclock.matching import FilterPolicy, InvalidFilterPolicy


def text(value):
    return {"Type": "String", "Value": value}


def number(value):
    return {"Type": "Number", "Value": value}


def array(*values):
    return {"Type": "String.Array", "Value": json.dumps(values)}


def binary(value):
    return {"Type": "Binary", "Value": value}


BY_ATTRIBUTES = [
    ({}, {}, True),
    ({"store": ["shop"]}, {"store": text("shop")}, True),
    ({"store": ["shop"]}, {"store": text("Shop")}, False),
    ({"store": ["shop"]}, {}, False),
    ({"store": ["shop"]}, None, False),
    ({"store": ["shop"], "event": ["placed"]}, {"store": text("shop"), "event": text("placed")}, True),
    ({"store": ["shop"], "event": ["placed"]}, {"store": text("shop")}, False),
    ({"store": ["shop"]}, {"store": {"DataType": "String", "StringValue": "shop"}}, True),
    ({"store": ["shop"]}, {"store": {"Type": "String.label", "Value": "shop"}}, True),
    # numbers are typed: the text "100" is no number
    ({"price": [100]}, {"price": number("100")}, True),
    ({"price": [100]}, {"price": number("100.0")}, True),
    ({"price": [100]}, {"price": number("1e2")}, True),
    ({"price": [100]}, {"price": text("100")}, False),
    ({"price": ["100"]}, {"price": number("100")}, False),
    ({"price": ["100"]}, {"price": text("100")}, True),
    ({"price": [100]}, {"price": {"Type": "Number.money", "Value": "100"}}, True),
    ({"price": [{"numeric": [">", 0, "<=", 100]}]}, {"price": number("99")}, True),
    ({"price": [{"numeric": [">", 0, "<=", 100]}]}, {"price": number("101")}, False),
    ({"price": [{"numeric": [">", 0]}]}, {"price": text("99")}, False),
    ({"price": [{"anything-but": [100, 500]}]}, {"price": number("101")}, True),
    ({"price": [{"anything-but": [100, 500]}]}, {"price": number("500")}, False),
    # arrays match by any element
    ({"likes": ["rugby"]}, {"likes": array("soccer", "rugby")}, True),
    ({"likes": ["rugby"]}, {"likes": array("soccer")}, False),
    ({"likes": ["rugby"]}, {"likes": array()}, False),
    ({"likes": [{"exists": False}]}, {"likes": array()}, True),
    ({"likes": [{"anything-but": ["rugby"]}]}, {"likes": array("rugby", "soccer")}, True),
    ({"likes": [{"anything-but": ["rugby"]}]}, {"likes": array("rugby")}, False),
    ({"likes": [5]}, {"likes": array(1, 5)}, True),
    ({"likes": [None]}, {"likes": array(None)}, True),
    ({"likes": [True]}, {"likes": array(True)}, True),
    # binary attributes are not looked at
    ({"blob": ["x"]}, {"blob": binary("x")}, False),
    ({"blob": [{"exists": True}]}, {"blob": binary("x")}, False),
    ({"blob": [{"exists": False}]}, {"blob": binary("x")}, True),
    ({"blob": [{"anything-but": "y"}]}, {"blob": binary("x")}, False),
    # the other operators
    ({"a": [{"prefix": "or"}]}, {"a": text("order")}, True),
    ({"a": [{"suffix": "er"}]}, {"a": text("order")}, True),
    ({"a": [{"equals-ignore-case": "ORDER"}]}, {"a": text("order")}, True),
    ({"a": [{"wildcard": "o*r"}]}, {"a": text("order")}, True),
    ({"a": [{"cidr": "10.0.0.0/24"}]}, {"a": text("10.0.0.9")}, True),
    ({"a": [{"exists": True}]}, {"a": text("")}, True),
    ({"a": [{"exists": False}]}, {"b": text("")}, True),
    ({"a": ["x", {"exists": False}]}, {}, True),
    ({"a": ["x", {"exists": False}]}, {"a": text("x")}, True),
    ({"a": ["x", {"exists": False}]}, {"a": text("y")}, False),
    ({"a": [{"anything-but": "x"}]}, {}, False),
    ({"a": [{"anything-but": {"prefix": "or"}}]}, {"a": text("order")}, False),
    ({"a": [{"anything-but": {"suffix": "x"}}]}, {"a": text("order")}, True),
    ({"$or": [{"a": ["x"]}, {"b": ["y"]}]}, {"b": text("y")}, True),
    ({"$or": [{"a": ["x"]}, {"b": ["y"]}]}, {"b": text("x")}, False),
    ({"a.b": ["x"]}, {"a.b": text("x")}, True),
]

BY_BODY = [
    ({"a": ["x"]}, '{"a": "x"}', True),
    ({"a": ["x"]}, '{"a": ["y", "x"]}', True),
    ({"a": ["x"]}, '{"a": "y"}', False),
    ({"a": {"b": [1]}}, '{"a": {"b": 1}}', True),
    ({"a": {"b": [1]}}, '{"a": [{"b": 2}, {"b": 1}]}', True),
    ({"a": [{"numeric": [">", 1]}]}, '{"a": "5"}', False),
    ({"a": [{"prefix": "x"}]}, '{"a": 5}', False),
    ({"a": [{"exists": False}]}, "{}", True),
    ({"a": [{"exists": False}]}, "plain text", False),
    ({"a": [{"exists": False}]}, "", False),
    ({"a": [{"exists": False}]}, "[]", False),
    ({"a": [{"exists": False}]}, "5", False),
    ({"$or": [{"a": ["x"]}, {"b": ["y"]}]}, '{"b": "y"}', True),
    ({}, "plain text", True),
]


@pytest.mark.parametrize(("policy", "attributes", "expected"), BY_ATTRIBUTES)
def test_a_policy_on_attributes_accepts_a_message_as_sns_does(policy, attributes, expected):
    assert FilterPolicy.parse(policy).matches(attributes, "the body is not looked at") is expected


@pytest.mark.parametrize(("policy", "body", "expected"), BY_BODY)
def test_a_policy_on_the_body_accepts_a_message_as_sns_does(policy, body, expected):
    assert FilterPolicy.parse(json.dumps(policy), "MessageBody").matches({"a": text("x")}, body) is expected


MALFORMED = [
    ("not json", "Invalid JSON"),
    ([], "Filter is not an object"),
    ({"key_a": "value_one"}, '"key_a" must be an object or an array'),
    ({"key": []}, "Empty arrays are not allowed"),
    ({"key": [["value"]]}, "Match value must be String, number, true, false, or null"),
    ({"key": [{"wrong-operator": True}]}, "Unrecognized match type wrong-operator"),
    ({"key": [{"suffix": "v", "prefix": "v"}]}, "Only one key allowed in match expression"),
    ({"key": [{"suffix": 100}]}, "suffix match pattern must be a string"),
    ({"key": [{"exists": "no"}]}, "exists match pattern must be either true or false."),
    ({"key": [{"numeric": ["<", 100, ">", 10]}]}, "Too many elements in numeric expression"),
    ({"key": [{"numeric": ["=", 1_000_000_001]}]}, "Value must be between -1000000000 and 1000000000, inclusive"),
    ({"key": [{"numeric": ["=", 0.000001]}]}, "Only values upto 5 decimals are supported"),
    ({f"key{n}": ["x"] for n in range(6)}, "Filter policy can not have more than 5 keys"),
    ({"key": [str(n) for n in range(151)]}, "Filter policy is too complex"),
    ({"a": [str(n) for n in range(13)], "b": [str(n) for n in range(12)]}, "Filter policy is too complex"),
]


@pytest.mark.parametrize(("policy", "reason"), MALFORMED)
def test_a_malformed_policy_is_refused_in_the_words_of_sns(policy, reason):
    with pytest.raises(InvalidFilterPolicy) as caught:
        FilterPolicy.parse(policy)
    assert str(caught.value).startswith(f"Invalid parameter: FilterPolicy: {reason}")
    assert caught.value.reason.startswith(reason)


def test_the_limits_of_a_policy_are_inclusive():
    assert FilterPolicy.parse({f"key{n}": ["x"] for n in range(5)})
    assert FilterPolicy.parse({"key": [str(n) for n in range(150)]})
    assert FilterPolicy.parse({"a": [str(n) for n in range(15)], "b": [str(n) for n in range(10)]})


def test_in_the_body_scope_nesting_multiplies_the_combinations():
    # AWS's own example: 3 values two deep and 4 values three deep make 3 x 2 x 4 x 3 = 72 combinations.
    policy = {"key_a": {"key_b": {"key_c": ["1", "2", "3", "4"]}}, "key_d": {"key_e": ["1", "2", "3"]}}
    assert FilterPolicy.parse(policy, "MessageBody")
    policy["key_f"] = ["1", "2", "3"]
    with pytest.raises(InvalidFilterPolicy, match="too complex"):
        FilterPolicy.parse(policy, "MessageBody")


def test_the_combinations_of_or_branches_add_up():
    values = [str(n) for n in range(75)]
    assert FilterPolicy.parse({"$or": [{"a": values}, {"b": values}]})
    with pytest.raises(InvalidFilterPolicy, match="too complex"):
        FilterPolicy.parse({"$or": [{"a": values}, {"b": [*values, "one more"]}]})


@pytest.mark.parametrize("policy", [{"a": {"b": ["x"]}}, {"$or": [{"a": {"b": ["x"]}}, {"c": ["y"]}]}])
def test_attributes_are_flat_so_a_nested_policy_needs_the_body_scope(policy):
    with pytest.raises(InvalidFilterPolicy) as caught:
        FilterPolicy.parse(policy)
    assert str(caught.value) == (
        "Invalid parameter: Filter policy scope MessageAttributes does not support nested filter policy"
    )
    assert FilterPolicy.parse(policy, "MessageBody")


def test_a_policy_larger_than_256_kb_is_refused():
    with pytest.raises(InvalidFilterPolicy, match="262144 bytes"):
        FilterPolicy.parse({"a": ["x" * 256 * 1024]})


def test_an_unknown_scope_is_refused_in_the_words_of_sns():
    with pytest.raises(InvalidFilterPolicy, match=r"FilterPolicyScope: Invalid value \[Both\]"):
        FilterPolicy.parse({}, "Both")


@pytest.mark.parametrize("value", ["not a list", "{}", "5"])
def test_a_string_array_that_is_no_list_counts_as_one_text(value):
    attributes = {"a": {"Type": "String.Array", "Value": value}}
    assert FilterPolicy.parse({"a": [value]}).matches(attributes)
