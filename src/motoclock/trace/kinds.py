"""The kinds of what can happen, the few words that decide why, and what every happening has."""

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, ClassVar


class Kind(StrEnum):
    """What happened. The value is the word that prose and pictures use."""

    __hash__ = str.__hash__  # Enum's own runs Python code, and a long trace counts by kinds a million times

    # messages and their stores
    SENT = "sent"  # a message entered a store (queue, topic, bus, stream)
    RECEIVED = "received"  # a consumer took it, the receive count went up
    RETURNED = "returned"  # hidden no longer, a consumer can receive it again
    DELETED = "deleted"  # gone for good because somebody said it is done
    FILTERED = "filtered"  # a filter said no; on SQS the message is deleted
    DEAD_LETTERED = "dead-lettered"  # moved to a dead-letter queue
    REDRIVEN = "redriven"  # moved back by a message move task
    EXPIRED = "expired"  # older than its store keeps messages
    READ = "read"  # a reader asked a shard for records
    SIZED = "sized"  # what a stream is paid for by the hour is this from now on
    CHECKPOINTED = "checkpointed"  # a stream reader will not see it again
    # hand-overs between services
    MATCHED = "matched"  # a rule's pattern fits an event: its targets will get it
    ACCEPTED = "accepted"  # an asynchronous invocation was queued: the 202
    DELIVERED = "delivered"  # a hop succeeded: topic to queue, rule to target, destination record...
    REFUSED = "refused"  # a hop failed or was turned down
    RETRIED = "retried"  # another attempt was scheduled
    DROPPED = "dropped"  # given up with no place to keep it: lost
    UNPERMITTED = "unpermitted"  # AWS would refuse this for want of a policy statement
    # functions
    INVOKED = "invoked"  # a handler started
    SUCCEEDED = "succeeded"  # it returned
    FAILED = "failed"  # it raised, or its code could not be loaded
    TIMED_OUT = "timed out"  # it was stopped at its timeout
    THROTTLED = "throttled"  # no concurrency was free, nothing ran
    # state machines
    ENTERED = "entered"  # an execution entered a state
    EXITED = "exited"  # an execution left a state, or ended
    # the world around
    CALLED = "called"  # a handler called a downstream system
    MARKED = "marked"  # a burst, an outage, its end: anything a scenario wants in the picture


class Cause(StrEnum):
    """Why a message is gone from its store for good."""

    CALL = "call"  # a cell or a handler deleted or acknowledged it
    MAPPING = "mapping"  # the event source mapping did, after its function
    PURGE = "purge"
    QUEUE_DELETED = "queue deleted"
    SUBSCRIBER_DELETED = "subscriber deleted"
    RESUMED_AT_LATEST = "resumed at LATEST"


class Comeback(StrEnum):
    """Why a hidden message can be received again."""

    VISIBILITY_TIMEOUT = "visibility timeout"
    MADE_VISIBLE = "visibility set to 0"
    DELAY_OVER = "delay over"


class Loss(StrEnum):
    """Why something was given up, where one of AWS's metrics counts that apart."""

    DLQ_REFUSED = "the dead-letter queue could not take it"
    LOOP = "one pass too many of a loop"


CELL = "cell"
"""The sender, caller or starter where no resource is one: the learner's notebook."""
DIRECT = "invoke"
"""The source of an invocation that no service stands behind: a cell or a handler made the call itself."""


class Mode(StrEnum):
    """Who waits for an invocation."""

    SYNCHRONOUS = "synchronous"  # the caller
    ASYNCHRONOUS = "asynchronous"  # Lambda's own queue
    MAPPING = "mapping"  # an event source mapping


@dataclass(frozen=True, slots=True, repr=False)
class Happening:
    """What all of them have. A repr names the particulars: the kind stands before it in its event's."""

    kind: ClassVar[Kind]
    _shape: ClassVar[str]

    def __repr__(self) -> str:
        shown = {one.name: getattr(self, one.name) for one in fields(self) if one.repr}
        return self._shown(shown)

    def _shown(self, values: dict[str, Any]) -> str:
        words = {name: value.value if isinstance(value, StrEnum) else value for name, value in values.items()}
        return f"{self._shape}({', '.join(f'{name}={value!r}' for name, value in words.items())})"
