"""What is known of each message: the records of its stays in stores, and of its life from the first store to the last.

A `Stay` is one message in one store for one consumer: a queue has one stay a message, a stream with two readers two, a topic one for
each subscription, a function that is invoked asynchronously one in Lambda's own queue. Stays that follow from one another (topic to
queue, queue to dead-letter queue and back) are one `Life`. So what was sent adds up: at any moment each life is in exactly one state.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from motoclock.arn import Arn


class State(StrEnum):
    """Where a message stands in one store. The value is the word that pictures use."""

    __hash__ = str.__hash__  # Enum's own runs Python code, and a long trace counts by states a million times

    DELAYED = "delayed"
    WAITING = "waiting"
    IN_FLIGHT = "in flight"
    DONE = "done"  # deleted by whoever handled it, or handled by a function or stream reader
    DEAD_LETTERED = "dead-lettered"
    FILTERED = "filtered"
    EXPIRED = "expired"
    DROPPED = "dropped"
    PURGED = "purged"
    REDRIVEN = "redriven"  # it went back to the queue it had come from
    PASSED_ON = "passed on"  # a topic, bus or pipe handed it to the next store


@dataclass(slots=True)
class Stay:
    """One message in one store for one consumer. `changes` are (virtual second, new state), the first its arrival."""

    store: str
    message_id: str
    consumer: str | None
    label: str
    life: "Life"
    group_id: str | None = None
    receives: int = 0
    changes: list[tuple[float, State]] = field(default_factory=list)  # never empty

    @property
    def state(self) -> State:
        return self.changes[-1][1]

    def becomes(self, at: float, state: State) -> None:
        if self.changes[-1][1] is not state:
            self.changes.append((at, state))


@dataclass(slots=True)
class Life:
    """One message on its way to one consumer, from its first store to its end. `starts` counts how often handling it was started."""

    message_id: str
    label: str
    sent_at: float
    stays: list[Stay] = field(default_factory=list)
    starts: int = 0
    done_at: float | None = None
    parked: bool = False  # the last move was into a dead-letter queue
    hop: bool = False  # it is a further copy of a message that was sent elsewhere
    note: bool = False  # it is no message, but says what became of records that a stream's reader gave up

    @property
    def state(self) -> State:
        """Its state now: resting in a dead-letter queue is `DEAD_LETTERED`; once done it stays so, whatever a second copy does."""
        if self.done_at is not None:
            return State.DONE
        state = self.stays[-1].state
        resting = self.parked and state in (State.WAITING, State.IN_FLIGHT, State.DELAYED)
        return State.DEAD_LETTERED if resting else state


@dataclass(frozen=True, slots=True)
class Lives:
    """All stays, in order of arrival, and all lives, in order of their first send; `sent` counts what producers sent."""

    stays: tuple[Stay, ...]
    lives: tuple[Life, ...]
    sent: int

    @property
    def copies(self) -> list[Life]:
        """The lives of messages, without the notes on what became of others."""
        return [life for life in self.lives if not life.note]

    def in_store(self, store: str) -> list[Stay]:
        """The stays in one store, in order of arrival."""
        return [stay for stay in self.stays if stay.store == store]


STREAM_QUEUE = "kinesis-queues"  # a queue of a stream is no log, so it is a service of its own here
STREAMS = ("kinesis", "dynamodb")  # services whose stores hold records, and keep them when they were read


class Services(dict[str | None, str]):
    """`service_of` as a mapping that remembers, for a pass over a long trace."""

    def __missing__(self, arn: str | None) -> str:
        return self.setdefault(arn, service_of(arn or ""))


@lru_cache(maxsize=4096)  # a long trace asks for the same few names a million times
def service_of(arn: str) -> str:
    """The service in an ARN: "sqs", "lambda", "sns", "events"..., `STREAM_QUEUE` for a Kinesis queue; "" for anything else."""
    parts = Arn.of(arn)
    return STREAM_QUEUE if parts.service == "kinesis" and parts.resource.startswith("queue/") else parts.service
