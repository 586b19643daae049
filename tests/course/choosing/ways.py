"""A workload through one way, for tests: the lesson's own ways, with a small world around them."""

from __future__ import annotations

from sevenways.checks import lab08_shop
from sevenways.checks.lab08_ways import PARTIAL, WAYS, make_queue
from sevenways.cloud import Cloud
from sevenways.draw.race import Race, read_race


def race(
    way, orders, names=("charge",), capacity=None, error_rate=0.0, reorder=False, seed=1, reserved=None, **settings
) -> dict[str, Race]:
    """The orders through one way, with care: a Race for each consumer."""
    with Cloud(seed=seed, reorder=reorder) as cloud:
        make_queue("parked")
        cloud.downstream("https://database.example", latency_s=0.05, capacity=capacity, error_rate=error_rate)
        fragile = "https://database.example/" if capacity or error_rate else ""
        surroundings = {"SECONDS": "0.2", "PARTIAL": PARTIAL.get(way, ""), "DATABASE": fragile}
        for name in names:
            charge = lab08_shop.charge
            cloud.deploy(charge, name=name, timeout=10, environment=surroundings, reserved_concurrency=reserved)
        cloud.deploy(lab08_shop.checkout)
        send = WAYS[way](names, True, **settings)
        for at, order in orders:
            cloud.at(at, lambda order=order: send(order))
        cloud.run()
        return {name: read_race(cloud, way, orders, name) for name in names}
