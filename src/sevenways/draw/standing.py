"""Where a message's life stands, in plain sentences: how often it was handed over, what became of it and of what followed from it."""

from collections.abc import Iterable
from dataclasses import dataclass

from motoclock.account.lives import STREAM_QUEUE, STREAMS, Life, State, service_of
from motoclock.account.replay import read_lives
from motoclock.trace import (
    Accepted,
    Delivered,
    Entered,
    Event,
    Exited,
    Invoked,
    Received,
    Sent,
    new_id_of,
    origins_of,
)
from motoclock.wording import count, listed, name_of, times

_PRODUCERS = ("lambda", "states")  # what they send is a message of its own


def standing(trace: Iterable[Event], life: list[tuple], asked: str) -> str:
    """A few sentences on a life, given as (event, the start of its run, the message's id there). `asked`: whose life it is.

    The copies of a message are told together. What a function or a state machine made of it is another message, and so is what it was
    made of.
    """
    events = [event for event, _start, _id in life]
    ids = {concerned for _event, _start, concerned in life}
    own = _same_message(events, asked) & ids
    later = _made_of(events, own) & ids
    groups: dict[str, list[Life]] = {}
    for one in read_lives(trace).lives:
        lived = {stay.message_id for stay in one.stays}
        if not ids.isdisjoint(lived) and not _goes_on(one, events):
            which = _OWN if not own.isdisjoint(lived) else _LATER if not later.isdisjoint(lived) else _EARLIER
            groups.setdefault(which, []).append(one)
    told = [
        _sentence(_handed_over(events)),
        _sentence(_own(groups.get(_OWN, []), events)),
        *(_sentence(_others(lead, groups.get(lead, []))) for lead in (_LATER, _EARLIER)),
    ]
    return " ".join(filter(None, told))


def is_unread(life: Life) -> bool:
    """It is a record of a stream that has no reader."""
    stay = life.stays[-1]
    return life.state is State.WAITING and not stay.consumer and service_of(stay.store) in STREAMS


_OWN, _LATER, _EARLIER = "in the end", "what followed from it", "what it came from"


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}." if words else ""


def _handed_over(events: list[Event]) -> str:
    receives = [event.what for event in events if isinstance(event.what, Received)]
    starts = [event for event in events if isinstance(event.what, Invoked)]
    words = [f"received {times(len(receives))}"] if receives else []
    if starts:
        words.append(
            f"given to {listed(dict.fromkeys(name_of(event.resource) for event in starts))} {times(len(starts))}"
        )
    elif any(receive.consumer for receive in receives):
        return f"{words[0]}, and no function ever started on it"
    return " and ".join(words)


# ---------------------------------------------------------------------- which messages are one


def _same_message(events: list[Event], asked: str) -> set[str]:
    """The ids under which one message went on, by topics, rules, pipes and queues."""
    pairs: list[tuple[str | None, str | None]] = [
        (one, event.message_id) for event in events for one in origins_of(event.what) if not _is_made(event)
    ]
    pairs += [(event.message_id, new_id_of(event.what)) for event in events if not _is_made(event)]
    own, before = {asked}, 0
    while len(own) > before:
        before = len(own)
        own |= {id_ for pair in pairs if not own.isdisjoint(pair) for id_ in pair if id_}
    return own


def _made_of(events: list[Event], own: set[str]) -> set[str]:
    """The ids of what followed from a message. A cause stands before its effect in a trace."""
    found = set(own)
    for event in events:
        if event.message_id and not found.isdisjoint(origins_of(event.what)):
            found.add(event.message_id)
        new_id = new_id_of(event.what)
        if event.message_id in found and new_id:
            found.add(new_id)
    return found - own


def _is_made(event: Event) -> bool:
    """It is a message of its own: a handler or a state machine sent it, or Lambda, about an invocation."""
    if isinstance(event.what, Delivered):
        return service_of(event.resource) == "lambda"
    return isinstance(event.what, Sent | Accepted) and service_of(event.what.sender or "") in _PRODUCERS


def _goes_on(life: Life, events: list[Event]) -> bool:
    """A pipe has read it, and put it into the next store: that is no end."""
    reader = life.stays[-1].consumer
    return service_of(reader or "") == "pipes" and any(
        event.resource == reader and isinstance(event.what, Delivered) and event.what.new_id for event in events
    )


# ---------------------------------------------------------------------- what became of them


@dataclass(frozen=True, slots=True)
class _Fate:
    """`words` of one message, {it}, and a thing's {name}. `many`: the words where there are several, if they are others."""

    words: str
    many: str = ""


def _own(lives: list[Life], events: list[Event]) -> str:
    clauses = _clauses(lives, "copy", "copies", alone=True)
    executions = {event.what.execution: event.what for event in events if isinstance(event.what, Entered | Exited)}
    for last in executions.values():
        over = isinstance(last, Exited) and not last.state
        how = "is running" if not over else "succeeded" if last.error is None else "failed"
        clauses.append(f"an execution of {name_of(last.machine)} {how}")
    return f"{_OWN} {_and(clauses)}" if clauses else ""


def _others(lead: str, lives: list[Life]) -> str:
    clauses = _clauses(lives, "message", "messages", alone=False)
    return f"{lead}: {_and(clauses)}" if clauses else ""


def _clauses(lives: list[Life], noun: str, plural: str, alone: bool) -> list[str]:
    """What became of each; those of one fate together. `alone`: where there is one it is "it"."""
    fates: dict[_Fate, list[str]] = {}
    for life in lives:
        fate, name = _fate(life)
        fates.setdefault(fate, []).append(name)
    clauses = []
    for fate, names in fates.items():
        one = len(names) == 1
        it = "it" if alone and len(lives) == 1 else f"a {noun}" if one else count(len(names), noun, plural)
        words = fate.words if it == "it" else fate.many or fate.words
        verbs = {verb: verb if one else verbs for verb, verbs in _VERBS.items()}
        clauses.append(words.format(it=it, name=listed(dict.fromkeys(names)), **verbs))
    return clauses


def _and(clauses: list[str]) -> str:
    *others, ending = clauses
    return f"{', '.join(others)}, and {ending}" if others else ending


def _fate(life: Life) -> tuple[_Fate, str]:
    """What became of it, and the name of the thing where it did."""
    stay = life.stays[-1]
    service, name = service_of(stay.store), name_of(stay.store)
    if life.state is State.DEAD_LETTERED and life.parked:
        return _Fate("{it} {rests} in the dead-letter queue {name}"), name
    if is_unread(life):
        return _Fate("{it} {is} kept in {name}, which nobody reads"), name
    if life.state is not State.DONE:
        return _STANDS[life.state], name
    if service == "lambda":
        return _Fate("{name} handled {it}", "{it} {was} handled by {name}"), name
    if service in ("events", "sns"):
        who = "the rule {name}" if ":rule/" in stay.store else "{name}"
        return _Fate(f"{who} delivered {{it}}", f"{{it}} {{was}} delivered by {who}"), name
    if service in STREAMS and stay.consumer:
        where = name.replace("{", "{{").replace("}", "}}")
        return _Fate(
            f"{{name}} has read {{it}} from {where}", f"{{it}} {{was}} read from {where} by {{name}}"
        ), name_of(stay.consumer)
    if service == "sqs":
        return _Fate("{it} {was} handled and deleted from {name}"), name
    return _Fate("{it} {was} acknowledged in {name}" if service == STREAM_QUEUE else "{it} {was} done in {name}"), name


_VERBS = {"is": "are", "was": "were", "waits": "wait", "rests": "rest"}
_STANDS = {
    State.DELAYED: _Fate("{it} {is} delayed in {name}"),
    State.WAITING: _Fate("{it} {waits} in {name}"),
    State.IN_FLIGHT: _Fate("{it} {is} in flight, taken from {name}"),
    State.DEAD_LETTERED: _Fate(
        "{name} gave {it} up for dead letters", "{it} {was} given up for dead letters by {name}"
    ),
    State.FILTERED: _Fate("{it} {was} filtered out of {name}"),
    State.EXPIRED: _Fate("{it} expired in {name}"),
    State.DROPPED: _Fate("{it} {was} lost at {name}"),
    State.PURGED: _Fate("{it} {was} purged from {name}"),
    State.REDRIVEN: _Fate("{it} {was} moved out of {name}"),
    State.PASSED_ON: _Fate("{name} passed {it} on", "{it} {was} passed on by {name}"),
}
