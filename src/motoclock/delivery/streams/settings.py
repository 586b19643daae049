"""The settings of a stream mapping, with AWS's defaults for what was left out."""

from dataclasses import dataclass
from typing import Any

from moto.awslambda.models import EventSourceMapping

from motoclock.facts import stream_mapping as facts
from motoclock.matching import Pattern
from motoclock.services.lambda_.mapping_rules import patterns_of

_FOREVER = -1


@dataclass(frozen=True, slots=True)
class Settings:
    """`retries_max` and `age_max_s` None: without end, until the stream forgets the records. Times in seconds."""

    function_arn: str
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
    retries = _number(mapping.max_retry_attempts, facts.RETRIES_DEFAULT.value)
    age = _number(mapping.max_record_age, facts.RECORD_AGE_DEFAULT_S.value)
    on_failure = (mapping.destination_config or {}).get("OnFailure") or {}
    return Settings(
        function_arn=mapping.function_arn,
        enabled=_is_true(mapping.enabled),
        batch_size=int(mapping.batch_size),
        window_s=float(mapping.max_batch_window or 0),
        factor=_number(mapping.parallelization_factor, facts.PARALLELIZATION_DEFAULT.value),
        retries_max=None if retries == _FOREVER else retries,
        age_max_s=None if age == _FOREVER else float(age),
        bisect=_is_true(mapping.bisect_on_error),
        partial="ReportBatchItemFailures" in (mapping.function_response_types or []),
        tumbling_s=_number(mapping.tumbling_window, 0),
        destination=on_failure.get("Destination"),
        patterns=tuple(patterns_of(mapping.filter_criteria)),
    )


def _number(value: Any, default: int) -> int:
    return default if value is None else int(value)


def _is_true(value: Any) -> bool:
    """CloudFormation hands booleans over as text."""
    return str(value).lower() == "true"
