"""Every execution of a state machine that was started from outside, put together from the trace."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from motoclock.account.lives import service_of
from motoclock.trace import Entered, Event, Exited, Trace


class ExecutionState(StrEnum):
    """How an execution stands. The value is the word that pictures use."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Execution:
    """One execution that a cell or a function started; `ended` is None while it runs. A redrive goes on with the same one."""

    arn: str
    machine: str
    started: float
    ended: float | None
    state: ExecutionState


def read_executions(trace: Iterable[Event]) -> tuple[Execution, ...]:
    """Those that cells and handlers started, in order.

    What another machine starts is a part of that one; what a message starts, such as a rule's event, is that message.
    """
    return trace.reading(_executions) if isinstance(trace, Trace) else _executions(list(trace))


def _executions(events: list[Event]) -> tuple[Execution, ...]:
    found: dict[str, Execution] = {}
    for event in events:
        what = event.what
        if not isinstance(what, Entered | Exited) or what.state:
            continue
        before = found.get(what.execution)
        if isinstance(what, Exited):
            if before is not None:
                state = ExecutionState.SUCCEEDED if what.error is None else ExecutionState.FAILED
                found[what.execution] = Execution(before.arn, before.machine, before.started, event.at, state)
        elif before is not None:  # redriven
            found[what.execution] = Execution(before.arn, before.machine, before.started, None, ExecutionState.RUNNING)
        elif what.started_by and not what.origins and service_of(what.started_by) != "states":
            found[what.execution] = Execution(what.execution, what.machine, event.at, None, ExecutionState.RUNNING)
    return tuple(found.values())
