"""The one gate for values: every request is walked by the shapes of its operation, wherever an AttributeValue may stand in it.

So keys, items, conditions, expression values, legacy parameters, batches, transactions and PartiQL's parameters are checked alike, and
what is behind the gate has one form.
"""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape
from moto.dynamodb.exceptions import MockValidationException, ResourceNotFoundException

from motoclock.services.dynamodb import refusals
from motoclock.services.dynamodb.refusals import Layer, layer_of
from motoclock.services.dynamodb.values import ValueRefused, admitted

_VALUE = "AttributeValue"
_PLACEHOLDERS = "ExpressionAttributeValues"


def enter(operation: OperationModel, parameters: dict[str, Any]) -> None:
    """Bring all values of a request into their one form, in place. ValidationException in AWS's words for what is no value."""
    if operation.input_shape is not None:
        _walk(operation.input_shape, parameters, layer_of(operation.name))


def check_keys(backend: Any, operation: str, parameters: dict[str, Any]) -> None:
    """No part of a key is empty, and a batch names no item twice."""
    named: Counter[tuple[str, str]] = Counter()
    for table_name, attributes in _keyed(operation, parameters):
        try:
            table = backend.get_table(table_name)
        except ResourceNotFoundException:
            continue  # the operation says so itself
        names = [name for name in (table.hash_key_attr, table.range_key_attr) if name in attributes]
        if operation == "BatchWriteItem" and len(names) < (2 if table.range_key_attr else 1):
            raise MockValidationException("The provided key element does not match the schema")
        for name in names:
            ((kind, content),) = attributes[name].items()
            if kind in ("S", "B") and not content:
                raise refusals.empty_key(name, kind)
        named[table_name, repr([attributes[name] for name in names])] += 1
    if operation == "BatchWriteItem" and any(count > 1 for count in named.values()):
        raise MockValidationException("Provided list of item keys contains duplicates")


def _walk(shape: Shape, value: Any, layer: Layer, placeholder: str | None = None) -> Any:
    if shape.name == _VALUE:
        try:
            return admitted(value)
        except ValueRefused as refused:
            raise refusals.refusal(refused, layer, placeholder) from None
    if isinstance(shape, StructureShape):
        for name, member in _members(shape):
            if value.get(name) is not None:
                value[name] = _walk(member, value[name], layer, placeholder=name if name == _PLACEHOLDERS else None)
    elif isinstance(shape, MapShape) and _leads_to_a_value(shape.value):
        for name in value:
            value[name] = _walk(shape.value, value[name], layer, name if placeholder == _PLACEHOLDERS else None)
    elif isinstance(shape, ListShape) and _leads_to_a_value(shape.member):
        value[:] = [_walk(shape.member, one, layer) for one in value]
    return value


@cache
def _members(shape: StructureShape) -> tuple[tuple[str, Shape], ...]:
    """The members in which a value may stand."""
    return tuple((name, member) for name, member in shape.members.items() if _leads_to_a_value(member))


@cache
def _leads_to_a_value(shape: Shape) -> bool:
    if shape.name == _VALUE:
        return True
    if isinstance(shape, StructureShape):
        return any(_leads_to_a_value(member) for member in shape.members.values())
    if isinstance(shape, MapShape):
        return _leads_to_a_value(shape.value)
    return isinstance(shape, ListShape) and _leads_to_a_value(shape.member)


def _keyed(operation: str, parameters: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(table, item or key) of everything in a request that names an item."""
    match operation:
        case "PutItem" | "UpdateItem" | "DeleteItem" | "GetItem":
            yield parameters["TableName"], parameters.get("Item") or parameters.get("Key") or {}
        case "BatchWriteItem":
            for table_name, requests in parameters["RequestItems"].items():
                for request in requests:
                    for one in request.values():
                        yield table_name, one.get("Item") or one.get("Key") or {}
        case "BatchGetItem":
            for table_name, request in parameters["RequestItems"].items():
                yield from ((table_name, key) for key in request["Keys"])
        case "TransactWriteItems" | "TransactGetItems":
            for action in parameters["TransactItems"]:
                for one in action.values():
                    yield one["TableName"], one.get("Item") or one.get("Key") or {}
