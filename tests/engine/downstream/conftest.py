"""A world without moto: a clock, and the HTTP seam in front of it."""

import pytest

from motoclock.downstream import Downstream
from motoclock.world import Options, World, current_world, set_current_world


class Stage:
    """An open world; `run` lets handlers run in it until no work is left."""

    def __init__(self):
        self.world = World(Options(seed=7))
        self.clock = self.world.clock

    def downstream(self, url="https://db.example", **settings):
        return Downstream.put(self.world, url, **settings)

    def run(self, *handlers, copies=1):
        for handler in handlers * copies:
            self.clock.spawn(handler).handler = True
        self.clock.run_while_work(lambda: False, 1e9)


@pytest.fixture
def stage():
    before = current_world()
    stage = Stage()
    set_current_world(stage.world)
    yield stage
    set_current_world(before)
    stage.clock.close()
