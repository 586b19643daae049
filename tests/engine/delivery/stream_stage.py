"""What the tests of stream mappings share: mappings, handlers that show what they got, and what the trace says of records."""

import json
from collections import Counter, defaultdict
from typing import Any

from motoclock.trace import Kind
from tests.engine.delivery.stage import lam

OK = "def handler(event, context): return None"
SHOWS = "import json\ndef handler(event, context): print(json.dumps(event))"
POISON = """
    def handler(event, context):
        for record in event["Records"]:
            if "{bad}" in str(record): raise ValueError("{bad}")
"""
ENDS = {Kind.CHECKPOINTED, Kind.FILTERED, Kind.EXPIRED, Kind.DELIVERED, Kind.DROPPED}


def read_by(arn: str, name: str = "work", start: str = "TRIM_HORIZON", **settings: Any) -> str:
    """A mapping from a stream. Returns its UUID."""
    return lam().create_event_source_mapping(EventSourceArn=arn, FunctionName=name, StartingPosition=start, **settings)[
        "UUID"
    ]


def labels(cloud) -> dict[str, str]:
    """Message id -> label."""
    return {event.message_id: event.detail.label for event in cloud.trace.of_kind(Kind.SENT)}


def handed(cloud, name: str = "work") -> list[list[str]]:
    """The labels of the records of each invocation of a function, in order."""
    words = labels(cloud)
    return [
        [words[one] for one in event.detail.message_ids]
        for event in cloud.trace.of_kind(Kind.INVOKED)
        if event.detail.function == name
    ]


def shown(cloud, name: str = "work") -> list[dict[str, Any]]:
    """The events that a function with the code SHOWS was given."""
    return [json.loads(line.message) for line in cloud.logs(name) if line.message.startswith("{")]


def fates(cloud, name: str = "work") -> dict[Kind, list[str]]:
    """How records ended for a function: kind -> labels in order. Fails when a record ended twice."""
    words, found, ended = labels(cloud), defaultdict(list), set()
    for event in cloud.trace:
        consumer = getattr(event.detail, "consumer", None) or getattr(event.detail, "source", None) or ""
        if event.kind in ENDS and consumer.endswith(f":{name}"):
            assert event.message_id not in ended, f"{event} after its end"
            ended.add(event.message_id)
            found[event.kind].append(words[event.message_id])
    return found


def counted(cloud, name: str = "work") -> Counter:
    return Counter({str(kind): len(found) for kind, found in fates(cloud, name).items()})


def times(cloud, kind: Kind, name: str = "work") -> list[float]:
    """When events of a kind happened, for a function."""
    return [round(event.at, 3) for event in cloud.trace.of_kind(kind) if event.resource.endswith(f":{name}")]
