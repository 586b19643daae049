"""The world of lab 08's cases: the learner's choice is built in it, the case's orders go through, and what came of them is read."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from motoclock.trace import Invoked, TimedOut
from motoclock.wording import name_of
from sevenways.checks import lab08_shop
from sevenways.checks.lab08_choices import BUILDERS, Choice
from sevenways.checks.lab08_ways import PARTIAL, make_queue
from sevenways.checks.registry import Observation
from sevenways.checks.trial import lab_cloud
from sevenways.choosing.ways import STREAMS, Way
from sevenways.draw.race import Order, Race, read_race
from sevenways.learners_code import error_in_words

HOUR_S = 3600


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of a trial: one Race a consumer, how many calls the database refused, and the orders that are parked by name."""

    races: Mapping[str, Race]
    refused: int
    parked: frozenset[str]  # a stream's place for failures holds no order, only where it was
    timed_out: int  # runs that were cut off
    fullest: int  # orders in the largest batch


def try_out(
    choice: Choice,
    orders: Sequence[tuple[float, Order]],
    seed: int,
    names: tuple[str, ...] = ("charge",),
    broken: str | None = None,
    capacity: int | None = None,
    outage: tuple[float, float] | None = None,
    error_rate: float = 0.0,
    timeout: int = 10,
    reorder: bool = False,
) -> Seen:
    """The case's world, with the chosen way and settings, for an hour."""
    with lab_cloud(seed=seed, reorder=reorder) as cloud:
        make_queue("parked")
        database = cloud.downstream(
            "https://database.example", latency_s=0.05, capacity=capacity, error_rate=error_rate
        )
        if outage:
            database.outage(outage[0], outage[1] - outage[0])
        surroundings = {"SECONDS": "0.2", "PARTIAL": PARTIAL.get(choice.way, "")}
        cloud.downstream("https://broken.example", error_rate=1.0)
        for name in names:
            address = "https://broken.example/" if name == broken else "https://database.example/"
            cloud.deploy(
                lab08_shop.charge, name=name, timeout=timeout, environment={**surroundings, "DATABASE": address}
            )
        cloud.deploy(lab08_shop.checkout)
        send = _built(choice, names)
        for at, order in orders:
            cloud.at(at, lambda order=order: send(order))
        cloud.run(HOUR_S if choice.way in STREAMS else None)
        races = {name: read_race(cloud, choice.way, orders, name) for name in names}
        queue = "parked.fifo" if choice.way == Way.FIFO else "parked"
        parked = frozenset(re.findall(r"order-\d+", " ".join(one.body for one in cloud.peek(queue))))
        return Seen(races, database.refused, parked, len(cloud.trace.of(TimedOut)), _fullest(cloud, names))


def _fullest(cloud: Any, names: tuple[str, ...]) -> int:
    runs = (event.what for event in cloud.trace.of(Invoked) if name_of(event.what.function) in names)
    return max((len(run.message_ids) for run in runs), default=0)


def _built(choice: Choice, names: tuple[str, ...]) -> Callable[[Order], Any]:
    try:
        return BUILDERS[choice.way](names, True, **choice.settings)
    except (ClientError, BotoCoreError, ParamValidationError) as error:
        raise Observation(
            f"{choice.way} could not be built with {dict(choice.settings)}: {error_in_words(error)}"
        ) from error
