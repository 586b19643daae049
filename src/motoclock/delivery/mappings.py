"""Event source mappings as running pollers: one for each mapping that moto keeps, started, changed and stopped as moto's changes."""

from typing import Any, Protocol

from moto.awslambda.models import EventSourceMapping

from motoclock import announcements
from motoclock.arn import Arn
from motoclock.delivery.sqs import Consumers, SqsPoller
from motoclock.world import World


class Poller(Protocol):
    """What reads a source for one mapping."""

    def changed(self) -> None:
        """The mapping's settings in moto are others now."""

    def stop(self) -> None:
        """The mapping is gone. Invocations that run already run on."""


class Mappings:
    """The pollers of a world, by the UUID of their mapping."""

    def __init__(self, world: World):
        self._world = world
        self._pollers: dict[str, Poller] = {}
        self.readers = Consumers()  # pipes read queues too
        self._makers: dict[str, Any] = {"sqs": lambda world, mapping: SqsPoller(world, mapping, self.readers)}
        world.subscribe(announcements.LAMBDA_MAPPING_CREATED, self._created)
        world.subscribe(announcements.LAMBDA_MAPPING_UPDATED, self._updated)
        world.subscribe(announcements.LAMBDA_MAPPING_DELETED, self._deleted)

    def register(self, service: str, maker: Any) -> None:
        """`maker(world, mapping)` makes the poller for sources whose ARN names this service."""
        self._makers[service] = maker

    def poller(self, uuid: str) -> Poller:
        return self._pollers[uuid]

    def _created(self, mapping: EventSourceMapping) -> None:
        maker = self._makers.get(Arn.of(mapping.event_source_arn).service)
        if maker is not None:
            self._pollers[mapping.uuid] = maker(self._world, mapping)

    def _updated(self, mapping: EventSourceMapping) -> None:
        self._pollers[mapping.uuid].changed()

    def _deleted(self, mapping: EventSourceMapping) -> None:
        self._pollers.pop(mapping.uuid).stop()
