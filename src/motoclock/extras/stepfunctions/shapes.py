"""Parameters and answers of service integrations, between the spelling of state machines and that of boto3.

A state writes StateMachineArn where the API says stateMachineArn, and may give an object where the API wants a string. moto has the
conversion and doesn't call it. Source: Step Functions developer guide, connect-parameters and supported-services-awssdk.
"""

import datetime
from functools import cache
from typing import Any

from botocore.model import OperationModel, OperationNotFoundError
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import StateTaskService
from moto.stepfunctions.parser.utils import camel_to_snake_case

from motoclock.extras.stepfunctions.sdk import check_required, service_model
from motoclock.extras.stepfunctions.states import iso
from motoclock.json_text import json_ready

_CHECKED = ("aws-sdk", "dynamodb", "sqs")  # whose parameters the service itself checks


@cache
def operation_of(service: str, action: str) -> OperationModel | None:
    """The operation that the client's method of this name calls."""
    try:
        model = service_model(service)
        if model is None:
            return None
        named = {camel_to_snake_case(name): name for name in model.operation_names}
        return model.operation_model(named.get(camel_to_snake_case(action), action))
    except OperationNotFoundError:
        return None


def _normalise_parameters(
    self: StateTaskService,
    parameters: dict,
    boto_service_name: str | None = None,
    service_action_name: str | None = None,
) -> None:
    operation = operation_of(
        self._get_boto_service_name(boto_service_name), self._get_boto_service_action(service_action_name)
    )
    if operation is not None and operation.input_shape is not None:
        service = self.resource.service_name
        if service in _CHECKED:
            for name in [name for name, value in parameters.items() if value is None]:
                del parameters[name]  # null is nothing: recorded in May 2023
        self._to_boto_request(parameters, operation.input_shape)
        if service == "aws-sdk":
            check_required(self.resource.api_name, operation, parameters)
        elif service == "dynamodb":
            check_required(service, operation, parameters)


def _normalise_response(
    self: StateTaskService, response: Any, boto_service_name: str | None = None, service_action_name: str | None = None
) -> None:
    _as_json(response)
    operation = operation_of(
        self._get_boto_service_name(boto_service_name), self._get_boto_service_action(service_action_name)
    )
    if operation is not None and operation.output_shape is not None:
        self._from_boto_response(response, operation.output_shape)


def _as_json(value: Any) -> None:
    """Times and bytes become text in place: a state's output is JSON."""
    places = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for place, each in list(places):
        if isinstance(each, datetime.datetime):
            value[place] = iso(each.astimezone(datetime.UTC))
        elif isinstance(each, bytes):
            value[place] = json_ready(each)
        else:
            _as_json(each)


def change() -> None:
    StateTaskService._normalise_parameters = _normalise_parameters
    StateTaskService._normalise_response = _normalise_response
