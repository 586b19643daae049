"""DynamoDB's values: one form whichever way they enter and leave, and AWS's words for what is none.

Sources: developer guide, HowItWorks.NamingRulesDataTypes, Constraints, CapacityUnitCalculations; texts recorded on AWS in October 2026
(nubo-db/dynamodb-conformance, tests/tier3, value messages by operation) and those of architect/dynalite's tests.
"""

from decimal import Decimal

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from motoclock.services.dynamodb.numbers import NumberProblem, NumberRefused, canonical, total
from tests.engine.delivery.stage import function
from tests.engine.delivery.stream_stage import SHOWS, read_by, shown
from tests.engine.dynamodb_stream.stage import dynamodb, read, table

KEY = {"id": {"S": "1"}}
AS_SENT = {
    **KEY, "n": {"N": "9.90"}, "set": {"NS": ["1E3", "007", "-.50"]},
    "deep": {"M": {"l": {"L": [{"N": "1e-7"}, {"SS": ["b", "a"]}]}}},
}  # fmt: skip
AS_KEPT = {
    **KEY, "n": {"N": "9.9"}, "set": {"NS": ["-0.5", "7", "1000"]},
    "deep": {"M": {"l": {"L": [{"N": "0.0000001"}, {"SS": ["a", "b"]}]}}},
}  # fmt: skip
NAMES = {f"#{name}": name for name in ("n", "set", "deep")}
VALUES = {f":{name}": AS_SENT[name] for name in ("n", "set", "deep")}
SET_ALL = "SET #n = :n, #set = :set, #deep = :deep"


def put_item():
    dynamodb().put_item(TableName="orders", Item=AS_SENT)


def update_item():
    dynamodb().update_item(
        TableName="orders", Key=KEY, UpdateExpression=SET_ALL, ExpressionAttributeNames=NAMES,
        ExpressionAttributeValues=VALUES,
    )  # fmt: skip


def legacy_update():
    updates = {name: {"Action": "PUT", "Value": AS_SENT[name]} for name in ("n", "set", "deep")}
    dynamodb().update_item(TableName="orders", Key=KEY, AttributeUpdates=updates)


def batch_write():
    dynamodb().batch_write_item(RequestItems={"orders": [{"PutRequest": {"Item": AS_SENT}}]})


def transact_put():
    dynamodb().transact_write_items(TransactItems=[{"Put": {"TableName": "orders", "Item": AS_SENT}}])


def transact_update():
    update = {
        "TableName": "orders", "Key": KEY, "UpdateExpression": SET_ALL, "ExpressionAttributeNames": NAMES,
        "ExpressionAttributeValues": VALUES,
    }  # fmt: skip
    dynamodb().transact_write_items(TransactItems=[{"Update": update}])


def everywhere() -> dict[str, dict]:
    """The item as each way of reading shows it."""
    d, one = dynamodb(), {"TableName": "orders"}
    equal = {"KeyConditionExpression": "id = :id", "ExpressionAttributeValues": {":id": KEY["id"]}}
    return {
        "get": d.get_item(**one, Key=KEY)["Item"],
        "projection": d.get_item(
            **one, Key=KEY, ProjectionExpression="id, n, #s, deep", ExpressionAttributeNames={"#s": "set"}
        )["Item"],
        "query": d.query(**one, **equal)["Items"][0],
        "scan": d.scan(**one)["Items"][0],
        "batch": d.batch_get_item(RequestItems={"orders": {"Keys": [KEY]}})["Responses"]["orders"][0],
        "transaction": d.transact_get_items(TransactItems=[{"Get": {**one, "Key": KEY}}])["Responses"][0]["Item"],
        "partiql": d.execute_statement(Statement='SELECT * FROM "orders"')["Items"][0],
    }  # fmt: skip


@pytest.mark.parametrize("enter", [put_item, update_item, legacy_update, batch_write, transact_put, transact_update])
def test_a_value_has_one_form_whichever_way_it_enters_and_leaves(cloud, enter):
    arn = table()
    function(SHOWS)
    read_by(arn)
    enter()
    assert everywhere() == dict.fromkeys(everywhere(), AS_KEPT)
    assert read(arn)[-1]["dynamodb"]["NewImage"] == AS_KEPT
    cloud.run(seconds=9)
    assert shown(cloud)[-1]["Records"][-1]["dynamodb"]["NewImage"] == AS_KEPT


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("0", "0"), ("-0", "0"), ("0.000", "0"), ("0e999", "0"), ("+5", "5"), ("5.", "5"), (".5", "0.5"), ("-007.50", "-7.5"),
        ("1E3", "1000"), ("1e-3", "0.001"), ("12345678901234567890123456789012345678", "12345678901234567890123456789012345678"),
        ("1" + "0" * 50, "1" + "0" * 50), ("9.9999999999999999999999999999999999999E+125", "9" * 38 + "0" * 88),
        ("1E-130", "0." + "0" * 129 + "1"), ("-1E-130", "-0." + "0" * 129 + "1"),
    ],
)  # fmt: skip
def test_one_spelling_of_a_number(sent, kept):
    assert canonical(sent) == kept


@given(st.decimals(allow_nan=False, allow_infinity=False, places=None, min_value=-(10**20), max_value=10**20))
def test_a_spelling_changes_no_value(number):
    try:
        kept = canonical(str(number))
    except NumberRefused as refused:
        assert refused.problem in (NumberProblem.TOO_PRECISE, NumberProblem.TOO_SMALL)
        return
    assert Decimal(kept) == number
    assert canonical(kept) == kept
    assert "E" not in kept.upper()
    assert not (kept.startswith("0") and kept[1:2] not in ("", "."))


def test_statements_bring_values_into_that_form_too(cloud):
    table(view=None)
    statement = dynamodb().execute_statement
    statement(Statement="INSERT INTO \"orders\" VALUE {'id': '1', 'n': 9.90}")
    assert dynamodb().get_item(TableName="orders", Key=KEY)["Item"] == {**KEY, "n": {"N": "9.9"}}
    statement(Statement="UPDATE \"orders\" SET n=? WHERE id='1'", Parameters=[{"N": "1E3"}])
    assert dynamodb().get_item(TableName="orders", Key=KEY)["Item"] == {**KEY, "n": {"N": "1000"}}
    assert refusal(lambda: statement(Statement="UPDATE \"orders\" SET n=? WHERE id='1'", Parameters=[{"N": "x"}]))
    text = refusal(lambda: statement(Statement="NONSENSE"))
    assert text.startswith("Statement wasn't well formed, can't be processed")


def test_sums_have_38_digits_and_one_spelling(cloud):
    assert total("0.1", "1E+36") == "1" + "0" * 36 + ".1"
    assert total("1.10", "2.9") == "4"
    assert total("10", "10", subtract=True) == "0"
    table(view=None)
    dynamodb().put_item(TableName="orders", Item={**KEY, "n": {"N": "12345678901234567890123456789"}})
    for expression in ("SET n = n + :one", "ADD n :one"):
        dynamodb().update_item(
            TableName="orders", Key=KEY, UpdateExpression=expression, ExpressionAttributeValues={":one": {"N": "1.00"}}
        )
    assert dynamodb().get_item(TableName="orders", Key=KEY)["Item"]["n"] == {"N": "12345678901234567890123456791"}
    with pytest.raises(ClientError, match="Number overflow"):
        dynamodb().update_item(
            TableName="orders", Key=KEY, UpdateExpression="SET n = :big + :big",
            ExpressionAttributeValues={":big": {"N": "9E125"}},
        )  # fmt: skip


def test_conditions_and_keys_compare_by_value(cloud):
    dynamodb().create_table(
        TableName="numbers",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "N"}],
        BillingMode="PAY_PER_REQUEST",
    )
    dynamodb().put_item(TableName="numbers", Item={"id": {"N": "1"}, "n": {"N": "2"}})
    dynamodb().put_item(
        TableName="numbers", Item={"id": {"N": "1.0"}, "n": {"N": "3"}}, ConditionExpression="n = :two",
        ExpressionAttributeValues={":two": {"N": "2.0"}},
    )  # fmt: skip
    assert dynamodb().scan(TableName="numbers")["Items"] == [{"id": {"N": "1"}, "n": {"N": "3"}}]
    assert dynamodb().get_item(TableName="numbers", Key={"id": {"N": "01"}})["Item"]["id"] == {"N": "1"}


# ---------------------------------------------------------------------- refused

OVERFLOW = "Number overflow. Attempting to store a number with magnitude larger than supported range"
UNDERFLOW = "Number underflow. Attempting to store a number with magnitude smaller than supported range"
NOT_NUMERIC = "The parameter cannot be converted to a numeric value"
PRECISE = "Attempting to store more than 38 significant digits in a Number"
INVALID = "One or more parameter values were invalid: "
ENVELOPE = "1 validation error detected: "
BAD_NUMBERS = [
    ("1e99999999999", OVERFLOW), ("-1e126", OVERFLOW), ("1e-99999999999", UNDERFLOW), ("1e-131", UNDERFLOW),
    ("abc", f"{NOT_NUMERIC}: abc"), ("1.2.3", f"{NOT_NUMERIC}: 1.2.3"), ("", f"{NOT_NUMERIC}: "), (" 1", f"{NOT_NUMERIC}:  1"),
    ("0x10", f"{NOT_NUMERIC}: 0x10"), ("1e", f"{NOT_NUMERIC}: 1e"), ("NaN", f"{NOT_NUMERIC}: NaN"), (".", f"{NOT_NUMERIC}: ."),
    ("1234567890123456789012345678901234567890", PRECISE),
]  # fmt: skip
SETS = [
    ({"SS": ["b", "a", "b"]}, f'{INVALID}Input collection ["a", "b", "b"] contains duplicates.'),
    ({"BS": [b"\xff", b"\x00", b"\x00"]}, f'{INVALID}Input collection ["AA==","/w==","AA=="]of type BS contains duplicates.'),
    ({"NS": ["2", "1", "2.0"]}, f"{INVALID}Input collection contains duplicates."),
    ({"SS": []}, f"{INVALID}An string set  may not be empty"),
    ({"NS": []}, f"{INVALID}An number set  may not be empty"),
    ({"BS": []}, f"{INVALID}Binary sets should not be empty"),
    ({"NULL": False}, f"{INVALID}Null attribute value types must have the value of true"),
    ({}, "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"),
]  # fmt: skip


def refusal(call) -> str:
    with pytest.raises(ClientError) as caught:
        call()
    assert caught.value.response["Error"]["Code"] == "ValidationException"
    return caught.value.response["Error"]["Message"]


@pytest.mark.parametrize(("value", "text"), [*(({"N": text}, why) for text, why in BAD_NUMBERS), *SETS])
def test_what_is_no_value_is_refused_in_awss_words(cloud, value, text):
    table(view=None)
    d, one, nested = dynamodb(), {"TableName": "orders"}, {"M": {"x": {"L": [value]}}}
    changes = {"UpdateExpression": "SET n = :v", "ExpressionAttributeValues": {":v": value}}
    condition = {"ConditionExpression": "n = :v", "ExpressionAttributeValues": {":v": value}}
    for call in (
        lambda: d.put_item(**one, Item={**KEY, "n": value}),
        lambda: d.put_item(**one, Item={**KEY, "n": nested}),
        lambda: d.put_item(**one, Item=KEY, **condition),
        lambda: d.put_item(**one, Item=KEY, Expected={"n": {"Value": value}}),
        lambda: d.update_item(**one, Key=KEY, **changes),
        lambda: d.update_item(**one, Key=KEY, AttributeUpdates={"n": {"Action": "PUT", "Value": value}}),
        lambda: d.delete_item(**one, Key=KEY, **condition),
    ):
        assert refusal(call) == ENVELOPE + text
    query = {
        "KeyConditionExpression": "id = :id", "FilterExpression": "n = :v",
        "ExpressionAttributeValues": {":id": KEY["id"], ":v": value},
    }  # fmt: skip
    assert refusal(lambda: d.query(**one, **query)) == text
    assert d.scan(**one)["Count"] == 0


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"N": ""}, NOT_NUMERIC),
        ({"N": "1e126"}, OVERFLOW),
        ({"SS": ["b", "a", "b"]}, f"{INVALID}Input collection [b, a, b] contains duplicates."),
        ({"BS": [b"\xff", b"\x00", b"\x00"]}, f"{INVALID}Input collection [/w==, AA==, AA==]of type BS contains duplicates."),
        ({"NS": ["2", "1", "2"]}, "Input collection contains duplicates"),
    ],
)  # fmt: skip
def test_batches_and_transactions_are_refused_whole_in_older_words(cloud, value, text):
    table(view=None)
    d, one, good = dynamodb(), {"TableName": "orders"}, {"PutRequest": {"Item": {"id": {"S": "good"}}}}
    bad = {"PutRequest": {"Item": {**KEY, "n": value}}}
    assert refusal(lambda: d.batch_write_item(RequestItems={"orders": [good, bad]})) == text
    assert (
        refusal(lambda: d.transact_write_items(TransactItems=[{"Put": {**one, "Item": bad["PutRequest"]["Item"]}}]))
        == text
    )
    update = {**one, "Key": KEY, "UpdateExpression": "SET n = :v", "ExpressionAttributeValues": {":v": value}}
    wrapped = f"ExpressionAttributeValues contains invalid value: {text} for key :v"
    assert refusal(lambda: d.transact_write_items(TransactItems=[{"Update": update}])) == wrapped
    assert d.scan(**one)["Count"] == 0


def test_empty_texts_and_binaries_are_values_but_no_keys(cloud):
    table(view=None)
    d, one = dynamodb(), {"TableName": "orders"}
    item = {**KEY, "s": {"S": ""}, "b": {"B": b""}, "l": {"L": []}, "m": {"M": {}}, "ss": {"SS": ["", "a"]}}
    d.put_item(**one, Item=item)
    assert d.get_item(**one, Key=KEY)["Item"] == item
    text = "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty "
    text += "{} value. Key: id"
    empty = {"id": {"S": ""}}
    for call in (
        lambda: d.put_item(**one, Item=empty),
        lambda: d.get_item(**one, Key=empty),
        lambda: d.delete_item(**one, Key=empty),
        lambda: d.update_item(**one, Key=empty),
        lambda: d.batch_write_item(RequestItems={"orders": [{"DeleteRequest": {"Key": empty}}]}),
        lambda: d.transact_write_items(TransactItems=[{"Put": {**one, "Item": empty}}]),
    ):
        assert refusal(call) == text.format("string")
    d.create_table(
        TableName="blobs", BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "B"}],
    )  # fmt: skip
    assert refusal(lambda: d.put_item(TableName="blobs", Item={"id": {"B": b""}})) == text.format("binary")


def test_a_batch_names_an_item_once(cloud):
    table(view=None)
    first, second = ({"PutRequest": {"Item": {**KEY, "n": {"N": n}}}} for n in ("1", "2"))
    for other in (second, {"DeleteRequest": {"Key": KEY}}):
        text = refusal(lambda other=other: dynamodb().batch_write_item(RequestItems={"orders": [first, other]}))
        assert text == "Provided list of item keys contains duplicates"


# ---------------------------------------------------------------------- sizes

LIMIT = 400 * 1024


def item_of(size: int) -> dict:
    """Names count: id + 1, and the name and content of one text."""
    return {**KEY, "text": {"S": "ä" * ((size - 7) // 2) + "x" * ((size - 7) % 2)}}


def test_an_item_may_be_400_kb_and_not_a_byte_more(cloud):
    table(view=None)
    d, one = dynamodb(), {"TableName": "orders"}
    d.put_item(**one, Item=item_of(LIMIT))
    text = "Item size has exceeded the maximum allowed size"
    assert refusal(lambda: d.put_item(**one, Item=item_of(LIMIT + 1))).endswith(text)
    batch = {"orders": [{"PutRequest": {"Item": item_of(LIMIT + 1)}}]}
    assert refusal(lambda: d.batch_write_item(RequestItems=batch)).endswith(text)
    more = {"UpdateExpression": "SET m = :m", "ExpressionAttributeValues": {":m": {"NULL": True}}}
    assert (
        refusal(lambda: d.update_item(**one, Key=KEY, **more))
        == "Item size to update has exceeded the maximum allowed size"
    )
    assert d.get_item(**one, Key=KEY)["Item"] == item_of(LIMIT)
    large = {"UpdateExpression": "SET t = :t", "ExpressionAttributeValues": {":t": item_of(LIMIT + 9)["text"]}}
    assert refusal(lambda: d.update_item(**one, Key={"id": {"S": "2"}}, **large))
    assert d.scan(**one)["Count"] == 1


def test_the_sizes_of_the_developer_guides_example_records(cloud):
    """Lambda developer guide, with-ddb-example: SizeBytes 26 of an INSERT, 59 of the MODIFY that follows."""
    dynamodb().create_table(
        TableName="guide", KeySchema=[{"AttributeName": "Id", "KeyType": "HASH"}], BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "Id", "AttributeType": "N"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )  # fmt: skip
    for message in ("New item!", "This item has changed"):
        dynamodb().put_item(TableName="guide", Item={"Id": {"N": "101"}, "Message": {"S": message}})
    arn = dynamodb().describe_table(TableName="guide")["Table"]["LatestStreamArn"]
    assert [record["dynamodb"]["SizeBytes"] for record in read(arn)] == [26, 59]


def test_sizes_of_every_type(cloud):
    from motoclock.services.dynamodb.sizes import item_bytes, value_bytes

    assert value_bytes({"N": "0"}) == 1
    assert value_bytes({"N": "-1234.5"}) == 4
    assert value_bytes({"NS": ["1", "1000"]}) == 4
    assert value_bytes({"BOOL": False}) == value_bytes({"NULL": True}) == 1
    assert value_bytes({"L": []}) == value_bytes({"M": {}}) == 3
    assert value_bytes({"L": [{"S": "ä"}, {"B": b"abc"}]}) == 3 + (1 + 2) + (1 + 3)
    assert item_bytes({"ab": {"M": {"x": {"SS": ["a", "bc"]}}}}) == 2 + 3 + (1 + 1 + 3)
