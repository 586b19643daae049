"""What Publish accepts: one message, checked as SNS checks it.

API reference of SNS, Publish and PublishBatch; message attributes in the developer guide, sns-message-attributes.
"""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moto.sqs.exceptions import SQSException

from motoclock.services.sns.archive import Replay
from motoclock.services.sns.refusals import InvalidParameter
from motoclock.services.sqs import validation

_SUBJECT_MAX_CHARACTERS = 100
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")
_DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Publication:
    """A message as a topic took it. `attributes` have SNS's form {name: {"Type", "Value"}}, Binary values in base64.

    `texts` holds the text of each protocol and "default" (MessageStructure json), or only "default". `published_s` is a virtual second.
    `sequence_number` and `deduplication_id` are those of a FIFO topic.
    """

    id: str
    topic_arn: str
    texts: Mapping[str, str]
    attributes: Mapping[str, Mapping[str, str]]
    subject: str | None
    group_id: str | None
    deduplication_id: str | None
    sequence_number: str | None
    size_bytes: int
    published_s: float
    trace_header: str | None = None  # X-Ray's, of the request
    replay: Replay | None = None  # the one that it is delivered for, when it comes out of the archive

    def text_for(self, protocol: str) -> str:
        """What subscribers of this protocol get."""
        return self.texts.get(protocol, self.texts[_DEFAULT])


def check_message(message: str | None, subject: str | None, attributes: Mapping[str, Any], most_bytes: int) -> int:
    """The size in bytes of message and attributes (in boto3's form, checked before), or the error that Publish gives."""
    if not message:
        raise InvalidParameter("Empty message")
    if subject is not None and (not subject or len(subject) > _SUBJECT_MAX_CHARACTERS or _CONTROL.search(subject)):
        raise InvalidParameter("Subject")
    size = validation.size_of(message, attributes)
    if size > most_bytes:
        raise InvalidParameter("Message too long")
    return size


def check_id(parameter: str, value: str) -> None:
    """A message group id or deduplication id has the alphabet that it has in SQS."""
    try:
        validation.check_id(parameter, value)
    except SQSException as error:
        raise InvalidParameter(f"The {parameter} parameter: {error.message}") from None


def read_texts(message: str, structure: str | None) -> dict[str, str]:
    """The text for each protocol. With MessageStructure "json" the message is an object whose "default" is text."""
    if structure is None:
        return {_DEFAULT: message}
    if structure != "json":
        raise InvalidParameter("MessageStructure")
    try:
        texts = json.loads(message)
    except ValueError:
        texts = None
    if not isinstance(texts, dict):
        raise InvalidParameter("Message Structure - JSON message body failed to parse")
    if not isinstance(texts.get(_DEFAULT), str):
        raise InvalidParameter("Message Structure - No default entry in JSON message body")
    return {protocol: text for protocol, text in texts.items() if isinstance(text, str)}


def as_sns(attributes: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """boto3's form of message attributes as SNS passes them on: Type and Value."""
    found = {}
    for name, value in attributes.items():
        binary = value["DataType"].startswith("Binary")
        text = base64.b64encode(value["BinaryValue"]).decode() if binary else value["StringValue"]
        found[name] = {"Type": value["DataType"], "Value": text}
    return found


def as_boto(attributes: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, Any]]:
    """The way back: what a queue takes."""
    found: dict[str, dict[str, Any]] = {}
    for name, value in attributes.items():
        kind, text = value["Type"], value["Value"]
        content = {"BinaryValue": base64.b64decode(text)} if kind.startswith("Binary") else {"StringValue": str(text)}
        found[name] = {"DataType": kind, **content}
    return found
