"""Every expression of a request, checked before anything is looked up or written.

Sources: see `rules`. Modelled: names and values are looked at table by table in a batch and action by action in a transaction; several
placeholders that nothing uses are told in alphabetical order.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from moto.dynamodb.exceptions import MockValidationException

from motoclock.facts import dynamodb as facts
from motoclock.services.dynamodb.expressions.key_conditions import key_conditions
from motoclock.services.dynamodb.expressions.placeholders import Placeholders
from motoclock.services.dynamodb.expressions.reading import Expression, read
from motoclock.services.dynamodb.expressions.rules import check_operands
from motoclock.services.dynamodb.expressions.tokens import ExpressionRefused
from motoclock.services.dynamodb.refusals import Layer, layer_of

_NAMES, _VALUES = "ExpressionAttributeNames", "ExpressionAttributeValues"
_KEY_CONDITION, _FILTER, _PROJECTION = "KeyConditionExpression", "FilterExpression", "ProjectionExpression"
_PLACEHOLDER_BYTES_MAX = facts.PLACEHOLDER_MAX_BYTES.value


@dataclass(frozen=True, slots=True)
class _Bearer:
    """What may be asked in a request, or in a part of one. Expressions stand in the order in which AWS looks at them."""

    expressions: tuple[str, ...]
    legacy: tuple[str, ...]
    told: tuple[str, ...] = ()  # the expressions in the order in which AWS names them, where it is another one
    with_values: tuple[str, ...] = ()  # those that may speak of values


_WRITE = _Bearer(("ConditionExpression",), ("Expected", "ConditionalOperator"), with_values=("ConditionExpression",))
_UPDATE = _Bearer(
    ("UpdateExpression", "ConditionExpression"),
    ("AttributeUpdates", "Expected", "ConditionalOperator"),
    with_values=("UpdateExpression", "ConditionExpression"),
)
_GET = _Bearer((_PROJECTION,), ("AttributesToGet",))
_SCAN = _Bearer(
    (_FILTER, _PROJECTION),
    ("AttributesToGet", "ScanFilter", "ConditionalOperator"),
    told=(_PROJECTION, _FILTER),
    with_values=(_FILTER,),
)
_QUERY = _Bearer(
    (_FILTER, _PROJECTION, _KEY_CONDITION),
    ("AttributesToGet", "QueryFilter", "ConditionalOperator", "KeyConditions"),
    told=(_PROJECTION, _FILTER, _KEY_CONDITION),
    with_values=(_FILTER, _KEY_CONDITION),
)
_BEARERS = {
    "PutItem": _WRITE, "DeleteItem": _WRITE, "UpdateItem": _UPDATE, "GetItem": _GET, "Scan": _SCAN, "Query": _QUERY,
    "Put": _WRITE, "Delete": _WRITE, "ConditionCheck": _WRITE, "Update": _UPDATE, "Get": _GET,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """The expressions of a table's part of a request, by parameter, and what their placeholders stand for."""

    table_name: str
    index_name: str | None
    expressions: Mapping[str, Expression]
    given: Placeholders


def check_expressions(operation: str, parameters: dict[str, Any]) -> list[Asked]:
    """ValidationException in AWS's words for the first thing that is wrong with an expression, or with what belongs to it."""
    try:
        return [_checked(bearer, table_name, part) for bearer, table_name, part in _parts(operation, parameters)]
    except ExpressionRefused as refused:
        envelope = "1 validation error detected: " if layer_of(operation) is Layer.WRITES else ""
        raise MockValidationException(f"{envelope}{refused}") from None


def _parts(operation: str, parameters: dict[str, Any]) -> Iterator[tuple[_Bearer, str, dict[str, Any]]]:
    if operation == "BatchGetItem":
        yield from ((_GET, table_name, part) for table_name, part in parameters["RequestItems"].items())
    elif operation in ("TransactWriteItems", "TransactGetItems"):
        for action in parameters["TransactItems"]:
            yield from ((_BEARERS[kind], part["TableName"], part) for kind, part in action.items())
    elif operation in _BEARERS:
        yield _BEARERS[operation], parameters["TableName"], parameters


def _checked(bearer: _Bearer, table_name: str, part: dict[str, Any]) -> Asked:
    asked = [name for name in bearer.expressions if part.get(name) is not None]
    names, values = part.get(_NAMES), part.get(_VALUES)
    if not asked and names is None and values is None:
        return Asked(table_name, part.get("IndexName"), {}, Placeholders({}, {}))
    _check_company(bearer, part)
    if names is not None:
        _check_placeholders(_NAMES, "#", names)
        if "" in names.values():
            key = next(key for key, name in names.items() if not name)
            raise ExpressionRefused(f"{_NAMES} contains invalid value: Empty attribute name for key {key}")
    if values is not None:
        _check_placeholders(_VALUES, ":", values)
    given = Placeholders(names or {}, values or {})
    expressions = {name: _expression(name, part[name], given) for name in asked}
    _check_use(_NAMES, given.names, [expression.names for expression in expressions.values()])
    _check_use(_VALUES, given.values, [expression.values for expression in expressions.values()])
    if _KEY_CONDITION in expressions:
        _in_parameter(_KEY_CONDITION, key_conditions, expressions[_KEY_CONDITION].tree, given)
    return Asked(table_name, part.get("IndexName"), expressions, given)


def _expression(name: str, text: str, given: Placeholders) -> Expression:
    expression = _in_parameter(name, read, name, text)
    _in_parameter(name, check_operands, expression.tree, given)
    return expression


def _in_parameter(name: str, function: Any, *arguments: Any) -> Any:
    try:
        return function(*arguments)
    except ExpressionRefused as refused:
        raise ExpressionRefused(f"Invalid {name}: {refused}") from None


def _check_company(bearer: _Bearer, part: dict[str, Any]) -> None:
    """Expressions stand beside no parameters of the API before them, and placeholders only beside expressions."""
    expressions = [name for name in bearer.told or bearer.expressions if part.get(name) is not None]
    legacy = [name for name in bearer.legacy if part.get(name) is not None]
    if _KEY_CONDITION in bearer.expressions and _KEY_CONDITION not in expressions and "KeyConditions" in legacy:
        legacy.remove("KeyConditions")  # AWS takes it beside a FilterExpression
    if expressions and legacy:
        raise ExpressionRefused(
            "Can not use both expression and non-expression parameters in the same request: "
            f"Non-expression parameters: {{{', '.join(legacy)}}} Expression parameters: {{{', '.join(expressions)}}}"
        )
    if part.get(_NAMES) is not None and not expressions:
        raise ExpressionRefused(f"{_NAMES} can only be specified when using expressions")
    if part.get(_VALUES) is not None and not any(part.get(name) is not None for name in bearer.with_values):
        are_null = f"{' and '.join(bearer.with_values)} {'are' if len(bearer.with_values) > 1 else 'is'} null"
        raise ExpressionRefused(f"{_VALUES} can only be specified when using expressions: {are_null}")


def _check_placeholders(parameter: str, mark: str, given: Mapping[str, Any]) -> None:
    if not given:
        raise ExpressionRefused(f"{parameter} must not be empty")
    for key in given:
        if (size := len(key.encode("utf-8", "surrogatepass"))) > _PLACEHOLDER_BYTES_MAX:
            told = f" size of key: {size}" if parameter == _NAMES else ""
            raise ExpressionRefused(
                f"{parameter} contains invalid key: The expression attribute map contains a key that is too long;{told}"
            )
        if not re.fullmatch(f"{mark}[A-Za-z0-9_]+", key):
            raise ExpressionRefused(f'{parameter} contains invalid key: Syntax error; key: "{key}"')


def _check_use(parameter: str, given: Mapping[str, Any], used: list[frozenset[str]]) -> None:
    unused = sorted(key for key in given if not any(key in one for one in used))
    if unused:
        raise ExpressionRefused(f"Value provided in {parameter} unused in expressions: keys: {{{', '.join(unused)}}}")
