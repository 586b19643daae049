"""What a handler returned, as the Python runtime writes it.

Source: aws/aws-lambda-python-runtime-interface-client, awslambdaric/lambda_runtime_marshaller.py (read 2026-11): the runtime encodes
with simplejson, so bytes are taken for UTF-8 text and a named tuple becomes an object; a Decimal is written with its own digits. What
a handler gives that returns bytes alone is recorded on AWS: bytes that are JSON are the answer as they are (November 2024), other text
is put in quotes (November 2025).
"""

import json
import math
from decimal import Decimal
from typing import Any

import simplejson
from simplejson.raw_json import RawJSON


def marshalled(result: Any) -> bytes:
    """The result as JSON. Raises what the runtime's encoder raises for what is no JSON: TypeError, ValueError, UnicodeDecodeError."""
    if isinstance(result, bytes) and _is_json(result):
        return result
    return simplejson.dumps(result, default=_decimal, use_decimal=False, ensure_ascii=False, allow_nan=True).encode()


def _is_json(text: bytes) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _decimal(value: Any) -> Any:
    if isinstance(value, Decimal):
        return math.nan if value.is_nan() else RawJSON(str(value))
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")
