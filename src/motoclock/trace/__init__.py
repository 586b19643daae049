"""The append-only record of all that happened in one Cloud: what pictures, summaries and checks read.

An `Event` says when (virtual seconds since opening), what (`Kind`), where (the ARN of a queue, function, topic, rule, stream...),
which message and which invocation it concerns, and a small frozen record with the particulars of that kind.
Nothing in the trace is ever changed or removed.

details     the kinds, and their particulars
record      Event and Trace
"""

from motoclock.trace.details import (
    DLQ_REFUSED,
    Call,
    Capacity,
    Checkpoint,
    Deleted,
    Delivery,
    Detail,
    Finished,
    Invoked,
    Kind,
    Matched,
    Moved,
    Permission,
    Read,
    Reason,
    Received,
    Refusal,
    Retry,
    Returned,
    Sent,
    Step,
    Throttle,
)
from motoclock.trace.record import Event, Trace

__all__ = [
    "DLQ_REFUSED",
    "Call",
    "Capacity",
    "Checkpoint",
    "Deleted",
    "Delivery",
    "Detail",
    "Event",
    "Finished",
    "Invoked",
    "Kind",
    "Matched",
    "Moved",
    "Permission",
    "Read",
    "Reason",
    "Received",
    "Refusal",
    "Retry",
    "Returned",
    "Sent",
    "Step",
    "Throttle",
    "Trace",
]
