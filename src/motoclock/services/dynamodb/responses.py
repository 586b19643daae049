"""moto's API layer behind the gates for values and expressions, with AWS's answers."""

from typing import Any

from moto.core.responses import TYPE_RESPONSE, ActionResult
from moto.core.utils import get_service_model
from moto.dynamodb.exceptions import MockValidationException, ResourceNotFoundException
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.responses import DynamoHandler, DynamoResult

from motoclock.services.dynamodb import descriptions
from motoclock.services.dynamodb.answers import Answer
from motoclock.services.dynamodb.entering import check_keys, enter
from motoclock.services.dynamodb.expressions import (
    check_expressions,
    check_keys_in_expressions,
    paths_of,
    projected,
)
from motoclock.services.dynamodb.names import check_table_name

_COUNTED = {"ConsumedCapacity": "ReturnConsumedCapacity", "ItemCollectionMetrics": "ReturnItemCollectionMetrics"}


class GatedDynamoHandler(DynamoHandler):
    """Checks a request's names, values, expressions and keys before moto sees it, and tells what was asked for."""

    def call_action(self) -> Any:
        action = self._get_action()
        check_table_name(action, self.params)
        enter(get_service_model("dynamodb").operation_model(action), self.params)
        asked = check_expressions(action, self.params)
        check_keys_in_expressions(self.dynamodb_backend, asked)
        check_keys(self.dynamodb_backend, action, self.params)
        return super().call_action()

    def serialized(self, action_result: ActionResult) -> TYPE_RESPONSE:
        return super().serialized(Answer(action_result.result))

    # ------------------------------------------------------------------ tables

    def create_table(self) -> ActionResult:
        body = self.body
        if body.get("BillingMode") == "PAY_PER_REQUEST" and body.get("ProvisionedThroughput"):
            raise MockValidationException(
                "One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when "
                "BillingMode is PAY_PER_REQUEST"
            )
        description = super().create_table().result["TableDescription"]
        table = self.dynamodb_backend.get_table(body["TableName"])
        return ActionResult({"TableDescription": descriptions.created(table, description, body)})

    def describe_table(self) -> ActionResult:
        table = self._table()
        return ActionResult({"Table": descriptions.described(table, super().describe_table().result["Table"])})

    def update_table(self) -> ActionResult:
        table = self._table()
        description = super().update_table().result["TableDescription"]
        return ActionResult({"TableDescription": descriptions.updated(table, description)})

    def delete_table(self) -> ActionResult:
        table = self._table()
        description = super().delete_table().result["TableDescription"]
        return ActionResult({"TableDescription": descriptions.deleted(table, description)})

    def _table(self) -> Any:
        """The table that a call about a table names. Recorded on AWS in October 2025: these calls say which one is missing."""
        name = self.body["TableName"]
        try:
            return self.dynamodb_backend.get_table(name)
        except ResourceNotFoundException:
            raise ResourceNotFoundException(table_name=name) from None

    # ------------------------------------------------------------------ items

    def update_item(self) -> ActionResult:
        return self._as_asked(super().update_item())

    def batch_write_item(self) -> ActionResult:
        return self._as_asked(super().batch_write_item())

    def batch_get_item(self) -> ActionResult:
        return self._as_asked(super().batch_get_item())

    def transact_get_items(self) -> ActionResult:
        """moto 5.2.5 gives whole items back."""
        answer = super().transact_get_items()
        for action, found in zip(self.body["TransactItems"], answer.result["Responses"], strict=True):
            asked = action["Get"]
            if paths := paths_of(asked.get("ProjectionExpression"), asked.get("ExpressionAttributeNames")):
                attributes = {name: DynamoType(value) for name, value in found.get("Item", {}).items()}
                found.update({"Item": projected(attributes, paths)} if "Item" in found else {})
        return DynamoResult(answer.result)

    def transact_write_items(self) -> ActionResult:
        return self._as_asked(super().transact_write_items())

    def _as_asked(self, answer: ActionResult) -> ActionResult:
        """What a call consumed is told to those who ask (recorded on AWS in October 2025)."""
        for name, wish in _COUNTED.items():
            if self.body.get(wish, "NONE") == "NONE":
                answer.result.pop(name, None)
        return answer
