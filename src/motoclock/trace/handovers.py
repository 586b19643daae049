"""What passes between services: rules that match, hops that succeed, fail and are tried again."""

from dataclasses import dataclass, field

from motoclock.trace.kinds import Happening, Kind, Loss


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
    loop: bool = field(default=False, repr=False)  # Lambda makes no further run in one chain


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
