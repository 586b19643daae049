"""What Lambda's HTTP API answers with: moto takes a status from a header, and AWS tells each error in its own way."""

import json

from moto.core.exceptions import JsonRESTError
from moto.core.responses import TYPE_RESPONSE


def named_wrongly(error: JsonRESTError) -> TYPE_RESPONSE:
    """A broken constraint carries its message and nothing else; the rest has the shape of its model."""
    code, told = error.error_type, json.loads(error.description)["message"]
    headers = {"x-amzn-ErrorType": code, "content-type": "application/json"}
    member = "Message" if code == "ResourceNotFoundException" else "message"
    body = {member: told} if code == "ValidationException" else {"Type": "User", member: told}
    return answer(error.code, headers, json.dumps(body))


def null(member: str) -> JsonRESTError:
    clause = f"Value null at '{member}' failed to satisfy constraint: Member must not be null"
    return JsonRESTError("ValidationException", f"1 validation error detected: {clause}")


def not_json() -> TYPE_RESPONSE:
    text = "Could not parse request body into json: the payload is not JSON."
    return refused(400, "InvalidRequestContentException", text)


def no_context() -> TYPE_RESPONSE:
    """As AWS was seen to say it in 2019: github.com/boto/boto3/issues/2153."""
    return refused(400, "InvalidRequestContentException", "Client context must be a valid Base64-encoded JSON object.")


def too_large(limit: int, operation: str) -> TYPE_RESPONSE:
    return refused(
        413, "RequestTooLargeException", f"Request must be smaller than {limit} bytes for the {operation} operation"
    )


def request_too_large(limit: int, operation: str) -> TYPE_RESPONSE:
    """By another name than a payload that is too large, and without a type: recorded on AWS in November 2025."""
    told = {"message": f"Request must be smaller than {limit} bytes for the {operation} operation"}
    return answer(413, {"x-amzn-ErrorType": "RequestEntityTooLargeException"}, json.dumps(told))


def refused(status: int, code: str, message: str) -> TYPE_RESPONSE:
    return answer(status, {"x-amzn-ErrorType": code}, json.dumps({"Type": "User", "message": message}))


def answer(status: int, headers: dict[str, str], body: str | bytes) -> TYPE_RESPONSE:
    """`status` goes into a header too, where moto looks for it."""
    return status, {**headers, "status": str(status)}, body
