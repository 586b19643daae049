"""What can happen, and the particulars of each kind: one small frozen record a kind."""

from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What happened. The value is the word that prose and pictures use."""

    # messages and their stores
    SENT = "sent"  # a message entered a store (queue, topic, bus, stream); detail: Sent
    RECEIVED = "received"  # a consumer took it, the receive count went up; detail: Received
    RETURNED = "returned"  # hidden no longer, a consumer can receive it again; detail: Returned
    DELETED = "deleted"  # gone for good because somebody said it is done; detail: Deleted
    FILTERED = "filtered"  # a filter said no; on SQS the message is deleted; detail: Reason
    DEAD_LETTERED = "dead-lettered"  # moved to a dead-letter queue; detail: Moved
    REDRIVEN = "redriven"  # moved back by a message move task; detail: Moved
    EXPIRED = "expired"  # older than its store keeps messages; detail: Reason
    READ = "read"  # a reader asked a shard for records; detail: Read
    SIZED = "sized"  # what a stream is paid for by the hour is this from now on; detail: Capacity
    CHECKPOINTED = "checkpointed"  # a stream reader will not see it again; detail: Checkpoint
    # hand-overs between services
    MATCHED = "matched"  # a rule's pattern fits an event: its targets will get it; detail: Matched
    ACCEPTED = "accepted"  # an asynchronous invocation was queued: the 202; detail: Sent
    DELIVERED = "delivered"  # a hop succeeded: topic to queue, rule to target, destination record...; detail: Delivery
    REFUSED = "refused"  # a hop failed or was turned down; detail: Refusal
    RETRIED = "retried"  # another attempt was scheduled; detail: Retry
    DROPPED = "dropped"  # given up with no place to keep it: lost; detail: Reason
    UNPERMITTED = "unpermitted"  # AWS would refuse this for want of a policy statement; detail: Permission
    # functions
    INVOKED = "invoked"  # a handler started; detail: Invoked
    SUCCEEDED = "succeeded"  # it returned; detail: Finished
    FAILED = "failed"  # it raised, or its code could not be loaded; detail: Finished
    TIMED_OUT = "timed out"  # it was stopped at its timeout; detail: Finished
    THROTTLED = "throttled"  # no concurrency was free, nothing ran; detail: Throttle
    # state machines
    ENTERED = "entered"  # an execution entered a state; detail: Step
    EXITED = "exited"  # an execution left a state, or ended; detail: Step
    # the world around
    CALLED = "called"  # a handler called a downstream system; detail: Call
    MARKED = "marked"  # a burst, an outage, its end: anything a scenario wants in the picture; detail: Reason


DLQ_REFUSED = "the dead-letter queue could not take it"
"""Among the words of a Reason when that is why a message was lost: CloudWatch counts it apart."""


@dataclass(frozen=True, slots=True)
class Sent:
    """`label` is a short form of the body. `origins` are the ids of the messages this one came from (a hop of a longer flow).

    What is billed by the byte beside the message itself: `archived_bytes` went into archives of its bus, filters on the body of its
    topic read `scanned_bytes`.
    """

    label: str
    size_bytes: int
    group_id: str | None = None
    delay_s: float = 0.0
    origins: tuple[str, ...] = ()
    sender: str | None = None  # ARN of the function, topic, rule... that sent it; None: a cell
    batch: int | None = field(default=None, repr=False)  # the same for the messages of one SendMessageBatch to a queue
    archived_bytes: int = field(default=0, repr=False)
    scanned_bytes: int = field(default=0, repr=False)


@dataclass(frozen=True, slots=True)
class Received:
    """`count` is the receive count after this receive; `visible_at` the virtual second at which it comes back."""

    count: int
    visible_at: float
    consumer: str | None  # ARN of the function of the event source mapping; None: a cell or a handler by hand
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class Returned:
    reason: str  # "visibility timeout", "visibility set to 0", "delay over"


@dataclass(frozen=True, slots=True)
class Deleted:
    by: str  # "mapping", "cell", the name of a function, "purge", "move task", "queue deleted"
    consumer: str | None = None  # ARN of the function that had handled it, when there was one


@dataclass(frozen=True, slots=True)
class Reason:
    """`code` is AWS's own word for the cause, where one of its metrics counts that apart."""

    text: str
    consumer: str | None = None
    code: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Moved:
    """`target` is the ARN of the other queue; `new_id` is set when it gave the message another id.

    `receive_count` counts receives, runs or attempts; `consumer` says which of several the message was for.
    """

    target: str
    receive_count: int
    reason: str
    new_id: str | None = None
    consumer: str | None = None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    shard: str
    sequence_number: str
    consumer: str


@dataclass(frozen=True, slots=True)
class Read:
    """`age_s` is how old the last record was.

    `reader` is the ARN of a function or pipe, `fan_out` the name of an enhanced fan-out consumer.
    """

    shard: str
    records: int = 0
    size_bytes: int = 0
    age_s: float = 0.0
    reader: str | None = None  # None: a cell or a handler by hand
    fan_out: str | None = None
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Capacity:
    """`mode`: "PROVISIONED" or "ON_DEMAND" of a stream; "ADVANTAGE" or "STANDARD" of the account. A deleted stream has no shards."""

    mode: str
    shards: int
    consumers: int  # of enhanced fan-out
    retention_hours: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """`new_id` is the id the message has in the target, when the target gives it one."""

    target: str
    attempt: int = 1
    new_id: str | None = None
    source: str | None = None  # ARN of the subscription, rule... when `resource` is the store itself
    why: str = field(default="", repr=False)  # of a destination's record: what became of the event


@dataclass(frozen=True, slots=True)
class Matched:
    """`bus` is the ARN of the event's bus, `targets` the ARNs that the rule gives it to."""

    bus: str
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    target: str
    reason: str
    attempt: int = 1
    retryable: bool = False
    dead_letter: bool = field(default=False, repr=False)  # the target is a function's own dead-letter queue


@dataclass(frozen=True, slots=True)
class Retry:
    target: str
    attempt: int  # the attempt that will be made, 2 for the first retry
    wait_s: float
    reason: str


@dataclass(frozen=True, slots=True)
class Permission:
    """The statement that AWS would want: who may do what on which resource."""

    principal: str
    action: str
    target: str
    source: str


@dataclass(frozen=True, slots=True)
class Invoked:
    """`source` is the ARN of the queue, stream, topic... behind it, or "invoke" for a direct call; `caller` says who waits."""

    function: str
    environment: str
    cold: bool
    source: str
    message_ids: tuple[str, ...]
    attempt: int = 1
    mode: str = "synchronous"  # "synchronous", "asynchronous", "mapping"
    groups: tuple[str, ...] = ()
    size_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Finished:
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


@dataclass(frozen=True, slots=True)
class Throttle:
    function: str
    reason: str  # "reserved concurrency 0", "reserved concurrency 5 in use", "account concurrency 1000 in use"
    source: str
    message_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """`state` is empty for the execution itself; `started_by` is then the ARN of the function or machine that called, or "cell".

    `origins` are then the ids of the messages that led to it.
    """

    machine: str
    execution: str
    state: str
    type: str
    error: str | None = None
    started_by: str | None = None
    origins: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Call:
    """`at_once` counts the requests in progress at that moment, this one included."""

    method: str
    url: str
    status: int
    latency_s: float
    at_once: int
    caller: str | None = None  # name of the function
    note: str = ""


Detail = (
    Sent | Received | Returned | Deleted | Reason | Moved | Checkpoint | Read | Capacity | Delivery | Matched | Refusal | Retry
    | Permission | Invoked | Finished | Throttle | Step | Call
)  # fmt: skip
