"""What a state machine's calls of S3 give, where the SDK for Java and S3 itself say more than moto, or less.

Recorded on AWS in November 2025: each object is encrypted with S3's own key, a body of JSON is text, and a checksum is told of what was
put, not of what was got.
"""

from typing import Any

_ENCRYPTION = {"ServerSideEncryption": "AES256"}
_PUT = {**_ENCRYPTION, "ChecksumType": "FULL_OBJECT"}
_TEXT = {"ContentType": "text/plain; charset=UTF-8"}


def add_to(client: Any) -> None:
    """Have a client of the interpreter's own send and tell so."""
    events = client.meta.events
    events.register("provide-client-params.s3.PutObject", _send)
    events.register("after-call.s3.PutObject", _put)
    events.register("after-call.s3.GetObject", _got)


def _send(params: dict[str, Any], **_: Any) -> dict[str, Any]:
    return {**_ENCRYPTION, **_TEXT, **params}


def _put(parsed: dict[str, Any], **_: Any) -> None:
    if "Error" not in parsed:
        parsed |= {**_PUT, **parsed}


def _got(parsed: dict[str, Any], **_: Any) -> None:
    if "Error" not in parsed:
        parsed.pop("ChecksumCRC32", None)
        parsed |= {**_ENCRYPTION, **parsed}
