"""Which events belong to one message's life: its own, those of the messages it came from and of those that came from it.

An execution of a state machine that a cell started came from no message: its ARN stands for one.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from motoclock.trace import (
    Called,
    Entered,
    Event,
    Exited,
    Failed,
    Invoked,
    Kind,
    Retried,
    Succeeded,
    Throttled,
    TimedOut,
    Trace,
    batch_of,
    new_id_of,
    origins_of,
)

Relation = dict[str, set[str]]
_STEPS = (Kind.ENTERED, Kind.EXITED)
_ENDS = (Kind.SUCCEEDED, Kind.FAILED, Kind.TIMED_OUT)
_BY_RUN = (Succeeded, Failed, TimedOut, Called)  # concern what their invocation was given
_BY_EXECUTION = (Entered, Exited, Retried)
_BY_BATCH = (Invoked, Throttled)


def known_ids(trace: Iterable[Event]) -> dict[str, None]:
    """The ids of all messages in a trace, and the ARNs of executions that came from none, in order of appearance."""
    return trace.reading(_known_ids) if isinstance(trace, Trace) else _known_ids(list(trace))


def life_of(trace: Iterable[Event], message_id: str) -> list[tuple[Event, Event | None, str]]:
    """The events of a message's life in order, each with the start of its invocation and the id it concerns.

    Of a message it came from, what led to this one; of the messages that came from it, everything. One pass, in which what has nothing
    to do with any of them is passed over quickly.
    """
    events = list(trace)
    later, earlier = _family(trace, message_id)
    ids = later | earlier
    born = next((event.at for event in events if event.message_id == message_id), 0.0)
    runs: dict[str, Event] = {}
    # invocation, or execution of a state machine -> the message of this life that it was given
    mine: dict[str, str] = {message_id: message_id}
    found = []
    for event in events:
        what: Any = event.what
        kind = type(what)
        if kind in _BY_BATCH:
            if kind is Invoked and event.invocation_id:
                runs[event.invocation_id] = event
            if event.message_id not in ids and ids.isdisjoint(batch_of(what)):
                continue
        elif kind in _BY_RUN:
            if event.invocation_id not in mine:
                continue
        elif event.message_id not in ids and not (
            kind in _BY_EXECUTION and (event.invocation_id in mine or not ids.isdisjoint(origins_of(what)))
        ):
            continue
        concerned = _concerned(event, mine, runs, later) or (
            _concerned(event, mine, runs, earlier) if event.at <= born and not _elsewhere(event, ids) else None
        )
        if concerned is None:
            continue
        if kind in (Invoked, Entered) and event.invocation_id:
            mine[event.invocation_id] = concerned
        found.append((event, runs.get(event.invocation_id or ""), concerned))
    return found


def family_of(trace: Iterable[Event], message_id: str) -> set[str]:
    """The ids of the messages of its life."""
    later, earlier = _family(trace, message_id)
    return later | earlier


def _family(trace: Iterable[Event], message_id: str) -> tuple[set[str], set[str]]:
    """What came from it, itself included, and what it came from."""
    children, parents = trace.reading(_relations) if isinstance(trace, Trace) else _relations(list(trace))
    return _closure(message_id, children), _closure(message_id, parents) - {message_id}


def _known_ids(events: list[Event]) -> dict[str, None]:
    found: dict[str, None] = {}
    for event in events:
        what = event.what
        if event.message_id:
            found[event.message_id] = None
        elif isinstance(what, Entered) and not what.state and not what.origins and event.invocation_id:
            found[event.invocation_id] = None
    return found


def _concerned(event: Event, mine: dict[str, str], runs: dict[str, Event], ids: set[str]) -> str | None:
    if event.kind in _ENDS:
        return mine.get(event.invocation_id or "") if mine.get(event.invocation_id or "") in ids else None
    if isinstance(event.what, Called):  # of a batch nobody can tell which message a call was for
        start = runs.get(event.invocation_id or "")
        alone = start is not None and len(batch_of(start.what)) <= 1
        return mine.get(event.invocation_id or "") if alone and mine.get(event.invocation_id or "") in ids else None
    if event.message_id is None and event.kind in (*_STEPS, Kind.RETRIED):
        return _led_to(event, mine, ids)
    if event.message_id in ids:
        return event.message_id
    return next((one for one in batch_of(event.what) if one in ids), None)


def _led_to(event: Event, mine: dict[str, str], ids: set[str]) -> str | None:
    """Of an execution: its start, each state it enters, what fails in it, its end."""
    if origins := origins_of(event.what):
        return next((one for one in origins if one in ids), None)
    if isinstance(event.what, Exited) and event.what.error is None and event.what.state:
        return None
    found = mine.get(event.invocation_id or "")
    return found if found in ids else None


def _elsewhere(event: Event, ids: set[str]) -> bool:
    new_id = new_id_of(event.what)
    return new_id is not None and new_id not in ids


def _relations(events: list[Event]) -> tuple[Relation, Relation]:
    children: Relation = defaultdict(set)
    parents: Relation = defaultdict(set)
    for event in events:
        child, what = event.message_id, event.what
        if child is None:
            continue
        for parent in origins_of(what):
            if parent != child:
                children[parent].add(child)
                parents[child].add(parent)
        if (new_id := new_id_of(what)) and new_id != child:
            children[child].add(new_id)
            parents[new_id].add(child)
    return children, parents


def _closure(message_id: str, relation: Relation) -> set[str]:
    reached, waiting = {message_id}, [message_id]
    while waiting:
        new = relation.get(waiting.pop(), set()) - reached
        reached |= new
        waiting += sorted(new)
    return reached
