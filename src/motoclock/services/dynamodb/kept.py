"""Seam: what moto's items do inside keeps the one form of values: sums, legacy updates, sizes.

moto 5.2.5 adds with 28 digits and keeps the spelling that comes out, counts sizes by characters, and walks the whole item for each
attribute it sets.
"""

from typing import Any

from moto.dynamodb.exceptions import IncorrectDataType, MockValidationException
from moto.dynamodb.models import dynamo_type
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table
from moto.dynamodb.parsing import partiql
from py_partiql_parser._packages.boto3.types import TypeSerializer

from motoclock.facts import dynamodb as facts
from motoclock.services.dynamodb import attribute_updates, refusals
from motoclock.services.dynamodb.numbers import NumberRefused, canonical, total
from motoclock.services.dynamodb.refusals import Layer
from motoclock.services.dynamodb.sizes import item_bytes, value_bytes
from motoclock.services.dynamodb.values import SETS, ValueRefused, admitted, in_order

_ITEM_MAX_BYTES = facts.ITEM_MAX_BYTES.value
_put = Table.put_item
_serialize, _query = TypeSerializer.serialize, partiql.query


def install() -> None:
    DynamoType.__add__ = lambda one, other: _sum(one, other, subtract=False)
    DynamoType.__sub__ = lambda one, other: _sum(one, other, subtract=True)
    DynamoType.size = value_bytes
    Item.size = lambda item: item_bytes(item.attrs)
    Item.update_with_attribute_updates = lambda item, updates: attribute_updates.apply(item.attrs, updates)
    dynamo_type.LimitedSizeDict.__setitem__ = dict.__setitem__
    Table.put_item = _put_checked
    TypeSerializer.serialize = _serialized
    partiql.query = _queried


def settle(attributes: dict[str, DynamoType]) -> None:
    """Bring the values of an item into their one form, in place."""
    for value in attributes.values():
        _settle(value)


def is_too_large(attributes: dict[str, Any]) -> bool:
    return item_bytes(attributes) > _ITEM_MAX_BYTES


def _put_checked(table: Table, item_attrs: dict[str, Any], *more: Any, **named: Any) -> Item:
    """Everything that stores a whole item ends here, what a PartiQL statement made of its literals too."""
    try:
        kept = {name: admitted(value) for name, value in item_attrs.items()}
    except ValueRefused as refused:
        raise refusals.refusal(refused, Layer.READS) from None
    if is_too_large(kept):
        raise refusals.too_large()
    return _put(table, kept, *more, **named)


def _serialized(serializer: TypeSerializer, value: Any) -> dict[str, Any]:
    """The library that reads statements has no form for a number with a point."""
    return {"N": repr(value)} if isinstance(value, float) else _serialize(serializer, value)


def _queried(statement: str, *more: Any) -> Any:
    """That library asserts and guesses where a statement is not as it expects."""
    why = ""
    try:
        if (found := _query(statement, *more)) is not None:
            return found
    except (AssertionError, ValueError, TypeError, LookupError, AttributeError) as problem:
        why = f": {problem}" if str(problem) else ""
    raise MockValidationException(f"Statement wasn't well formed, can't be processed{why}")


def _sum(one: DynamoType, other: DynamoType, subtract: bool) -> DynamoType:
    if one.type != "N" or other.type != "N":
        raise IncorrectDataType
    try:
        return DynamoType({"N": total(one.value, other.value, subtract)})
    except NumberRefused as refused:
        raise refusals.refusal(ValueRefused(refused.problem, "N", refused.text), Layer.READS) from None


def _settle(value: DynamoType) -> None:
    if value.type == "N":
        value.value = canonical(value.value)
    elif value.type in SETS:
        members = [canonical(one) for one in value.value] if value.type == "NS" else value.value
        value.value = in_order(value.type, members)
    elif value.type == "L":
        for one in value.value:
            _settle(one)
    elif value.type == "M":
        settle(value.value)
