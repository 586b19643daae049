"""Event source mappings whose source is an enhanced fan-out consumer: moto knows streams as sources, but not their consumers."""

import functools
from collections.abc import Callable
from typing import Any

from moto.awslambda.models import EventSourceMapping, LambdaBackend
from moto.kinesis.models import kinesis_backends


def install() -> None:
    LambdaBackend.create_event_source_mapping = _knows_consumers(LambdaBackend.create_event_source_mapping)


def _knows_consumers(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def create_event_source_mapping(self: LambdaBackend, spec: dict[str, Any]) -> EventSourceMapping:
        arn = spec.get("EventSourceArn") or ""
        if "/consumer/" not in arn:
            return original(self, spec)
        stream, _ = kinesis_backends[self.account_id][self.region_name].find_consumer(arn)
        mapping = original(self, {**spec, "EventSourceArn": stream.arn})
        mapping.event_source_arn = arn
        return mapping

    return create_event_source_mapping
