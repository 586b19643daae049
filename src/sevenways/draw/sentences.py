"""One plain sentence for each event in a message's life: what happened, and why."""

from collections.abc import Callable

from motoclock.account.lives import STREAM_QUEUE, service_of
from motoclock.trace import (
    Accepted,
    Called,
    Cause,
    Checkpointed,
    Comeback,
    DeadLettered,
    Deleted,
    Delivered,
    Dropped,
    Entered,
    Event,
    EventOf,
    Exited,
    Expired,
    Failed,
    Filtered,
    Happening,
    Invoked,
    Marked,
    Matched,
    Received,
    Redriven,
    Refused,
    Retried,
    Returned,
    Sent,
    Succeeded,
    Throttled,
    TimedOut,
    Unpermitted,
    batch_of,
    on,
)
from motoclock.wording import count, duration, listed, moment, name_of, ordinal, shortened


def sentence(event: Event, start: Event | None, message_id: str) -> str:
    """The sentence. `start` is the INVOKED event of the event's invocation, when it has one."""
    return _SENTENCES[type(event.what)](event, start, message_id)


def sent_on(event: Event, detail: Sent, what: str = "it") -> str:
    """A message arrived in a store. `what`: what to call one that a function or a state machine made of another."""
    store = name_of(event.resource)
    if detail.origins == (event.message_id,) and service_of(event.resource) == "events":
        text = f"replayed onto {store} from the archive {name_of(detail.sender or '')}"
    elif detail.origins == (event.message_id,) and service_of(event.resource) == STREAM_QUEUE:
        text = f"came back to {store}: a queue may deliver a record again after it was acknowledged"
    elif detail.origins == (event.message_id,):
        text = f"a second copy appeared in {store}: standard queues may deliver twice"
    elif not detail.sender:
        text = f"sent to {store}"
    elif detail.sender == event.resource:
        text = f"{store} fired"
    elif service_of(detail.sender) == "states" or (service_of(detail.sender) == "lambda" and event.invocation_id):
        text = f"{name_of(detail.sender)} sent {what} to {store}"
    else:
        text = f"arrived in {store} from {name_of(detail.sender)}"
    text += f", group {detail.group_id}" if detail.group_id else ""
    return text + (f"; delayed until {moment(event.at + detail.delay_s)}" if detail.delay_s else "")


def _accepted(event: EventOf[Accepted], _start, _id) -> str:
    return f"accepted for {name_of(event.resource)}: Lambda keeps it in its own queue (202)"


def _received(event: EventOf[Received], _start, _id) -> str:
    detail = event.what
    by = f"for {name_of(detail.consumer)}" if detail.consumer else "by hand"
    return f"received {by}, {ordinal(detail.count)} time; hidden until {moment(detail.visible_at)}"


def _returned(event: EventOf[Returned], _start, _id) -> str:
    done = "acknowledged" if service_of(event.resource) == STREAM_QUEUE else "deleted"
    why = {
        Comeback.VISIBILITY_TIMEOUT: f"nobody {done} it in time",
        Comeback.MADE_VISIBLE: "its visibility was set to 0",
        Comeback.DELAY_OVER: "delay over",
    }
    return f"visible again in {name_of(event.resource)}: {why[event.what.reason]}"


def _deleted(event: EventOf[Deleted], _start, _id) -> str:
    detail, store = event.what, name_of(event.resource)
    who = name_of(detail.consumer) if detail.consumer else "a cell"
    did = "acknowledged it in" if service_of(event.resource) == STREAM_QUEUE else "deleted it from"
    return {
        Cause.CALL: f"{who} {did} {store}: done",
        Cause.MAPPING: f"the mapping deleted it from {store}: done",
        Cause.PURGE: f"purged from {store}",
        Cause.QUEUE_DELETED: f"gone with its queue {store}",
        Cause.SUBSCRIBER_DELETED: f"gone with its subscriber {store}",
        Cause.RESUMED_AT_LATEST: f"skipped by {store}, which resumed at LATEST",
    }[detail.cause]


def _matched(event: EventOf[Matched], _start, _id) -> str:
    targets = listed(name_of(target) for target in event.what.targets)
    if ":subscriber/" in event.resource:
        return f"passed the filters of the subscriber {name_of(event.resource)}, for {targets}"
    return f"matched the rule {name_of(event.resource)}" + (f", for {targets}" if targets else ", which has no target")


def _filtered(event: EventOf[Filtered], _start, _id) -> str:
    if service_of(event.resource) == "events":
        return f"went to nobody on {name_of(event.resource)}: it {event.what.text}"
    consumer = f" for {name_of(event.what.consumer)}" if event.what.consumer else ""
    gone = "; a queue's message is deleted" if service_of(event.resource) == "sqs" else ""
    return f"filtered out{consumer}: {event.what.text}{gone}"


def _dead_lettered(event: EventOf[DeadLettered], _start, _id) -> str:
    detail = event.what
    after = f" after {count(detail.receive_count, 'receive')}" if detail.receive_count else ""
    what = "its event moved to" if service_of(event.resource) == "lambda" else "moved to"
    what = "given up; a message that says so went to" if ":subscriber/" in event.resource else what
    return f"{what} {name_of(detail.target)}" + (f": {detail.reason}" if detail.reason else after)


def _redriven(event: EventOf[Redriven], _start, _id) -> str:
    new = f" as a new message, {event.what.new_id[:8]}" if event.what.new_id else ""
    return f"moved back to {name_of(event.what.target)}{new}"


def _expired(event: EventOf[Expired], _start, _id) -> str:
    return f"expired in {name_of(event.resource)}: {event.what.text}"


def _checkpointed(event: EventOf[Checkpointed], _start, _id) -> str:
    return f"passed for good by {name_of(event.what.consumer)} in shard {event.what.shard}"


def _delivered(event: EventOf[Delivered], _start, _id) -> str:
    attempt = f" at attempt {event.what.attempt}" if event.what.attempt > 1 else ""
    store, target = name_of(event.resource), name_of(event.what.target)
    store = f"the rule {store}" if ":rule/" in event.resource else store
    store = f"the subscriber {store}" if ":subscriber/" in event.resource else store
    if service_of(event.resource) == "lambda":
        text = f"Lambda sent the record of {store}'s invocation to {target}"
    else:
        text = f"{store} delivered it to {target}{attempt}"
    queued = service_of(event.what.target) == "lambda" and event.what.new_id
    return text + (": Lambda's own queue took it (202)" if queued else "")


def _refused(event: EventOf[Refused], _start, _id) -> str:
    more = "" if event.what.retryable else " (not to be tried again)"
    return f"{_not_taken(event.what)}{more}: {event.what.reason}"


def _not_taken(refused: Refused) -> str:
    attempt = f" at attempt {refused.attempt}" if refused.attempt > 1 else ""
    return f"{name_of(refused.target)} did not take it{attempt}"


def refused_and_planned(refused: Refused, planned: Retried, at: float, as_before: bool) -> str:
    """A refusal and the attempt that follows from it, as one; a reason is said once, and then is the same as before."""
    why = ", as before" if as_before else f": {refused.reason}"
    return f"{_not_taken(refused)}{why}; attempt {planned.attempt} planned for {moment(at + planned.wait_s)}"


def _retried(event: EventOf[Retried], _start, _id) -> str:
    detail = event.what
    return f"attempt {detail.attempt} at {name_of(detail.target)} planned for {moment(event.at + detail.wait_s)}: {detail.reason}"


def _dropped(event: EventOf[Dropped], _start, _id) -> str:
    return f"lost: {event.what.text}"


def _unpermitted(event: EventOf[Unpermitted], _start, _id) -> str:
    missing = event.what
    return f"AWS would refuse this: {name_of(missing.target)} does not let {missing.principal} {missing.action}"


def _invoked(event: EventOf[Invoked], _start, _id) -> str:
    detail = event.what
    notes = [f"batch of {len(detail.message_ids)}"] if len(detail.message_ids) > 1 else []
    notes += [f"attempt {detail.attempt}"] if detail.attempt > 1 else []
    notes += [f"environment {detail.environment}"] + (["cold start"] if detail.cold else [])
    return f"{name_of(event.resource)} started" + (f" ({', '.join(notes)})" if notes else "")


def _after(seconds: float) -> str:
    return f"after {duration(seconds)}" if seconds else "at once"


def _succeeded(event: EventOf[Succeeded], start: Event | None, message_id: str) -> str:
    detail, name = event.what, name_of(event.resource)
    returned = f"{name} returned {_after(detail.duration_s)}"
    if message_id in detail.failed_ids:
        return f"{returned} and reported this message as failed"
    if message_id in detail.unread_ids:
        return f"{returned} and named this message in batchItemFailures, which its mapping does not read"
    others = (
        f"; it reported {count(len(detail.failed_ids), 'other')} of the batch as failed" if detail.failed_ids else ""
    )
    return f"{name} returned without an error {_after(detail.duration_s)}{others}"


def _whole_batch(start: Event | None) -> str:
    many = len(batch_of(start.what)) if start else 0
    return f"; the batch of {many} fails as a whole" if many > 1 else ""


def _failed(event: EventOf[Failed], start: Event | None, _id) -> str:
    detail = event.what
    error = ": ".join(part for part in (detail.error_type, detail.error) if part)
    return f"{name_of(event.resource)} failed {_after(detail.duration_s)}, {shortened(error, 160)}{_whole_batch(start)}"


def _timed_out(event: EventOf[TimedOut], start: Event | None, _id) -> str:
    return f"{name_of(event.resource)} timed out after {duration(event.what.duration_s)}{_whole_batch(start)}"


def _throttled(event: EventOf[Throttled], _start, _id) -> str:
    return f"{name_of(event.resource)} throttled, nothing ran: {event.what.reason}"


def _called(event: EventOf[Called], _start, _id) -> str:
    detail = event.what
    note = f" ({detail.note})" if detail.note else ""
    answer = f"it answered {detail.status} {_after(detail.latency_s)}" if detail.status else "no answer"
    waited = f" within {duration(detail.latency_s)}" if detail.latency_s and not detail.status else ""
    return f"{name_of(detail.caller or 'a cell')} called {name_of(detail.url)}: {answer}{waited}{note}"


def _stepped(event: EventOf[Entered | Exited], _start, _id) -> str:
    machine, ended = name_of(event.what.machine), isinstance(event.what, Exited)
    if not event.what.state:
        how = "started" if not ended else "succeeded" if event.what.error is None else "failed"
        error = f": {event.what.error}" if event.what.error else ""
        return f"an execution of {machine} {how}{error}"
    word = "left" if ended else "entered"
    error = f": {event.what.error}" if event.what.error else ""
    return f"{machine} {word} {event.what.state}{error}"


_SENTENCES: dict[type[Happening], Callable[[Event, Event | None, str], str]] = dict(
    [
        on(Sent, lambda event, _start, _id: sent_on(event, event.what)),
        on(Accepted, _accepted),
        on(Received, _received),
        on(Returned, _returned),
        on(Deleted, _deleted),
        on(Filtered, _filtered),
        on(Matched, _matched),
        on(DeadLettered, _dead_lettered),
        on(Redriven, _redriven),
        on(Expired, _expired),
        on(Checkpointed, _checkpointed),
        on(Delivered, _delivered),
        on(Refused, _refused),
        on(Retried, _retried),
        on(Dropped, _dropped),
        on(Unpermitted, _unpermitted),
        on(Invoked, _invoked),
        on(Succeeded, _succeeded),
        on(Failed, _failed),
        on(TimedOut, _timed_out),
        on(Throttled, _throttled),
        on(Called, _called),
        on(Entered, _stepped),
        on(Exited, _stepped),
        on(Marked, lambda event, _start, _id: event.what.text),
    ]
)
