"""One way through a workload, as its customers saw it: what was sent when, what was done when, what rests where.

A handler says `print("done", order, customer, number)` for each order that it has carried out. What counts here is that line, and not
what the service believes: a batch that returns without an error, or a stream that has moved on, has not always done its orders.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from motoclock.account.invocations import RunState, read_invocations
from motoclock.trace import Kind

Order = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Race:
    """One way and what came of it. Moments and durations in virtual seconds, `usd` for the whole run."""

    way: str
    sent: Mapping[str, float]
    done: tuple[tuple[float, str, str, int], ...]  # (moment, order, customer, the customer's how manieth)
    parked: tuple[float, ...]  # when each record or message came into a place for failures
    running: tuple[tuple[float, int], ...]  # how many runs of the consumer from that moment on
    runs: int
    failed_runs: int
    usd: float

    @property
    def first_done(self) -> dict[str, float]:
        """Order to the moment when it was done for the first time."""
        found: dict[str, float] = {}
        for at, order, _customer, _number in self.done:
            found.setdefault(order, at)
        return found

    @property
    def waits(self) -> dict[str, float]:
        """Order to seconds from sent to done, for those that were done."""
        return {order: round(at - self.sent[order], 6) for order, at in self.first_done.items()}

    @property
    def twice(self) -> int:
        """Orders that were done more than once."""
        return sum(count > 1 for count in Counter(order for _at, order, *_ in self.done).values())

    @property
    def out_of_order(self) -> int:
        """Orders that were done for the first time after a later one of the same customer."""
        seen: set[str] = set()
        highest: dict[str, int] = {}
        breaks = 0
        for _at, order, customer, number in self.done:
            if order in seen:
                continue
            seen.add(order)
            breaks += number < highest.get(customer, 0)
            highest[customer] = max(highest.get(customer, 0), number)
        return breaks

    @property
    def peak(self) -> int:
        """The most runs of the consumer at one moment."""
        return max((count for _at, count in self.running), default=0)

    @property
    def last(self) -> float | None:
        """When the last order was done for the first time."""
        return max(self.first_done.values(), default=None)

    @property
    def usd_per_million(self) -> float:
        """What a million orders would cost at this price."""
        return self.usd / len(self.sent) * 1e6 if self.sent else 0.0

    def percentile(self, percent: float) -> float | None:
        """Seconds that this many per cent of the done orders did not exceed (nearest rank); None when nothing was done."""
        waits = sorted(self.waits.values())
        return waits[max(0, ceil(len(waits) * percent / 100) - 1)] if waits else None


def read_race(cloud: Any, way: str, orders: Sequence[tuple[float, Order]], consumer: str = "charge") -> Race:
    """What became of `orders`, pairs of (moment of sending, order), for one consumer. Places for failures are named parked..."""
    lines = [(line.at, line.message.split()) for line in cloud.logs(consumer).printed]
    done = sorted((at, words[1], words[2], int(words[3])) for at, words in lines if words[:1] == ["done"])
    runs = read_invocations(cloud.trace, cloud.elapsed)
    mine = [run for run in runs if run.function == consumer]
    return Race(
        way=way,
        sent={order["order"]: at for at, order in orders},
        done=tuple(done),
        parked=tuple(_parked(cloud)),
        running=tuple(_running(mine)),
        runs=len(runs),
        failed_runs=sum(run.outcome in (RunState.FAILED, RunState.TIMED_OUT) for run in runs),
        usd=cloud.summary()["cost_usd"],
    )


def _parked(cloud: Any) -> list[float]:
    """The moment of each arrival in a queue called parked..., by whatever road it came."""
    arrivals = []
    for event in cloud.trace:
        moved = event.kind is Kind.DEAD_LETTERED and "parked" in str(event.what)
        if moved or (event.kind is Kind.SENT and event.resource.rpartition(":")[2].startswith("parked")):
            arrivals.append(event.at)
    return sorted(arrivals)


def _running(runs: Sequence[Any]) -> list[tuple[float, int]]:
    steps = sorted(step for run in runs for step in ((run.started, 1), (run.ended, -1)))
    found: list[tuple[float, int]] = []
    count = 0
    for at, step in steps:
        count += step
        if found and found[-1][0] == at:
            found[-1] = (at, count)
        else:
            found.append((at, count))
    return found
