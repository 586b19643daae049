"""A pipe's settings, as the pollers of event source mappings take them.

Source: EventBridge user guide, eb-pipes-event-source and eb-pipes-batching-concurrency. Partial batch responses of a target count
without being asked for.
"""

from typing import Any

from moto.pipes.models import Pipe

from motoclock.delivery.sqs.settings import Settings as QueueSettings
from motoclock.delivery.streams import settings as streams
from motoclock.delivery.streams.settings import Settings as StreamSettings
from motoclock.extras.pipes.backend import most_of, patterns_of, source_parameters

_SQS_BATCH = 10
_STREAM_BATCH = 100


def queue_settings(pipe: Pipe) -> QueueSettings:
    """Of a pipe whose source is a queue."""
    given = source_parameters(pipe)
    return QueueSettings(
        uuid=pipe.arn,
        source_arn=pipe.source,
        function_arn=pipe.arn,
        name=pipe.name,
        enabled=_runs(pipe),
        batch_size=_batch_size(pipe, _SQS_BATCH),
        window_s=float(given.get("MaximumBatchingWindowInSeconds", 0)),
        partial=True,
        patterns=tuple(patterns_of(pipe)),
    )


def stream_settings(pipe: Pipe) -> StreamSettings:
    """Of a pipe whose source is a stream. Its partial responses name records by eventID."""
    given = source_parameters(pipe)
    return StreamSettings(
        uuid=pipe.arn,
        source_arn=pipe.source,
        function_arn=pipe.arn,
        role=pipe.role_arn,
        starting_position=given.get("StartingPosition"),
        starting_timestamp=given.get("StartingPositionTimestamp"),
        enabled=_runs(pipe),
        batch_size=_batch_size(pipe, _STREAM_BATCH),
        window_s=float(given.get("MaximumBatchingWindowInSeconds", 0)),
        factor=streams.factor_of(given.get("ParallelizationFactor")),
        retries_max=streams.retries_max(given.get("MaximumRetryAttempts")),
        age_max_s=streams.age_max_s(given.get("MaximumRecordAgeInSeconds")),
        bisect=given.get("OnPartialBatchItemFailure") == "AUTOMATIC_BISECT",
        partial=True,
        tumbling_s=0,
        destination=_dead_letter_arn(given.get("DeadLetterConfig")),
        patterns=tuple(patterns_of(pipe)),
        by_event_id=True,
    )


def _runs(pipe: Pipe) -> bool:
    return pipe.desired_state == "RUNNING"


def _batch_size(pipe: Pipe, default: int) -> int:
    """As set; else the source's default, or what the target takes if that is less (modelled)."""
    return int(source_parameters(pipe).get("BatchSize", min(default, most_of(pipe.target, pipe.enrichment))))


def _dead_letter_arn(config: dict[str, Any] | None) -> str | None:
    return (config or {}).get("Arn") or None
