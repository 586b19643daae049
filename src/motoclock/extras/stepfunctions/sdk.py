"""Calls of AWS's APIs by state machines, as AWS's SDK for Java makes them: names of services and errors, and what comes with an answer.

Names derive from botocore's models. Source: Step Functions developer guide, supported-services-awssdk ("Service.ServiceException"), and
the naming rules of the SDK for Java 2 (an error's name ends in Exception, "Fault" is dropped, acronyms are capitalised as words).
Answers of AWS recorded in January 2025 (errors) and from 2023 on (SdkHttpMetadata of optimised integrations).
"""

import json
import re
from functools import cache
from typing import Any

import botocore.session
from botocore.exceptions import ClientError, UnknownServiceError
from botocore.model import ServiceModel
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import StateTaskService
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_aws_sdk import (
    StateTaskServiceAwsSdk,
)

from motoclock.world import the_world

# Services that the SDK for Java calls otherwise than botocore
_BOTO_NAMES = {"sfn": "stepfunctions", "eventbridge": "events", "cloudwatchlogs": "logs"}
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+|[0-9]+")
_LEADING = re.compile(r"^[A-Z]{2,}\d*(?=[A-Z][a-z]|$)")
_ANSWERED = ("send_message", "publish", "put_item", "get_item", "delete_item", "update_item", "start_execution")
_KEPT = {"content-length": "Content-Length", "content-type": "Content-Type", "x-amz-crc32": "x-amz-crc32"}
_CONNECTION = dict.fromkeys(("lambda", "dynamodb"), "Connection")  # the others write it small


@cache
def service_model(name: str) -> ServiceModel | None:
    """Of a service by the name in a Resource or by botocore's; None for one that there is not."""
    try:
        return botocore.session.get_session().get_service_model(_BOTO_NAMES.get(name, name))
    except UnknownServiceError:
        return None


def service_name(name: str) -> str:
    """ "s3" is S3, "dynamodb" DynamoDb, "secretsmanager" SecretsManager."""
    model = service_model(name)
    return _pascal(model.metadata.get("serviceId", name)) if model else _pascal(name)


def error_name(service: str, error: ClientError) -> str:
    """The name of the exception for an error: the service's own where the model has no such error."""
    shape = shape_of(service, error)
    if shape is None:
        return f"{service_name(service)}Exception"
    return f"{_pascal(shape.removesuffix('Fault').removesuffix('Exception'))}Exception"


def shape_of(service: str, error: ClientError) -> str | None:
    """The error's name in the service's model, which is also that of botocore's class; None for one it doesn't have."""
    if type(error) is not ClientError:
        return type(error).__name__
    model = service_model(service)
    shape = model.shape_for_error_code(error.response["Error"]["Code"]) if model else None
    return shape.name if shape is not None else None


def _pascal(name: str) -> str:
    return "".join(word[:1].upper() + word[1:].lower() for word in _WORDS.findall(name))


def _of_exception(norm_service_name: str, ex: ClientError) -> str:
    """moto asks with the name of the service as errors have it."""
    return f"{norm_service_name}.{error_name(norm_service_name.lower(), ex)}"


def member_name(name: str) -> str:
    """As the SDK for Java has it: an acronym is a word only where a name begins, so ChecksumCRC32 stays."""
    return _LEADING.sub(lambda match: match[0].capitalize(), name[:1].upper() + name[1:])


def check_required(service: str, operation: Any, parameters: dict[str, Any]) -> None:
    """AWS's own check of a JSON API: what must be there. The interpreter's clients check nothing, as the SDK for Java doesn't."""
    if operation is None or operation.input_shape is None or operation.service_model.protocol != "json":
        return
    missing = [name for name in operation.input_shape.required_members if parameters.get(name) is None]
    if not missing or service == "sqs":
        return
    each = [
        f"Value null at '{name[0].lower()}{name[1:]}' failed to satisfy constraint: Member must not be null"
        for name in missing
    ]
    count = f"{len(each)} validation error{'s' if len(each) > 1 else ''} detected: "
    metadata = {"HTTPStatusCode": 400, "RequestId": the_world().services.functions.new_request_id()}
    error = {"Error": {"Code": "ValidationException", "Message": count + "; ".join(each)}, "ResponseMetadata": metadata}
    raise ClientError(error, operation.name)


# ------------------------------------------------------------------ what comes with an answer


class Answering:
    """A client whose answers bring their HTTP metadata along, as optimised integrations hand it to the state."""

    def __init__(self, client: Any):
        self._client = client

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._client, name)
        if name not in _ANSWERED:
            return call

        def answer(**parameters: Any) -> Any:
            response = call(**parameters)
            metadata = response.pop("ResponseMetadata")
            model = self._client.meta.service_model
            given = {name.lower(): value for name, value in metadata.get("HTTPHeaders", {}).items()}
            headers = {_KEPT[name]: str(value) for name, value in sorted(given.items()) if name in _KEPT}
            headers.setdefault("Content-Length", str(_length(model, name, response)))
            return response | http_metadata(
                model.service_name, metadata["RequestId"], metadata["HTTPStatusCode"], headers
            )

        return answer


def http_metadata(service: str, request_id: str, status: int, headers: dict[str, str]) -> dict[str, Any]:
    """What came with an answer of `service`. Modelled: the headers are those that AWS's answers were recorded to have."""
    date = f"{the_world().clock.datetime:%a, %d %b %Y %H:%M:%S} GMT"
    headers = {_CONNECTION.get(service, "connection"): "keep-alive", "Date": date} | headers
    if service == "dynamodb":
        headers["Server"] = "Server"
    headers |= {"x-amzn-RequestId": request_id}
    every: dict[str, Any] = {name: [value] for name, value in headers.items()}
    return {
        "SdkHttpMetadata": {"AllHttpHeaders": every, "HttpHeaders": headers, "HttpStatusCode": status},
        "SdkResponseMetadata": {"RequestId": request_id},
    }


def _length(model: ServiceModel, call: str, response: dict[str, Any]) -> int:
    """The bytes of the answer as AWS writes it: XML of a member a line for services that are queried, else JSON without blanks."""
    if model.metadata["protocol"] != "query":
        as_number = "-" * 14  # with its quotes as long as a time in AWS's JSON, 1.706820695123E9
        written = json.dumps(response, separators=(",", ":"), ensure_ascii=False, default=lambda _time: as_number)
        return len(written.encode())
    name = _pascal(call)
    members = [f"    <{member}>{value}</{member}>\n" for member, value in response.items()]
    frame = (
        f'<{name}Response xmlns="{model.metadata["xmlNamespace"]}">\n  <{name}Result>\n  </{name}Result>\n  <ResponseMetadata>\n'
        f"    <RequestId>{'-' * 36}</RequestId>\n  </ResponseMetadata>\n</{name}Response>\n"
    )
    return len(frame) + sum(len(member.encode()) for member in members)


def change() -> None:
    StateTaskService._SERVICE_NAME_SFN_TO_BOTO_OVERRIDES = {
        **StateTaskService._SERVICE_NAME_SFN_TO_BOTO_OVERRIDES,
        **_BOTO_NAMES,
    }
    StateTaskService._to_sfn_cased = staticmethod(member_name)
    StateTaskServiceAwsSdk._normalise_service_error_name = staticmethod(service_name)
    StateTaskServiceAwsSdk._normalise_exception_name = staticmethod(_of_exception)
