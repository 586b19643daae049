"""Where a message's life stands, in plain sentences: how often it was handed over, and what became of it."""

from collections.abc import Iterable

from motoclock.account.lives import STREAM_QUEUE, Life, State, service_of
from motoclock.account.replay import read_lives
from motoclock.trace import Entered, Event, Exited, Invoked, Received
from motoclock.wording import listed, name_of, times


def standing(trace: Iterable[Event], life: list[tuple], ids: set[str]) -> str:
    """One or two sentences on a life, given as (event, the start of its run, the message's id there); `ids` are all ids it had."""
    events = [event for event, _start, _id in life]
    sentences = [_handed_over(events), _ends(trace, events, ids)]
    return " ".join(f"{one[0].upper()}{one[1:]}." for one in sentences if one)


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


def _ends(trace: Iterable[Event], events: list[Event], ids: set[str]) -> str:
    """What became of each copy; those of the same fate together."""
    fates: dict[str, list[str]] = {}
    for one in read_lives(trace).lives:
        if any(stay.message_id in ids for stay in one.stays):
            fate, name = _fate(one)
            fates.setdefault(fate, []).append(name)
    executions = {event.what.execution: event.what for event in events if isinstance(event.what, Entered | Exited)}
    for last in executions.values():
        over = isinstance(last, Exited) and not last.state
        how = "is running" if not over else "succeeded" if last.error is None else "failed"
        fates.setdefault(f"an execution of {{}} {how}", []).append(name_of(last.machine))
    *others, ending = [fate.format(listed(dict.fromkeys(names))) for fate, names in fates.items()] or [""]
    told = f"{', '.join(others)}, and {ending}" if others else ending
    return f"in the end {told}" if told else ""


def _fate(life: Life) -> tuple[str, str]:
    """Words with a gap for a name, and the name."""
    stay = life.stays[-1]
    name = name_of(stay.store)
    if life.state is State.DEAD_LETTERED and life.parked:
        return "it rests in the dead-letter queue {}", name
    if life.state is not State.DONE:
        return _STANDS[life.state], name
    service = service_of(stay.store)
    if service == "lambda":
        return "{} handled it", name
    if service in ("events", "sns"):
        return ("the rule {} delivered it" if ":rule/" in stay.store else "{} delivered it"), name
    if service in ("kinesis", "dynamodb") and stay.consumer:
        return f"{{}} has read it from {name}", name_of(stay.consumer)
    if service == "sqs":
        return "it was handled and deleted from {}", name
    return ("it was acknowledged in {}" if service == STREAM_QUEUE else "it was done in {}"), name


_STANDS = {
    State.DELAYED: "it is delayed in {}",
    State.WAITING: "it waits in {}",
    State.IN_FLIGHT: "it is in flight, taken from {}",
    State.DEAD_LETTERED: "{} gave it up for dead letters",
    State.FILTERED: "it was filtered out of {}",
    State.EXPIRED: "it expired in {}",
    State.DROPPED: "it was lost at {}",
    State.PURGED: "it was purged from {}",
    State.REDRIVEN: "it was moved out of {}",
    State.PASSED_ON: "{} passed it on",
}
