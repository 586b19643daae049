"""Seam: `time.sleep` is virtual where a learner calls it, and real for everybody else."""

import threading
import time
import types

import pytest

from motoclock.clock import Task
from motoclock.world import Options, World, current_world, set_current_world


@pytest.fixture
def clock():
    before, world = current_world(), World(Options())
    set_current_world(world)
    yield world.clock
    set_current_world(before)


def called_from(module: str):
    """A function that calls time.sleep as a function of that module would."""
    names = types.ModuleType(module).__dict__ | {"time": time}
    exec("def call(seconds): time.sleep(seconds)", names)
    return names["call"]


@pytest.mark.parametrize("module", ["__main__", "test_shop", "tests.test_shop", "shop_test", "conftest"])
def test_in_a_cell_or_a_test_it_lets_the_world_run_on(clock, module):
    began = time.monotonic()
    called_from(module)(3600)
    assert clock.now == 3600
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("module", ["ipykernel.kernelbase", "tornado.ioloop", "contest"])
def test_a_library_that_sleeps_on_the_main_thread_really_sleeps(clock, module):
    began = time.monotonic()
    called_from(module)(0.05)
    assert (clock.now, time.monotonic() - began >= 0.05) == (0, True)


def test_another_thread_really_sleeps(clock):
    thread = threading.Thread(target=called_from("__main__"), args=(0.05,))
    began = time.monotonic()
    thread.start()
    thread.join()
    assert (clock.now, time.monotonic() - began >= 0.05) == (0, True)


def test_in_a_task_every_library_sleeps_in_virtual_time(clock):
    task = clock.spawn(called_from("some.library"), 60)
    assert isinstance(task, Task)
    clock.run_while_work(lambda: False, 1000)
    assert clock.now == 60


def test_without_a_cloud_everybody_really_sleeps():
    before = current_world()
    set_current_world(None)
    try:
        began = time.monotonic()
        called_from("__main__")(0.05)
        assert time.monotonic() - began >= 0.05
    finally:
        set_current_world(before)


def test_a_negative_sleep_is_refused_as_by_the_real_one(clock):
    with pytest.raises(ValueError, match="sleep length must be non-negative"):
        time.sleep(-1)
