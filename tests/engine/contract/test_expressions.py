"""Contract: where moto 5.2.5 asks about DynamoDB's expressions, what it would do itself, and that each text is read once."""

import dataclasses
import importlib.util
import inspect

import boto3
import pytest
from moto.dynamodb import comparisons, models, responses
from moto.dynamodb.models import table
from moto.dynamodb.models.dynamo_type import DynamoType, Item

from motoclock.cloud import Cloud
from motoclock.services.dynamodb import kept
from motoclock.services.dynamodb.expressions import grammar, seam
from motoclock.services.dynamodb.expressions.reading import read

UPDATE = "SET #state = :paid, amount = amount + :one REMOVE note ADD tries :one"


def source_of(*functions):
    return " ".join(inspect.getsource(inspect.unwrap(function)) for function in functions)


def test_every_condition_still_goes_through_one_method():
    handler = responses.DynamoHandler
    for function in (handler.put_item, handler.update_item, handler.delete_item, handler.scan, handler.query):
        assert "create_condition_expression_parser(" in source_of(function)
    assert "create_condition_expression_parser(" in source_of(handler.transact_write_items)
    assert "get_filter_expression(" in source_of(kept._put)
    for function in ("query", "scan", "delete_item", "transact_write_items"):
        assert "get_filter_expression(" in source_of(getattr(models.DynamoDBBackend, function))
    assert "parser.parse()" in source_of(comparisons.get_filter_expression)
    assert "ConditionExpressionParser(" in source_of(comparisons.create_condition_expression_parser)


def test_moto_still_has_the_seams_for_key_conditions_projections_and_updates():
    handler = responses.DynamoHandler
    assert "= parse_expression(" in source_of(handler.query) and responses.parse_expression is seam._key_conditions
    for function in (handler.get_item, handler.batch_get_item, handler.query, handler.scan):
        assert "ProjectionExpressionParser(" in source_of(function)
    assert ".project(projection_expression" in source_of(table.Table.get_item, table.Table.query, table.Table.scan)
    assert "Projection" not in source_of(handler.transact_get_items)  # so that ours has to look at it
    update = source_of(models.DynamoDBBackend.update_item)
    for asked in (
        "UpdateExpressionParser.make(update_expression)",
        "UpdateExpressionValidator(",
        "validated_ast = validator.validate()",
        "validated_ast.normalize()",
        "UpdateExpressionExecutor(",
    ):
        assert asked in update
    assert "update_expression_ast.find_clauses(" in source_of(handler.update_item, handler.transact_write_items)


def test_moto_still_refuses_what_it_believes_unused_so_that_this_has_to_be_silent():
    handler = responses.DynamoHandler
    assert "validate_attributes_used(" in source_of(handler.put_item, handler.update_item)
    assert responses.validate_attributes_used({"#n": "n"}, []) is None


def test_moto_would_still_raise_pythons_errors():
    """Without which none of this is needed."""
    spec = importlib.util.find_spec("moto.dynamodb.comparisons")
    plain = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(plain)  # as it is without our seam
    for text, error in (("a = :zz", KeyError), ("a =", ValueError)):
        with pytest.raises(error):
            plain.create_condition_expression_parser(text, {}, {}).parse()
    item = Item(DynamoType({"S": "1"}), None, {"a": {"N": "1"}})
    with pytest.raises(TypeError):
        plain.create_condition_expression_parser("a < :s", {}, {":s": {"S": "x"}}).parse().expr(item)


def test_a_text_is_read_once_and_nothing_can_change_what_was_read(monkeypatch):
    words, told = "attribute_not_exists(kept_here) OR #s <> :s", []
    plain = grammar.tokens_of
    monkeypatch.setattr(grammar, "tokens_of", lambda text: told.append(text) or plain(text))
    with Cloud(seed=1):
        dynamodb = boto3.client("dynamodb")
        dynamodb.create_table(
            TableName="orders",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        for id in ("1", "2"):
            dynamodb.put_item(
                TableName="orders",
                Item={"id": {"S": id}, "amount": {"N": "3"}, "note": {"S": "x"}},
                ConditionExpression=words,
                ExpressionAttributeNames={"#s": id},
                ExpressionAttributeValues={":s": {"S": id}},
            )
            for state in ("paid", "sent"):
                found = dynamodb.update_item(
                    TableName="orders",
                    Key={"id": {"S": id}},
                    UpdateExpression=UPDATE,
                    ExpressionAttributeNames={"#state": "state" if id == "1" else "status"},
                    ExpressionAttributeValues={":paid": {"S": state}, ":one": {"N": "1"}},
                    ReturnValues="ALL_NEW",
                )["Attributes"]
            assert found == {
                "id": {"S": id}, "amount": {"N": "5"}, "tries": {"N": "2"}, "state" if id == "1" else "status": {"S": "sent"}
            }  # fmt: skip
    assert sorted(told) == sorted(set(told))
    for parameter, text in (("ConditionExpression", words), ("UpdateExpression", UPDATE)):
        assert read(parameter, text) is read(parameter, text)
        assert hash(read(parameter, text)) == hash(dataclasses.replace(read(parameter, text)))


@pytest.mark.parametrize("number", ["1", "2"])
def test_the_same_words_with_another_value_are_another_condition(number):
    parser = comparisons.ConditionExpressionParser("#n = :n", {"#n": "n"}, {":n": {"N": number}})
    item = Item(DynamoType({"S": "1"}), None, {"n": {"N": "1"}})
    assert parser.parse().expr(item) is (number == "1")


@pytest.mark.parametrize("length", [1000, 4000])
def test_reading_takes_no_time_that_grows_faster_than_the_text(length, monkeypatch):
    """Each word is looked at a few times, however deep the parentheses."""
    looks = []
    plain = grammar._Reader._accept
    monkeypatch.setattr(grammar._Reader, "_accept", lambda reader, kind: looks.append(kind) or plain(reader, kind))
    for text in ("(" * length, "(" * (length // 2) + "a" + ")" * (length // 2), "a.b" * (length // 3)):
        with pytest.raises(grammar.ExpressionRefused):
            grammar.condition(text)
    assert len(looks) < 20 * length
