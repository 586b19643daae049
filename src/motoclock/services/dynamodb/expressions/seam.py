"""What moto asks of expressions, answered by our trees.

By then `asking` has taken the request, so that nothing here refuses a text. moto 5.2.5 reads conditions with patterns, key conditions
letter by letter and projections by splitting.
"""

from collections.abc import Sequence
from typing import Any

from moto.dynamodb import models, responses
from moto.dynamodb.comparisons import ConditionExpressionParser
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict
from moto.dynamodb.responses import ProjectionExpressionParser

from motoclock.services.dynamodb.expressions.evaluating import Scene, holds
from motoclock.services.dynamodb.expressions.key_conditions import key_conditions, on_schema
from motoclock.services.dynamodb.expressions.placeholders import Placeholders
from motoclock.services.dynamodb.expressions.projecting import projected
from motoclock.services.dynamodb.expressions.reading import read
from motoclock.services.dynamodb.expressions.tables import check_index_keys
from motoclock.services.dynamodb.expressions.updating import updated

_compare = DynamoType.compare


def install() -> None:
    ConditionExpressionParser.parse = lambda parser: _Condition(
        parser.condition_expression, parser.expression_attribute_names, parser.expression_attribute_values
    )
    ProjectionExpressionParser.parse = lambda parser: paths_of(
        parser.projection_expression, parser.expression_attribute_names
    )
    Item.project = lambda item, paths: Item(item.hash_key, item.range_key, projected(item.attrs, paths))
    DynamoType.compare = _compared
    responses.parse_expression = _key_conditions
    responses.validate_attributes_used = lambda *_, **__: None  # `asking` has looked at all of them
    for module in (responses, models):
        module.UpdateExpressionParser = _Update
    models.UpdateExpressionValidator, models.UpdateExpressionExecutor = _Plan, _Execution


def paths_of(text: str | None, names: dict[str, str] | None) -> list[tuple[str | int, ...]]:
    """The paths of a ProjectionExpression."""
    if text is None:
        return []
    given = Placeholders(names or {}, {})
    return [given.resolved(path) for path in read("ProjectionExpression", text).paths]


class _Condition:
    """A condition or a filter with what its placeholders stand for; without an expression it always holds."""

    def __init__(self, text: str | None, names: dict[str, str] | None, values: dict[str, Any] | None):
        self._text, self._given = text, Placeholders(names or {}, values or {})

    def expr(self, item: Item | None) -> bool:
        if self._text is None:
            return True
        tree: Any = read("ConditionExpression", self._text).tree
        return holds(tree, Scene(item.attrs if item is not None else {}, self._given))


class _Update:
    """An UpdateExpression. moto reads it twice, to find its placeholders, which `asking` has found, and to carry it out."""

    def __init__(self, text: str):
        self.text = text

    @classmethod
    def make(cls, text: str) -> "_Update":
        return cls(text)

    def find_clauses(self, _kinds: Sequence[type]) -> list[Any]:
        return []


class _Plan:
    """An update worked out, before anything is written."""

    def __init__(
        self,
        update: _Update,
        expression_attribute_names: dict[str, str] | None,
        expression_attribute_values: dict[str, Any] | None,
        item: Item,
        table: Any,
    ):
        keys = {table.hash_key_attr: item.hash_key}
        if item.range_key is not None:
            keys[table.range_key_attr] = item.range_key
        given = Placeholders(expression_attribute_names or {}, expression_attribute_values or {})
        tree: Any = read("UpdateExpression", update.text).tree
        self.attributes = updated(tree, Scene({**keys, **item.attrs}, given), table.table_key_attrs)
        check_index_keys(table, self.attributes)

    def validate(self) -> "_Plan":
        return self

    def normalize(self) -> None:
        """moto sorts what is removed from lists."""


class _Execution:
    def __init__(self, plan: _Plan, item: Item, _names: dict[str, str] | None):
        self._plan, self._item = plan, item

    def execute(self) -> None:
        self._item.attrs = LimitedSizeDict(self._plan.attributes)


def _key_conditions(
    key_condition_expression: str,
    expression_attribute_values: dict[str, Any],
    expression_attribute_names: dict[str, str],
    schema: list[dict[str, str]],
) -> tuple[Any, Any, list[str]]:
    tree: Any = read("KeyConditionExpression", key_condition_expression).tree
    given = Placeholders(expression_attribute_names, expression_attribute_values)
    return *on_schema(key_conditions(tree, given), schema), []


def _compared(value: DynamoType, comparison: str, others: list[DynamoType]) -> bool:
    """The filters of the API before expressions, and keys of indexes: another type is no match, and no error."""
    try:
        return bool(_compare(value, comparison, others))
    except (TypeError, AttributeError):
        return False
