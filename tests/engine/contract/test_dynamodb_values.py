"""Contract: what moto 5.2.5 gives the gate for DynamoDB's values to stand on, and what it still gets wrong without it."""

import inspect

import boto3
from moto.dynamodb import responses, urls
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict
from moto.dynamodb.models.table import Table
from moto.dynamodb.parsing import partiql
from moto.dynamodb.parsing.ast_nodes import Node
from moto.dynamodb.parsing.expressions import UpdateExpressionParser
from py_partiql_parser._packages.boto3.types import TypeSerializer

from motoclock.cloud import Cloud
from motoclock.services.dynamodb import kept


def test_every_request_passes_through_the_handler_that_we_extend():
    assert list(urls.url_paths) == ["{0}/"]
    assert 'self.body = getattr(self, "params", {})' in inspect.getsource(
        responses.DynamoHandler.call_action.__wrapped__
    )


def test_whole_items_are_stored_by_one_method_and_statements_end_there_too():
    assert Table.put_item is kept._put_checked
    source = inspect.getsource(kept._put)
    assert "self.items[hash_value] = item" in source
    assert partiql.query is kept._queried
    assert TypeSerializer.serialize is kept._serialized


def test_moto_still_keeps_the_spelling_of_numbers():
    assert DynamoType({"N": "9.90"}).value == "9.90"


def test_projections_still_go_through_pythons_types():
    assert Item.project is kept._projected
    assert "to_regular_json" in inspect.getsource(kept._project)


def test_an_items_attributes_are_a_dict_that_we_relieve_of_counting():
    assert LimitedSizeDict.__setitem__ is dict.__setitem__


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


def shape(node):
    return (
        (type(node).__name__, [shape(child) for child in node.children or ()]) if isinstance(node, Node) else repr(node)
    )
