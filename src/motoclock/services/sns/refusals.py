"""The errors of the SNS API, in AWS's words."""

from moto.sns.exceptions import SNSException


class InvalidParameter(SNSException):
    """400 InvalidParameter: most of what SNS refuses."""

    code = "InvalidParameter"

    def __init__(self, reason: str):
        super().__init__(f"Invalid parameter: {reason}")
        self.reason = reason


class ParameterValueInvalid(SNSException):
    """400 ParameterValueInvalid: a message attribute that is not one."""

    code = "ParameterValueInvalid"


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
    message = (
        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. "
        "It can be at most 80 letters long."
    )


class BatchRequestTooLong(SNSException):
    code = "BatchRequestTooLong"

    def __init__(self, most_bytes: int):
        super().__init__(f"The length of all the messages put together is more than {most_bytes} bytes.")
