"""The event that a function gets from an SQS mapping.

Source: Lambda developer guide, with-sqs (the example event). All attribute values are strings. `md5OfMessageAttributes` is null without
attributes, as 16 events recorded on AWS have it.
"""

import base64
import json
from collections.abc import Sequence
from typing import Any

from motoclock.matching import Pattern
from motoclock.world import REGION


def record_of(message: Any, queue_arn: str) -> dict[str, Any]:
    """One entry of `Records`, as AWS spells its keys."""
    attributes = {
        "ApproximateReceiveCount": str(message.approximate_receive_count),
        "SentTimestamp": str(int(message.sent_timestamp)),
        "SenderId": message.sender_id,
        "ApproximateFirstReceiveTimestamp": str(int(message.approximate_first_receive_timestamp)),
    }
    if message.sequence_number:
        attributes["SequenceNumber"] = message.sequence_number
    if message.group_id:
        attributes["MessageGroupId"] = message.group_id
    if message.deduplication_id:
        attributes["MessageDeduplicationId"] = message.deduplication_id
    trace_header = (message.system_attributes or {}).get("AWSTraceHeader")
    if trace_header:
        attributes["AWSTraceHeader"] = trace_header.get("StringValue")
    source = getattr(message, "dead_letter_source_arn", None)
    if source:
        attributes["DeadLetterQueueSourceArn"] = source
    return {
        "messageId": message.id,
        "receiptHandle": message.receipt_handle,
        "body": message.body,
        "attributes": attributes,
        "messageAttributes": {name: _attribute(value) for name, value in (message.message_attributes or {}).items()},
        "md5OfBody": message.body_md5,
        "md5OfMessageAttributes": message.attribute_md5 if message.message_attributes else None,
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": REGION,
    }


def passes(record: dict[str, Any], patterns: Sequence[Pattern]) -> bool:
    """Whether a record matches one of the mapping's filters.

    A pattern for `body` that is an object reads the body as JSON; one that is a list compares plain text. A plain-text body under a
    JSON filter, or the reverse, does not match.
    """
    if not patterns:
        return True
    try:
        body = json.loads(record["body"])
    except ValueError:
        body = record["body"]
    else:
        if not isinstance(body, dict):
            body = record["body"]
    seen = {**record, "body": body}
    return any(pattern.matches(seen) for pattern in patterns)


def _attribute(value: dict[str, Any]) -> dict[str, Any]:
    kind = value.get("DataType", "String")
    one = {"stringListValues": [], "binaryListValues": [], "dataType": kind}
    if value.get("BinaryValue") is not None:
        binary = value["BinaryValue"]
        one["binaryValue"] = binary if isinstance(binary, str) else base64.b64encode(binary).decode()
    else:
        one["stringValue"] = value.get("StringValue")
    return one
