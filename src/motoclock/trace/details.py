"""What can happen: one small frozen class a kind, which knows its kind, so that kind and particulars can't disagree.

Kinds with the same particulars share a base, which is no kind itself: `case Sent()` never meets an `Accepted`.
"""

from dataclasses import dataclass, field, fields
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


@dataclass(frozen=True, slots=True, repr=False)
class Arrival(Happening):
    """`label` is a short form of the body. `origins` are the ids of the messages this one came from (a hop of a longer flow).

    What is billed by the byte beside the message itself: `archived_bytes` went into archives of its bus, filters on the body of its
    topic read `scanned_bytes`.
    """

    _shape = "Sent"

    label: str
    size_bytes: int
    group_id: str | None = None
    delay_s: float = 0.0
    origins: tuple[str, ...] = ()
    sender: str | None = None  # ARN of the function, topic, rule... that sent it; None: a cell
    batch: int | None = field(default=None, repr=False)  # the same for the messages of one SendMessageBatch to a queue
    archived_bytes: int = field(default=0, repr=False)
    scanned_bytes: int = field(default=0, repr=False)


@dataclass(frozen=True, slots=True, repr=False)
class Sent(Arrival):
    kind = Kind.SENT


@dataclass(frozen=True, slots=True, repr=False)
class Accepted(Arrival):
    kind = Kind.ACCEPTED


@dataclass(frozen=True, slots=True, repr=False)
class Received(Happening):
    """`count` is the receive count after this receive; `visible_at` the virtual second at which it comes back.

    `receipt` is the handle that this receive gave out.
    """

    kind = Kind.RECEIVED
    _shape = "Received"

    count: int
    visible_at: float
    consumer: str | None  # ARN of the function of the event source mapping; None: a cell or a handler by hand
    receipt: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, repr=False)
class Returned(Happening):
    kind = Kind.RETURNED
    _shape = "Returned"

    reason: Comeback


@dataclass(frozen=True, slots=True, repr=False)
class Deleted(Happening):
    kind = Kind.DELETED
    _shape = "Deleted"

    cause: Cause
    consumer: str | None = None  # ARN of the function that had handled it, or whose handler made the call

    @property
    def by(self) -> str:
        """In a word, for prose; it decides nothing, for a function may have any name."""
        if self.cause is not Cause.CALL:
            return self.cause.value
        return self.consumer.split(":")[6] if self.consumer else CELL

    def __repr__(self) -> str:
        return self._shown({"by": self.by, "consumer": self.consumer})


@dataclass(frozen=True, slots=True, repr=False)
class Reason(Happening):
    """`code` is AWS's own word for the cause, where one of its metrics counts that apart."""

    _shape = "Reason"

    text: str
    consumer: str | None = None
    code: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, repr=False)
class Filtered(Reason):
    kind = Kind.FILTERED


@dataclass(frozen=True, slots=True, repr=False)
class Expired(Reason):
    kind = Kind.EXPIRED


@dataclass(frozen=True, slots=True, repr=False)
class Dropped(Reason):
    kind = Kind.DROPPED

    because: Loss | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, repr=False)
class Marked(Reason):
    kind = Kind.MARKED


@dataclass(frozen=True, slots=True, repr=False)
class Moved(Happening):
    """`target` is the ARN of the other queue; `new_id` is set when it gave the message another id.

    `receive_count` counts receives, runs or attempts; `consumer` says which of several the message was for.
    """

    _shape = "Moved"

    target: str
    receive_count: int
    reason: str
    new_id: str | None = None
    consumer: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class DeadLettered(Moved):
    kind = Kind.DEAD_LETTERED

    because: Loss | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, repr=False)
class Redriven(Moved):
    kind = Kind.REDRIVEN


@dataclass(frozen=True, slots=True, repr=False)
class Checkpointed(Happening):
    kind = Kind.CHECKPOINTED
    _shape = "Checkpoint"

    shard: str
    sequence_number: str
    consumer: str


@dataclass(frozen=True, slots=True, repr=False)
class Read(Happening):
    """`age_s` is how old the last record was.

    `reader` is the ARN of a function or pipe, `fan_out` the name of an enhanced fan-out consumer.
    """

    kind = Kind.READ
    _shape = "Read"

    shard: str
    records: int = 0
    size_bytes: int = 0
    age_s: float = 0.0
    reader: str | None = None  # None: a cell or a handler by hand
    fan_out: str | None = None
    refused: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Sized(Happening):
    """`mode`: "PROVISIONED" or "ON_DEMAND" of a stream; "ADVANTAGE" or "STANDARD" of the account. A deleted stream has no shards."""

    kind = Kind.SIZED
    _shape = "Capacity"

    mode: str
    shards: int
    consumers: int  # of enhanced fan-out
    retention_hours: int


@dataclass(frozen=True, slots=True, repr=False)
class Delivered(Happening):
    """`new_id` is the id the message has in the target, when the target gives it one."""

    kind = Kind.DELIVERED
    _shape = "Delivery"

    target: str
    attempt: int = 1
    new_id: str | None = None
    source: str | None = None  # ARN of the subscription, rule... when `resource` is the store itself
    why: str = field(default="", repr=False)  # of a destination's record: what became of the event
    because: Loss | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, repr=False)
class Matched(Happening):
    """`bus` is the ARN of the event's bus, `targets` the ARNs that the rule gives it to."""

    kind = Kind.MATCHED
    _shape = "Matched"

    bus: str
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Refused(Happening):
    kind = Kind.REFUSED
    _shape = "Refusal"

    target: str
    reason: str
    attempt: int = 1
    retryable: bool = False
    dead_letter: bool = field(default=False, repr=False)  # the target is a function's own dead-letter queue


@dataclass(frozen=True, slots=True, repr=False)
class Retried(Happening):
    kind = Kind.RETRIED
    _shape = "Retry"

    target: str
    attempt: int  # the attempt that will be made, 2 for the first retry
    wait_s: float
    reason: str


@dataclass(frozen=True, slots=True, repr=False)
class Unpermitted(Happening):
    """The statement that AWS would want: who may do what on which resource."""

    kind = Kind.UNPERMITTED
    _shape = "Permission"

    principal: str
    action: str
    target: str
    source: str


@dataclass(frozen=True, slots=True, repr=False)
class Invoked(Happening):
    """`source` is the ARN of the queue, stream, topic... behind it, or `DIRECT`; `mode` says who waits."""

    kind = Kind.INVOKED
    _shape = "Invoked"

    function: str
    environment: str
    cold: bool
    source: str
    message_ids: tuple[str, ...]
    attempt: int = 1
    mode: Mode = Mode.SYNCHRONOUS
    groups: tuple[str, ...] = ()
    size_bytes: int = 0


@dataclass(frozen=True, slots=True, repr=False)
class Finished(Happening):
    _shape = "Finished"

    function: str
    environment: str
    started: float
    duration_s: float
    billed_ms: int
    memory_mb: int
    init_s: float = 0.0
    error_type: str | None = None
    error: str | None = None
    failed_ids: tuple[str, ...] = ()  # reported in a partial batch response that counted


@dataclass(frozen=True, slots=True, repr=False)
class Succeeded(Finished):
    kind = Kind.SUCCEEDED


@dataclass(frozen=True, slots=True, repr=False)
class Failed(Finished):
    kind = Kind.FAILED


@dataclass(frozen=True, slots=True, repr=False)
class TimedOut(Finished):
    kind = Kind.TIMED_OUT


@dataclass(frozen=True, slots=True, repr=False)
class Throttled(Happening):
    kind = Kind.THROTTLED
    _shape = "Throttle"

    function: str
    reason: str  # "reserved concurrency 0", "reserved concurrency 5 in use", "account concurrency 1000 in use"
    source: str
    message_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Step(Happening):
    """`state` is empty for the execution itself; `started_by` is then the ARN of the function or machine that called, or `CELL`.

    `origins` are then the ids of the messages that led to it, and `label` is a short form of its input.
    """

    _shape = "Step"

    machine: str
    execution: str
    state: str
    type: str
    error: str | None = None
    started_by: str | None = None
    origins: tuple[str, ...] = field(default=(), repr=False)
    label: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, repr=False)
class Entered(Step):
    kind = Kind.ENTERED


@dataclass(frozen=True, slots=True, repr=False)
class Exited(Step):
    kind = Kind.EXITED


@dataclass(frozen=True, slots=True, repr=False)
class Called(Happening):
    """`at_once` counts the requests in progress at that moment, this one included."""

    kind = Kind.CALLED
    _shape = "Call"

    method: str
    url: str
    status: int
    latency_s: float
    at_once: int
    caller: str | None = None  # name of the function
    note: str = ""
    gave_up: bool = field(default=False, repr=False)  # the client had stopped waiting before the answer


What = (
    Sent | Received | Returned | Deleted | Filtered | DeadLettered | Redriven | Expired | Read
    | Sized | Checkpointed | Matched | Accepted | Delivered | Refused | Retried | Dropped | Unpermitted
    | Invoked | Succeeded | Failed | TimedOut | Throttled | Entered | Exited | Called | Marked
)  # fmt: skip
"""Every kind there is: what a reader matches on."""
