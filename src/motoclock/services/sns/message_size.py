"""How large a topic's messages may be: MaximumMessageSize, and what a topic must be like to raise it.

Source: bc:sns.CreateTopicInput.Attributes.
"""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from motoclock.facts import sns as facts
from motoclock.services.sns.refusals import InvalidParameter

if TYPE_CHECKING:
    from motoclock.services.sns.subscriptions import SevenSubscription

DEFAULT_BYTES = facts.MESSAGE_SIZE_DEFAULT_BYTES.value
_LEAST_BYTES, _MOST_BYTES = facts.MESSAGE_SIZE_MIN_BYTES.value, facts.MESSAGE_SIZE_MAX_BYTES.value
_SUBSCRIPTIONS_MAX = facts.MESSAGE_SIZE_RAISED_SUBSCRIPTIONS_MAX.value
_PROTOCOLS = ("sqs", "lambda", "firehose")
_RAISED = f"MaximumMessageSize Reason: a topic whose MaximumMessageSize is above {DEFAULT_BYTES} bytes can't have"


def read(value: Any, subscriptions: Collection["SevenSubscription"]) -> int:
    """The size as a number, if a topic with these subscriptions may have it. InvalidParameter."""
    try:
        size = int(value)
    except ValueError:
        size = 0
    if not _LEAST_BYTES <= size <= _MOST_BYTES:
        raise InvalidParameter(f"MaximumMessageSize: must be between {_LEAST_BYTES} and {_MOST_BYTES}")
    check(size, subscriptions)
    return size


def check(size_bytes: int, subscriptions: Collection["SevenSubscription"]) -> None:
    """A topic for large messages has few subscriptions, all of kinds that can take them. InvalidParameter."""
    if size_bytes <= DEFAULT_BYTES:
        return
    wrong = next((one.protocol for one in subscriptions if one.protocol not in _PROTOCOLS), None)
    if wrong is not None:
        raise InvalidParameter(f"{_RAISED} a subscription with the protocol {wrong}, only {', '.join(_PROTOCOLS)}")
    if len(subscriptions) > _SUBSCRIPTIONS_MAX:
        raise InvalidParameter(f"{_RAISED} more than {_SUBSCRIPTIONS_MAX} subscriptions")
