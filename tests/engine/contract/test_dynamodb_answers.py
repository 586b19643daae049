"""Contract with moto's serializer: what it makes of a value in an answer, ours makes, too."""

import boto3
import pytest
from moto.core.responses import ActionResult

from motoclock.cloud import Cloud
from motoclock.services.dynamodb import responses

ITEM = {
    "id": {"S": "order-1"}, "empty": {"S": ""}, "total": {"N": "19.9"}, "raw": {"B": b"\x00\xff"}, "gone": {"NULL": True},
    "paid": {"BOOL": False}, "tags": {"SS": ["a", "b"]}, "counts": {"NS": ["1", "2"]}, "parts": {"BS": [b"x", b"y"]},
    "lines": {"L": [{"S": "Dune"}, {"M": {"S": {"S": "a key called S"}, "none": {"M": {}}}}, {"L": []}]},
    "ship": {"M": {"to": {"M": {"zip": {"S": "10115"}, "floors": {"L": [{"N": "3"}]}}}}},
}  # fmt: skip


def answers() -> list[dict]:
    with Cloud(seed=1):
        dynamodb = boto3.client("dynamodb")
        dynamodb.create_table(
            TableName="orders",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        key = {"id": ITEM["id"]}
        asked = {
            "TableName": "orders",
            "KeyConditionExpression": "id = :id",
            "ExpressionAttributeValues": {":id": ITEM["id"]},
        }
        gets = [{"Get": {"TableName": "orders", "Key": key}}]
        found = [
            dynamodb.put_item(TableName="orders", Item=ITEM),
            dynamodb.get_item(TableName="orders", Key=key),
            dynamodb.scan(TableName="orders"),
            dynamodb.query(**asked),
            dynamodb.batch_get_item(RequestItems={"orders": {"Keys": [key]}}),
            dynamodb.transact_get_items(TransactItems=gets),
            dynamodb.execute_statement(Statement="SELECT * FROM orders"),
            dynamodb.update_item(
                TableName="orders", Key=key, UpdateExpression="SET paid = :yes",
                ExpressionAttributeValues={":yes": {"BOOL": True}}, ReturnValues="ALL_NEW",
            ),
            dynamodb.describe_table(TableName="orders"),
            dynamodb.delete_item(TableName="orders", Key=key, ReturnValues="ALL_OLD"),
        ]  # fmt: skip
    for answer in found:
        del answer["ResponseMetadata"]
    return found


def test_an_answer_is_moto_s_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = answers()
    monkeypatch.setattr(responses, "Answer", ActionResult)
    assert ours == answers()


@pytest.mark.parametrize("place", [1, 2, 3])
def test_what_was_put_is_what_is_got(place: int) -> None:
    got = answers()[place]
    assert ITEM in (got.get("Item"), *got.get("Items", ()))
