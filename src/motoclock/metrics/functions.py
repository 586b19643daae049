"""AWS/Lambda's metrics that need more than one event of the trace: asynchronous events, and how far behind a stream its function is."""

from collections.abc import Iterator

from motoclock.metrics.point import Point
from motoclock.trace import Event, Kind, Loss, Mode

_ENDS = (Kind.SUCCEEDED, Kind.FAILED, Kind.TIMED_OUT)


class AsyncEvents:
    """What becomes of asynchronous events: how old they are when they run, and which are given up, kept somewhere or not."""

    def __init__(self) -> None:
        self._accepted_at: dict[str, float] = {}
        self._failed: set[str] = set()  # not yet succeeded, and not yet counted as given up

    def see(self, event: Event) -> Iterator[tuple[str, float, str]]:
        request = event.invocation_id or ""
        if event.kind is Kind.ACCEPTED:
            self._accepted_at[request] = event.at
            self._failed.add(request)
        elif request not in self._accepted_at:
            return
        elif event.kind is Kind.INVOKED:
            yield "AsyncEventAge", round((event.at - self._accepted_at[request]) * 1000, 3), "Milliseconds"
        elif event.kind is Kind.SUCCEEDED:
            self._failed.discard(request)
        elif event.kind in (Kind.DROPPED, Kind.DEAD_LETTERED, Kind.DELIVERED) and request in self._failed:
            self._failed.discard(request)
            yield "AsyncEventsDropped", 1.0, "Count"
            if event.detail.because is Loss.LOOP:
                yield "RecursiveInvocationsDropped", 1.0, "Count"


class IteratorAges:
    """How old the last record of each batch was when its invocation ended, whether it failed or not."""

    def __init__(self) -> None:
        self._written: dict[tuple[str, str | None], float] = {}
        self._running: dict[str | None, float] = {}

    def see(self, service: str, event: Event) -> Iterator[Point]:
        if service in ("dynamodb", "kinesis") and event.kind is Kind.SENT:
            self._written[event.resource, event.message_id] = event.at
        elif service == "lambda" and event.kind is Kind.INVOKED and event.detail.message_ids:
            last = (event.detail.source, event.detail.message_ids[-1])
            if event.detail.mode is Mode.MAPPING and last in self._written:
                self._running[event.invocation_id] = self._written[last]
        elif event.kind in _ENDS and event.invocation_id in self._running:
            age_ms = round((event.at - self._running.pop(event.invocation_id)) * 1000, 3)
            dimension = (("FunctionName", event.detail.function),)
            yield Point("AWS/Lambda", "IteratorAge", dimension, event.at, age_ms, "Milliseconds")
