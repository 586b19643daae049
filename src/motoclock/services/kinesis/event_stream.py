"""The binary form of an event stream answer, as botocore reads it (application/vnd.amazon.eventstream)."""

import json
import struct
from collections.abc import Iterable, Iterator
from typing import Any
from zlib import crc32

_STRING = 7


def encoded(events: Iterable[tuple[str, dict[str, Any]]]) -> Iterator[bytes]:
    """The parts of an answer, each made when it is asked for: an initial response, then each (event type, content as JSON)."""
    yield _event("initial-response", {})
    for kind, content in events:
        yield _event(kind, content)


def _event(kind: str, content: dict[str, Any]) -> bytes:
    headers = b"".join(
        bytes([len(name)]) + name.encode() + bytes([_STRING]) + struct.pack(">H", len(value)) + value.encode()
        for name, value in (
            (":message-type", "event"),
            (":event-type", kind),
            (":content-type", "application/x-amz-json-1.1"),
        )
    )
    payload = json.dumps(content).encode()
    prelude = struct.pack(">II", len(headers) + len(payload) + 16, len(headers))
    message = prelude + struct.pack(">I", crc32(prelude)) + headers + payload
    return message + struct.pack(">I", crc32(message))
