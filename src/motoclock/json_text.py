"""JSON as AWS writes it into events, records and task results: binary values are base64 text, at every depth.

Source: DynamoDB API reference, AttributeValue (B is "Base64-encoded binary data object"), and the example events of the Lambda
developer guide (with-ddb-example: `"BS"` of base64 text; with-sqs: `binaryValue`).
"""

import base64
import json
from typing import Any


def json_text(value: Any, *, compact: bool = False, ascii_only: bool = True) -> str:
    """A value as JSON. `compact`: no blanks. `ascii_only`: other characters as escapes. TypeError for what is no data."""
    separators = (",", ":") if compact else None
    return json.dumps(value, separators=separators, ensure_ascii=ascii_only, default=_base64)


def json_ready(value: Any) -> Any:
    """The same value with text for bytes: what a filter or a path is to see before it is written."""
    if isinstance(value, dict):
        return {name: json_ready(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [json_ready(each) for each in value]
    return _base64(value) if isinstance(value, bytes | bytearray | memoryview) else value


def _base64(value: Any) -> str:
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(value).decode()
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")
