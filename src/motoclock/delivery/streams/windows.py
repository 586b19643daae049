"""Tumbling windows: batches of one stretch of time share a state, and the last invocation of the window gets no records.

Source: Lambda developer guide, services-kinesis-windows. Windows are aligned to the clock and records belong to them by their arrival.
A response without `state` is a failed invocation, and a shard that ends closes its window. Modelled: the last invocation comes when the
window is over and everything that arrived in it was processed, and needs no state in its answer; its own failure is retried like that
of a batch, and after the last retry the window is forgotten.
"""

import dataclasses
import datetime
import json
from dataclasses import dataclass, field
from typing import Any

from motoclock.clock import EPOCH
from motoclock.delivery.streams.batches import Batch, Entry
from motoclock.delivery.streams.slot import Slot
from motoclock.facts import stream_mapping as facts
from motoclock.functions import Outcome
from motoclock.functions.outcome import Status
from motoclock.services.shard_log import TOLERANCE_S

_STATE_MAX_BYTES = facts.TUMBLING_STATE_MAX_BYTES.value
_EPOCH_S = EPOCH.timestamp()


@dataclass(slots=True)
class _Window:
    """`start` and `end` are virtual seconds; `early` says that the state outgrew 1 MB."""

    start: float
    end: float
    state: Any = field(default_factory=dict)
    final: bool = False
    early: bool = False


class WindowedSlot(Slot):
    """A slot whose mapping has a tumbling window. The parallelization factor is 1 then."""

    _window: _Window | None = None

    @property
    def has_work(self) -> bool:
        return bool(self.pending) or self._window is not None

    def _next(self) -> None:
        window = self._window
        if window is not None and (window.early or self._is_over(window)):
            self._finish(window)
        elif self.pending:
            super()._next()
        elif window is not None:
            remaining = window.end - self._clock.now
            waits = remaining > TOLERANCE_S
            self._clock.wait(self._more, timeout=remaining if waits else None, foreground=waits)

    def _is_over(self, window: _Window) -> bool:
        """Its end has passed, and no record that arrived in it is left."""
        if self.pending:
            return self.pending[0].record.at >= window.end - TOLERANCE_S
        if self._context.at_end:
            return True  # the shard was closed: its children begin windows of their own
        return self._clock.now >= window.end - TOLERANCE_S and self._context.has_read_until(window.end)

    def _gather(self) -> list[Entry]:
        """A batch never spans two windows: what belongs to the next goes back."""
        length = self._stream.settings.tumbling_s
        if self._window is None:
            at = self.pending[0].record.at + TOLERANCE_S
            start = (_EPOCH_S + at) // length * length - _EPOCH_S
            self._window = _Window(start, start + length)
        entries = super()._gather()
        fits = [entry for entry in entries if entry.record.at < self._window.end - TOLERANCE_S]
        self.pending.extendleft(reversed(entries[len(fits) :]))
        return fits

    def _finish(self, window: _Window) -> None:
        """The last invocation of a window."""
        window.final = True
        self._see_through_final(window)
        if self._current:
            self._window = None

    def _see_through_final(self, window: _Window) -> None:
        batch = Batch([])
        forgotten_at = window.end + self._context.shard.log.retention_s
        while self._current and self._clock.now < forgotten_at:
            again = self._attempt(batch)
            outcome = self._outcome
            failed = again or (outcome is not None and not outcome.ok)
            if not failed:
                return
            if not again:
                return  # no retry left
            batch = again[0]
            ready_at = self._clock.now + batch.wait_s
            while self._current and (wait := ready_at - self._clock.now) > TOLERANCE_S:
                self._clock.wait(self._more, timeout=wait, foreground=True)

    def _invoke(self, batch: Batch) -> Outcome:
        outcome = super()._invoke(batch)
        if not outcome.ok or self._window.final:
            return outcome
        state = _state_in(outcome.payload)
        if state is None:
            return dataclasses.replace(
                outcome, status=Status.FAILED, error_type="NoState", error="the response has no state"
            )
        self._window.state = state
        self._window.early = len(json.dumps(state).encode()) > _STATE_MAX_BYTES
        return outcome

    def _payload(self, batch: Batch) -> bytes:
        window = self._window
        rest = {
            "window": {"start": _iso(window.start), "end": _iso(window.end)},
            "state": window.state,
            "shardId": self._context.shard.shard_id,
            "eventSourceARN": self._stream.source.event_arn,
            "isFinalInvokeForWindow": window.final,
            "isWindowTerminatedEarly": window.early,
        }
        return super()._payload(batch)[:-1] + b", " + json.dumps(rest)[1:].encode()


def _state_in(payload: bytes) -> Any | None:
    """The `state` of a response; None when it has none."""
    try:
        answer = json.loads(payload) if payload.strip() else None
    except ValueError:
        return None
    return answer.get("state") if isinstance(answer, dict) else None


def _iso(at: float) -> str:
    return (EPOCH + datetime.timedelta(seconds=round(at))).strftime("%Y-%m-%dT%H:%M:%SZ")
