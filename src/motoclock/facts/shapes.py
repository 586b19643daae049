"""The shapes of a value beside a plain number: a range, a back-off, a retry policy; and how each is written."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, StrEnum
from math import ceil

KIB, MIB = 1024, 1024 * 1024
MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86_400


@dataclass(frozen=True, slots=True)
class Span:
    """An inclusive range; `value in span` asks."""

    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Backoff:
    """Waits that grow: first, first x factor, ... up to the cap; `jitter` is the fraction taken off at random."""

    first_s: float
    factor: float
    cap_s: float
    jitter: float = 0.0

    def delay_s(self, retry: int) -> float:
        """The wait before retry number `retry` (1 is the first), without jitter."""
        steps = min(retry - 1, 64)  # beyond 64 doublings every back-off sits at its cap
        return min(self.cap_s, self.first_s * self.factor**steps)

    def jittered_s(self, retry: int, chance: float) -> float:
        """The wait before that retry, the part of it taken off that `chance`, from 0 to 1, says."""
        return self.delay_s(retry) * (1 - self.jitter * chance)


class Curve(StrEnum):
    """How the waits of a phase grow from its first to its last: the back-off functions of SNS, from the mildest to the steepest.

    Modelled: SNS's page ("message delivery retries") names and draws them, and gives no formula. It draws geometric milder than
    exponential; here both multiply a wait by the same factor each time, which is the only exponential curve through both ends.
    """

    LINEAR = "linear"  # equal steps
    ARITHMETIC = "arithmetic"  # each step larger than the one before by the same amount
    GEOMETRIC = "geometric"
    EXPONENTIAL = "exponential"

    def wait_s(self, from_s: float, to_s: float, share: float) -> float:
        """The wait at that share, 0 to 1, of the way from the first retry of the phase to its last."""
        match self:
            case Curve.LINEAR:
                return from_s + (to_s - from_s) * share
            case Curve.ARITHMETIC:
                return from_s + (to_s - from_s) * share**2
        return from_s * (to_s / from_s) ** share


@dataclass(frozen=True, slots=True)
class Phase:
    """A run of retries whose waits go from one number of seconds to another, along a curve."""

    name: str
    retries: int
    from_s: float
    to_s: float
    curve: Curve = Curve.LINEAR

    def delays_s(self) -> Iterator[float]:
        """One wait a retry."""
        steps = max(1, self.retries - 1)
        return (self.curve.wait_s(self.from_s, self.to_s, n / steps) for n in range(self.retries))


@dataclass(frozen=True, slots=True)
class RetryPhases:
    """A retry policy in phases, as SNS defines it."""

    phases: tuple[Phase, ...]

    @property
    def retries(self) -> int:
        """Retries in all phases."""
        return sum(phase.retries for phase in self.phases)

    @property
    def total_s(self) -> float:
        """Seconds from the first failure to the last retry, deliveries taking no time."""
        return sum(self.delays_s())

    def delays_s(self) -> Iterator[float]:
        """The wait before each retry, lazily."""
        for phase in self.phases:
            yield from phase.delays_s()


def text_of(value: object, unit: str) -> str:
    """A value and its unit as a person writes them."""
    match value:
        case bool():
            return "yes" if value else "no"
        case Span():
            return _span(value, unit)
        case Backoff(first, factor, cap, jitter):
            shape = f"{quantity(first, 's')} x{factor:g} up to {quantity(cap, 's')}"
            return f"{shape}, jitter {jitter:.0%}" if jitter else shape
        case RetryPhases():
            return f"{value.retries:,} retries"
        case int() | float():
            return quantity(value, unit)
        case tuple():
            return ", ".join(text_of(item, unit) for item in value)
        case Enum():
            return str(value.value)
        case None:
            return "unset"
    return str(value)


def quantity(value: float, unit: str) -> str:
    """A number with its unit: seconds and bytes also in the largest unit that divides them, money in dollars."""
    if unit in ("bytes", "bytes/s"):
        return (_in_largest(value, _BYTES) or f"{value:,} bytes") + unit.removeprefix("bytes")
    if unit == "s":
        return _seconds(value)
    if unit.startswith("US$"):
        return _dollars(value) + unit.removeprefix("US$")
    if unit in ("", "rule"):
        return f"{value:,}"
    return f"{value:,} {_singular(unit) if value == 1 else unit}"


_BYTES = ((MIB, "MiB"), (1_000_000, "MB"), (KIB, "KiB"))
_TIMES = ((DAY_S, "days"), (HOUR_S, "h"), (MINUTE_S, "min"))


def _span(span: Span, unit: str) -> str:
    if unit == "bytes":
        return f"{quantity(span.low, unit)} - {quantity(span.high, unit)}"
    larger = _in_largest(span.high, _TIMES) if unit == "s" else ""
    return f"{span.low:,} - {span.high:,} {unit}".rstrip() + (f" ({larger})" if larger else "")


def _dollars(value: float) -> str:
    """$0.50, $1, and every digit of what is less than a cent."""
    shown = f"{value:.10f}".rstrip("0").rstrip(".")
    _, point, cents = shown.partition(".")
    return f"${shown}0" if point and len(cents) == 1 else f"${shown}"


def _seconds(value: float) -> str:
    if value < 0:
        return "until expiry"
    if 0 < value < 0.001:
        return f"{value * 1e6:g} us"
    if 0 < value < 1:
        return f"{value * 1000:g} ms"
    larger = _in_largest(value, _TIMES) if value > MINUTE_S else ""
    return f"{larger} ({value:,} s)" if larger else f"{value:,g} s"


def _in_largest(value: float, sizes: tuple[tuple[int, str], ...]) -> str:
    for size, name in sizes:
        if value >= size and value % size == 0:
            count = int(value // size)
            return f"{count:,} {'day' if (count, name) == (1, 'days') else name}"
    return ""


def _singular(unit: str) -> str:
    for ending, one in (("ies", "y"), ("ches", "ch"), ("s", "")):
        if unit.endswith(ending) and "/" not in unit:
            return unit.removesuffix(ending) + one
    return unit


def in_started_steps(amount: float, step: int) -> int:
    """Rounded up to whole steps, at least one: what is billed by started steps."""
    return max(1, ceil(round(amount, 6) / step)) * step
