"""For every test: no learner's progress file is touched, and neither a Cloud nor a log level that a test left is seen by the next."""

import gc
import logging
import os
import signal
from collections.abc import Generator, Iterator

import pytest

import motoclock.cloud  # noqa: F401 (every seam is in place, also where a test makes a world without a Cloud)

os.environ["SEVENWAYS_PROGRESS"] = "off"
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell starts background jobs with Ctrl-C ignored
gc.disable()  # a third of the collection's processor time: it makes a million objects, and nearly all of them stay


def pytest_collection_finish() -> None:
    """What is loaded stays loaded: the collector, a third of all processor time, need not look through it again and again."""
    _look_no_more_at_what_is_there()
    gc.set_threshold(50_000, 20, 100)
    gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, object, object]:
    """After each file once more, for what its tests have imported, and for handlers that timed out: they are kept for ever."""
    done = yield
    if nextitem is not None and nextitem.path != item.path:
        _look_no_more_at_what_is_there()
    return done


def _look_no_more_at_what_is_there() -> None:
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture(autouse=True)
def the_log_is_as_quiet_as_before() -> Iterator[None]:
    """A root logger that a test left at DEBUG would have botocore write every call of all tests that follow."""
    level = logging.root.level
    yield
    logging.root.setLevel(level)


@pytest.fixture(autouse=True)
def no_world_is_left_open() -> Iterator[None]:
    yield
    from motoclock.world import current_world

    world = current_world()
    if world is not None and not world.clock.driving:
        world.cloud.close()
