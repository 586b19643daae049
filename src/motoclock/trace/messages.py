"""Messages and their stores: how one comes, is received, comes back and goes. What was given up or marked says why."""

from dataclasses import dataclass, field

from motoclock.trace.kinds import CELL, Cause, Comeback, Happening, Kind, Loss


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
    batch: int | None = field(
        default=None, repr=False
    )  # the same for the messages of one SendMessageBatch or PublishBatch
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
