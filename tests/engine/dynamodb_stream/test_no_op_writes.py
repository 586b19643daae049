"""Writes that change nothing leave nothing: no item, no record. And an update that fails leaves all as it was.

Sources: UpdateItem of a missing item, recorded on AWS (November 2025) and by public suites that run on AWS (scylladb, test/alternator);
DynamoDB developer guide, Streams, for writes that change nothing.
"""

import pytest
from botocore.exceptions import ClientError

from tests.engine.dynamodb_stream.stage import changes, dynamodb, read, table

KEY = {"id": {"S": "9"}}
ITEM = {**KEY, "n": {"N": "1"}, "s": {"SS": ["a"]}, "m": {"M": {"x": {"L": [{"BOOL": True}]}}}}


def items() -> list[dict]:
    return dynamodb().scan(TableName="orders")["Items"]


def update(**more) -> dict:
    return dynamodb().update_item(TableName="orders", Key=KEY, **more)


REMOVALS = [
    {"UpdateExpression": "REMOVE coupon"},
    {"UpdateExpression": "REMOVE coupon, voucher"},
    {"UpdateExpression": "DELETE s :s", "ExpressionAttributeValues": {":s": {"SS": ["a"]}}},
    {"AttributeUpdates": {"coupon": {"Action": "DELETE"}}},
    {"AttributeUpdates": {"s": {"Action": "DELETE", "Value": {"SS": ["a"]}}}},
]


@pytest.mark.parametrize("more", REMOVALS)
def test_removing_from_a_missing_item_makes_none(cloud, more):
    arn = table()
    update(**more)
    assert "Item" not in dynamodb().get_item(TableName="orders", Key=KEY)
    assert (items(), changes(arn)) == ([], [])


def test_removing_from_a_missing_item_in_a_transaction_makes_none(cloud):
    arn = table()
    remove = {"TableName": "orders", "Key": KEY, "UpdateExpression": "REMOVE coupon"}
    dynamodb().transact_write_items(TransactItems=[{"Update": remove}])
    assert (items(), changes(arn)) == ([], [])


@pytest.mark.parametrize("more", [{}, {"AttributeUpdates": {}}])
def test_an_update_without_an_action_makes_an_item_of_the_key(cloud, more):
    arn = table()
    update(**more)
    assert (items(), changes(arn)) == ([KEY], [("INSERT", "9")])


@pytest.mark.parametrize(
    "more",
    [
        *REMOVALS[:2],
        {"UpdateExpression": "DELETE s :s", "ExpressionAttributeValues": {":s": {"SS": ["z"]}}},
        {"UpdateExpression": "ADD s :s", "ExpressionAttributeValues": {":s": {"SS": ["a"]}}},
        {"UpdateExpression": "SET n = :n", "ExpressionAttributeValues": {":n": {"N": "1.0"}}},
        {"UpdateExpression": "ADD n :n", "ExpressionAttributeValues": {":n": {"N": "0"}}},
        {"AttributeUpdates": {"n": {"Action": "PUT", "Value": {"N": "01"}}}},
        {"AttributeUpdates": {"s": {"Action": "DELETE", "Value": {"SS": ["z"]}}}},
        {},
    ],
)
def test_an_update_that_changes_nothing_leaves_no_record(cloud, more):
    arn = table()
    dynamodb().put_item(TableName="orders", Item=ITEM)
    update(**more)
    dynamodb().put_item(TableName="orders", Item=ITEM)
    assert (items(), changes(arn)) == ([ITEM], [("INSERT", "9")])


def test_deleting_what_is_not_there_leaves_no_record(cloud):
    arn = table()
    dynamodb().delete_item(TableName="orders", Key=KEY)
    dynamodb().batch_write_item(RequestItems={"orders": [{"DeleteRequest": {"Key": KEY}}]})
    dynamodb().transact_write_items(TransactItems=[{"Delete": {"TableName": "orders", "Key": KEY}}])
    assert changes(arn) == []


def test_a_change_of_a_nested_type_alone_is_a_change(cloud):
    """True and 1 are equal to Python."""
    arn = table()
    dynamodb().put_item(TableName="orders", Item=ITEM)
    dynamodb().put_item(TableName="orders", Item={**ITEM, "m": {"M": {"x": {"L": [{"N": "1"}]}}}})
    assert changes(arn) == [("INSERT", "9"), ("MODIFY", "9")]


def test_an_update_that_fails_half_way_leaves_the_item_as_it_was(cloud):
    arn = table()
    dynamodb().put_item(TableName="orders", Item=ITEM)
    with pytest.raises(ClientError):
        update(UpdateExpression="SET n = :n ADD m :n", ExpressionAttributeValues={":n": {"N": "5"}})
    assert (items(), changes(arn)) == ([ITEM], [("INSERT", "9")])


@pytest.mark.parametrize(
    "value", [{"B": b"\x00"}, {"BOOL": True}, {"NULL": True}, {"BS": [b"a"]}, {"S": "x"}, {"L": [{"N": "1"}]}]
)
def test_a_legacy_put_keeps_the_type(cloud, value):
    arn = table()
    update(AttributeUpdates={"v": {"Value": value}})
    assert items() == [{**KEY, "v": value}]
    assert read(arn)[0]["dynamodb"]["NewImage"]["v"] == value


def test_a_legacy_add_and_delete(cloud):
    table()
    for _ in range(2):
        update(AttributeUpdates={"n": {"Action": "ADD", "Value": {"N": "1.50"}}})
    update(AttributeUpdates={"b": {"Action": "ADD", "Value": {"BS": [b"a", b"b"]}}})
    update(AttributeUpdates={"b": {"Action": "DELETE", "Value": {"BS": [b"a"]}}})
    assert items() == [{**KEY, "n": {"N": "3"}, "b": {"BS": [b"b"]}}]
    update(AttributeUpdates={"b": {"Action": "DELETE", "Value": {"BS": [b"b"]}}})
    assert items() == [{**KEY, "n": {"N": "3"}}]
    with pytest.raises(ClientError, match="Type mismatch for attribute to update"):
        update(AttributeUpdates={"n": {"Action": "ADD", "Value": {"SS": ["a"]}}})
