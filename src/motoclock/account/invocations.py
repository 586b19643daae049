"""Every run of a function, put together from the trace: when it started, how it ended, what it was given."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from motoclock.arn import Arn
from motoclock.trace import Event, Failed, Finished, Invoked, Mode, Succeeded, TimedOut, Trace


class RunState(StrEnum):
    """How a run ended. The value is the word that pictures use."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    TIMED_OUT = "timed out"
    RUNNING = "running"


@dataclass(frozen=True, slots=True)
class Invocation:
    """One run. `ended` is the end of the record for a run that was still going on. `init_s` is the cold start before the handler."""

    invocation_id: str
    function: str
    arn: str
    environment: str
    started: float
    ended: float
    outcome: RunState
    cold: bool
    init_s: float
    source: str
    mode: Mode
    attempt: int
    message_ids: tuple[str, ...]
    groups: tuple[str, ...]
    error: str | None
    billed_ms: int
    memory_mb: int
    failed_ids: tuple[str, ...]

    @property
    def seconds(self) -> float:
        return self.ended - self.started


_OUTCOMES: dict[type[Finished], RunState] = {
    Succeeded: RunState.SUCCEEDED,
    Failed: RunState.FAILED,
    TimedOut: RunState.TIMED_OUT,
}


def read_invocations(trace: Iterable[Event], present: float | None = None) -> tuple[Invocation, ...]:
    """All runs in a trace in the order of their starts. What still runs has run until `present`, or until the last event."""
    runs, last = trace.reading(_runs) if isinstance(trace, Trace) else _runs(list(trace))
    if present is None or present <= last:
        return runs
    return tuple(replace(run, ended=present) if run.outcome is RunState.RUNNING else run for run in runs)


def _runs(events: list[Event]) -> tuple[tuple[Invocation, ...], float]:
    """Them, and the moment of the last event."""
    runs: list[_Run] = []  # in order of starts
    open_runs: dict[tuple[str | None, str], _Run] = {}
    for event in events:
        what = event.what
        if isinstance(what, Invoked):
            run = _Run(event, what)
            runs.append(run)
            open_runs[event.invocation_id, what.environment] = run
        elif isinstance(what, Finished):
            begun = open_runs.pop((event.invocation_id, what.environment), None)
            if begun is not None:
                begun.ended, begun.done = event.at, what
    last = events[-1].at if events else 0.0
    return tuple(_invocation(run, last) for run in runs), last


def peak_concurrency(invocations: Iterable[Invocation]) -> int:
    """The most runs that were going on at one moment. A run that ends where another starts does not overlap it."""
    steps = sorted(step for run in invocations for step in ((run.started, 1), (run.ended, -1)))
    peak = running = 0
    for _at, step in steps:
        running += step
        peak = max(peak, running)
    return peak


@dataclass(slots=True)
class _Run:
    """A run as far as the trace has been read."""

    start: Event
    given: Invoked
    ended: float | None = None
    done: Finished | None = None


def _invocation(run: _Run, last: float) -> Invocation:
    start, given, done = run.start, run.given, run.done
    return Invocation(
        invocation_id=start.invocation_id or "",
        function=Arn.of(given.function).path[1] if given.function.startswith("arn:") else given.function,
        arn=start.resource,
        environment=given.environment,
        started=start.at,
        ended=max(last, start.at) if run.ended is None else run.ended,
        outcome=_OUTCOMES[type(done)] if done else RunState.RUNNING,
        cold=given.cold,
        init_s=done.init_s if done else 0.0,
        source=given.source,
        mode=given.mode,
        attempt=given.attempt,
        message_ids=given.message_ids or ((start.message_id,) if start.message_id else ()),
        groups=given.groups,
        error=(done.error or done.error_type) if done else None,
        billed_ms=done.billed_ms if done else 0,
        memory_mb=done.memory_mb if done else 0,
        failed_ids=done.failed_ids if done else (),
    )
