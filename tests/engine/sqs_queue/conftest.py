"""A world with moto and the queue in it, without functions or deliveries: these tests are about the queue alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import boto3
import pytest

from motoclock.services.seams import parking
from motoclock.services.sqs import IndexedQueue
from motoclock.services.sqs.configuration import queue_of_arn
from motoclock.trace import Event, Kind
from motoclock.world import Options, World, current_world, set_current_world


class Account:
    """Ordinary boto3 and a clock to turn."""

    def __init__(self, **options: Any):
        self.world = World(Options(**options))
        self.clock = self.world.clock
        self.trace = self.world.trace

    @property
    def sqs(self):
        return _client("sqs")

    @property
    def cloudformation(self):
        return _client("cloudformation")

    def pass_time(self, seconds: float) -> None:
        self.clock.run_until(self.clock.now + seconds)

    def run(self) -> None:
        self.clock.run_while_work(lambda: False, self.clock.now + 7 * 86_400)

    def queue(self, url: str) -> IndexedQueue:
        return queue_of_arn(f"arn:aws:sqs:us-east-1:123456789012:{url.rsplit('/', 1)[-1]}")

    def kinds(self, *kinds: Kind) -> list[Event]:
        return self.trace.of_kind(*kinds)


@cache
def _client(service: str) -> Any:
    keys = {"aws_access_key_id": "AKIAEXAMPLE", "aws_secret_access_key": "example"}
    return boto3.client(service, region_name="us-east-1", **keys)


@contextmanager
def open_account(**options: Any) -> Iterator[Account]:
    before, parked = current_world(), parking.present()
    account = Account(**options)
    parking.mock.start(account)
    parking.put(parking.fresh(account.world.options.seed))
    set_current_world(account.world)
    try:
        yield account
    finally:
        set_current_world(before)
        parking.put(parked)
        parking.mock.stop(account)


@pytest.fixture
def account(request: pytest.FixtureRequest) -> Iterator[Account]:
    marker = request.node.get_closest_marker("options")
    with open_account(**(marker.kwargs if marker else {})) as opened:
        yield opened


@pytest.fixture
def sqs(account: Account):
    return account.sqs


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "options(**arguments): options of the world of the `account` fixture")
