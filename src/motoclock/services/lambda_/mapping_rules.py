"""What AWS refuses when an event source mapping is made or changed, in AWS's words where we know them.

Source: the shapes CreateEventSourceMappingRequest and UpdateEventSourceMappingRequest of botocore, and the Lambda developer guide's
pages on SQS, DynamoDB and Kinesis.
"""

from collections.abc import Mapping
from typing import Any

from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import EventSourceMapping
from moto.core.exceptions import JsonRESTError as RESTError
from moto.core.responses import get_service_model
from moto.dynamodbstreams.models import dynamodbstreams_backends
from moto.kinesis.models import kinesis_backends
from moto.sqs.models import sqs_backends

from motoclock.arn import Arn
from motoclock.facts import destinations, sqs_mapping, stream_mapping
from motoclock.facts.shapes import Span
from motoclock.functions.deployed import function_arn, plain_reference
from motoclock.matching import Dialect, InvalidEventPattern, Pattern
from motoclock.services.model_constraints import one_of

_STREAM_ONLY = (
    "StartingPosition",
    "StartingPositionTimestamp",
    "ParallelizationFactor",
    "BisectBatchOnFunctionError",
    "MaximumRetryAttempts",
    "MaximumRecordAgeInSeconds",
    "TumblingWindowInSeconds",
    "DestinationConfig",
)


def check_new(backend: Any, spec: Mapping[str, Any]) -> None:
    """Raise what CreateEventSourceMapping raises for these arguments."""
    if not spec.get("FunctionName"):
        raise _invalid("FunctionName is required.")
    if not spec.get("EventSourceArn"):
        raise _invalid("Unrecognized event source.")  # as recorded on AWS in November 2025, like the next
    arn = spec["EventSourceArn"]
    if Arn.of(arn).service == "sqs":
        _check_kind(spec)  # before the function is looked for: recorded on AWS in November 2025
    try:
        invoked = arn_invoked(backend, spec["FunctionName"])
    except UnknownFunctionException:
        raise _invalid("Function does not exist") from None
    function = backend.get_function(invoked)
    service = Arn.of(arn).service
    if service == "kinesis" and ":queue/" in arn:
        raise _invalid(
            f"Unrecognized event source: {arn} is a queue of a stream, which no mapping reads. Map the stream or a fan-out consumer, "
            "or receive from the queue with ReceiveQueueRecords."
        )
    if service == "sqs":
        _check_sqs(backend, arn, function, spec)
    elif service in ("dynamodb", "kinesis"):
        _check_stream(service, spec)
        if not _exists(backend, service, arn):
            raise _invalid(f"Stream not found: {arn}")
    else:
        raise _invalid(f"Unrecognized event source, must be sqs, kinesis or dynamodb. Unsupported source arn {arn}")
    for other in backend.list_event_source_mappings(arn, ""):
        if other.function_arn == invoked:
            raise _duplicate(service, arn, function.function_name, other.uuid)


def check_update(backend: Any, mapping: EventSourceMapping, spec: Mapping[str, Any]) -> None:
    """Raise what UpdateEventSourceMapping raises: the rules are those of creation, over the settings that would result."""
    arn = mapping.event_source_arn
    function = backend.get_function(arn_invoked(backend, spec.get("FunctionName") or mapping.function_arn))
    merged = {**_settings(mapping), **{name: value for name, value in spec.items() if value is not None}}
    if Arn.of(arn).service == "sqs":
        _check_sqs(backend, arn, function, merged)
    else:
        _check_stream(Arn.of(arn).service, {"StartingPosition": mapping.starting_position, **merged})


def arn_invoked(backend: Any, function_ref: str) -> str:
    """The ARN that a mapping to this name or ARN invokes: of the function, a version, or an alias, which may point elsewhere later."""
    name, _, qualifier = plain_reference(function_ref).partition(":")
    function = backend.get_function(name, qualifier or None)
    is_alias = qualifier in backend._lambdas._get_function_aliases(name)
    return function_arn(name, qualifier) if is_alias else function.function_arn


def missing_mapping() -> RESTError:
    """What every call about a mapping that is not there raises."""
    error = RESTError("ResourceNotFoundException", "The resource you requested does not exist.")
    error.code = 404
    return error


def patterns_of(criteria: Mapping[str, Any] | None) -> list[Pattern]:
    """The parsed patterns of a mapping's FilterCriteria; raises as AWS does for one it would not accept."""
    filters = (criteria or {}).get("Filters") or []
    if len(filters) > sqs_mapping.FILTERS_MAX.value:
        raise _invalid(
            f"FilterCriteria may hold at most {sqs_mapping.FILTERS_MAX.value} filters; {len(filters)} were given."
        )
    try:
        return [
            Pattern.parse(one["Pattern"], Dialect.EVENT_SOURCE_MAPPING)
            for one in filters
            if one.get("Pattern") is not None
        ]
    except InvalidEventPattern:
        raise _invalid("Invalid filter pattern definition.") from None  # AWS says no more: recorded in November 2025


def _check_sqs(backend: Any, arn: str, function: Any, spec: Mapping[str, Any]) -> None:
    queues = sqs_backends[backend.account_id][backend.region_name].queues.values()
    queue = next((queue for queue in queues if queue.queue_arn == arn), None)
    if queue is None:
        raise _invalid(
            "Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. "
            "SQS Error Message: The specified queue does not exist."
        )
    _check_kind(spec)
    fifo = arn.endswith(".fifo")
    size = _number(spec, "BatchSize", sqs_mapping.BATCH_SIZE_DEFAULT.value)
    window = _number(spec, "MaximumBatchingWindowInSeconds", sqs_mapping.WINDOW_DEFAULT_S.value)
    _within("batchSize", size, sqs_mapping.FIFO_BATCH_SIZE_RANGE.value if fifo else sqs_mapping.BATCH_SIZE_RANGE.value)
    _within("maximumBatchingWindowInSeconds", window, sqs_mapping.WINDOW_RANGE_S.value)
    if fifo and window:
        raise _invalid("Batching window is not supported for FIFO queues.")
    if size > sqs_mapping.BATCH_SIZE_WITHOUT_WINDOW.value and window < 1:
        raise _invalid(
            "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10"
        )
    timeout = int(function.timeout)
    if timeout > int(queue.visibility_timeout):
        raise _invalid(
            f"Queue visibility timeout: {int(queue.visibility_timeout)} seconds is less than Function timeout: {timeout} seconds"
        )
    _check_responses(spec)
    patterns_of(spec.get("FilterCriteria"))
    _check_scaling(spec)


def _check_kind(spec: Mapping[str, Any]) -> None:
    for name in _STREAM_ONLY:
        if spec.get(name) is not None:
            raise _invalid(f"Unsupported {name} parameter for given event source mapping type.")


def _check_scaling(spec: Mapping[str, Any]) -> None:
    maximum = (spec.get("ScalingConfig") or {}).get("MaximumConcurrency")
    if maximum is not None:
        _within("scalingConfig.maximumConcurrency", int(maximum), sqs_mapping.MAXIMUM_CONCURRENCY_RANGE.value)
    pollers = spec.get("ProvisionedPollerConfig") or {}
    if not pollers:
        return
    if maximum is not None:
        raise _invalid("ProvisionedPollerConfig and ScalingConfig.MaximumConcurrency can't be used together.")
    least = int(pollers.get("MinimumPollers") or sqs_mapping.PROVISIONED_MIN_DEFAULT.value)
    most = int(pollers.get("MaximumPollers") or max(least, sqs_mapping.PROVISIONED_MAX_DEFAULT.value))
    _within("provisionedPollerConfig.minimumPollers", least, sqs_mapping.PROVISIONED_MIN_RANGE.value)
    _within("provisionedPollerConfig.maximumPollers", most, sqs_mapping.PROVISIONED_MAX_RANGE.value)
    if least > most:
        raise _invalid("MinimumPollers must be less than or equal to MaximumPollers.")


def _check_stream(service: str, spec: Mapping[str, Any]) -> None:
    for name in ("ScalingConfig", "ProvisionedPollerConfig"):
        if spec.get(name):
            raise _invalid(f"Unsupported {name} parameter for given event source mapping type.")
    positions = stream_mapping.STARTING_POSITIONS.value
    position = spec.get("StartingPosition")
    if position is None:
        text = "Value null at 'startingPosition' failed to satisfy constraint: Member must not be null."
        raise _invalid(f"1 validation error detected: {text}")
    if service == "dynamodb" and position == "AT_TIMESTAMP":
        raise _invalid(f"Unsupported starting position for arn type: {spec['EventSourceArn']}")
    if position not in positions:
        shape = get_service_model("lambda").shape_for("EventSourcePosition")
        raise _validation("startingPosition", position, f"Member must {one_of(shape)}")
    if position == "AT_TIMESTAMP" and spec.get("StartingPositionTimestamp") is None:
        raise _invalid("StartingPositionTimestamp is required when StartingPosition is AT_TIMESTAMP.")
    for name, span in (
        ("BatchSize", stream_mapping.BATCH_SIZE_RANGE.value),
        ("MaximumBatchingWindowInSeconds", stream_mapping.WINDOW_RANGE_S.value),
        ("ParallelizationFactor", stream_mapping.PARALLELIZATION_RANGE.value),
        ("MaximumRetryAttempts", stream_mapping.RETRIES_RANGE.value),
        ("TumblingWindowInSeconds", stream_mapping.TUMBLING_WINDOW_RANGE_S.value),
    ):
        if spec.get(name) is not None:
            _within(name[0].lower() + name[1:], int(spec[name]), span)
    age = spec.get("MaximumRecordAgeInSeconds")
    if age is not None and int(age) != -1:
        _within("maximumRecordAgeInSeconds", int(age), stream_mapping.RECORD_AGE_RANGE_S.value)
    if spec.get("TumblingWindowInSeconds") and int(spec.get("ParallelizationFactor") or 1) > 1:
        raise _invalid("TumblingWindowInSeconds can't be used with a ParallelizationFactor greater than 1.")
    _check_responses(spec)
    patterns_of(spec.get("FilterCriteria"))
    _check_destinations(spec.get("DestinationConfig") or {})


def _check_destinations(config: Mapping[str, Any]) -> None:
    if (config.get("OnSuccess") or {}).get("Destination"):
        raise _invalid("Unsupported OnSuccess destination for given event source mapping type.")
    arn = (config.get("OnFailure") or {}).get("Destination")
    kinds = [kind.lower() for kind in destinations.STREAM_ON_FAILURE_TARGETS.value]
    if arn and Arn.of(arn).service not in kinds:
        raise _invalid(
            f"The provided destination config is invalid: OnFailure of a stream takes an ARN of {', '.join(kinds)}, not {arn}."
        )


def _check_responses(spec: Mapping[str, Any]) -> None:
    for kind in spec.get("FunctionResponseTypes") or []:
        if kind != "ReportBatchItemFailures":
            raise _validation(
                "functionResponseTypes", kind, "Member must satisfy enum value set: [ReportBatchItemFailures]"
            )


def _exists(backend: Any, service: str, arn: str) -> bool:
    """Whether a mapping's stream, or consumer of one, is there to be read."""
    try:
        if service == "dynamodb":
            dynamodbstreams_backends[backend.account_id][backend.region_name].stream(arn)
        elif "/consumer/" in arn:
            kinesis_backends[backend.account_id][backend.region_name].find_consumer(arn)
        else:
            kinesis_backends[backend.account_id][backend.region_name].describe_stream(arn, None)
    except RESTError:
        return False
    return True


def _duplicate(service: str, arn: str, name: str, uuid: str) -> RESTError:
    """Recorded on AWS, 2025-11, blanks and all."""
    if service == "sqs":
        what = f'An event source mapping with SQS arn (" {arn} ") and function (" {name} ") already exists.'
    else:
        what = f'The event source arn (" {arn} ") and function (" {name} ") provided mapping already exists.'
    error = RESTError(
        "ResourceConflictException", f"{what} Please update or delete the existing mapping with UUID {uuid}"
    )
    error.code = 409
    return error


def _settings(mapping: EventSourceMapping) -> dict[str, Any]:
    settings = mapping.get_configuration()
    settings.pop("StartingPosition", None)
    return {name: value for name, value in settings.items() if value is not None}


def _number(spec: Mapping[str, Any], name: str, default: int) -> int:
    value = spec.get(name)
    return default if value is None else int(value)


def _within(member: str, value: int, span: Span) -> None:
    if value < span.low:
        raise _validation(member, value, f"Member must have value greater than or equal to {span.low}")
    if value > span.high:
        raise _validation(member, value, f"Member must have value less than or equal to {span.high}")


def _validation(member: str, value: Any, constraint: str) -> RESTError:
    text = "null" if value is None else f"'{value}'"
    return RESTError(
        "ValidationException",
        f"1 validation error detected: Value {text} at '{member}' failed to satisfy constraint: {constraint}",
    )


def _invalid(message: str) -> RESTError:
    return RESTError("InvalidParameterValueException", message)
