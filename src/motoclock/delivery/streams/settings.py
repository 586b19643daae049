"""The settings of whatever reads a stream, with AWS's defaults for what was left out: an event source mapping's, or a pipe's."""

from dataclasses import dataclass
from typing import Any

from moto.awslambda.models import EventSourceMapping, lambda_backends

from motoclock.facts import stream_mapping as facts
from motoclock.matching import Pattern
from motoclock.services.lambda_.mapping_rules import patterns_of
from motoclock.world import ACCOUNT, REGION

_FOREVER = -1


@dataclass(frozen=True, slots=True)
class Settings:
    """`uuid` says who reads, `function_arn` what gets the batches: a function, a version or an alias; or the pipe.

    `role` is the ARN of its role. `retries_max` and `age_max_s` None: without end, until the stream forgets the
    records. Times in seconds.
    """

    uuid: str
    source_arn: str
    function_arn: str
    role: str
    starting_position: str | None
    starting_timestamp: Any  # a datetime or seconds, with AT_TIMESTAMP
    enabled: bool
    batch_size: int
    window_s: float
    factor: int
    retries_max: int | None
    age_max_s: float | None
    bisect: bool
    partial: bool
    tumbling_s: int
    destination: str | None
    patterns: tuple[Pattern, ...]
    by_event_id: bool = False  # partial responses name records by eventID instead of sequence number


def read_settings(mapping: EventSourceMapping) -> Settings:
    """What moto keeps of a mapping, as the delivery wants it."""
    on_failure = (mapping.destination_config or {}).get("OnFailure") or {}
    return Settings(
        uuid=mapping.uuid,
        source_arn=mapping.event_source_arn,
        function_arn=mapping.function_arn,
        role=role_of(mapping.function_arn),
        starting_position=mapping.starting_position,
        starting_timestamp=mapping.starting_position_timestamp,
        enabled=_is_true(mapping.enabled),
        batch_size=int(mapping.batch_size),
        window_s=float(mapping.max_batch_window or 0),
        factor=factor_of(mapping.parallelization_factor),
        retries_max=retries_max(mapping.max_retry_attempts),
        age_max_s=age_max_s(mapping.max_record_age),
        bisect=_is_true(mapping.bisect_on_error),
        partial="ReportBatchItemFailures" in (mapping.function_response_types or []),
        tumbling_s=_number(mapping.tumbling_window, 0),
        destination=on_failure.get("Destination"),
        patterns=tuple(patterns_of(mapping.filter_criteria)),
    )


def factor_of(given: Any) -> int:
    """A ParallelizationFactor."""
    return _number(given, facts.PARALLELIZATION_DEFAULT.value)


def retries_max(given: Any) -> int | None:
    """A MaximumRetryAttempts."""
    retries = _number(given, facts.RETRIES_DEFAULT.value)
    return None if retries == _FOREVER else retries


def age_max_s(given: Any) -> float | None:
    """A MaximumRecordAgeInSeconds."""
    age = _number(given, facts.RECORD_AGE_DEFAULT_S.value)
    return None if age == _FOREVER else float(age)


def role_of(function_arn: str) -> str:
    """The function's execution role, "" when the function is gone."""
    name = function_arn.split(":")[6]
    function = lambda_backends[ACCOUNT][REGION]._lambdas.get_function_by_name_with_qualifier(name, None)
    return function.role if function else ""


def _number(value: Any, default: int) -> int:
    return default if value is None else int(value)


def _is_true(value: Any) -> bool:
    """CloudFormation hands booleans over as text."""
    return str(value).lower() == "true"
