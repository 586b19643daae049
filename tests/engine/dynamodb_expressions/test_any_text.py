"""Whatever is written in an expression, a call answers or is refused as AWS refuses, and a refused call changes nothing."""

import re

from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from motoclock.cloud import Cloud
from tests.engine.dynamodb_expressions.stage import ITEM, KEY, LINES, NAMES, VALUES, belonging, dynamodb, tables

CODES = {"ValidationException", "ConditionalCheckFailedException", "TransactionCanceledException"}
REASONS = {"None", "ConditionalCheckFailed", "ValidationError"}  # another one is the name of a Python error
WORDS = st.sampled_from([
    *NAMES, *VALUES, "n", "s", "gone", "id", "line", "status", "AND", "or", "NOT", "BETWEEN", "IN", "SET", "remove", "ADD", "DELETE",
    "(", ")", "[", "]", "[0]", ".", ",", "=", "<", ">=", "+", "-", "7", "01", "99999999999", "size", "foo", "begins_with", ":zz", "#zz",
    ":", "#", "'", "é", "😀", "\n", "_", "((", "))", "size(", "",
])  # fmt: skip
PATHS = st.sampled_from([
    "n", "s", "b", "ss", "nul", "m", "l", "gone", "#n", "#s", "m.#a", "m.inr.x", "l[1]", "l[9]", "m.l[0].k", "gone.a", "s[0]", "#dot",
])  # fmt: skip
PLACEHOLDERS = st.sampled_from(list(VALUES))
OPERANDS = PATHS | PLACEHOLDERS | st.builds("size({})".format, PATHS)
TESTS = st.one_of(
    st.builds("{} {} {}".format, OPERANDS, st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), OPERANDS),
    st.builds("{} BETWEEN {} AND {}".format, OPERANDS, OPERANDS, OPERANDS),
    st.builds("{} IN ({}, {})".format, OPERANDS, OPERANDS, OPERANDS),
    st.builds("{}({})".format, st.sampled_from(["attribute_exists", "attribute_not_exists"]), PATHS),
    st.builds("{}({}, {})".format, st.sampled_from(["begins_with", "contains", "attribute_type"]), PATHS, OPERANDS),
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
ASSIGNED = st.one_of(
    OPERANDS,
    st.builds("{} {} {}".format, OPERANDS, st.sampled_from("+-"), OPERANDS),
    st.builds("if_not_exists({}, {})".format, PATHS, OPERANDS),
    st.builds("list_append({}, {})".format, OPERANDS, OPERANDS),
)
CLAUSES = st.one_of(
    st.builds("SET {} = {}".format, PATHS, ASSIGNED),
    st.builds("SET {} = {}, {} = {}".format, PATHS, ASSIGNED, PATHS, ASSIGNED),
    st.builds("REMOVE {}, {}".format, PATHS, PATHS),
    st.builds("{} {} {}".format, st.sampled_from(["ADD", "DELETE"]), PATHS, PLACEHOLDERS),
)
UPDATES = st.lists(CLAUSES, min_size=1, max_size=2).map(" ".join)
KEY_TESTS = st.one_of(
    st.builds("{} {} {}".format, st.sampled_from(["line", "#line", "of"]), st.sampled_from("=<>"), PLACEHOLDERS),
    st.builds("line BETWEEN {} AND {}".format, PLACEHOLDERS, PLACEHOLDERS),
    st.builds("begins_with(line, {})".format, PLACEHOLDERS),
    TESTS,
)
KEY_CONDITIONS = st.builds("id = :p AND {}".format, KEY_TESTS) | st.builds("{} AND #id = :p".format, KEY_TESTS)
PROJECTIONS = st.lists(PATHS, min_size=1, max_size=3).map(", ".join)
SOUP = st.builds(lambda between, words: between.join(words), st.sampled_from(["", " "]), st.lists(WORDS, max_size=10))


def changed(text: str, place: int, width: int, word: str) -> str:
    """A text with some of its words replaced by another."""
    pieces = re.findall(r"[#:]?\w+|\s+|.", text)
    place %= len(pieces) + 1
    return "".join([*pieces[:place], word, *pieces[place + width :]])


def texts(good: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    broken = st.builds(changed, good, st.integers(0, 30), st.integers(0, 2), WORDS)
    return st.one_of(good, good, broken, SOUP, st.text(max_size=6))


ASKED = st.one_of(
    st.tuples(st.sampled_from(["put", "update if", "delete", "scan", "query", "transact"]), texts(CONDITIONS)),
    st.tuples(st.just("update"), texts(UPDATES)),
    st.tuples(st.just("keys"), texts(KEY_CONDITIONS)),
    st.tuples(st.just("project"), texts(PROJECTIONS)),
)


def ask(way: str, text: str, spare: str) -> None:
    """A call with an expression, with what belongs to it, and perhaps with one placeholder more."""
    d, one, more = dynamodb(), {"TableName": "orders"}, belonging(text, spare)
    change = {**one, "Key": KEY, "UpdateExpression": "SET x = n"}
    match way:
        case "put":
            d.put_item(**one, Item=KEY, ConditionExpression=text, **more)
        case "update":
            d.update_item(**one, Key=KEY, UpdateExpression=text, **more)
        case "update if":
            d.update_item(**change, ConditionExpression=text, **more)
        case "delete":
            d.delete_item(**one, Key=KEY, ConditionExpression=text, **more)
        case "scan":
            d.scan(**one, FilterExpression=text, **more)
        case "query":
            d.query(**one, KeyConditionExpression="id = :p", FilterExpression=text, **belonging(text, spare, ":p"))
        case "keys":
            d.query(TableName="lines", KeyConditionExpression=text, **more)
        case "project":
            names = {name: value for name, value in more.items() if name == "ExpressionAttributeNames"}
            d.get_item(**one, Key=KEY, ProjectionExpression=text, **names)
        case "transact":
            first = {"Put": {**one, "Item": {"id": {"S": "2"}}}}
            d.transact_write_items(TransactItems=[first, {"Update": {**change, "ConditionExpression": text, **more}}])


@given(asked=st.lists(st.tuples(ASKED, st.just("") | WORDS), min_size=50, max_size=50))
@settings(max_examples=6, deadline=None)
def test_every_text_is_answered_or_refused(asked):
    d = dynamodb()
    with Cloud(seed=1):
        tables()
        for (way, text), spare in asked:
            try:
                ask(way, text, spare)
            except ClientError as refused:
                assert refused.response["Error"]["Code"] in CODES, (way, text)
                reasons = {reason["Code"] for reason in refused.response.get("CancellationReasons", ())}
                assert reasons <= REASONS, (way, text)
                assert d.scan(TableName="orders")["Items"] == [ITEM], (way, text)
            d.put_item(TableName="orders", Item=ITEM)
            d.delete_item(TableName="orders", Key={"id": {"S": "2"}})
        assert d.scan(TableName="lines")["Items"] == LINES
