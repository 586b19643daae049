"""The settings of whatever reads a queue: an event source mapping's, read here, or a pipe's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moto.awslambda.models import EventSourceMapping

from motoclock.arn import unqualified
from motoclock.matching import Pattern
from motoclock.services.lambda_.mapping_rules import patterns_of


@dataclass(frozen=True, slots=True)
class Settings:
    """`uuid` says who reads, `function_arn` what gets the batches: a function, a version or an alias; or the pipe. Times in seconds.

    `pollers` is the ProvisionedPollerConfig, None without.
    """

    uuid: str
    source_arn: str
    function_arn: str
    name: str
    enabled: bool
    batch_size: int
    window_s: float
    partial: bool
    patterns: tuple[Pattern, ...]
    maximum_concurrency: int | None = None
    pollers: Mapping[str, Any] | None = None

    @property
    def consumer(self) -> str:
        """The function, whatever the version or the alias; or the pipe."""
        return unqualified(self.function_arn)


def read_settings(mapping: EventSourceMapping) -> Settings:
    """What moto keeps of a mapping, as the delivery wants it."""
    maximum = (mapping.scaling_config or {}).get("MaximumConcurrency")
    return Settings(
        uuid=mapping.uuid,
        source_arn=mapping.event_source_arn,
        function_arn=mapping.function_arn,
        name=mapping.function_name,
        enabled=_is_true(mapping.enabled),
        batch_size=int(mapping.batch_size),
        window_s=float(mapping.max_batch_window or 0),
        partial="ReportBatchItemFailures" in (mapping.function_response_types or []),
        patterns=tuple(patterns_of(mapping.filter_criteria)),
        maximum_concurrency=int(maximum) if maximum else None,
        pollers=mapping.poller_config or None,
    )


def _is_true(value: Any) -> bool:
    """CloudFormation hands booleans over as text."""
    return str(value).lower() == "true"
