"""One simulated AWS account: its clock, its trace, its seeded randomness, and the services that live in it.

The package has one piece of module-level state, and it is here: the world of the open Cloud.
"""

import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from motoclock.clock import Clock
from motoclock.faults import Faults
from motoclock.lineage import Lineage
from motoclock.trace import Trace

ACCOUNT = "123456789012"
REGION = "us-east-1"


@dataclass(frozen=True, slots=True)
class Options:
    """What `Cloud(...)` was asked for."""

    seed: int = 0
    duplicates: float = 0.0  # share of messages that a standard queue or async invoke delivers twice (modelled)
    reorder: bool = False  # whether standard queues hand out messages in a seeded shuffle (modelled)
    account_concurrency: int = 1000
    strict_permissions: bool = False


class World:
    """State that the seams and the delivery share. Services are put in `services` by name when a Cloud opens."""

    def __init__(self, options: Options):
        self.options = options
        self.cloud: Any = None
        self.clock = Clock()
        self.clock.on_fault = Faults().report
        self.trace = Trace(lambda: self.clock.now)
        self.lineage = Lineage()
        self.services: dict[str, Any] = {}
        self.downstreams: dict[str, Any] = {}  # host[:port] -> Downstream
        self._random: dict[str, random.Random] = {}
        self._listeners: dict[str, list[Callable[..., Any]]] = defaultdict(list)

    def random(self, stream: str) -> random.Random:
        """A stream of randomness of its own: drawing from one never shifts another. Seeded by text, so hash seeds play no part."""
        if stream not in self._random:
            self._random[stream] = random.Random(f"{self.options.seed}/{stream}")
        return self._random[stream]

    def subscribe(self, topic: str, listener: Callable[..., Any]) -> None:
        """Call `listener` at each announcement of `topic`, e.g. "sqs.consumers-changed"."""
        self._listeners[topic].append(listener)

    def announce(self, topic: str, *args: Any) -> None:
        """Tell the delivery that something changed in moto. Listeners must not block."""
        for listener in self._listeners[topic]:
            listener(*args)

    def close(self) -> None:
        """End it. Handlers that were abandoned are kept for ever, and what they hold of their world must not be much."""
        self.clock.close()
        self.cloud = None
        self.trace = Trace(lambda: 0.0)
        self.lineage = Lineage()
        for held in (self.services, self.downstreams, self._random, self._listeners):
            held.clear()


_current: World | None = None


def current_world() -> World | None:
    """The world of the open Cloud, or None."""
    return _current


def the_world() -> World:
    """The world of the open Cloud; a sentence where there is none."""
    if _current is None:
        raise NoCloudOpen("There is no open Cloud. Open one first: cloud = Cloud().")
    return _current


def set_current_world(world: World | None) -> None:
    global _current
    _current = world


class NoCloudOpen(RuntimeError):
    """Something needed the open Cloud and there was none."""
