"""How many invocations an SQS mapping may have under way.

Source: Lambda developer guide, services-sqs-scaling. Modelled: AWS does not publish its steps, so the allowance grows in equal steps.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from motoclock.facts import sqs_mapping
from motoclock.facts.shapes import MINUTE_S

_STEP_S = sqs_mapping.SCALING_CURVE.value
_INVOKES_EACH = sqs_mapping.PROVISIONED_INVOKES_PER_POLLER.value
_POLLS_EACH = sqs_mapping.PROVISIONED_POLLER_POLLS_PER_S.value
_BYTES_EACH = sqs_mapping.PROVISIONED_POLLER_BYTES_PER_S.value
_ROUNDING_S = 1e-9


@dataclass(frozen=True, slots=True)
class Limits:
    """Where a mapping's allowance starts, how fast it grows, where it ends, and how far errors and throttles can press it down."""

    start: int
    per_minute: float
    cap: int
    floor: int


def limits_of(maximum_concurrency: int | None, pollers: Mapping[str, Any] | None, fifo: bool) -> Limits:
    """The limits that a mapping's settings give. A FIFO queue's message groups limit it further, in the queue itself."""
    if pollers:
        each = _INVOKES_EACH
        least = int(pollers.get("MinimumPollers") or sqs_mapping.PROVISIONED_MIN_DEFAULT.value)
        most = int(pollers.get("MaximumPollers") or max(least, sqs_mapping.PROVISIONED_MAX_DEFAULT.value))
        return Limits(least * each, sqs_mapping.PROVISIONED_STEP.value, most * each, each)
    cap = min(sqs_mapping.CONCURRENCY_CAP.value, maximum_concurrency or sqs_mapping.CONCURRENCY_CAP.value)
    floor = min(cap, sqs_mapping.CONCURRENCY_IDLE.value)
    if fifo:
        return Limits(cap, 0, cap, floor)
    return Limits(min(cap, sqs_mapping.CONCURRENCY_START.value), sqs_mapping.CONCURRENCY_STEP.value, cap, floor)


class Allowance:
    """The present number of concurrent invocations: up under a backlog, down on errors and throttles, back when idle."""

    step_s = _STEP_S

    def __init__(self, limits: Limits):
        self.limits = limits
        self._value = float(limits.start)
        self._throttled_lately = False

    @property
    def value(self) -> int:
        return int(self._value)

    @property
    def pollers(self) -> int:
        """In provisioned mode: how many pollers are at work."""
        return self.value // _INVOKES_EACH

    @property
    def can_grow(self) -> bool:
        return self._value < self.limits.cap and self._ceiling_step > 0

    def change(self, limits: Limits) -> None:
        """New settings: keep what was reached, inside the new bounds."""
        if limits != self.limits:
            self.limits = limits
            self._value = float(min(limits.cap, max(self._value, limits.start)))

    def grow(self) -> None:
        """One step, when all that is allowed is in use and more is waiting; none where something was throttled since the last."""
        if self._throttled_lately:
            self._throttled_lately = False
            return
        self._value = min(float(self.limits.cap), self._value + self._ceiling_step)

    def idle(self) -> None:
        """Nothing to read and nothing under way: back to the start. Modelled: at once."""
        self._value = float(self.limits.start)

    def failed(self) -> None:
        """A batch failed and partial responses are off: go gently on whatever the function calls."""
        self._lower(sqs_mapping.ERROR_LOWERS_CONCURRENCY.value)

    def throttled(self) -> None:
        """An attempt found no concurrency: read no more than the function takes. What is held already is tried on."""
        self._lower(sqs_mapping.THROTTLE_LOWERS_CONCURRENCY.value)
        self._throttled_lately = True

    def _lower(self, factor: float) -> None:
        self._value = max(float(self.limits.floor), self._value * factor)

    @property
    def _ceiling_step(self) -> float:
        # errors can press the allowance of a FIFO mapping down, and it has no ramp of its own
        return (self.limits.per_minute or sqs_mapping.CONCURRENCY_STEP.value) * _STEP_S / MINUTE_S


class Pace:
    """How fast the pollers of provisioned mode may read: each polls at most ten times and carries one megabyte a second.

    Modelled: the pollers share what they may, second by second; AWS gives each its own.
    """

    def __init__(self) -> None:
        self._second_began = 0.0
        self._polls = self._bytes = 0

    def wait_s(self, now: float, pollers: int) -> float:
        """How long until the next poll may be."""
        ends = self._second_began + 1
        if now + _ROUNDING_S >= ends:
            self._second_began, self._polls, self._bytes = now, 0, 0
        elif self._polls >= pollers * _POLLS_EACH or self._bytes >= pollers * _BYTES_EACH:
            self._second_began, self._polls, self._bytes = ends, 0, 0
            return ends - now
        return 0.0

    def polled(self, size_bytes: int) -> None:
        """A poll that found so much; an empty one is a long poll and no matter."""
        if size_bytes:
            self._polls += 1
            self._bytes += size_bytes
