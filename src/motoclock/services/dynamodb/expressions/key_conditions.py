"""What a KeyConditionExpression may say.

Sources: architect/dynalite, test/query.js (run on AWS), for the texts and their order; since then AWS has put "Invalid
KeyConditionExpression: " before them (getmoto/moto, test_query_unused_attribute_name, aws_verified; nubo-db/dynamodb-conformance,
October 2026, which has the texts about numbers of conditions and about types, too). What the schema says about them: moto.
"""

from dataclasses import dataclass
from typing import Any

from moto.dynamodb.exceptions import MockValidationException
from moto.dynamodb.parsing.key_condition_expression import validate_schema

from motoclock.services.dynamodb.expressions.placeholders import Placeholders
from motoclock.services.dynamodb.expressions.tokens import ExpressionRefused
from motoclock.services.dynamodb.expressions.trees import (
    And,
    Between,
    Call,
    Comparison,
    Condition,
    In,
    Not,
    Operand,
    Or,
    Path,
    Value,
)

_REVERSED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True, slots=True)
class KeyCondition:
    """One condition on one key attribute. `operator`: moto's word for it."""

    name: str
    operator: str
    values: tuple[dict[str, Any], ...]


def key_conditions(tree: Condition, given: Placeholders) -> list[KeyCondition]:
    """ExpressionRefused for what no key condition may say, whatever the table."""
    found: dict[str, KeyCondition] = {}
    pending = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, And):
            pending.extend(reversed(node.conditions))
            continue
        one = _key_condition(node, given)
        if one.name in found:
            raise ExpressionRefused("KeyConditionExpressions must only contain one condition per key")
        found[one.name] = one
    return list(found.values())


def on_schema(
    conditions: list[KeyCondition], schema: list[dict[str, str]]
) -> tuple[list[tuple[str, dict[str, Any]]], list[tuple[str, str, list[dict[str, Any]]]]]:
    """The conditions on partition and sort keys, as moto has them. ValidationException for what the schema does not allow."""
    if len(conditions) > len(schema):
        raise MockValidationException(
            f"The number of query conditions ({len(conditions)}) exceeds the number of key attributes defined in the schema "
            f"({len(schema)})"
        )
    return validate_schema([(one.name, one.operator, list(one.values)) for one in conditions], schema)


def check_types(conditions: list[KeyCondition], types: dict[str, str]) -> None:
    if any(next(iter(value)) != types[one.name] for one in conditions for value in one.values):
        raise MockValidationException(
            "One or more parameter values were invalid: Condition parameter type does not match schema type"
        )


def _key_condition(node: Condition, given: Placeholders) -> KeyCondition:
    operator = _operator(node)
    if operator not in ("=", "<", "<=", ">", ">=", "BETWEEN", "begins_with"):
        raise ExpressionRefused(f"Invalid operator used in KeyConditionExpression: {operator}")
    operands = _operands(node)
    if operator in ("BETWEEN", "begins_with") and isinstance(operands[0], Value):
        raise ExpressionRefused(
            f"Invalid condition in KeyConditionExpression: {operator} operator must have the key attribute as its first operand"
        )
    name = None
    for operand in operands:
        if isinstance(operand, Call):
            raise ExpressionRefused("KeyConditionExpressions cannot contain nested operations")
        if isinstance(operand, Path):
            if name is not None:
                raise ExpressionRefused(
                    "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition"
                )
            if len(operand.parts) > 1:
                raise ExpressionRefused("KeyConditionExpressions cannot have conditions on nested attributes")
            name = str(given.resolved(operand)[0])
    if name is None:
        raise ExpressionRefused("Invalid condition in KeyConditionExpression: No key attribute specified")
    if isinstance(operands[0], Value):
        operator = _REVERSED.get(operator, operator)
    values = tuple(given.value(operand.name) for operand in operands if isinstance(operand, Value))
    return KeyCondition(name, operator, values)


def _operator(node: Condition) -> str:
    match node:
        case Comparison():
            return node.operator
        case Call():
            return node.function
        case Between():
            return "BETWEEN"
    return {Or: "OR", Not: "NOT", In: "IN"}[type(node)]


def _operands(node: Condition) -> tuple[Operand, ...]:
    match node:
        case Comparison():
            return node.left, node.right
        case Between():
            return node.operand, node.low, node.high
        case Call():
            return node.operands
    return ()
