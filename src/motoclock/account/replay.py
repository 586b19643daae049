"""Where every message is, and has been: the trace replayed, message by message."""

from collections.abc import Iterable

from motoclock.account.consumers import FAN_OUT, STREAMS, Consumers, consumer_in, without_version
from motoclock.account.lives import STREAM_QUEUE, Life, Lives, State, Stay, service_of
from motoclock.trace import (
    Accepted,
    Cause,
    Checkpointed,
    DeadLettered,
    Deleted,
    Delivered,
    Dropped,
    Event,
    EventOf,
    Expired,
    Failed,
    Filtered,
    Invoked,
    Kind,
    Matched,
    Received,
    Redriven,
    Retried,
    Returned,
    Sent,
    Succeeded,
    TimedOut,
    Trace,
    on,
)


def read_lives(trace: Iterable[Event]) -> Lives:
    """Replay a trace: once for all that read it between two events. Costs two passes. Nobody changes what comes of it."""
    return trace.reading(_replayed) if isinstance(trace, Trace) else _replayed(list(trace))


def _replayed(events: list[Event]) -> Lives:
    return _Replay(Consumers(events)).all_of(events)


_Key = tuple[str, str | None]  # a store and a message in it
_PRODUCERS = ("lambda", "states")  # what they send is a message of its own, whatever it came from
_REMOVED = {
    Cause.CALL: State.DONE,
    Cause.MAPPING: State.DONE,
    Cause.PURGE: State.PURGED,
    Cause.QUEUE_DELETED: State.PURGED,
    Cause.SUBSCRIBER_DELETED: State.PURGED,
    Cause.RESUMED_AT_LATEST: State.PURGED,
}
_BEFORE = {
    Kind.RECEIVED: (State.WAITING,),
    Kind.RETURNED: (State.IN_FLIGHT, State.DELAYED),
    Kind.DELETED: (State.IN_FLIGHT,),
    Kind.FILTERED: (State.IN_FLIGHT, State.WAITING),
    Kind.DEAD_LETTERED: (State.WAITING,),
    Kind.EXPIRED: (State.WAITING, State.IN_FLIGHT, State.DELAYED),
}
_OVER = frozenset(
    (State.DONE, State.FILTERED, State.EXPIRED, State.DROPPED, State.PURGED, State.DEAD_LETTERED, State.REDRIVEN)
)


_DONE, _WAITING = State.DONE, State.WAITING  # asked for a million times: Enum's own look-up is slow
_NEVER: tuple[None, None] = (None, None)


class _Replay:
    def __init__(self, consumers: Consumers):
        self._consumers = consumers
        self._services = consumers.services
        self._stays: dict[_Key, list[Stay]] = {}
        self._all: list[Stay] = []
        self._lives: list[Life] = []
        self._links: dict[_Key, Stay] = {}  # hops whose arrival has not been seen yet
        self._notes: set[_Key] = set()  # what was sent to say that records were given up
        self._invoked: dict[str | None, tuple[EventOf[Invoked], list[Stay] | None]] = {}  # of a stream: with the batch
        self._handlers = dict(
            [
                on(Sent, self._arrival),
                on(Accepted, self._arrival),
                on(Matched, self._match),
                on(Delivered, self._hop),
                on(Received, self._receive),
                on(Invoked, self._start),
                on(Succeeded, self._success),
                on(Failed, self._failure),
                on(TimedOut, self._failure),
                on(Retried, self._retry),
                on(Checkpointed, self._checkpoint),
                on(Deleted, self._deletion),
                on(DeadLettered, self._dead_letter),
                on(Redriven, self._redrive),
                on(Returned, lambda event: self._all_become(event, State.WAITING)),
                on(Filtered, lambda event: self._all_become(event, State.FILTERED)),
                on(Expired, lambda event: self._all_become(event, State.EXPIRED)),
                on(Dropped, lambda event: self._all_become(event, State.DROPPED)),
            ]
        )

    def all_of(self, events: list[Event]) -> Lives:
        """Go through them, each bringing the state up to date, and say how things stand in the end."""
        handlers = self._handlers
        for event in events:
            handle = handlers.get(type(event.what))
            if handle is not None:
                handle(event)
        return self._result()

    def _result(self) -> Lives:
        for stay in self._links.values():
            self._ended(stay)
        lives = tuple([life for life in self._lives if life.stays])
        roots = [life.stays[0] for life in lives if not life.hop and not life.note]
        return Lives(tuple(self._all), lives, len({(stay.store, stay.message_id) for stay in roots}))

    # ------------------------------------------------------------------ arriving

    def _arrival(self, event: EventOf[Sent | Accepted]) -> None:
        store, message_id, detail = event.resource, event.message_id, event.what
        key = (store, message_id)
        service = self._services[store]
        if there := self._stays.get(key):
            if any(stay.changes[0][0] == event.at for stay in there):
                return  # the move into a dead-letter queue said so already
            if detail.origins == (message_id,) and service != "events":  # a standard queue's duplicate
                first = there[0]
                self._arrive(key, event.at, first.life, State.WAITING, None, detail.label, detail.group_id)
                return
        linked = self._links.pop(key, None) if self._links else None
        state = State.DELAYED if detail.delay_s else _WAITING
        life = linked.life if linked else self._new_life(event)
        if key in self._notes:
            life.note = True
        consumers = () if service not in FAN_OUT else self._consumers.of(store, message_id)
        self._arrive(key, event.at, life, state, consumers[0] if consumers else None, detail.label, detail.group_id)
        for consumer in consumers[1:]:
            hop, sent_at, note = life.hop or linked is not None, life.sent_at, life.note
            life = self._new_life(event, hop, sent_at)
            life.note = note
            self._arrive(key, event.at, life, state, consumer, detail.label, detail.group_id)

    def _match(self, event: EventOf[Matched]) -> None:
        """A rule's pattern fits an event: from here on each of the rule's targets has a copy of its own."""
        found = self._stays.get((event.what.bus, event.message_id))
        if not found:
            return
        stay, key = found[-1], (event.resource, event.message_id)
        first = stay.state is not State.PASSED_ON
        for target in event.what.targets:
            life = stay.life if first else Life(stay.message_id, stay.label, stay.life.sent_at, hop=True)
            if not first:
                self._lives.append(life)
            stay.becomes(event.at, State.PASSED_ON)
            self._arrive(key, event.at, life, State.WAITING, without_version(target), stay.label)
            first = False

    def _new_life(self, event: EventOf[Sent | Accepted], hop: bool | None = None, sent_at: float | None = None) -> Life:
        detail = event.what
        if hop is None:
            hop = bool(detail.origins) and self._services[detail.sender] not in _PRODUCERS
        life = Life(
            event.message_id or "", detail.label, event.at if sent_at is None else sent_at, [], 0, None, False, hop
        )
        self._lives.append(life)
        return life

    def _arrive(
        self,
        key: _Key,
        at: float,
        life: Life,
        state: State,
        consumer: str | None = None,
        label: str = "",
        group_id: str | None = None,
    ) -> None:
        store, message_id = key
        stay = Stay(store, message_id or "", consumer, label or life.label, life, group_id, 0, [(at, state)])
        life.stays.append(stay)
        if (there := self._stays.get(key)) is None:
            self._stays[key] = [stay]
        else:
            there.append(stay)
        self._all.append(stay)

    # ------------------------------------------------------------------ being handled

    def _receive(self, event: EventOf[Received]) -> None:
        for stay in self._about(event):
            stay.receives = event.what.count
            stay.becomes(event.at, State.IN_FLIGHT)
            stay.life.starts += event.what.consumer is None

    def _start(self, event: EventOf[Invoked]) -> None:
        batch = self._batch(event)
        service = self._services[event.what.source]
        self._invoked[event.invocation_id] = event, batch if service in STREAMS else None
        for stay in batch:
            stay.life.starts += 1
            if service != "sqs" and stay.changes[-1][1] not in _OVER and self._services[stay.store] != "sqs":
                stay.becomes(event.at, State.IN_FLIGHT)

    def _success(self, event: EventOf[Succeeded]) -> None:
        failed = event.what.failed_ids
        for stay in self._running(event):
            self._finish(stay, event.at, State.WAITING if stay.message_id in failed else State.DONE)

    def _failure(self, event: EventOf[Failed | TimedOut]) -> None:
        for stay in self._running(event):
            stay.becomes(event.at, State.WAITING)

    def _retry(self, event: EventOf[Retried]) -> None:
        for stay in self._about(event):
            if stay.state is State.IN_FLIGHT and self._services[stay.store] != "sqs":
                stay.becomes(event.at, State.WAITING)

    def _checkpoint(self, event: EventOf[Checkpointed]) -> None:
        for stay in self._about(event):
            if stay.changes[-1][1] not in _OVER:
                self._finish(stay, event.at, State.DONE)

    def _deletion(self, event: EventOf[Deleted]) -> None:
        for stay in self._about(event):
            self._finish(stay, event.at, _REMOVED[event.what.cause])

    def _finish(self, stay: Stay, at: float, state: State) -> None:
        if stay.changes[-1][1] is not state:
            stay.changes.append((at, state))
        if state is _DONE and (life := stay.life).done_at is None:
            life.done_at = at

    # ------------------------------------------------------------------ being moved

    def _hop(self, event: EventOf[Delivered]) -> None:
        target = (without_version(event.what.target), event.what.new_id or event.message_id)
        for stay in self._about(event):
            if stay.state is State.DONE:
                continue  # the record of a success: a new message, not this one
            queued = service_of(target[0]) == STREAM_QUEUE  # the stream gave it to a queue of its own
            failed = service_of(stay.store) in ("lambda", *STREAMS) and not queued
            stay.becomes(event.at, State.DEAD_LETTERED if failed else State.PASSED_ON)
            stay.life.parked |= failed
            if service_of(stay.store) in STREAMS and not queued:
                self._note(target)  # one stands for a batch of records
                continue
            if not self._join(stay, target, event.at):
                self._ended(self._links.pop(target, None))  # a replayed event was there before
                self._links[target] = stay

    def _note(self, key: _Key) -> None:
        self._notes.add(key)
        for there in self._stays.get(key, ()):
            there.life.note = True

    def _ended(self, stay: Stay | None) -> None:
        """It went where nothing is stored: a downstream system, a log group."""
        if stay is not None and stay.state is State.PASSED_ON:
            self._finish(stay, stay.changes.pop()[0], State.DONE)

    def _dead_letter(self, event: EventOf[DeadLettered]) -> None:
        self._move(event, State.DEAD_LETTERED)

    def _redrive(self, event: EventOf[Redriven]) -> None:
        for stay in self._about(event):
            for earlier in stay.life.stays:
                if earlier.state is State.DEAD_LETTERED:
                    earlier.becomes(event.at, State.REDRIVEN)
        self._move(event, State.REDRIVEN)

    def _move(self, event: EventOf[DeadLettered | Redriven], state: State) -> None:
        target = (event.what.target, event.what.new_id or event.message_id)
        for stay in self._about(event):
            stay.becomes(event.at, state)
            stay.life.parked = state is State.DEAD_LETTERED
            if not self._join(stay, target, event.at):
                self._arrive(target, event.at, stay.life, State.WAITING, None, stay.label, stay.group_id)

    def _join(self, stay: Stay, target: _Key, at: float) -> bool:
        """Where the arrival was recorded before the move: make it the same life. One message may stand for a whole batch of events."""
        arrived = [there for there in self._stays.get(target, ()) if there.changes[0][0] == at and there is not stay]
        for there in arrived:
            if there.life is stay.life:
                continue
            if there.consumer != arrived[0].consumer:  # a further consumer's copy has a life of its own from here on
                there.life.sent_at, there.life.hop, there.life.note = stay.life.sent_at, True, stay.life.note
                continue
            if there.life.stays[0] is not there:
                # the batch's first event has it already: what becomes of it holds for all
                stay.life.stays.append(there)
            else:
                there.life.stays.remove(there)
                there.life = stay.life
                stay.life.stays.append(there)
        return bool(arrived)

    # ------------------------------------------------------------------ finding

    def _all_become(self, event: Event, state: State) -> None:
        for stay in self._about(event):
            stay.becomes(event.at, state)

    def _about(self, event: Event) -> list[Stay]:
        """The stays an event is about: those of its message in its store, narrowed to a consumer where that is said."""
        stays = self._stays.get((event.resource, event.message_id))
        if stays is None:
            return []
        if len(stays) == 1:
            return stays
        service = self._services[event.resource]
        if service not in FAN_OUT:  # duplicates of one id: the one that this can have happened to
            before = _BEFORE.get(event.kind, ())
            return [stay for stay in stays if stay.state in before][:1] or stays[-1:]
        consumer = consumer_in(event)
        stays = [stay for stay in stays if stay.consumer == consumer] if consumer else stays
        if service == "events" and len(stays) > 1:  # a replayed event was here before
            stays = [stay for stay in stays if stay.state is State.WAITING][:1] or stays[-1:]
        return stays

    def _batch(self, event: EventOf[Invoked]) -> list[Stay]:
        """The stays of the messages that an invocation was given."""
        detail, function = event.what, without_version(event.resource)
        stream = self._services[detail.source] in STREAMS
        found: list[Stay] = []
        get, resource, source = self._stays.get, event.resource, detail.source
        for message_id in detail.message_ids or ((event.message_id,) if event.message_id else ()):
            if stream:
                for stay in get((source, message_id), ()):
                    if stay.consumer == function or stay.consumer is None:
                        found.append(stay)
            elif stays := get((resource, message_id)) or get((source, message_id)):
                found.append(stays[-1])
        return found

    def _running(self, event: Event) -> list[Stay]:
        """The stays that end with their invocation. A queue's don't: there only a delete counts."""
        started, batch = self._invoked.get(event.invocation_id, _NEVER)
        if started is None or self._services[started.what.source] == "sqs":
            return []
        return [
            stay
            for stay in (self._batch(started) if batch is None else batch)
            if stay.changes[-1][1] is State.IN_FLIGHT and self._services[stay.store] != "sqs"
        ]
