"""What the tests of DynamoDB's expressions share: two tables with an item each, and what belongs to an expression."""

import re
from functools import cache
from typing import Any

import boto3

ITEM = {
    "id": {"S": "1"}, "n": {"N": "5"}, "s": {"S": "héllo"}, "e": {"S": "😀"}, "blank": {"S": ""}, "yes": {"BOOL": True},
    "nul": {"NULL": True}, "b": {"B": b"\xff\x00"}, "ss": {"SS": ["a", "b"]}, "ns": {"NS": ["1", "2"]}, "bs": {"BS": [b"a"]},
    "l": {"L": [{"N": "1"}, {"N": "2"}, {"N": "3"}]},
    "m": {"M": {"a": {"N": "1"}, "inr": {"M": {"x": {"S": "y"}}}, "l": {"L": [{"M": {"k": {"S": "v"}}}]}}},
}  # fmt: skip
KEY = {"id": ITEM["id"]}
LINES = [{"id": {"S": "p"}, "line": {"N": str(line)}, "of": {"S": f"k{line % 2}"}} for line in range(4)]
NAMES = {
    "#n": "n",
    "#s": "s",
    "#m": "m",
    "#a": "a",
    "#id": "id",
    "#line": "line",
    "#of": "of",
    "#dot": "m.a",
    "#3": "[3]",
}
VALUES = {
    ":n": {"N": "2"}, ":m": {"N": "1"}, ":s": {"S": "x"}, ":t": {"S": "N"}, ":b": {"B": b"a"}, ":yes": {"BOOL": True},
    ":none": {"NULL": True}, ":ss": {"SS": ["a"]}, ":ns": {"NS": ["1"]}, ":bs": {"BS": [b"a"]}, ":l": {"L": [{"N": "4"}]},
    ":map": {"M": {}}, ":p": {"S": "p"}, ":nothing": {"S": ""},
}  # fmt: skip


@cache
def dynamodb() -> Any:
    return boto3.client("dynamodb", aws_access_key_id="a", aws_secret_access_key="b", region_name="us-east-1")


def tables() -> None:
    """`orders` with key id; `lines` with keys id and line, and an index by `of` and line."""
    d = dynamodb()
    d.create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    d.put_item(TableName="orders", Item=ITEM)
    kinds = {"id": "S", "line": "N", "of": "S"}
    by_of = [{"AttributeName": "of", "KeyType": "HASH"}, {"AttributeName": "line", "KeyType": "RANGE"}]
    d.create_table(
        TableName="lines",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "line", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": kind} for name, kind in kinds.items()],
        GlobalSecondaryIndexes=[{"IndexName": "by-of", "KeySchema": by_of, "Projection": {"ProjectionType": "ALL"}}],
        BillingMode="PAY_PER_REQUEST",
    )
    for item in LINES:
        d.put_item(TableName="lines", Item=item)


def everything() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """All items, to see that nothing was written."""
    return dynamodb().scan(TableName="orders")["Items"], dynamodb().scan(TableName="lines")["Items"]


def belonging(*expressions: str) -> dict[str, Any]:
    """The placeholders that the expressions speak of, where the tables above know them."""
    words = set(re.findall(r"[#:][A-Za-z0-9_]+", " ".join(expressions)))
    given = {
        "ExpressionAttributeNames": {name: NAMES[name] for name in NAMES if name in words},
        "ExpressionAttributeValues": {name: VALUES[name] for name in VALUES if name in words},
    }
    return {parameter: found for parameter, found in given.items() if found}
