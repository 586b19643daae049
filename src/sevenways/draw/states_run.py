"""What one execution of a state machine did with each of its states: read from the trace and the machine's definition."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from motoclock.trace import Entered, Event, Exited, Retried


class Fate(StrEnum):
    """What became of a state. The value is the word that pictures use."""

    NEVER = "not entered"
    WAITING = "still in it"
    PASSED = "succeeded"
    CAUGHT = "failed, caught"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class StateRun:
    """One state. `entered`, `retries`, `failed` and `stopped` are counted over all iterations and redrives; `seconds` is the time of
    them all. Stopped is what ended because another had failed.

    `inside` is the Map or Parallel that it is a part of, "" at the top.
    """

    name: str
    type: str
    inside: str
    fate: Fate
    entered: int = 0
    retries: int = 0
    seconds: float = 0.0
    failed: int = 0
    stopped: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A way from one state to another. `why` is "" for Next, else the error that is caught or the rule of a Choice; `taken`: it was."""

    source: str
    target: str
    why: str
    taken: bool


@dataclass(frozen=True, slots=True)
class StatesRun:
    """An execution as it ran. `ended` is None while it runs; `error` is "" unless it failed."""

    name: str
    machine: str
    started: float
    ended: float | None
    error: str
    states: tuple[StateRun, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class _Written:
    """One state of the definition, and where from there."""

    name: str
    inside: str
    definition: Mapping[str, Any]


def read_states_run(
    trace: Iterable[Event], definition: str | Mapping[str, Any], execution: str, present: float
) -> StatesRun | None:
    """The execution with this name or ARN at virtual second `present`; None when none of that name was ever started.

    Iterations of a Map and branches of a Parallel are counted together, state by state.
    """
    written = list(_states(json.loads(definition) if isinstance(definition, str) else definition))
    mine = [event for event in trace if event.invocation_id and _is_called(event.invocation_id, execution)]
    whole = [event for event in mine if isinstance(event.what, Entered | Exited) and not event.what.state]
    if not whole:
        return None
    ended = whole[-1].at if isinstance(whole[-1].what, Exited) else None
    error = (whole[-1].what.error or "") if isinstance(whole[-1].what, Exited) else ""
    arn = whole[0].invocation_id or ""
    parts = arn.split(":")
    return StatesRun(
        parts[-1],
        parts[-2],
        whole[0].at,
        ended,
        error,
        tuple(_state_run(one, mine, present, ended is not None) for one in written),
        tuple(_steps(written, mine)),
    )


def _is_called(arn: str, name: str) -> bool:
    return ":execution:" in arn and name in (arn, arn.rpartition(":")[2])


def _states(machine: Mapping[str, Any], inside: str = "") -> Iterator[_Written]:
    states = machine.get("States", {})
    for name in _in_order(states, machine.get("StartAt", "")):
        state = states[name]
        yield _Written(name, inside, state)
        for part in (*state.get("Branches", ()), state.get("ItemProcessor"), state.get("Iterator")):
            if part:
                yield from _states(part, name)


def _in_order(states: Mapping[str, Any], start: str) -> list[str]:
    """From the start onwards, the way of success first; what no way leads to comes last."""
    found: dict[str, None] = {}
    waiting = [start, *states]
    while waiting:
        name = waiting.pop(0)
        if name in states and name not in found:
            found[name] = None
            waiting = [*(target for target, _why in _ways(states[name])), *waiting]
    return list(found)


def _state_run(one: _Written, events: list[Event], present: float, over: bool) -> StateRun:
    entered = [event.at for event in events if isinstance(event.what, Entered) and event.what.state == one.name]
    exits = [event for event in events if isinstance(event.what, Exited) and event.what.state == one.name]
    ends = [event.what for event in exits if isinstance(event.what, Exited)]
    stopped = sum(end.stopped for end in ends)
    errors = [end.error for end in ends if end.error and not end.stopped]
    retries = sum(isinstance(event.what, Retried) and event.what.target == one.name for event in events)
    open_ones = len(entered) - len(exits)
    until = events[-1].at if over else present
    seconds = sum(event.at for event in exits) - sum(entered) + open_ones * until
    fate = _fate(one, events, exits, bool(entered), open_ones > 0 and not over, len(errors) + stopped)
    return StateRun(
        one.name,
        one.definition["Type"],
        one.inside,
        fate,
        len(entered),
        retries,
        round(seconds, 3),
        len(errors),
        stopped,
        errors[-1] if errors and fate is not Fate.PASSED else "",
    )


def _fate(one: _Written, events: list[Event], exits: list[Event], entered: bool, still: bool, failed: int) -> Fate:
    if not entered:
        return Fate.NEVER
    if still:
        return Fate.WAITING
    last = exits[-1].what if exits else None
    ended_well = isinstance(last, Exited) and last.error is None and one.definition["Type"] != "Fail"
    if one.inside:  # one of many at the same time: the last to end says nothing about the others
        holder = [
            event.what.error for event in events if isinstance(event.what, Exited) and event.what.state == one.inside
        ]
        ended_well = not failed or (bool(holder) and holder[-1] is None)
    if ended_well:
        return Fate.PASSED
    if exits and any(
        catcher.get("Next") == _entered_after(events, exits[-1]) for catcher in one.definition.get("Catch", ())
    ):
        return Fate.CAUGHT
    return Fate.FAILED


def _entered_after(events: list[Event], exited: Event) -> str:
    """The state that was entered next."""
    place = next(place for place, event in enumerate(events) if event is exited)
    return next((event.what.state for event in events[place + 1 :] if isinstance(event.what, Entered)), "")


def _steps(written: list[_Written], events: list[Event]) -> Iterator[Step]:
    """Each way of the definition. At the top it was taken when its ends were entered one after the other; inside a Map or a Parallel,
    whose parts run at the same time, when both were entered."""
    inside = {one.name: one.inside for one in written}
    pairs: Counter[tuple[str, str]] = Counter()
    counted = Counter(event.what.state for event in events if isinstance(event.what, Entered))
    last: dict[str, str] = defaultdict(str)
    for event in events:
        if isinstance(event.what, Entered) and event.what.state in inside:
            home = inside[event.what.state]
            pairs[last[home], event.what.state] += 1
            last[home] = event.what.state
    for one in written:
        for target, why in _ways(one.definition):
            together = bool(counted[one.name] and counted[target])
            yield Step(one.name, target, why, together if one.inside else bool(pairs[one.name, target]))


def _ways(state: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if "Next" in state:
        yield state["Next"], ""
    for choice in state.get("Choices", ()):
        yield choice["Next"], "choice"
    if "Default" in state:
        yield state["Default"], "default"
    for catcher in state.get("Catch", ()):
        yield catcher["Next"], ", ".join(catcher["ErrorEquals"])
