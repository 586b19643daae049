"""What several kinds of event have in common, asked of any: whom it was for, and which messages it names."""

from motoclock.trace.details import What
from motoclock.trace.handovers import Delivered, Refused, Retried, Unpermitted
from motoclock.trace.messages import Arrival, Checkpointed, Deleted, Moved, Reason, Received
from motoclock.trace.runs import Invoked, Step, Throttled


def consumer_of(what: What) -> str | None:
    """The consumer of several that it names; None for those that know none."""
    return what.consumer if isinstance(what, Received | Deleted | Reason | Moved | Checkpointed) else None


def source_of(what: What) -> str | None:
    """What stands behind it: a subscription, a rule, the store that a run was given messages of."""
    return what.source if isinstance(what, Delivered | Invoked | Throttled | Unpermitted) else None


def target_of(what: What) -> str | None:
    """Where it went, or should have gone."""
    return what.target if isinstance(what, Delivered | Moved | Refused | Retried | Unpermitted) else None


def reason_of(what: What) -> str:
    """Why, in a sentence for people; "" where none is given."""
    if isinstance(what, Reason):
        return what.text
    return what.reason if isinstance(what, Moved | Refused | Retried | Throttled) else ""


def origins_of(what: What) -> tuple[str, ...]:
    """The ids of the messages that led to it."""
    return what.origins if isinstance(what, Arrival | Step) else ()


def new_id_of(what: What) -> str | None:
    """The id that the message has in its next store, if it has another one there."""
    return what.new_id if isinstance(what, Moved | Delivered) else None


def batch_of(what: What) -> tuple[str, ...]:
    """The ids of the messages that a run was given, or would have been."""
    return what.message_ids if isinstance(what, Invoked | Throttled) else ()
