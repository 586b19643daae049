"""What a table may be called, in AWS's words (recorded in May 2026)."""

import boto3
import pytest

from .stage import refused

KEY = {
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}
LENGTH, PATTERN = "have length greater than or equal to", "satisfy regular expression pattern: [a-zA-Z0-9_.-]+"
TOO_LONG = "have length less than or equal to 255"


@pytest.fixture
def dynamodb(cloud):
    return boto3.client("dynamodb")


def words(name, must):
    return (
        f"1 validation error detected: Value '{name}' at 'tableName' failed to satisfy constraint: Member must {must}"
    )


@pytest.mark.parametrize(
    ("name", "must"),
    [("ab", f"{LENGTH} 3"), ("o" * 256, TOO_LONG), ("my orders", PATTERN), ("orders/2", PATTERN), ("börse", PATTERN)],
)
def test_no_table_gets_a_name_that_aws_refuses(dynamodb, name, must):
    assert refused(dynamodb.create_table, TableName=name, **KEY) == words(name, must)
    assert dynamodb.list_tables()["TableNames"] == []


@pytest.mark.parametrize("name", ["abc", "o" * 255, "My_orders-2.0"])
def test_the_shortest_the_longest_and_every_character_that_may_be(dynamodb, name):
    dynamodb.create_table(TableName=name, **KEY)
    dynamodb.put_item(TableName=name, Item={"id": {"S": "1"}})
    assert dynamodb.scan(TableName=name)["Count"] == 1


@pytest.mark.parametrize(("name", "must"), [("o" * 256, TOO_LONG), ("my orders", PATTERN)])
def test_an_item_of_such_a_table_is_refused_for_its_name(dynamodb, name, must):
    item = {"id": {"S": "1"}}
    assert refused(dynamodb.put_item, TableName=name, Item=item) == words(name, must)
    assert refused(dynamodb.get_item, TableName=name, Key=item) == words(name, must)
    assert refused(dynamodb.describe_table, TableName=name) == words(name, must)


def test_a_short_name_that_no_table_has_is_only_missing(dynamodb):
    with pytest.raises(dynamodb.exceptions.ResourceNotFoundException):
        dynamodb.put_item(TableName="ab", Item={"id": {"S": "1"}})


def test_a_table_is_found_by_its_arn(dynamodb):
    arn = dynamodb.create_table(TableName="orders", **KEY)["TableDescription"]["TableArn"]
    dynamodb.put_item(TableName=arn, Item={"id": {"S": "1"}})
    assert dynamodb.scan(TableName="orders")["Count"] == 1
