"""Queue attributes: which there are, what values they take, and what a policy on dead letters may say.

AWS: CreateQueue and SetQueueAttributes in the API reference. Values are strings from boto3, numbers and objects from CloudFormation.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from moto.sqs.exceptions import InvalidAttributeName, InvalidAttributeValue, InvalidParameterValue, SQSException

from motoclock.facts import sqs as facts
from motoclock.facts.shapes import Span

_REDRIVE_PERMISSIONS = ("allowAll", "denyAll", "byQueue")
_SOURCE_QUEUES_MAX = 10
_KMS_REUSE_S = Span(60, 86_400)
_QUEUE_ARN = re.compile(r"arn:[\w-]+:sqs:[\w-]+:\d{12}:[\w-]{1,80}(\.fifo)?")


@dataclass(frozen=True, slots=True)
class RedrivePolicy:
    """Where messages go that were received too often."""

    target_arn: str
    max_receive_count: int


@dataclass(frozen=True, slots=True)
class RedriveAllowPolicy:
    """Which queues may use this one as their dead-letter queue."""

    permission: str = "allowAll"
    source_arns: tuple[str, ...] = ()

    def allows(self, source_arn: str) -> bool:
        return self.permission == "allowAll" or (self.permission == "byQueue" and source_arn in self.source_arns)


def _whole(name: str, value: Any, span: Span) -> int:
    try:
        number = int(value)
    except (TypeError, ValueError):
        raise InvalidAttributeValue(name) from None
    if number not in span:
        raise InvalidAttributeValue(name)
    return number


def _flag(name: str, value: Any) -> bool:
    text = str(value).lower()
    if text not in ("true", "false"):
        raise InvalidAttributeValue(name)
    return text == "true"


def _one_of(*words: str) -> Callable[[str, Any], str]:
    def parse(name: str, value: Any) -> str:
        if value not in words:
            raise InvalidAttributeValue(name)
        return value

    return parse


def _between(span: Span) -> Callable[[str, Any], int]:
    return lambda name, value: _whole(name, value, span)


PARSERS: Mapping[str, Callable[[str, Any], Any]] = {
    "ContentBasedDeduplication": _flag,
    "DeduplicationScope": _one_of("messageGroup", "queue"),
    "DelaySeconds": _between(facts.DELAY_RANGE_S.value),
    "FifoQueue": _flag,
    "FifoThroughputLimit": _one_of("perQueue", "perMessageGroupId"),
    "KmsDataKeyReusePeriodSeconds": _between(_KMS_REUSE_S),
    "KmsMasterKeyId": lambda name, value: value or None,
    "MaximumMessageSize": _between(facts.MESSAGE_SIZE_RANGE_BYTES.value),
    "MessageRetentionPeriod": _between(facts.RETENTION_RANGE_S.value),
    "ReceiveMessageWaitTimeSeconds": _between(facts.WAIT_TIME_RANGE_S.value),
    "SqsManagedSseEnabled": _flag,
    "VisibilityTimeout": _between(facts.VISIBILITY_TIMEOUT_RANGE_S.value),
}
POLICIES = ("Policy", "RedrivePolicy", "RedriveAllowPolicy")
COUNTS = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesDelayed",
    "ApproximateNumberOfMessagesNotVisible",
)
STAMPS = ("CreatedTimestamp", "LastModifiedTimestamp", "QueueArn")
FIFO_ONLY = ("ContentBasedDeduplication", "DeduplicationScope", "FifoQueue", "FifoThroughputLimit")
READABLE = ("All", *PARSERS, *POLICIES, *COUNTS, *STAMPS)


def check_combination(settings: Mapping[str, Any], given: Mapping[str, Any], fifo: bool) -> None:
    """Attributes that exclude or require each other. `settings` is the queue after the change, `given` what the caller asked for."""
    for name in given:
        if name not in PARSERS and name not in POLICIES:
            raise InvalidAttributeName(name)
    if not fifo:
        for name in FIFO_ONLY:
            if name in given and name in ("DeduplicationScope", "FifoThroughputLimit"):
                raise _refused_name(f"You can specify the {name} only when FifoQueue is set to true.")
            if name in given and name != "FifoQueue":
                raise InvalidAttributeName(name)
    if given.get("KmsMasterKeyId") and str(given.get("SqsManagedSseEnabled", "")).lower() == "true":
        raise _refused_name(
            "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE."
        )
    if settings["FifoThroughputLimit"] == "perMessageGroupId" and settings["DeduplicationScope"] != "messageGroup":
        raise InvalidParameterValue(
            "The perMessageGroupId value is allowed for FifoThroughputLimit only when the value for DeduplicationScope is messageGroup."
        )


def invalid_value(name: str, reason: str) -> SQSException:
    """The error for a value that AWS gives a reason for."""
    return SQSException("InvalidAttributeValue", f"Invalid value for the parameter {name}. Reason: {reason}")


def _refused_name(sentence: str) -> SQSException:
    return SQSException("InvalidAttributeName", sentence)


def _json_object(name: str, value: Any) -> dict[str, Any]:
    if isinstance(value, str):
        try:
            value = json.loads(value) if value else {}
        except ValueError:
            value = None
    if not isinstance(value, dict):
        raise InvalidParameterValue(
            f"Value for parameter {name} is invalid. Reason: {name} is not a dict or valid json."
        )
    return value


def parse_redrive_policy(value: Any) -> RedrivePolicy | None:
    """The policy, or None for an empty one, which takes it away. maxReceiveCount may come as a number or in quotes."""
    policy = _json_object("RedrivePolicy", value)
    if not policy:
        return None
    if "deadLetterTargetArn" not in policy:
        raise _bad("RedrivePolicy", value, "Redrive policy does not contain mandatory attribute: deadLetterTargetArn.")
    unknown = set(policy) - {"deadLetterTargetArn", "maxReceiveCount"}
    if unknown:
        raise _bad(
            "RedrivePolicy", value, f"Only deadLetterTargetArn and maxReceiveCount are allowed, not {min(unknown)}."
        )
    arn = policy["deadLetterTargetArn"]
    if not isinstance(arn, str) or not _QUEUE_ARN.fullmatch(arn):
        raise _bad("RedrivePolicy", value, "Invalid value for deadLetterTargetArn.")
    count = policy.get("maxReceiveCount", facts.MAX_RECEIVE_COUNT_DEFAULT.value)
    try:
        count = int(count)
    except (TypeError, ValueError):
        count = 0
    span = facts.MAX_RECEIVE_COUNT_RANGE.value
    if count not in span:
        raise _bad(
            "RedrivePolicy", value, f"Invalid value for maxReceiveCount: must be between {span.low} and {span.high}."
        )
    return RedrivePolicy(arn, count)


def parse_redrive_allow_policy(value: Any) -> RedriveAllowPolicy | None:
    policy = _json_object("RedriveAllowPolicy", value)
    if not policy:
        return None
    permission = policy.get("redrivePermission")
    if permission not in _REDRIVE_PERMISSIONS:
        raise _bad("RedriveAllowPolicy", value, f"redrivePermission must be one of {', '.join(_REDRIVE_PERMISSIONS)}.")
    sources = policy.get("sourceQueueArns", [])
    if (permission == "byQueue") != bool(sources):
        raise _bad(
            "RedriveAllowPolicy", value, "sourceQueueArns goes with redrivePermission byQueue, and byQueue needs it."
        )
    if not isinstance(sources, list) or len(sources) > _SOURCE_QUEUES_MAX:
        raise _bad("RedriveAllowPolicy", value, f"sourceQueueArns can have at most {_SOURCE_QUEUES_MAX} ARNs.")
    return RedriveAllowPolicy(permission, tuple(sources))


def parse_policy(value: Any) -> str | None:
    """An access policy as the JSON text it came as, or None for an empty one."""
    if not value:
        return None
    _json_object("Policy", value)
    return value if isinstance(value, str) else json.dumps(value)


def invalid_label(label: str) -> InvalidParameterValue:
    """The error for a statement of the policy that is not there."""
    return _bad("Label", label, "can't find label.")


def _bad(name: str, value: Any, reason: str) -> InvalidParameterValue:
    shown = value if isinstance(value, str) else json.dumps(value)
    return InvalidParameterValue(f"Value {shown} for parameter {name} is invalid. Reason: {reason}")
