"""What a state is told of a task that failed: the names and causes that AWS gives where moto has others.

Recorded on AWS from 2023 to November 2025. Source: Step Functions developer guide, connect-lambda and connect-eventbridge.
"""

import json
from typing import Any

from botocore.exceptions import ClientError
from moto.stepfunctions.parser.api import HistoryEventType, LambdaFunctionFailedEventDetails
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_dynamodb import (
    StateTaskServiceDynamoDB,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_events import (
    SfnFailedEntryCountException,
    StateTaskServiceEvents,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_lambda import (
    StateTaskServiceLambda,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_sqs import (
    StateTaskServiceSqs,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task import StateTask
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task_lambda import StateTaskLambda
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails

from motoclock.extras.stepfunctions.sdk import shape_of

_UNKNOWN = "Lambda.Unknown"  # a function's error without an errorType
_plain_lambda_error = StateTaskServiceLambda._from_error
_plain_function_error = StateTaskLambda._from_error
_plain_dynamodb_error = StateTaskServiceDynamoDB._from_error
_plain_dynamodb_error_and_cause = StateTaskServiceDynamoDB._error_cause_from_client_error
_plain_sqs_error = StateTaskServiceSqs._from_error
_plain_events_error = StateTaskServiceEvents._from_error


def change() -> None:
    StateTaskServiceLambda._from_error = _lambda_error
    StateTaskLambda._from_error = _function_error
    StateTaskServiceDynamoDB._from_error = _dynamodb_error
    StateTaskServiceDynamoDB._error_cause_from_client_error = staticmethod(_dynamodb_error_and_cause)
    StateTaskServiceSqs._from_error = _sqs_error
    StateTaskServiceEvents._from_error = _events_error


def _error_type(payload: str) -> str:
    error = json.loads(payload)
    return (error.get("errorType") if isinstance(error, dict) else None) or _UNKNOWN


def _lambda_error(self: Any, env: Environment, ex: Exception) -> FailureEvent:
    """A function's errorType is the state's error; a refusal of the service is "Lambda." and its code."""
    event = _plain_lambda_error(self, env, ex)
    if isinstance(ex, lambda_eval_utils.LambdaFunctionErrorException):
        error = _error_type(ex.payload)
        # the function's runtime wrote it with blanks
        cause = json.dumps(json.loads(ex.payload), separators=(",", ":"), ensure_ascii=False)
        event.event_details["taskFailedEventDetails"] |= {"error": error, "cause": cause}
        event.error_name = CustomErrorName(error)
    return event


def _function_error(self: StateTaskLambda, env: Environment, ex: Exception) -> FailureEvent:
    """The same for a Task whose Resource is a function's ARN, where moto says "Exception". Its cause is the text that the function's
    runtime wrote; that of the optimised integration has no blanks (recorded on AWS, October 2023 to November 2024).
    """
    if isinstance(ex, lambda_eval_utils.LambdaFunctionErrorException):
        error, cause = _error_type(ex.payload), ex.payload
    elif isinstance(ex, ClientError):
        error, cause = StateTaskServiceLambda._error_cause_from_client_error(ex)
    elif isinstance(ex, TimeoutError):
        return _plain_function_error(self, env, ex)
    else:
        return super(StateTask, self)._from_error(env, ex)
    details = LambdaFunctionFailedEventDetails(error=error, cause=cause)
    return FailureEvent(
        env,
        CustomErrorName(error),
        HistoryEventType.LambdaFunctionFailed,
        EventDetails(lambdaFunctionFailedEventDetails=details),
    )


def _dynamodb_error(self: StateTaskServiceDynamoDB, env: Environment, ex: Exception) -> FailureEvent:
    """moto calls everything but a refusal AmazonDynamoDBException, timeouts and size limits too."""
    if isinstance(ex, ClientError):
        return _plain_dynamodb_error(self, env, ex)
    return super(StateTaskServiceDynamoDB, self)._from_error(env, ex)


def _dynamodb_error_and_cause(error: ClientError) -> tuple[str, str]:
    """What DynamoDB's model has no error for is AmazonDynamoDBException: recorded in 2023."""
    name, cause = _plain_dynamodb_error_and_cause(error)
    return name if shape_of("dynamodb", error) else "DynamoDB.AmazonDynamoDBException", cause


def _sqs_error(self: StateTaskServiceSqs, env: Environment, ex: Exception) -> FailureEvent:
    """Recorded in 2023 for what the model has no error for; moto calls every refusal a fault of the client."""
    event = _plain_sqs_error(self, env, ex)
    if isinstance(ex, ClientError):
        told = ex.response
        shape = shape_of("sqs", ex)
        error = f"SQS.{shape.removesuffix('Exception')}Exception" if shape else "SQS.AmazonSQSException"
        cause = (
            f"{told['Error']['Message']} (Service: AmazonSQS; Status Code: {told['ResponseMetadata']['HTTPStatusCode']}; "
            f"Error Code: {told['Error']['Code']}; Request ID: {told['ResponseMetadata']['RequestId']}; Proxy: null)"
        )
        event.error_name = CustomErrorName(error)
        event.event_details["taskFailedEventDetails"] |= {"error": error, "cause": cause}
    return event


def _events_error(self: StateTaskServiceEvents, env: Environment, ex: Exception) -> FailureEvent:
    """The cause of entries that were refused is the answer, as JSON: recorded in November 2025."""
    event = _plain_events_error(self, env, ex)
    if isinstance(ex, SfnFailedEntryCountException):
        answer = {name: ex.cause[name] for name in ("Entries", "FailedEntryCount")} if ex.cause else {}
        cause = json.dumps(answer, separators=(",", ":"), ensure_ascii=False)
        event.event_details["taskFailedEventDetails"]["cause"] = cause
    return event
