"""What the names and the values of a call stand for."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from moto.dynamodb.models.dynamo_type import DynamoType

from motoclock.services.dynamodb.expressions.tokens import ExpressionRefused
from motoclock.services.dynamodb.expressions.trees import Path


@dataclass(frozen=True)
class Placeholders:
    names: Mapping[str, str]
    values: Mapping[str, dict[str, Any]]

    @cached_property
    def typed(self) -> dict[str, DynamoType]:
        """The values as moto's items hold them."""
        return {name: DynamoType(value) for name, value in self.values.items()}

    def resolved(self, path: Path) -> tuple[str | int, ...]:
        """The path with names in the place of their placeholders. ExpressionRefused for one that was not given."""
        return tuple(self._name(part) if isinstance(part, str) and part[0] == "#" else part for part in path.parts)

    def value(self, name: str) -> dict[str, Any]:
        """ExpressionRefused for one that was not given."""
        if name not in self.values:
            raise ExpressionRefused(
                f"An expression attribute value used in expression is not defined; attribute value: {name}"
            )
        return self.values[name]

    def _name(self, placeholder: str) -> str:
        if placeholder not in self.names:
            raise ExpressionRefused(
                f"An expression attribute name used in the document path is not defined; attribute name: {placeholder}"
            )
        return self.names[placeholder]
