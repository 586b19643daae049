"""How long a choice of lab 08 goes on trying one order, by its settings: a retry budget is a duration, with a longest pause."""

from collections.abc import Sequence
from dataclasses import dataclass

from motoclock.facts import lambda_, stream_mapping
from motoclock.wording import count
from sevenways.checks.lab08_choices import Choice
from sevenways.checks.lines import was
from sevenways.choosing.ways import QUEUES, STREAMS

LONGEST_STREAM_PAUSE_S = stream_mapping.RETRY_BACKOFF.value.cap_s
_WITHOUT_END = stream_mapping.RETRIES_DEFAULT.value


@dataclass(frozen=True, slots=True)
class Patience:
    """How often an order is tried, in the word of its way, and the pauses between two tries. Modelled: runs take no time."""

    number: int
    noun: tuple[str, str]
    pauses: Sequence[float]

    @property
    def lasts_s(self) -> float:
        """Seconds from the first try to the last."""
        return sum(self.pauses)

    @property
    def budget(self) -> str:
        return count(self.number, *self.noun)

    @property
    def was_too_small(self) -> str:
        return f"{self.budget} {was(self.number)} not enough"

    @property
    def lasts(self) -> str:
        """The budget as a duration: "its 9 retries last 243 s in all, and the longest pause is 60 s"."""
        if not self.pauses:
            return f"there {'is only' if self.number else 'are'} {self.budget}"
        verb = "lasts" if self.number == 1 else "last"
        return (
            f"its {self.budget} {verb} {self.lasts_s:.0f} s in all, and the longest pause is {max(self.pauses):.0f} s"
        )


def patience_of(choice: Choice) -> Patience | None:
    """None: it tries without end."""
    if choice.way in STREAMS:
        retries = choice.setting("retries")
        if retries == _WITHOUT_END:
            return None
        backoff = stream_mapping.RETRY_BACKOFF.value
        return Patience(retries, ("retry", "retries"), [backoff.delay_s(n) for n in range(1, retries + 1)])
    if choice.way in QUEUES:
        receives = choice.setting("receives")
        return Patience(receives, ("receive", "receives"), [choice.setting("visibility")] * (receives - 1))
    waits = lambda_.ASYNC_RETRY_WAITS_S.value
    return Patience(len(waits), ("retry", "retries"), waits)
