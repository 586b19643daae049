"""Seam: event source mappings are checked as AWS checks them, kept by moto, and announced to the delivery.

moto delivers inside the producer's call, one message an invocation. The mapping is taken off moto's queue, stream or table as soon as
it is made, so that never happens; `delivery/` polls instead.
"""

from collections.abc import Iterable
from typing import Any

import moto.awslambda.models
from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import EventSourceMapping
from moto.dynamodb.models import dynamodb_backends
from moto.kinesis.models import kinesis_backends
from moto.moto_api._internal import mock_random
from moto.sqs.models import sqs_backends

from motoclock import announcements
from motoclock.facts import stream_mapping as facts
from motoclock.services.lambda_ import mapping_rules
from motoclock.world import the_world

_STREAM_DEFAULTS = {
    "MaximumBatchingWindowInSeconds": facts.WINDOW_DEFAULT_S.value,
    "ParallelizationFactor": facts.PARALLELIZATION_DEFAULT.value,
    "MaximumRetryAttempts": facts.RETRIES_DEFAULT.value,
    "MaximumRecordAgeInSeconds": facts.RECORD_AGE_DEFAULT_S.value,
    "BisectBatchOnFunctionError": facts.BISECT_DEFAULT.value,
    "TumblingWindowInSeconds": facts.TUMBLING_WINDOW_RANGE_S.value.low,
    "DestinationConfig": {"OnFailure": {}},
    "FunctionResponseTypes": [],
}
"""What AWS answers for settings of a stream mapping that were left out."""

_NOTHING_YET = "No records processed"  # what a stream's mapping says before its first batch; a queue's says nothing


class MappingsSeam:
    """The half of the Lambda backend that keeps event source mappings. A mixin before moto's LambdaBackend."""

    def create_event_source_mapping(self, spec: dict[str, Any]) -> EventSourceMapping:
        spec = {name: value for name, value in spec.items() if value is not None}
        mapping_rules.check_new(self, spec)
        wanted = mapping_rules.arn_invoked(self, spec["FunctionName"])
        mapping = super().create_event_source_mapping({**spec, "FunctionName": wanted})
        mapping.function_arn = wanted  # moto takes the version that an alias points to, for good
        self._take_off_source(mapping)
        the_world().announce(announcements.LAMBDA_MAPPING_CREATED, mapping)
        return mapping

    def update_event_source_mapping(self, uuid: str, spec: dict[str, Any]) -> EventSourceMapping | None:
        mapping = self.get_event_source_mapping(uuid)
        if mapping is None:
            raise mapping_rules.missing_mapping()
        mapping_rules.check_update(self, mapping, spec)
        if spec.get("FunctionName"):
            spec = {**spec, "FunctionName": mapping_rules.arn_invoked(self, spec["FunctionName"])}
        mapping = super().update_event_source_mapping(uuid, spec)
        if spec.get("FunctionName"):
            mapping.function_name = mapping.function_arn = spec["FunctionName"]
        if ":sqs:" in mapping.event_source_arn:  # starts anew: recorded on AWS in November 2025
            vars(mapping).pop("last_processing_result", None)
        the_world().announce(announcements.LAMBDA_MAPPING_UPDATED, mapping)
        return mapping

    def delete_event_source_mapping(self, uuid: str) -> EventSourceMapping | None:
        mapping = super().delete_event_source_mapping(uuid)
        if mapping is None:
            raise mapping_rules.missing_mapping()
        the_world().announce(announcements.LAMBDA_MAPPING_DELETED, mapping)
        return mapping

    def list_event_source_mappings(self, event_source_arn: str, function_name: str) -> Iterable[EventSourceMapping]:
        """moto compares the function as it was spelt at creation; AWS takes name and ARN alike."""
        mappings = list(super().list_event_source_mappings(event_source_arn, ""))
        if function_name:
            try:
                wanted = mapping_rules.arn_invoked(self, function_name)
            except UnknownFunctionException:  # recorded on AWS in November 2025: one that is not there has no mappings
                return []
            mappings = [mapping for mapping in mappings if f"{mapping.function_arn}:".startswith(f"{wanted}:")]
        return mappings

    def _take_off_source(self, mapping: EventSourceMapping) -> None:
        for source in self._sources():
            kept = source.lambda_event_source_mappings
            for key in [key for key, value in kept.items() if value is mapping]:
                del kept[key]

    def _sources(self) -> Iterable[Any]:
        yield from sqs_backends[self.account_id][self.region_name].queues.values()
        yield from dynamodb_backends[self.account_id][self.region_name].tables.values()
        yield from kinesis_backends[self.account_id][self.region_name].streams.values()


def install() -> None:
    """The mixin itself is put in place by the awslambda seam; here moto learns to tell what the last batch came to."""
    plain = EventSourceMapping.get_configuration

    def get_configuration(mapping: EventSourceMapping) -> dict[str, Any]:
        configuration = plain(mapping)
        of_queue = ":sqs:" in mapping.event_source_arn
        found = getattr(mapping, "last_processing_result", None if of_queue else _NOTHING_YET)
        configuration["LastProcessingResult"] = found
        configuration["StateTransitionReason"] = "USER_INITIATED" if of_queue else "User action"
        if not (configuration.get("FilterCriteria") or {}).get("Filters"):
            configuration.pop("FilterCriteria", None)
        configuration["MaximumBatchingWindowInSeconds"] = configuration.get("MaximumBatchingWindowInSeconds") or 0
        configuration["FunctionResponseTypes"] = configuration.get("FunctionResponseTypes") or []
        if not of_queue:
            for name, default in _STREAM_DEFAULTS.items():
                if configuration.get(name) is None:
                    configuration[name] = default
        return configuration

    EventSourceMapping.get_configuration = get_configuration
    assert moto.awslambda.models.random is mock_random  # ids of mappings follow from the seed
