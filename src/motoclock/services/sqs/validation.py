"""What SQS refuses in a message, with the errors that AWS gives.

AWS: SendMessage and SendMessageBatch in the API reference; "message metadata" in the developer guide for the rules of attributes.
"""

import re
import string
from collections.abc import Mapping
from typing import Any

from moto.sqs.exceptions import (
    BatchEntryIdsNotDistinct,
    BatchRequestTooLong,
    EmptyBatchRequest,
    InvalidBatchEntryId,
    InvalidParameterValue,
    MissingParameter,
    SQSException,
    TooManyEntriesInBatchRequest,
)

from motoclock.facts import sqs as facts

_BATCH_MAX = facts.BATCH_MAX_MESSAGES.value
_BATCH_BYTES = facts.BATCH_SIZE_MAX_BYTES.value
_ATTRIBUTES_MAX = facts.MESSAGE_ATTRIBUTES_MAX.value
_DELAY_RANGE = facts.DELAY_RANGE_S.value

_NOT_ALLOWED = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ATTRIBUTE_NAME = re.compile(r"(?!(?:aws|amazon)\.)[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*", re.IGNORECASE)
_ATTRIBUTE_NAME_MAX = 256
ATTRIBUTE_TYPES = ("String", "Number", "Binary")  # the part before the dot of a custom type
_ENTRY_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")
_ID_CHARACTERS = frozenset(string.ascii_letters + string.digits + string.punctuation)
_ID_MAX = 128
_TRACE_HEADER = "AWSTraceHeader"
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")


class TooLong(InvalidParameterValue):
    """A message with more bytes than the queue takes. A batch says it in other words (recorded on AWS in April 2024)."""

    def __init__(self, maximum: int):
        reason = f"Reason: Message must be shorter than {maximum} bytes."
        super().__init__(f"One or more parameters are invalid. {reason}")
        self.in_batch = f"One or more parameters cannot be validated. {reason}"


class NoReceiptHandle(SQSException):
    """A receipt handle that this queue never gave."""

    def __init__(self, handle: str):
        super().__init__(
            "ReceiptHandleIsInvalid", f'The input receipt handle "{handle}" is not a valid receipt handle.'
        )


def size_of(body: str, attributes: Mapping[str, Any]) -> int:
    """Bytes that a message counts for: body, and of each attribute name, type and value."""
    size = len(body) if body.isascii() else len(body.encode("utf-8", "surrogatepass"))
    for name, value in attributes.items():
        content = value.get("BinaryValue") or (value.get("StringValue") or "").encode("utf-8", "surrogatepass")
        size += len(name.encode()) + len((value.get("DataType") or "").encode()) + len(content)
    return size


def check_body(body: str | None) -> None:
    if not body:
        raise MissingParameter("MessageBody")
    if not isinstance(body, str):
        raise InvalidParameterValue("The message body must be a string.")
    if found := forbidden_character(body):
        raise SQSException(
            "InvalidMessageContents",
            f"Invalid binary character '#x{ord(found):X}' was found in the message body, the set of allowed characters is "
            "#x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF",
        )


def check_size(size: int, maximum: int) -> None:
    if size > maximum:
        raise TooLong(maximum)


def is_number(text: str) -> bool:
    """Whether an attribute of type Number may have this value."""
    return _NUMBER.fullmatch(text.strip()) is not None


def forbidden_character(text: str) -> str | None:
    """The first character that no message may have."""
    found = _NOT_ALLOWED.search(text)
    return found[0] if found else None


def check_attributes(attributes: Mapping[str, Any]) -> None:
    """Custom attributes in boto3's form: {name: {"DataType": ..., "StringValue" or "BinaryValue": ...}}."""
    if len(attributes) > _ATTRIBUTES_MAX:
        raise InvalidParameterValue(
            f"Number of message attributes [{len(attributes)}] exceeds the allowed maximum [{_ATTRIBUTES_MAX}]."
        )
    for name, value in attributes.items():
        _check_attribute(name, value)


def _check_attribute(name: str, value: Mapping[str, Any]) -> None:
    if not _ATTRIBUTE_NAME.fullmatch(name) or len(name) > _ATTRIBUTE_NAME_MAX:
        raise InvalidParameterValue(
            f"The message attribute name '{name}' is invalid. Attribute name can contain A-Z, a-z, 0-9, underscore (_), "
            "hyphen (-), and period (.) characters, at most 256. It can't start with AWS. or Amazon., nor start or end with a "
            "period, nor have periods in succession."
        )
    data_type = value.get("DataType")
    if not data_type:
        raise InvalidParameterValue(f"The message attribute '{name}' must contain a non-empty message attribute type.")
    logical, dot, custom = data_type.partition(".")
    if logical not in ATTRIBUTE_TYPES or (dot and not custom) or len(data_type) > _ATTRIBUTE_NAME_MAX:
        raise InvalidParameterValue(
            f"The message attribute '{name}' has an invalid message attribute type, the set of supported type prefixes is "
            "Binary, Number, and String."
        )
    content = value.get("BinaryValue" if logical == "Binary" else "StringValue")
    if not content:
        raise InvalidParameterValue(
            f"Message (user) attribute '{name}' must contain a non-empty value of type '{data_type}'."
        )
    if logical == "Number" and not is_number(content):
        raise InvalidParameterValue(f"Can't cast the value of message attribute '{name}' to a number.")
    if logical != "Binary" and forbidden_character(content):
        raise InvalidParameterValue(
            f"Invalid binary character was found in the message attribute '{name}' value, the set of allowed characters is "
            "#x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF"
        )


def check_system_attributes(attributes: Mapping[str, Any]) -> None:
    """The one system attribute that a sender may set is the tracing header."""
    for name, value in attributes.items():
        if name != _TRACE_HEADER:
            raise InvalidParameterValue(f"Message system attribute name '{name}' is invalid.")
        if value.get("DataType") != "String" or not value.get("StringValue"):
            raise InvalidParameterValue(
                f"The message system attribute '{name}' must contain a non-empty value of the type String."
            )


def check_id(parameter: str, value: str) -> None:
    """A message group id or a deduplication id: 1 to 128 letters, digits and punctuation."""
    if not 1 <= len(value) <= _ID_MAX or not _ID_CHARACTERS.issuperset(value):
        raise InvalidParameterValue(
            f"Value {value} for parameter {parameter} is invalid. Reason: {parameter} can only include alphanumeric and "
            f"punctuation characters. 1 to {_ID_MAX} in length."
        )


def check_delay(delay_s: float) -> None:
    if not _DELAY_RANGE.low <= delay_s <= _DELAY_RANGE.high:
        raise InvalidParameterValue(
            f"Value {delay_s} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= {_DELAY_RANGE.low} and "
            f"<= {_DELAY_RANGE.high}."
        )


def check_entries(entries: list[dict[str, Any]], action: str) -> None:
    """What makes a whole batch fail: no entry, more than ten, a malformed id, or an id twice."""
    if not entries:
        raise EmptyBatchRequest(action)
    if len(entries) > _BATCH_MAX:
        raise TooManyEntriesInBatchRequest(len(entries))
    seen = set()
    for entry in entries:
        entry_id = entry["Id"]
        if not _ENTRY_ID.fullmatch(entry_id):
            raise InvalidBatchEntryId()
        if entry_id in seen:
            raise BatchEntryIdsNotDistinct(entry_id)
        seen.add(entry_id)


def check_batch_size(size: int) -> None:
    if size > _BATCH_BYTES:
        raise BatchRequestTooLong(size)
