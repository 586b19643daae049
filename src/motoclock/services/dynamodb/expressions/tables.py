"""What a table's keys have to say about the expressions of a request.

Sources: architect/dynalite, test/getItem.js and test/query.js (run on AWS); developer guide, Query.FilterExpression.
"""

from typing import Any

from moto.dynamodb.exceptions import (
    EmptyKeyAttributeException,
    MockValidationException,
    ResourceNotFoundException,
)
from moto.dynamodb.models.dynamo_type import DynamoType

from motoclock.services.dynamodb.expressions.asking import Asked
from motoclock.services.dynamodb.expressions.key_conditions import check_types, key_conditions, on_schema


def check_keys_in_expressions(backend: Any, asked: list[Asked]) -> None:
    """ValidationException in AWS's words. A table or an index that is not there is left to the operation."""
    for one in asked:
        if not one.expressions:
            continue
        try:
            table = backend.get_table(one.table_name)
            schema = backend.get_schema(one.table_name, one.index_name)
        except ResourceNotFoundException:
            continue
        _check_paths(table, one)
        if "KeyConditionExpression" in one.expressions:
            _check_query(table, schema, one)


def check_index_keys(table: Any, attributes: dict[str, DynamoType]) -> None:
    """What an update made of the keys of indexes. ValidationException in AWS's words."""
    types = {one["AttributeName"]: one["AttributeType"] for one in table.attr}
    for index in table.all_indexes():
        for name in (key["AttributeName"] for key in index.schema):
            if (value := attributes.get(name)) is None:
                continue
            if value.type != types[name]:
                raise MockValidationException(
                    f"One or more parameter values were invalid: Type mismatch for Index Key {name} Expected: {types[name]} "
                    f"Actual: {value.type} IndexName: {index.name}"
                )
            if value.type in ("S", "B") and not value.value:
                raise EmptyKeyAttributeException(key_in_index=True)


def _check_paths(table: Any, asked: Asked) -> None:
    """A key holds nothing that a path could lead to."""
    for name, expression in asked.expressions.items():
        if name == "UpdateExpression":
            continue  # an update may not touch keys at all, and says so itself
        for path in expression.paths:
            if len(path.parts) > 1 and (head := asked.given.resolved(path)[0]) in table.attribute_keys:
                key = "Key" if head in table.table_key_attrs else "IndexKey"
                raise MockValidationException(
                    "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: "
                    f"{key}: {head}"
                )


def _check_query(table: Any, schema: list[dict[str, str]], asked: Asked) -> None:
    tree: Any = asked.expressions["KeyConditionExpression"].tree
    types = {one["AttributeName"]: one["AttributeType"] for one in table.attr}
    conditions = key_conditions(tree, asked.given)
    on_schema(conditions, schema)
    check_types(conditions, types)
    if (filter_expression := asked.expressions.get("FilterExpression")) is None:
        return
    keys = {key["AttributeName"] for key in schema}
    for path in filter_expression.paths:
        if (head := asked.given.resolved(path)[0]) in keys:
            raise MockValidationException(
                f"Filter Expression can only contain non-primary key attributes: Primary key attribute: {head}"
            )
