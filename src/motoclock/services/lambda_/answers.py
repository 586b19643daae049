"""What Lambda's HTTP API answers with: moto takes a status from a header, and AWS tells each error in its own way."""

import json

from moto.core.exceptions import JsonRESTError
from moto.core.responses import TYPE_RESPONSE

from motoclock.templates import json_refusals
from motoclock.templates.json_refusals import NotJson


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


def not_json(payload: bytes) -> TYPE_RESPONSE:
    """In the words of AWS's parser: recorded in November 2025."""
    why = _why_not_json(payload)
    told = f"Could not parse payload into json: {why.redacted}" if why else "the payload is not JSON."
    return refused(400, "InvalidRequestContentException", f"Could not parse request body into json: {told}")


def _why_not_json(payload: bytes) -> NotJson | None:
    """AWS's parser reads bytes: a value can't begin with one that is no ASCII, and within a value it must be a character's."""
    text = payload.decode("latin-1")
    try:
        text = payload.decode()
    except UnicodeDecodeError as error:
        if text[: error.start].strip():
            return NotJson(text, f"Invalid UTF-8 start byte 0x{payload[error.start]:x}", error.start + 1)
    try:
        return json_refusals.refused(text)
    except ValueError:
        return None


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
