"""AWS/Lambda's metrics that need more than one event of the trace: asynchronous events, and how far behind a stream its function is."""

from collections.abc import Iterator

from motoclock.metrics.point import Point
from motoclock.trace import (
    Accepted,
    DeadLettered,
    Delivered,
    Dropped,
    Event,
    Failed,
    Invoked,
    Loss,
    Mode,
    Sent,
    Succeeded,
    TimedOut,
)


class AsyncEvents:
    """What becomes of asynchronous events: how old they are when they run, and which are given up, kept somewhere or not."""

    def __init__(self) -> None:
        self._accepted_at: dict[str, float] = {}
        self._failed: set[str] = set()  # not yet succeeded, and not yet counted as given up

    def see(self, event: Event) -> Iterator[tuple[str, float, str]]:
        request, what = event.invocation_id or "", event.what
        if isinstance(what, Accepted):
            self._accepted_at[request] = event.at
            self._failed.add(request)
        elif request not in self._accepted_at:
            return
        elif isinstance(what, Invoked):
            yield "AsyncEventAge", round((event.at - self._accepted_at[request]) * 1000, 3), "Milliseconds"
        elif isinstance(what, Succeeded):
            self._failed.discard(request)
        elif isinstance(what, Dropped | DeadLettered | Delivered) and request in self._failed:
            self._failed.discard(request)
            yield "AsyncEventsDropped", 1.0, "Count"
            if what.because is Loss.LOOP:
                yield "RecursiveInvocationsDropped", 1.0, "Count"


class IteratorAges:
    """How old the last record of each batch was when its invocation ended, whether it failed or not."""

    def __init__(self) -> None:
        self._written: dict[tuple[str, str | None], float] = {}
        self._running: dict[str | None, float] = {}

    def see(self, service: str, event: Event) -> Iterator[Point]:
        what = event.what
        if service in ("dynamodb", "kinesis") and isinstance(what, Sent):
            self._written[event.resource, event.message_id] = event.at
        elif service == "lambda" and isinstance(what, Invoked) and what.message_ids:
            last = (what.source, what.message_ids[-1])
            if what.mode is Mode.MAPPING and last in self._written:
                self._running[event.invocation_id] = self._written[last]
        elif isinstance(what, Succeeded | Failed | TimedOut) and event.invocation_id in self._running:
            age_ms = round((event.at - self._running.pop(event.invocation_id)) * 1000, 3)
            dimension = (("FunctionName", what.function),)
            yield Point("AWS/Lambda", "IteratorAge", dimension, event.at, age_ms, "Milliseconds")
