"""For every test: no learner's progress file is touched, and no Cloud that a test forgot is seen by the next."""

import os
import signal
from collections.abc import Iterator

import pytest

os.environ["SEVENWAYS_PROGRESS"] = "off"
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell starts background jobs with Ctrl-C ignored


@pytest.fixture(autouse=True)
def no_world_is_left_open() -> Iterator[None]:
    yield
    from motoclock.world import current_world

    world = current_world()
    if world is not None and not world.clock.driving:
        world.cloud.close()
