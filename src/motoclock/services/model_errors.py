"""Errors as a service's model shapes them: status and names of members from botocore, not moto's own."""

import json

from moto.core.exceptions import JsonRESTError
from moto.core.responses import TYPE_RESPONSE, BaseResponse, get_service_model

_SERVER_ERROR = 500


class ModelErrors(BaseResponse):
    """A mixin before a moto response class whose errors are `JsonRESTError`s: they are answered in the shape of their model."""

    def call_action(self) -> TYPE_RESPONSE:
        try:
            status, headers, body = super().call_action()
        except JsonRESTError as error:
            status, headers, body = (
                error.code,
                {**self.response_headers, "content-type": "application/json"},
                error.description,
            )
        if status < 400:
            return status, headers, body
        return shaped(self.boto3_service_name, status, headers, body)


def shaped(service: str, status: int, headers: dict[str, str], body: str) -> TYPE_RESPONSE:
    try:
        told = json.loads(body)
        code, message = told["__type"].split("#")[-1], told["message"]
    except (ValueError, KeyError, TypeError):  # an answer of ours, which has its shape
        return status, headers, body
    shape = next((one for one in get_service_model(service).error_shapes if one.name == code), None)
    members = ["Message"] if shape is None else [name for name in shape.members if name.lower() == "message"]
    answer = {"__type": code, **dict.fromkeys(members, message)}
    if shape is not None:
        status = shape.metadata.get("error", {}).get("httpStatusCode", status)
        if "Type" in shape.members:
            answer["Type"] = "Service" if status >= _SERVER_ERROR else "User"
    return status, {**headers, "status": str(status), "x-amzn-errortype": code}, json.dumps(answer)
