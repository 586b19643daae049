"""Pipes as running pollers: those of event source mappings, which hand their batches to a pipe instead of a function.

So a queue's visibility timeout, a stream's retries, bisecting and dead-letter queue work as they do for a function. Source: EventBridge
user guide, eb-pipes-event-source and eb-pipes-batching-concurrency. Partial batch responses of a target count without being asked for.
"""

import dataclasses
from typing import Any

from moto.pipes.models import Pipe

from motoclock import announcements
from motoclock.delivery.mappings import Poller
from motoclock.delivery.sqs import Consumers, SqsPoller
from motoclock.delivery.streams.failures import Failures
from motoclock.delivery.streams.poller import StreamPoller
from motoclock.delivery.streams.settings import read_settings
from motoclock.extras.pipes.backend import most_of, patterns_of, source_parameters
from motoclock.extras.pipes.execution import PipeRunner
from motoclock.world import World

_SQS_BATCH = 10
_STREAM_BATCH = 100


class PipeMapping:
    """A pipe, as the pollers see a mapping."""

    filter_criteria = None  # the patterns are set by the pollers below: they are of another dialect
    scaling_config = poller_config = tumbling_window = None
    last_processing_result = "No records processed"

    def __init__(self, pipe: Pipe):
        self.pipe = pipe
        self.uuid = pipe.arn
        self.event_source_arn = pipe.source
        self.function_arn = pipe.arn
        self.function_name = pipe.name

    @property
    def enabled(self) -> bool:
        return self.pipe.desired_state == "RUNNING"

    @property
    def function_response_types(self) -> list[str]:
        return ["ReportBatchItemFailures"]

    def _setting(self, name: str, default: Any = None) -> Any:
        return source_parameters(self.pipe).get(name, default)

    @property
    def batch_size(self) -> int:
        """As set; else the source's default, or what the target takes if that is less (modelled)."""
        default = _SQS_BATCH if ":sqs:" in self.event_source_arn else _STREAM_BATCH
        return int(self._setting("BatchSize", min(default, most_of(self.pipe.target, self.pipe.enrichment))))

    @property
    def max_batch_window(self) -> int:
        return int(self._setting("MaximumBatchingWindowInSeconds", 0))

    @property
    def starting_position(self) -> str | None:
        return self._setting("StartingPosition")

    @property
    def starting_position_timestamp(self) -> Any:
        return self._setting("StartingPositionTimestamp")

    @property
    def parallelization_factor(self) -> int | None:
        return self._setting("ParallelizationFactor")

    @property
    def max_retry_attempts(self) -> int | None:
        return self._setting("MaximumRetryAttempts")

    @property
    def max_record_age(self) -> int | None:
        return self._setting("MaximumRecordAgeInSeconds")

    @property
    def bisect_on_error(self) -> bool:
        return self._setting("OnPartialBatchItemFailure") == "AUTOMATIC_BISECT"

    @property
    def destination_config(self) -> dict[str, Any]:
        arn = (self._setting("DeadLetterConfig") or {}).get("Arn")
        return {"OnFailure": {"Destination": arn}} if arn else {}


class QueuePipe(SqsPoller):
    """Reads a queue for a pipe."""

    def __init__(self, world: World, mapping: PipeMapping, readers: Consumers):
        super().__init__(world, mapping, readers)
        self._functions = PipeRunner(world, mapping.pipe)

    def _read_settings(self) -> None:
        super()._read_settings()
        self._patterns = patterns_of(self._mapping.pipe)


class StreamPipe(StreamPoller):
    """Reads a stream for a pipe."""

    def __init__(self, world: World, mapping: PipeMapping):
        super().__init__(world, mapping)
        self.functions = PipeRunner(world, mapping.pipe)
        self.failures = PipeFailures(world, self.journal, self.source, mapping.uuid)

    def _read_settings(self) -> None:
        pipe = self._mapping.pipe
        self.settings = dataclasses.replace(
            read_settings(self._mapping), patterns=tuple(patterns_of(pipe)), by_event_id=True
        )
        self.role = pipe.role_arn


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
        self._pollers: dict[str, Poller] = {}
        world.subscribe(announcements.PIPES_CREATED, self._created)
        world.subscribe(announcements.PIPES_CHANGED, lambda pipe: self._pollers[pipe.arn].changed())
        world.subscribe(announcements.PIPES_DELETED, lambda pipe: self._pollers.pop(pipe.arn).stop())

    def _created(self, pipe: Pipe) -> None:
        mapping = PipeMapping(pipe)
        if ":sqs:" in pipe.source:
            self._pollers[pipe.arn] = QueuePipe(self._world, mapping, self._world.services.mappings.readers)
        else:
            self._pollers[pipe.arn] = StreamPipe(self._world, mapping)
