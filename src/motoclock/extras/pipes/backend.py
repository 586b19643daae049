"""Seam: pipes are checked as AWS checks them, kept by moto, and announced to the delivery.

moto 5.2.5 stores a pipe and moves nothing through it. What is made, changed and deleted is announced. Source: API
reference CreatePipe; EventBridge user guide, eb-pipes. Modelled: a pipe starts and stops at once.
"""

from collections.abc import Mapping
from typing import Any

from moto.dynamodbstreams.models import dynamodbstreams_backends
from moto.kinesis.models import kinesis_backends
from moto.pipes import urls
from moto.pipes.exceptions import ConflictException, NotFoundException, ValidationException
from moto.pipes.models import EventBridgePipesBackend, Pipe, pipes_backends
from moto.sqs.models import sqs_backends

from motoclock import announcements
from motoclock.arn import Arn
from motoclock.facts import pipes as facts
from motoclock.facts import sqs_mapping, stream_mapping
from motoclock.matching import Dialect, InvalidEventPattern, Pattern
from motoclock.services.events.targets import kind_of
from motoclock.world import the_world

_SOURCES = {
    "sqs": "SqsQueueParameters",
    "kinesis": "KinesisStreamParameters",
    "dynamodb": "DynamoDBStreamParameters",
}
_TARGETS = ("sqs", "sns", "lambda", "states", "events", "kinesis", "logs")
_ENRICHMENTS = ("lambda", "states", "events")
_RANGES = (
    ("BatchSize", facts.BATCH_SIZE_RANGE.value),
    ("MaximumBatchingWindowInSeconds", facts.WINDOW_RANGE_S.value),
    ("ParallelizationFactor", facts.PARALLELIZATION_RANGE.value),
    ("MaximumRetryAttempts", facts.RETRIES_RANGE.value),
)
_FILTERS_MAX = facts.FILTERS_MAX.value
_AGE = stream_mapping.RECORD_AGE_RANGE_S.value
_FIFO_BATCH = sqs_mapping.FIFO_BATCH_SIZE_RANGE.value
_TARGET_BATCHES = {
    **dict.fromkeys(("sqs", "sns", "event-bus"), facts.TARGET_BATCH_MAX.value),
    "kinesis": facts.TARGET_BATCH_MAX_KINESIS.value,
    "logs": facts.TARGET_BATCH_MAX_LOGS.value,
    "api-destination": facts.TARGET_BATCH_MAX_HTTP.value,
}


class SevenPipesBackend(EventBridgePipesBackend):
    """moto's backend, with checks and announcements."""

    @property
    def _url_module(self) -> Any:
        return urls

    def create_pipe(self, name: str, **settings: Any) -> Pipe:
        if name in self.pipes:
            raise ConflictException(f"Pipe {name} already exists.")
        _check(settings["source"], settings)
        self._check_source_exists(settings["source"])
        pipe = super().create_pipe(name=name, **settings)
        _settled(pipe)
        the_world().announce(announcements.PIPES_CREATED, pipe)
        return pipe

    def update_pipe(self, name: str, **settings: Any) -> Pipe:
        """What is left out stays as it was, the settings of the source too: where it started can't be said again."""
        if name in self.pipes:
            pipe = self.pipes[name]
            before = {"target": pipe.target, "enrichment": pipe.enrichment, "target_parameters": pipe.target_parameters}
            settings["source_parameters"] = _merged(pipe.source_parameters, settings.get("source_parameters"))
            _check(pipe.source, {**before, **{key: one for key, one in settings.items() if one is not None}})
        pipe = super().update_pipe(name=name, **settings)
        return self._changed(pipe)

    def start_pipe(self, name: str) -> Pipe:
        return self._changed(super().start_pipe(name))

    def stop_pipe(self, name: str) -> Pipe:
        return self._changed(super().stop_pipe(name))

    def delete_pipe(self, name: str) -> Pipe:
        pipe = super().delete_pipe(name)
        the_world().announce(announcements.PIPES_DELETED, pipe)
        return pipe

    def _changed(self, pipe: Pipe) -> Pipe:
        _settled(pipe)
        the_world().announce(announcements.PIPES_CHANGED, pipe)
        return pipe

    def _check_source_exists(self, arn: str) -> None:
        service, name = Arn.of(arn).service, Arn.of(arn).resource
        try:
            if service == "sqs":
                found = name in sqs_backends[self.account_id][self.region_name].queues
            elif service == "kinesis":
                backend = kinesis_backends[self.account_id][self.region_name]
                found = backend.find_consumer(arn) if "/consumer/" in arn else backend.describe_stream(arn, None)
            else:
                found = dynamodbstreams_backends[self.account_id][self.region_name].stream(arn)
        except Exception:
            found = None
        if not found:
            raise NotFoundException(f"The source {arn} does not exist.")


def install() -> None:
    """Backends are made on first use, so this must come before the first Pipes call."""
    pipes_backends.backend = SevenPipesBackend


def source_parameters(pipe: Pipe) -> Mapping[str, Any]:
    """The settings of the pipe's source, whatever kind it is."""
    return (pipe.source_parameters or {}).get(_SOURCES[Arn.of(pipe.source).service]) or {}


def most_of(target: str, enrichment: str | None) -> float:
    """How many records one execution may take: what target and enrichment take in one call; infinity for functions and machines."""
    kinds = [kind_of(arn) for arn in (target, enrichment) if arn]
    return min(_TARGET_BATCHES.get(kind, float("inf")) for kind in kinds)


def patterns_of(pipe: Pipe) -> list[Pattern]:
    """The pipe's filters: one that matches is enough."""
    return _patterns(pipe.source_parameters or {})


def _merged(before: Mapping[str, Any] | None, given: Mapping[str, Any] | None) -> dict[str, Any]:
    """The settings of a source after an update: each group keeps what the update does not name."""
    groups = {**(before or {}), **(given or {})}
    return {name: {**((before or {}).get(name) or {}), **(group or {})} for name, group in groups.items()}


def _settled(pipe: Pipe) -> None:
    pipe.status = "STOPPED" if pipe.desired_state == "STOPPED" else "RUNNING"
    pipe.advance = lambda: None  # moto would move a stopped pipe on to "starting" when somebody looks


def _check(source: str, settings: Mapping[str, Any]) -> None:
    service = Arn.of(source).service
    if service not in _SOURCES or ":queue/" in source:
        raise ValidationException(
            f"{source} is no source of a pipe that runs here: an SQS queue, a stream or a table's stream."
        )
    for member, allowed in (("target", _TARGETS), ("enrichment", _ENRICHMENTS)):
        arn = settings.get(member)
        if arn and Arn.of(arn).service not in allowed:
            raise ValidationException(f"{arn} is no {member} of a pipe that runs here.")
    given = settings.get("source_parameters") or {}
    parameters = given.get(_SOURCES[service]) or {}
    for name, span in _RANGES:
        if parameters.get(name) is not None and parameters[name] not in span:
            raise ValidationException(f"{name} must be from {int(span.low)} to {int(span.high)}.")
    _check_size(source, parameters.get("BatchSize"), settings)
    if service != "sqs":
        _check_stream(service, parameters)
    _patterns(given)
    target = settings.get("target_parameters") or {}
    if ":kinesis:" in (settings.get("target") or "") and not target.get("KinesisStreamParameters"):
        raise ValidationException("KinesisStreamParameters.PartitionKey is required for a stream as target.")


def _check_size(source: str, size: int | None, settings: Mapping[str, Any]) -> None:
    if size is None:
        return
    if source.endswith(".fifo") and size not in _FIFO_BATCH:
        raise ValidationException(f"BatchSize of a FIFO queue must be from {_FIFO_BATCH.low} to {_FIFO_BATCH.high}.")
    most = most_of(settings["target"], settings.get("enrichment"))
    if size > most:
        raise ValidationException(
            f"BatchSize {size} of the source is more than the pipe's target or enrichment takes at once, which is {most}."
        )


def _check_stream(service: str, parameters: Mapping[str, Any]) -> None:
    position = parameters.get("StartingPosition")
    positions = stream_mapping.STARTING_POSITIONS.value
    if position not in positions or (service == "dynamodb" and position == "AT_TIMESTAMP"):
        raise ValidationException(
            "StartingPosition is required for a stream: TRIM_HORIZON or LATEST, for Kinesis also AT_TIMESTAMP."
        )
    if position == "AT_TIMESTAMP" and parameters.get("StartingPositionTimestamp") is None:
        raise ValidationException("StartingPositionTimestamp is required when StartingPosition is AT_TIMESTAMP.")
    age = parameters.get("MaximumRecordAgeInSeconds")
    if age is not None and age != stream_mapping.RECORD_AGE_DEFAULT_S.value and age not in _AGE:
        raise ValidationException(f"MaximumRecordAgeInSeconds must be -1 or from {int(_AGE.low)} to {int(_AGE.high)}.")
    partial = parameters.get("OnPartialBatchItemFailure")
    if partial is not None and partial not in facts.PARTIAL_FAILURE.value:
        raise ValidationException(f"OnPartialBatchItemFailure must be {', '.join(facts.PARTIAL_FAILURE.value)}.")


def _patterns(source_settings: Mapping[str, Any]) -> list[Pattern]:
    filters = (source_settings.get("FilterCriteria") or {}).get("Filters") or []
    if len(filters) > _FILTERS_MAX:
        raise ValidationException(f"A pipe has at most {_FILTERS_MAX} filters.")
    try:
        return [Pattern.parse(one["Pattern"], Dialect.PIPES) for one in filters if one.get("Pattern")]
    except InvalidEventPattern as error:
        raise ValidationException(f"Invalid filter pattern. {error}") from None
