"""Records of a source as a pipe has them."""

import base64
import json
from collections.abc import Iterable
from typing import Any


def flat(record: dict[str, Any]) -> dict[str, Any]:
    """A source's record as a pipe has it: what a function finds under "kinesis" stands at the top."""
    if "kinesis" not in record:
        return record
    return {**record["kinesis"], **{name: value for name, value in record.items() if name != "kinesis"}}


def reported(records: Iterable[dict[str, Any]]) -> bytes:
    """A partial batch response that names these records: a message by its id, a stream's record by its eventID."""
    ids = [record.get("messageId") or record["eventID"] for record in records]
    return json.dumps({"batchItemFailures": [{"itemIdentifier": one} for one in ids]}).encode()


def parsed(event: Any) -> Any:
    """The event with its body or data read: JSON text as JSON, a stream's base64 decoded."""
    if not isinstance(event, dict):
        return event
    if event.get("eventSource") == "aws:sqs":
        return {**event, "body": _read(event["body"])}
    if event.get("eventSource") == "aws:kinesis":
        return {**event, "data": _read(base64.b64decode(event["data"]).decode(errors="replace"))}
    return event


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
