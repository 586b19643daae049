"""Events of AWS services: what S3, CloudWatch or EC2 put on an account's default bus, and nobody can put there by PutEvents.

Source: EventBridge user guide, eb-service-event. Their `source` begins with "aws.", and PutEvents is not authorized for such a one.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from moto.events.models import events_backends

from motoclock.services.events import entries
from motoclock.world import ACCOUNT, REGION


def emit(source: str, detail_type: str, detail: Mapping[str, Any], resources: Iterable[str]) -> str:
    """Put the event on the default bus; its id. ValueError for one that no service would send."""
    if not source.startswith("aws."):
        raise ValueError(
            f'emit is for events of AWS services, such as "aws.s3", not {source!r}: put your own by put_events.'
        )
    if unnamed := [one for one in resources if not isinstance(one, str)]:
        raise ValueError(f"resources are ARNs, texts, not {type(unnamed[0]).__name__}.")
    try:
        written = json.dumps(dict(detail), allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"detail is what JSON can write: {error}.") from None
    entry = {"Source": source, "DetailType": detail_type, "Detail": written, "Resources": list(resources)}
    failure = entries.failure_of(entry, from_service=True)
    if failure is not None:
        raise ValueError(failure["ErrorMessage"])
    if entries.is_too_large(entry):
        raise ValueError(
            f"An event has at most {entries.BYTES_MAX:,} bytes, and this one has {entries.size_of(entry):,}."
        )
    return events_backends[ACCOUNT][REGION]._put(entry, None)["EventId"]
