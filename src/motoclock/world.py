"""One simulated AWS account: its clock, its trace, its seeded randomness, and the services that live in it.

The package has one piece of module-level state, and it is here: the world of the open Cloud.
"""

import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from motoclock.announcements import P, Topic
from motoclock.chance import Chance
from motoclock.clock import Clock
from motoclock.facts import modelled
from motoclock.faults import Faults
from motoclock.loop_counts import LoopCounts
from motoclock.trace import Trace

if TYPE_CHECKING:
    from motoclock.delivery.custom_bus import BusDeliveries
    from motoclock.delivery.eventbridge import EventBridge
    from motoclock.delivery.http.connections import Connections
    from motoclock.delivery.mappings import Mappings
    from motoclock.delivery.parcels import Sender
    from motoclock.functions import LambdaService

ACCOUNT: str = modelled.ACCOUNT_ID.value
REGION: str = modelled.REGION.value


@dataclass(frozen=True, slots=True)
class Options:
    """What `Cloud(...)` was asked for."""

    seed: int = 0
    duplicates: float = 0.0  # share of messages that a standard queue or async invoke delivers twice (modelled)
    reorder: bool = False  # whether standard queues hand out messages in a seeded shuffle (modelled)
    account_concurrency: int = 1000
    strict_permissions: bool = False


class Execution(Protocol):
    """An execution of a state machine that has ended, as whoever waited for it sees it."""

    execution_arn: str
    status: str
    output: str | None


class StateMachines(Protocol):
    """What others need of Step Functions, which stands above them."""

    def start_execution(self, machine_arn: str, input_json: str, origins: tuple[str, ...] = ()) -> str: ...

    def start_sync_execution(self, machine_arn: str, input_json: str, origins: tuple[str, ...] = ()) -> Execution: ...


@dataclass(frozen=True, slots=True)
class Services:
    """What runs functions and moves messages in a world. The types stand above this module: it only names them."""

    functions: "LambdaService"
    state_machines: StateMachines
    mappings: "Mappings"
    eventbridge: "EventBridge"
    custom_bus: "BusDeliveries"
    connections: "Connections"
    senders: "dict[str, Sender]"  # by the service part of a target's ARN
    permissions_noted: set[tuple[str, str]] = field(default_factory=set)  # (source, target) that the trace has named


class World:
    """State that the seams and the delivery share. Its services are brought to life by `assembly` when a Cloud opens."""

    def __init__(self, options: Options):
        self.options = options
        self.cloud: Any = None
        self.clock = Clock()
        self.clock.on_fault = Faults().report
        self.trace = Trace(lambda: self.clock.now)
        self.loop_counts = LoopCounts()
        self._services: Services | None = None
        self.downstreams: dict[str, Any] = {}  # host[:port] -> Downstream
        self.chance = Chance(options.seed, options.duplicates, options.reorder)
        self._listeners: dict[Topic[Any], list[Callable[..., Any]]] = defaultdict(list)

    @property
    def services(self) -> Services:
        """From the opening of the Cloud to its end."""
        if self._services is None:
            raise NoCloudOpen("The services of this world have not started, or its Cloud was closed.")
        return self._services

    @services.setter
    def services(self, services: Services) -> None:
        self._services = services

    def random(self, stream: str) -> random.Random:
        """A stream of randomness of its own, as `chance` keeps it."""
        return self.chance.stream(stream)

    def subscribe(self, topic: Topic[P], listener: Callable[P, Any]) -> None:
        """Call `listener` at each announcement of `topic`, a constant of `announcements`."""
        self._listeners[topic].append(listener)

    def announce(self, topic: Topic[P], *args: P.args, **kwargs: P.kwargs) -> None:
        """Tell the delivery that something changed in moto. Listeners must not block."""
        for listener in self._listeners[topic]:
            listener(*args, **kwargs)

    def close(self) -> None:
        """End it. Handlers that were abandoned are kept for ever, and what they hold of their world must not be much.

        The engine's own strands are unwound last, when nothing that they still do on their way out can be seen any more.
        """
        self.clock.close()
        self.cloud = None
        self.trace = Trace(lambda: 0.0)
        self.loop_counts = LoopCounts()
        self._services = None
        self.chance.forget()
        for held in (self.downstreams, self._listeners):
            held.clear()
        self.clock.unwind()


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
