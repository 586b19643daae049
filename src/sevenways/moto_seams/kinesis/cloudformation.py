"""Streams from CloudFormation: moto's template reader forgets StreamModeDetails and MaxRecordSizeInKiB."""

from collections.abc import Callable
from typing import Any

from moto.kinesis.models import Stream


def install() -> None:
    original = Stream.create_from_cloudformation_json.__func__
    Stream.create_from_cloudformation_json = classmethod(_complete(original))


def _complete(original: Callable[..., Any]) -> Callable[..., Any]:
    def create(cls: type, resource_name: str, cloudformation_json: Any, *args: Any, **kwargs: Any) -> Any:
        stream = original(cls, resource_name, cloudformation_json, *args, **kwargs)
        properties = cloudformation_json.get("Properties", {})
        if mode := properties.get("StreamModeDetails"):
            stream.stream_mode = mode
            if stream.is_on_demand:
                stream.init_shards(0)
        if kib := properties.get("MaxRecordSizeInKiB"):
            stream.max_record_kib = int(kib)
        return stream

    return create
