"""Contract: what moto 5.2.5 gives the gate for DynamoDB's values to stand on, and what it still gets wrong without it."""

import inspect

from moto.dynamodb import responses, urls
from moto.dynamodb.models.dynamo_type import DynamoType, LimitedSizeDict
from moto.dynamodb.models.table import Table
from moto.dynamodb.parsing import partiql
from py_partiql_parser._packages.boto3.types import TypeSerializer

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


def test_an_items_attributes_are_a_dict_that_we_relieve_of_counting():
    assert LimitedSizeDict.__setitem__ is dict.__setitem__
