"""What DynamoDB says of a table and of a call, as recorded on AWS in October and November 2025."""

import boto3
import pytest

from .stage import refused

KEY = {
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
}
FIVE = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
BY_KIND = {
    "IndexName": "by-kind", "KeySchema": [{"AttributeName": "kind", "KeyType": "HASH"}],
    "Projection": {"ProjectionType": "ALL"},
}  # fmt: skip
OF_EVERY_TABLE = {
    "AttributeDefinitions", "CreationDateTime", "DeletionProtectionEnabled", "ItemCount", "KeySchema", "ProvisionedThroughput",
    "TableArn", "TableId", "TableName", "TableSizeBytes", "TableStatus",
}  # fmt: skip


@pytest.fixture
def dynamodb(cloud):
    return boto3.client("dynamodb")


def test_a_table_with_a_provisioned_rate(dynamodb):
    made = dynamodb.create_table(TableName="orders", **KEY, ProvisionedThroughput=FIVE)["TableDescription"]
    assert made.keys() == OF_EVERY_TABLE
    assert made["TableStatus"] == "CREATING"
    table = dynamodb.describe_table(TableName="orders")["Table"]
    assert table == made | {
        "TableStatus": "ACTIVE",
        "WarmThroughput": {"ReadUnitsPerSecond": 5, "WriteUnitsPerSecond": 5, "Status": "ACTIVE"},
    }
    gone = dynamodb.delete_table(TableName="orders")["TableDescription"]
    assert gone["TableStatus"] == "DELETING"
    assert OF_EVERY_TABLE - gone.keys() == {"AttributeDefinitions", "CreationDateTime", "KeySchema"}
    again = dynamodb.create_table(TableName="orders", **KEY, ProvisionedThroughput=FIVE)["TableDescription"]
    assert again["TableArn"] == made["TableArn"]


def test_a_table_that_is_paid_by_request_has_an_index(dynamodb):
    both = [*KEY["AttributeDefinitions"], {"AttributeName": "kind", "AttributeType": "S"}]
    made = dynamodb.create_table(
        TableName="orders", KeySchema=KEY["KeySchema"], AttributeDefinitions=both, BillingMode="PAY_PER_REQUEST",
        GlobalSecondaryIndexes=[BY_KIND],
    )["TableDescription"]  # fmt: skip
    assert made.keys() == OF_EVERY_TABLE | {"BillingModeSummary", "GlobalSecondaryIndexes"}
    assert made["BillingModeSummary"] == {"BillingMode": "PAY_PER_REQUEST"}
    (index,) = made["GlobalSecondaryIndexes"]
    assert index == BY_KIND | {
        "IndexArn": f"{made['TableArn']}/index/by-kind", "IndexSizeBytes": 0, "IndexStatus": "CREATING", "ItemCount": 0,
        "ProvisionedThroughput": {"NumberOfDecreasesToday": 0, "ReadCapacityUnits": 0, "WriteCapacityUnits": 0},
    }  # fmt: skip
    table = dynamodb.describe_table(TableName="orders")["Table"]
    assert table["BillingModeSummary"]["LastUpdateToPayPerRequestDateTime"] == table["CreationDateTime"]
    (index,) = table["GlobalSecondaryIndexes"]
    assert (index["IndexStatus"], index["WarmThroughput"]["ReadUnitsPerSecond"]) == ("ACTIVE", 12000)


def test_what_it_is_to_be_warm_for_is_told_when_asked_for(dynamodb):
    warm = {"ReadUnitsPerSecond": 1000, "WriteUnitsPerSecond": 1200}
    made = dynamodb.create_table(TableName="orders", **KEY, ProvisionedThroughput=FIVE, WarmThroughput=warm)
    assert made["TableDescription"]["WarmThroughput"] == warm | {"Status": "UPDATING"}
    assert dynamodb.describe_table(TableName="orders")["Table"]["WarmThroughput"] == warm | {"Status": "ACTIVE"}


def test_the_one_that_is_missing_is_named(dynamodb):
    for call in (dynamodb.describe_table, dynamodb.delete_table):
        message = refused(call, "ResourceNotFoundException", TableName="none")
        assert message == "Requested resource not found: Table: none not found"
    message = refused(dynamodb.put_item, "ResourceNotFoundException", TableName="none", Item={"id": {"S": "1"}})
    assert message == "Requested resource not found"


def test_a_rate_is_for_tables_that_pay_for_one(dynamodb):
    message = refused(
        dynamodb.create_table, TableName="orders", **KEY, BillingMode="PAY_PER_REQUEST", ProvisionedThroughput=FIVE
    )
    assert message.endswith(
        "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"
    )


def test_what_a_call_consumed_is_told_to_those_who_ask(dynamodb):
    dynamodb.create_table(TableName="orders", **KEY, BillingMode="PAY_PER_REQUEST")
    put = {"PutRequest": {"Item": {"id": {"S": "1"}}}}
    wish = {"ReturnConsumedCapacity": "TOTAL"}
    one = [{"Put": {"TableName": "orders", "Item": {"id": {"S": "2"}}}}]
    calls = (
        (dynamodb.batch_write_item, {"RequestItems": {"orders": [put]}}),
        (dynamodb.batch_get_item, {"RequestItems": {"orders": {"Keys": [{"id": {"S": "1"}}]}}}),
        (dynamodb.transact_write_items, {"TransactItems": one}),
        (dynamodb.update_item, {"TableName": "orders", "Key": {"id": {"S": "1"}}}),
    )
    for call, arguments in calls:
        assert not {"ConsumedCapacity", "ItemCollectionMetrics"} & call(**arguments).keys()
        assert "ConsumedCapacity" in call(**arguments, **wish)


def test_an_item_without_its_key_in_a_batch(dynamodb):
    dynamodb.create_table(TableName="orders", **KEY, BillingMode="PAY_PER_REQUEST")
    put = {"PutRequest": {"Item": {"other": {"S": "1"}}}}
    message = refused(dynamodb.batch_write_item, RequestItems={"orders": [put]})
    assert message == "The provided key element does not match the schema"
