"""The errors of the SNS API, in AWS's words."""

import json
from typing import Any

from moto.sns.exceptions import SNSException

from motoclock.templates import json_refusals

_ENTRY_ID_MAX = 80


class InvalidParameter(SNSException):
    """400 InvalidParameter: most of what SNS refuses."""

    code = "InvalidParameter"

    def __init__(self, reason: str):
        super().__init__(f"Invalid parameter: {reason}")
        self.reason = reason


def json_object(name: str, text: str) -> dict[str, Any]:
    """The object that an attribute is. InvalidParameter, in the words of AWS's parser, when it is none."""
    try:
        why = json_refusals.refused(text)
    except ValueError:  # nested too deeply
        raise InvalidParameter(f"{name}: failed to parse JSON.") from None
    if why is not None:
        raise InvalidParameter(f"{name}: failed to parse JSON. {why.redacted}")
    document = json.loads(text)
    if not isinstance(document, dict):
        raise InvalidParameter(f"{name}: failed to parse JSON.")
    return document


class InvalidToken(SNSException):
    """400 InvalidParameter, by its own words: what no token can be."""

    code = "InvalidParameter"
    message = "Invalid token"


class ParameterValueInvalid(SNSException):
    """400 ParameterValueInvalid: a message attribute that is not one."""

    code = "ParameterValueInvalid"


class ValidationError(SNSException):
    """400 ValidationError: what the model of the call forbids."""

    code = "ValidationError"


class SubscriptionLimitExceeded(SNSException):
    """403: the topic has all the subscriptions that it may have."""

    code = "SubscriptionLimitExceeded"

    def __init__(self, most: int):
        super().__init__(f"Subscription limit exceeded: a topic of this kind has at most {most} subscriptions.")


class FilterPolicyLimitExceeded(SNSException):
    """403: the topic has all the filter policies that it may have."""

    code = "FilterPolicyLimitExceeded"

    def __init__(self, most: int):
        super().__init__(f"Filter policy limit exceeded: a topic has at most {most} filter policies.")


class InvalidState(SNSException):
    """400: not while the topic is what it is."""

    code = "InvalidState"


class EmptyBatchRequest(SNSException):
    code = "EmptyBatchRequest"
    message = "The batch request doesn't contain any entries."


class InvalidBatchEntryId(SNSException):
    code = "InvalidBatchEntryId"

    def __init__(self, entry_id: str):
        what = "is too long" if len(entry_id) > _ENTRY_ID_MAX else "contains an impermissible character"
        super().__init__(f"The Id of a batch entry in the batch request {what}: {entry_id}")


class BatchRequestTooLong(SNSException):
    code = "BatchRequestTooLong"
    message = "The length of all the messages put together is more than the limit."
