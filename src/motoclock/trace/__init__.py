"""The append-only record of all that happened in one Cloud: what pictures, summaries and checks read.

An `Event` says when (virtual seconds since opening), what (a small frozen class a kind: `Sent`, `Filtered`...), where (the ARN of a
queue, function, topic, rule, stream...), and which message and which invocation it concerns.
Nothing in the trace is ever changed or removed.

asking      what several kinds have in common: consumer_of, target_of...
attempts    how often a message was tried, by layer
details     all that can happen; kinds, messages, handovers and runs hold it by families
record      Event and Trace, EventOf for signatures, `on` for tables of readers
"""

from motoclock.trace.asking import batch_of, consumer_of, new_id_of, origins_of, reason_of, source_of, target_of
from motoclock.trace.attempts import Attempts, Layer, read_attempts
from motoclock.trace.details import What
from motoclock.trace.handovers import Delivered, Matched, Refused, Retried, Unpermitted
from motoclock.trace.kinds import CELL, DIRECT, Cause, Comeback, Happening, Kind, Loss, Mode
from motoclock.trace.messages import (
    Accepted,
    Arrival,
    Checkpointed,
    DeadLettered,
    Deleted,
    Dropped,
    Expired,
    Filtered,
    Marked,
    Moved,
    Read,
    Reason,
    Received,
    Redriven,
    Returned,
    Sent,
    Sized,
)
from motoclock.trace.record import Event, EventOf, Trace, on
from motoclock.trace.runs import (
    Called,
    Entered,
    Exited,
    Failed,
    Finished,
    Invoked,
    Step,
    Succeeded,
    Throttled,
    TimedOut,
)

__all__ = [
    "CELL",
    "DIRECT",
    "Accepted",
    "Arrival",
    "Attempts",
    "Called",
    "Cause",
    "Checkpointed",
    "Comeback",
    "DeadLettered",
    "Deleted",
    "Delivered",
    "Dropped",
    "Entered",
    "Event",
    "EventOf",
    "Exited",
    "Expired",
    "Failed",
    "Filtered",
    "Finished",
    "Happening",
    "Invoked",
    "Kind",
    "Layer",
    "Loss",
    "Marked",
    "Matched",
    "Mode",
    "Moved",
    "Read",
    "Reason",
    "Received",
    "Redriven",
    "Refused",
    "Retried",
    "Returned",
    "Sent",
    "Sized",
    "Step",
    "Succeeded",
    "Throttled",
    "TimedOut",
    "Trace",
    "Unpermitted",
    "What",
    "batch_of",
    "consumer_of",
    "new_id_of",
    "on",
    "origins_of",
    "read_attempts",
    "reason_of",
    "source_of",
    "target_of",
]
