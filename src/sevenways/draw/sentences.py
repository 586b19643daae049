"""One plain sentence for each event in a message's life: what happened, and why."""

from collections.abc import Callable

from motoclock.account.lives import STREAM_QUEUE, service_of
from motoclock.trace import Cause, Comeback, Event, Invoked, Kind
from motoclock.wording import count, duration, listed, moment, name_of, ordinal, shortened


def sentence(event: Event, start: Event | None, message_id: str) -> str:
    """The sentence. `start` is the INVOKED event of the event's invocation, when it has one."""
    return _SENTENCES[event.kind](event, start, message_id)


def _sent(event: Event, _start, _id) -> str:
    detail, store = event.detail, name_of(event.resource)
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
        text = f"{name_of(detail.sender)} sent it to {store}"
    else:
        text = f"arrived in {store} from {name_of(detail.sender)}"
    text += f", group {detail.group_id}" if detail.group_id else ""
    return text + (f"; delayed until {moment(event.at + detail.delay_s)}" if detail.delay_s else "")


def _accepted(event: Event, _start, _id) -> str:
    return f"accepted for {name_of(event.resource)}: Lambda keeps it in its own queue (202)"


def _received(event: Event, _start, _id) -> str:
    detail = event.detail
    by = f"for {name_of(detail.consumer)}" if detail.consumer else "by hand"
    return f"received {by}, {ordinal(detail.count)} time; hidden until {moment(detail.visible_at)}"


def _returned(event: Event, _start, _id) -> str:
    done = "acknowledged" if service_of(event.resource) == STREAM_QUEUE else "deleted"
    why = {
        Comeback.VISIBILITY_TIMEOUT: f"nobody {done} it in time",
        Comeback.MADE_VISIBLE: "its visibility was set to 0",
        Comeback.DELAY_OVER: "delay over",
    }
    return f"visible again in {name_of(event.resource)}: {why[event.detail.reason]}"


def _deleted(event: Event, _start, _id) -> str:
    detail, store = event.detail, name_of(event.resource)
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


def _matched(event: Event, _start, _id) -> str:
    targets = listed(name_of(target) for target in event.detail.targets)
    if ":subscriber/" in event.resource:
        return f"passed the filters of the subscriber {name_of(event.resource)}, for {targets}"
    return f"matched the rule {name_of(event.resource)}" + (f", for {targets}" if targets else ", which has no target")


def _filtered(event: Event, _start, _id) -> str:
    if service_of(event.resource) == "events":
        return f"went to nobody on {name_of(event.resource)}: it {event.detail.text}"
    consumer = f" for {name_of(event.detail.consumer)}" if event.detail.consumer else ""
    gone = "; a queue's message is deleted" if service_of(event.resource) == "sqs" else ""
    return f"filtered out{consumer}: {event.detail.text}{gone}"


def _dead_lettered(event: Event, _start, _id) -> str:
    detail = event.detail
    after = f" after {count(detail.receive_count, 'receive')}" if detail.receive_count else ""
    what = "its event moved to" if service_of(event.resource) == "lambda" else "moved to"
    what = "given up; a message that says so went to" if ":subscriber/" in event.resource else what
    return f"{what} {name_of(detail.target)}" + (f": {detail.reason}" if detail.reason else after)


def _redriven(event: Event, _start, _id) -> str:
    new = f" as a new message, {event.detail.new_id[:8]}" if event.detail.new_id else ""
    return f"moved back to {name_of(event.detail.target)}{new}"


def _expired(event: Event, _start, _id) -> str:
    return f"expired in {name_of(event.resource)}: {event.detail.text}"


def _checkpointed(event: Event, _start, _id) -> str:
    return f"passed for good by {name_of(event.detail.consumer)} in shard {event.detail.shard}"


def _delivered(event: Event, _start, _id) -> str:
    attempt = f" at attempt {event.detail.attempt}" if event.detail.attempt > 1 else ""
    store, target = name_of(event.resource), name_of(event.detail.target)
    store = f"the rule {store}" if ":rule/" in event.resource else store
    store = f"the subscriber {store}" if ":subscriber/" in event.resource else store
    if service_of(event.resource) == "lambda":
        text = f"Lambda sent the record of {store}'s invocation to {target}"
    else:
        text = f"{store} delivered it to {target}{attempt}"
    queued = service_of(event.detail.target) == "lambda" and event.detail.new_id
    return text + (": Lambda's own queue took it (202)" if queued else "")


def _refused(event: Event, _start, _id) -> str:
    more = "will be tried again" if event.detail.retryable else "not to be tried again"
    attempt = f"attempt {event.detail.attempt}, " if event.detail.attempt > 1 else ""
    return f"{name_of(event.detail.target)} did not take it ({attempt}{more}): {event.detail.reason}"


def _retried(event: Event, _start, _id) -> str:
    detail = event.detail
    return f"attempt {detail.attempt} at {name_of(detail.target)} planned for {moment(event.at + detail.wait_s)}: {detail.reason}"


def _dropped(event: Event, _start, _id) -> str:
    return f"lost: {event.detail.text}"


def _unpermitted(event: Event, _start, _id) -> str:
    missing = event.detail
    return f"AWS would refuse this: {name_of(missing.target)} does not let {missing.principal} {missing.action}"


def _invoked(event: Event, _start, _id) -> str:
    detail = event.detail
    notes = [f"batch of {len(detail.message_ids)}"] if len(detail.message_ids) > 1 else []
    notes += [f"attempt {detail.attempt}"] if detail.attempt > 1 else []
    notes += [f"environment {detail.environment}"] + (["cold start"] if detail.cold else [])
    return f"{name_of(event.resource)} started" + (f" ({', '.join(notes)})" if notes else "")


def _succeeded(event: Event, start: Event | None, message_id: str) -> str:
    detail, name = event.detail, name_of(event.resource)
    if message_id in detail.failed_ids:
        return f"{name} returned after {duration(detail.duration_s)} and reported this message as failed"
    others = (
        f"; it reported {count(len(detail.failed_ids), 'other')} of the batch as failed" if detail.failed_ids else ""
    )
    return f"{name} returned without an error after {duration(detail.duration_s)}{others}"


def _whole_batch(start: Event | None) -> str:
    many = len(start.detail.message_ids) if start and isinstance(start.detail, Invoked) else 0
    return f"; the batch of {many} fails as a whole" if many > 1 else ""


def _failed(event: Event, start: Event | None, _id) -> str:
    detail = event.detail
    error = ": ".join(part for part in (detail.error_type, detail.error) if part)
    return f"{name_of(event.resource)} failed after {duration(detail.duration_s)}, {shortened(error, 160)}{_whole_batch(start)}"


def _timed_out(event: Event, start: Event | None, _id) -> str:
    return f"{name_of(event.resource)} timed out after {duration(event.detail.duration_s)}{_whole_batch(start)}"


def _throttled(event: Event, _start, _id) -> str:
    return f"{name_of(event.resource)} throttled, nothing ran: {event.detail.reason}"


def _called(event: Event, _start, _id) -> str:
    detail = event.detail
    note = f", {detail.note}" if detail.note else ""
    caller = name_of(detail.caller or "a cell")
    return f"{caller} called {name_of(detail.url)}: {detail.status} after {duration(detail.latency_s)}{note}"


def _stepped(event: Event, _start, _id) -> str:
    machine, ended = name_of(event.detail.machine), event.kind is Kind.EXITED
    if not event.detail.state:
        how = "started" if not ended else "succeeded" if event.detail.error is None else "failed"
        error = f": {event.detail.error}" if event.detail.error else ""
        return f"an execution of {machine} {how}{error}"
    word = "entered" if event.kind is Kind.ENTERED else "left"
    error = f": {event.detail.error}" if event.detail.error else ""
    return f"{machine} {word} {event.detail.state}{error}"


_SENTENCES: dict[Kind, Callable[[Event, Event | None, str], str]] = {
    Kind.SENT: _sent,
    Kind.ACCEPTED: _accepted,
    Kind.RECEIVED: _received,
    Kind.RETURNED: _returned,
    Kind.DELETED: _deleted,
    Kind.FILTERED: _filtered,
    Kind.MATCHED: _matched,
    Kind.DEAD_LETTERED: _dead_lettered,
    Kind.REDRIVEN: _redriven,
    Kind.EXPIRED: _expired,
    Kind.CHECKPOINTED: _checkpointed,
    Kind.DELIVERED: _delivered,
    Kind.REFUSED: _refused,
    Kind.RETRIED: _retried,
    Kind.DROPPED: _dropped,
    Kind.UNPERMITTED: _unpermitted,
    Kind.INVOKED: _invoked,
    Kind.SUCCEEDED: _succeeded,
    Kind.FAILED: _failed,
    Kind.TIMED_OUT: _timed_out,
    Kind.THROTTLED: _throttled,
    Kind.CALLED: _called,
    Kind.ENTERED: _stepped,
    Kind.EXITED: _stepped,
    Kind.MARKED: lambda event, _start, _id: event.detail.text,
}
