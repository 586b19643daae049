"""Event source mappings as running pollers: one for each mapping that moto keeps, started, changed and stopped as moto's changes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from moto.awslambda.models import EventSourceMapping

from motoclock import announcements
from motoclock.arn import Arn
from motoclock.delivery.invoking import Invoker, Report
from motoclock.delivery.sqs import Consumers, SqsPoller
from motoclock.delivery.sqs.settings import read_settings
from motoclock.world import World

Settings = TypeVar("Settings")
SettingsTaken = TypeVar("SettingsTaken", contravariant=True)


class Poller(Protocol[SettingsTaken]):
    """What reads a source, for a mapping or for a pipe."""

    def changed(self, settings: SettingsTaken) -> None:
        """Take over new settings."""

    def stop(self) -> None:
        """Nobody wants it read any more. Invocations that run already run on."""


@dataclass(frozen=True, slots=True)
class SourceKind(Generic[Settings]):
    """How mappings from one kind of source are read: with these settings, by the poller that `start` makes of them."""

    read_settings: Callable[[EventSourceMapping], Settings]
    start: Callable[[World, Settings, Invoker, Report], Poller[Settings]]


class Mappings:
    """The pollers of a world, by the UUID of their mapping."""

    def __init__(self, world: World):
        self._world = world
        self._pollers: dict[str, tuple[SourceKind[Any], Poller[Any]]] = {}
        self.readers = Consumers()  # pipes read queues too
        self._kinds: dict[str, SourceKind[Any]] = {"sqs": SourceKind(read_settings, self._start_on_queue)}
        world.subscribe(announcements.LAMBDA_MAPPING_CREATED, self._created)
        world.subscribe(announcements.LAMBDA_MAPPING_UPDATED, self._updated)
        world.subscribe(announcements.LAMBDA_MAPPING_DELETED, self._deleted)

    def register(self, service: str, kind: SourceKind[Any]) -> None:
        """Read sources whose ARN names this service so."""
        self._kinds[service] = kind

    def poller(self, uuid: str) -> Poller[Any]:
        return self._pollers[uuid][1]

    def _start_on_queue(self, world: World, settings: Any, invoker: Invoker, report: Report) -> SqsPoller:
        return SqsPoller(world, settings, invoker, report, self.readers)

    def _created(self, mapping: EventSourceMapping) -> None:
        kind = self._kinds.get(Arn.of(mapping.event_source_arn).service)
        if kind is None:
            return

        def report(text: str) -> None:
            mapping.last_processing_result = text

        settings = kind.read_settings(mapping)
        self._pollers[mapping.uuid] = kind, kind.start(self._world, settings, self._world.services.functions, report)

    def _updated(self, mapping: EventSourceMapping) -> None:
        kind, poller = self._pollers[mapping.uuid]
        poller.changed(kind.read_settings(mapping))

    def _deleted(self, mapping: EventSourceMapping) -> None:
        self._pollers.pop(mapping.uuid)[1].stop()
