"""What runs: invocations of functions, steps of state machines, calls of downstream systems."""

from dataclasses import dataclass, field

from motoclock.trace.kinds import Happening, Kind, Mode


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
    unread_ids: tuple[str, ...] = ()  # reported in one that the mapping does not read


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
    """`stopped`: it did not come to its end, since a branch or an iteration beside it failed, or the whole execution was stopped."""

    kind = Kind.EXITED

    stopped: bool = field(default=False, repr=False)


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
