"""What can happen: one small frozen class a kind, which knows its kind, so that kind and particulars can't disagree.

Kinds with the same particulars share a base, which is no kind itself: `case Sent()` never meets an `Accepted`. They stand by families:
`messages`, `handovers` and `runs`.
"""

from motoclock.trace.handovers import Delivered, Matched, Refused, Retried, Unpermitted
from motoclock.trace.messages import (
    Accepted,
    Checkpointed,
    DeadLettered,
    Deleted,
    Dropped,
    Expired,
    Filtered,
    Marked,
    Read,
    Received,
    Redriven,
    Returned,
    Sent,
    Sized,
)
from motoclock.trace.runs import Called, Entered, Exited, Failed, Invoked, Succeeded, Throttled, TimedOut

What = (
    Sent | Received | Returned | Deleted | Filtered | DeadLettered | Redriven | Expired | Read
    | Sized | Checkpointed | Matched | Accepted | Delivered | Refused | Retried | Dropped | Unpermitted
    | Invoked | Succeeded | Failed | TimedOut | Throttled | Entered | Exited | Called | Marked
)  # fmt: skip
"""Every kind there is: what a reader matches on."""
