"""Which events belong to one message's life: its own, those of the messages it came from and of those that came from it."""

from collections import defaultdict
from collections.abc import Iterable

from motoclock.trace import Called, Entered, Event, Exited, Invoked, Kind, batch_of, new_id_of, origins_of

_STEPS = (Kind.ENTERED, Kind.EXITED)
_ENDS = (Kind.SUCCEEDED, Kind.FAILED, Kind.TIMED_OUT)


def known_ids(events: Iterable[Event]) -> list[str]:
    """The ids of all messages in a trace, in order of appearance."""
    return list(dict.fromkeys(event.message_id for event in events if event.message_id))


def life_of(events: list[Event], message_id: str) -> list[tuple[Event, Event | None, str]]:
    """The events of a message's life in order, each with the start of its invocation and the id it concerns.

    Of a message it came from, what led to this one; of the messages that came from it, everything.
    """
    children, parents = _relations(events)
    later = _closure(message_id, children)
    earlier = _closure(message_id, parents) - {message_id}
    born = next((event.at for event in events if event.message_id == message_id), 0.0)
    runs: dict[str, Event] = {}
    # invocation, or execution of a state machine -> the message of this life that it was given
    mine: dict[str, str] = {}
    found = []
    for event in events:
        if isinstance(event.what, Invoked) and event.invocation_id:
            runs[event.invocation_id] = event
        concerned = _concerned(event, mine, runs, later) or (
            _concerned(event, mine, runs, earlier)
            if event.at <= born and not _elsewhere(event, later | earlier)
            else None
        )
        if concerned is None:
            continue
        if isinstance(event.what, Invoked | Entered) and event.invocation_id:
            mine[event.invocation_id] = concerned
        found.append((event, runs.get(event.invocation_id or ""), concerned))
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
    if isinstance(event.what, Exited) and event.what.error is None:
        return None
    found = mine.get(event.invocation_id or "")
    return found if found in ids else None


def _elsewhere(event: Event, ids: set[str]) -> bool:
    new_id = new_id_of(event.what)
    return new_id is not None and new_id not in ids


def _relations(events: list[Event]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    children: dict[str, set[str]] = defaultdict(set)
    parents: dict[str, set[str]] = defaultdict(set)
    for event in events:
        if event.message_id is None:
            continue
        pairs = [(origin, event.message_id) for origin in origins_of(event.what)]
        if new_id := new_id_of(event.what):
            pairs.append((event.message_id, new_id))
        for parent, child in pairs:
            if parent != child:
                children[parent].add(child)
                parents[child].add(parent)
    return children, parents


def _closure(message_id: str, relation: dict[str, set[str]]) -> set[str]:
    reached, waiting = {message_id}, [message_id]
    while waiting:
        new = relation.get(waiting.pop(), set()) - reached
        reached |= new
        waiting += sorted(new)
    return reached
