"""moto's API layer behind the gate for values."""

from typing import Any

from moto.core.utils import get_service_model
from moto.dynamodb.responses import DynamoHandler

from motoclock.services.dynamodb.entering import check_keys, enter


class GatedDynamoHandler(DynamoHandler):
    """Checks a request's values and keys before moto sees it."""

    def call_action(self) -> Any:
        action = self._get_action()
        enter(get_service_model("dynamodb").operation_model(action), self.params)
        check_keys(self.dynamodb_backend, action, self.params)
        return super().call_action()
