"""Contract: an expression of DynamoDB that is read once, and walked by class, gives what moto gives."""

import copy

import boto3
import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st
from moto.dynamodb.comparisons import ConditionExpressionParser
from moto.dynamodb.parsing import validators
from moto.dynamodb.parsing.ast_nodes import DepthFirstTraverser, Node
from moto.dynamodb.parsing.expressions import UpdateExpressionParser

from motoclock.cloud import Cloud
from motoclock.services.dynamodb import expressions

PATHS = st.sampled_from(["a", "b", "#s", "map.a", "map.#s", "list[0]", "list[3]", "gone.a", "id", "size"])
VALUES = {
    ":n": {"N": "2"}, ":s": {"S": "paid"}, ":l": {"L": [{"N": "1"}]}, ":m": {"M": {"a": {"S": ""}}}, ":ns": {"NS": ["1", "2"]},
    ":b": {"B": b"\x00"}, ":none": {"NULL": True},
}  # fmt: skip
NAMES = {"#s": "state", "#i": "id"}
START = {
    "id": {"S": "1"}, "a": {"N": "3"}, "state": {"S": "open"}, "map": {"M": {"a": {"N": "1"}}}, "list": {"L": [{"N": "1"}, {"S": "x"}]},
    "set": {"NS": ["1", "7"]},
}  # fmt: skip
OPERANDS = st.one_of(
    PATHS,
    st.sampled_from(list(VALUES)),
    st.builds("if_not_exists({}, {})".format, PATHS, st.sampled_from(list(VALUES))),
    st.builds("list_append({}, {})".format, st.sampled_from(["list", ":l"]), st.sampled_from(["list", ":l", ":n"])),
)
SETS = st.builds(
    "{} = {}".format,
    PATHS,
    st.one_of(OPERANDS, st.builds("{} {} {}".format, OPERANDS, st.sampled_from("+-"), OPERANDS)),
)
CLAUSES = st.one_of(
    st.builds("SET {}".format, st.lists(SETS, min_size=1, max_size=3).map(", ".join)),
    st.builds("REMOVE {}".format, st.lists(PATHS, min_size=1, max_size=3).map(", ".join)),
    st.builds("ADD {} {}".format, st.sampled_from(["a", "b", "set", "#s"]), st.sampled_from([":n", ":ns", ":s"])),
    st.builds("DELETE {} {}".format, st.sampled_from(["set", "b", "a"]), st.sampled_from([":ns", ":n"])),
)
UPDATES = st.lists(CLAUSES, min_size=1, max_size=3).map(" ".join)
TESTS = st.one_of(
    st.builds("{} {} {}".format, PATHS, st.sampled_from(["=", "<>", "<", ">="]), st.sampled_from(list(VALUES))),
    st.builds("{}({})".format, st.sampled_from(["attribute_exists", "attribute_not_exists"]), PATHS),
    st.builds("begins_with({}, {})".format, PATHS, st.sampled_from([":s", ":n"])),
    st.builds("{} IN ({}, {})".format, PATHS, st.sampled_from([":s", ":n"]), st.sampled_from([":l", ":none"])),
    st.builds("{} BETWEEN {} AND {}".format, PATHS, st.just(":n"), st.sampled_from([":n", ":s"])),
)
CONDITIONS = st.recursive(
    TESTS,
    lambda inner: st.one_of(
        st.builds("({}) AND {}".format, inner, inner),
        st.builds("NOT {}".format, inner),
        st.builds("{} OR {}".format, inner, inner),
    ),
    max_leaves=3,
)


def given_in(*expressions_):
    """What belongs to the expressions: DynamoDB refuses names and values that no expression speaks of."""
    words = " ".join(expressions_)
    names = {name: meant for name, meant in NAMES.items() if name in words}
    values = {
        name: value
        for name, value in VALUES.items()
        if f"{name} " in f"{words} ".translate(str.maketrans("(),", "   "))
    }
    return {
        key: found
        for key, found in (("ExpressionAttributeNames", names), ("ExpressionAttributeValues", values))
        if found
    }


def answers(calls):
    """What DynamoDB answers to some calls, and the items that are there in the end."""
    told = []
    with Cloud(seed=1):
        dynamodb = boto3.client("dynamodb")
        dynamodb.create_table(
            TableName="orders",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        dynamodb.put_item(TableName="orders", Item=START)
        for name, parameters in calls:
            try:
                answer = getattr(dynamodb, name)(TableName="orders", **parameters)
                told.append({key: value for key, value in answer.items() if key != "ResponseMetadata"})
            except ClientError as refused:
                told.append(refused.response["Error"])
            except (TypeError, ValueError, KeyError) as raised:
                told.append(repr(raised))
        told.append(dynamodb.scan(TableName="orders")["Items"])
    return told


def as_moto_has_it(calls):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(UpdateExpressionParser, "make", staticmethod(expressions._plain_make))
        patched.setattr(ConditionExpressionParser, "parse", expressions._parse_condition)
        patched.setattr(validators, "deepcopy", copy.deepcopy)
        patched.setattr(DepthFirstTraverser, "traverse", expressions._plain_traverse)
        patched.setattr(Node, "find_clauses", expressions._plain_clauses)
        return answers(calls)


@given(asked=st.lists(st.tuples(UPDATES, st.none() | CONDITIONS, st.sampled_from("12")), min_size=12, max_size=12))
@settings(max_examples=8, deadline=None)
def test_an_update_does_what_it_does_in_moto(asked):
    calls = [
        (
            "update_item",
            {
                "Key": {"id": {"S": key}},
                "UpdateExpression": update,
                "ReturnValues": "ALL_NEW",
                **given_in(update, condition or ""),
                **({"ConditionExpression": condition} if condition else {}),
            },
        )
        for update, condition, key in asked
    ]
    assert answers(calls) == as_moto_has_it(calls)


@given(asked=st.lists(CONDITIONS, min_size=12, max_size=12))
@settings(max_examples=5, deadline=None)
def test_a_condition_means_what_it_means_in_moto(asked):
    calls = [
        call
        for condition in asked
        for call in (
            ("scan", {"FilterExpression": condition, **given_in(condition)}),
            ("put_item", {"Item": START | {"a": {"N": "9"}}, "ConditionExpression": condition, **given_in(condition)}),
            ("delete_item", {"Key": {"id": {"S": "2"}}, "ConditionExpression": condition, **given_in(condition)}),
        )
    ]
    assert answers(calls) == as_moto_has_it(calls)


@pytest.mark.parametrize(
    ("words", "read"),
    [("a = :n", [":n"]), ("attribute_exists(#s) AND a > :n", [":n"]), ("a IN (:n, :s)", [":n", ":s"])],
)
def test_the_same_words_with_other_values_are_another_condition(words, read):
    for number in ("1", "2"):
        values = {name: {"N": number} for name in read}
        parser = ConditionExpressionParser(words, {"#s": "state"}, values)
        tree, plain = parser.parse(), ConditionExpressionParser(words, {"#s": "state"}, values)
        assert repr(tree) == repr(expressions._parse_condition(plain))
        assert parser.expr_attr_values_found == plain.expr_attr_values_found == read
        assert parser.expr_attr_names_found == plain.expr_attr_names_found


def test_moto_still_reads_a_condition_twice_a_call(monkeypatch):
    """Without which none of this is needed."""
    seen = []
    plain = expressions._parsed
    monkeypatch.setattr(ConditionExpressionParser, "parse", lambda parser: seen.append(1) or plain(parser))
    answers([("put_item", {"Item": START, "ConditionExpression": "attribute_exists(a)"})])
    assert len([one for one in seen if one]) >= 2


def test_an_update_expression_is_read_once_and_what_was_read_stays_as_it_was():
    """moto reads it twice a call. What is kept is given to every later call, so that nothing may change it: moto copies it first."""
    expression = "SET #state = :paid, amount = amount + :one REMOVE note ADD tries :one"
    tree = UpdateExpressionParser.make(expression)
    before = shape(tree)
    with Cloud(seed=1):
        dynamodb = boto3.client("dynamodb")
        dynamodb.create_table(
            TableName="orders",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        for id in ("1", "2"):
            dynamodb.put_item(TableName="orders", Item={"id": {"S": id}, "amount": {"N": "3"}, "note": {"S": "x"}})
            for state in ("paid", "sent"):
                found = dynamodb.update_item(
                    TableName="orders",
                    Key={"id": {"S": id}},
                    UpdateExpression=expression,
                    ExpressionAttributeNames={"#state": "state" if id == "1" else "status"},
                    ExpressionAttributeValues={":paid": {"S": state}, ":one": {"N": "1"}},
                    ReturnValues="ALL_NEW",
                )["Attributes"]
            assert found == {
                "id": {"S": id}, "amount": {"N": "5"}, "tries": {"N": "2"}, "state" if id == "1" else "status": {"S": "sent"}
            }  # fmt: skip
    assert UpdateExpressionParser.make(expression) is tree
    assert shape(tree) == before


@given(update=UPDATES)
@settings(max_examples=50, deadline=None)
def test_a_tree_is_copied_whole_and_shares_nothing(update):
    try:
        tree = expressions._plain_make(update)
    except Exception:  # not the grammar's; the other tests hold what is refused
        return
    copied = expressions._copied(tree)
    assert shape(copied) == shape(copy.deepcopy(tree)) == shape(tree)
    assert not {id(node) for node in nodes(tree)} & {id(node) for node in nodes(copied)}
    for node in nodes(copied):
        for child in node.children or ():
            if isinstance(child, Node):
                assert child.parent is node


def nodes(tree):
    yield tree
    for child in tree.children or ():
        if isinstance(child, Node):
            yield from nodes(child)


def shape(node):
    return (
        (type(node).__name__, [shape(child) for child in node.children or ()]) if isinstance(node, Node) else repr(node)
    )
