"""What SNS refuses in a message attribute, in its own words, which are not those of SQS. Recorded on AWS in August 2023 and later."""

import re
from collections.abc import Mapping
from typing import Any

from motoclock.services.sns.refusals import InvalidParameter, ParameterValueInvalid, ValidationError
from motoclock.services.sqs import validation

_NAME_MAX_BYTES = 256
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_.-]")
_RESERVED = re.compile(r"(?:aws|amazon)\.", re.IGNORECASE)


def check_attributes(attributes: Mapping[str, Mapping[str, Any]], path: str = "messageAttributes") -> None:
    """Attributes in boto3's form, or the error. `path` is where they stand in the request. SNS has no limit to their number."""
    for name, value in attributes.items():
        if value.get("DataType") is None:
            raise ValidationError(
                f"1 validation error detected: Value null at '{path}.{name}.member.dataType' failed to satisfy constraint: "
                "Member must not be null"
            )
        _check_name(name)
        _check_value(name, value)


def _check_name(name: str) -> None:
    if len(name.encode()) > _NAME_MAX_BYTES:
        raise ParameterValueInvalid("Length of message attribute name must be less than 256 bytes.")
    if found := _NOT_IN_NAMES.search(name):
        raise ParameterValueInvalid(
            f"Invalid non-alphanumeric character '#x{ord(found[0]):X}' was found in the message attribute name. Can only include "
            "alphanumeric characters, hyphens, underscores, or dots."
        )
    if name.startswith("."):
        raise ParameterValueInvalid("Invalid message attribute name starting with character '.' was found.")
    if name.endswith("."):
        raise ParameterValueInvalid("Invalid message attribute name ending with character '.' was found.")
    if ".." in name:
        raise ParameterValueInvalid("Message attribute name can not have successive '.' character.")
    if not name or _RESERVED.match(name):
        raise ParameterValueInvalid(f"The message attribute name '{name}' is empty or starts with AWS. or Amazon.")


def _check_value(name: str, value: Mapping[str, Any]) -> None:
    kind = value["DataType"]
    logical, dot, custom = kind.partition(".")
    if logical not in validation.ATTRIBUTE_TYPES or (dot and not custom):
        raise ParameterValueInvalid(
            f"The message attribute '{name}' has an invalid message attribute type, the set of supported type prefixes is "
            "Binary, Number, and String."
        )
    field, other = ("Binary", "String") if logical == "Binary" else ("String", "Binary")
    content = value.get(f"{field}Value")
    if not content and value.get(f"{other}Value"):
        raise ParameterValueInvalid(f"The message attribute '{name}' with type '{kind}' must use field '{field}'.")
    if not content:
        raise ParameterValueInvalid(
            f"The message attribute '{name}' must contain non-empty message attribute value for message attribute type '{kind}'."
        )
    if logical == "Number" and not validation.is_number(content):
        raise ParameterValueInvalid(f"Could not cast message attribute '{name}' value to number.")
    if logical != "Binary" and validation.forbidden_character(content):
        raise InvalidParameter(f"Message attribute '{name}' has a character that SNS does not take")
