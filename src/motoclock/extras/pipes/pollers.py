"""Pipes as running pollers: those of event source mappings, which hand their batches to a pipe instead of a function.

So a queue's visibility timeout, a stream's retries, bisecting and dead-letter queue work as they do for a function. Source: EventBridge
user guide, eb-pipes-event-source and eb-pipes-batching-concurrency.
"""

from typing import Any

from moto.pipes.models import Pipe

from motoclock import announcements
from motoclock.delivery.mappings import Poller
from motoclock.delivery.sqs import SqsPoller
from motoclock.delivery.streams import StreamPoller
from motoclock.delivery.streams.failures import Failures
from motoclock.extras.pipes.execution import PipeRunner
from motoclock.extras.pipes.settings import queue_settings, stream_settings
from motoclock.world import World


class PipeFailures(Failures):
    """What the dead-letter queue of a stream's pipe gets: where the records are, not the records."""

    def _content(self, *batch: Any) -> dict[str, Any]:
        content = super()._content(*batch)
        asked = content.pop("requestContext")
        content.pop("responseContext", None)
        return {"context": {"partnerResourceArn": self._uuid, "condition": asked["condition"]}, **content}


class Pipes:
    """The pollers of all pipes of a world, by the pipe's ARN."""

    def __init__(self, world: World):
        self._world = world
        self._pollers: dict[str, Poller[Any]] = {}
        world.subscribe(announcements.PIPES_CREATED, self._created)
        world.subscribe(announcements.PIPES_CHANGED, lambda pipe: self._pollers[pipe.arn].changed(_settings(pipe)))
        world.subscribe(announcements.PIPES_DELETED, lambda pipe: self._pollers.pop(pipe.arn).stop())

    def _created(self, pipe: Pipe) -> None:
        world, settings, runner = self._world, _settings(pipe), PipeRunner(self._world, pipe)
        if _reads_queue(pipe):
            poller: Poller[Any] = SqsPoller(world, settings, runner, _unseen, world.services.mappings.readers)
        else:
            poller = StreamPoller(world, settings, runner, _unseen, failures=PipeFailures)
        self._pollers[pipe.arn] = poller


def _reads_queue(pipe: Pipe) -> bool:
    return ":sqs:" in pipe.source


def _settings(pipe: Pipe) -> Any:
    return queue_settings(pipe) if _reads_queue(pipe) else stream_settings(pipe)


def _unseen(_report: str) -> None:
    """AWS shows no LastProcessingResult of a pipe."""
