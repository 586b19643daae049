"""The orders of one night and its troubles: what a seed decides, and which trouble comes with which stage."""

import random
from dataclasses import dataclass
from enum import IntEnum

CUSTOMERS = 8
LETTERS_WANTED = ("DE", "AT")  # the countries whose customers asked for letters


class Stage(IntEnum):
    """The messages of the pager, in order. The troubles of a stage stay for all later ones."""

    ONE_WRITE = 1
    THREE_AT_ONCE = 2
    CHARGED_ONCE = 3
    IN_ORDER = 4
    BRAKE = 5
    RUNBOOK = 6
    LETTERS = 7
    TO_AWS = 8


@dataclass(frozen=True, slots=True)
class Placed:
    """One order as the shop hands it to checkout. `number` is the customer's how manieth."""

    at: float
    order: str
    customer: str
    number: int
    total: int
    country: str

    @property
    def event(self) -> dict[str, str | int]:
        """What checkout is given."""
        return {
            "order": self.order,
            "customer": self.customer,
            "number": self.number,
            "total": self.total,
            "country": self.country,
        }


@dataclass(frozen=True, slots=True)
class Script:
    """What happens in one night. `clicks_twice` is sent a second time 0.7 s later; checkout is killed at each of `killed`."""

    stage: Stage
    orders: tuple[Placed, ...]
    poison: tuple[str, ...]  # orders that the provider refuses
    clicks_twice: str | None
    killed: frozenset[str]
    slow: tuple[float, float] | None  # the provider needs `SLOW_S` between these seconds
    brake: tuple[float, float] | None  # somebody sets the reserved concurrency of charge to 0

    @property
    def good(self) -> dict[str, Placed]:
        """The orders that can be charged, by name."""
        return {placed.order: placed for placed in self.orders if placed.order not in self.poison}


PRICE, SLOW_S, QUICK_S = 20, 6.0, 0.3
BURST_AT, BURST_S, BRAKE_AT = 40, 3, 100.0


@dataclass(frozen=True, slots=True)
class Knobs:
    """What a learner may turn: seconds, a factor for the burst, a share, a number of bad orders."""

    brake_s: int = 600
    provider_s: float = SLOW_S
    burst: int = 10
    poison: int = 1
    duplicates: float = 0.1
    uneven: bool = False  # the provider needs longer for some orders than for others
    quiet: bool = False  # after the burst there is one order more, which waits alone while the brake is on


TONIGHT = Knobs()


def script(seed: int, stage: Stage, knobs: Knobs = TONIGHT) -> Script:
    """The night of a seed. A later stage has all the troubles of the earlier ones, and more; the first has only the orders
    before the burst, and the last two, in which the whole house is awake, half of the crowd."""
    dice = random.Random(f"night {seed}")
    first, burst, later = (
        (40, 2 * BURST_S * knobs.burst, 20) if stage < Stage.LETTERS else (24, BURST_S * knobs.burst, 8)
    )
    moments = [n / 2 for n in range(first)]
    if stage >= Stage.THREE_AT_ONCE:
        moments += [BURST_AT + BURST_S * n / burst for n in range(burst)]
        moments += [BRAKE_AT + 1] if knobs.quiet else [BURST_AT + 5 + 200 * n / later for n in range(later)]
    poisoned = dice.sample(range(8, 20), 5)[: knobs.poison] if stage >= Stage.IN_ORDER else []
    killed = dice.sample([n for n in range(first) if n not in poisoned], 6)
    twice = dice.choice([n for n in range(first) if n not in poisoned and n not in killed])
    numbers: dict[str, int] = {}
    orders = []
    for n, at in enumerate(moments):
        customer = f"customer-{dice.randrange(CUSTOMERS)}"
        numbers[customer] = numbers.get(customer, 0) + 1
        country = dice.choice(("DE", "AT", "FR", "CH"))
        total = -PRICE if n in poisoned else PRICE
        orders.append(Placed(at, f"order-{n}", customer, numbers[customer], total, country))
    return Script(
        stage,
        tuple(orders),
        tuple(f"order-{n}" for n in poisoned),
        f"order-{twice}" if stage >= Stage.CHARGED_ONCE else None,
        frozenset(f"order-{n}" for n in killed),
        (45.0, 75.0) if stage >= Stage.CHARGED_ONCE else None,
        (BRAKE_AT, BRAKE_AT + knobs.brake_s) if stage >= Stage.BRAKE and knobs.brake_s else None,
    )
