"""An event as a bus keeps it: its data, its publisher's metadata, and the system metadata that EventBridge adds.

Source: EventBridge user guide, eb-custom-bus-publish and eb-custom-bus-addressing. Filters, transformers and target parameters look at
these three parts. Modelled: Avro and Protobuf, which need a schema registry, are refused.
"""

import base64
import datetime
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from motoclock.facts import custom_bus as facts
from motoclock.services.events.entries import envelope, iso, size_of

_EVENT = facts.CONTENT_TYPE.value
_OPAQUE = "application/octet-stream"
_RESERVED = "aws."


class Refused(ValueError):
    """An entry that the bus does not take. `code` is its ErrorCode."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code, self.message = code, message


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a bus gives an event that comes in: an id, the moment (also in virtual seconds), its place in the order."""

    id: str
    at: float
    moment: datetime.datetime
    sequence: str


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """One event. `data` is a JSON value, or bytes when the content type is opaque; `published_at` in virtual seconds."""

    id: str
    data: Any
    content_type: str
    published_at: float
    ingested: datetime.datetime
    size_bytes: int
    sequence: str
    group_id: str | None = None
    deduplication_id: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    source: str | None = None
    detail_type: str | None = None

    @property
    def is_json(self) -> bool:
        return self.content_type != _OPAQUE

    @property
    def text(self) -> str:
        """What a subscriber without a transformer gets."""
        return json.dumps(self.data) if self.is_json else base64.b64encode(self.data).decode()

    @property
    def label(self) -> str:
        """The text that pictures show."""
        if self.source is None:
            return self.text
        return f"{self.detail_type} {json.dumps(self.data['detail'])}"

    def system_metadata(self, replayed: bool) -> dict[str, str]:
        said = {
            "ContentType": self.content_type,
            "EventGroupId": self.group_id,
            "DeduplicationId": self.deduplication_id,
            "aws:EventId": self.id,
            "aws:IngestionTime": iso(self.ingested),
            "aws:DeliveryType": "REPLAY" if replayed else "LIVE",
            "aws:Source": self.source,
            "aws:DetailType": self.detail_type,
        }
        return {name: value for name, value in said.items() if value is not None}

    def parts(self, replayed: bool) -> dict[str, Any]:
        """What an expression sees as $events."""
        data = self.data if self.is_json else self.text
        return {"Data": data, "Metadata": dict(self.metadata), "SystemMetadata": self.system_metadata(replayed)}


def from_entry(entry: Mapping[str, Any], stamp: Stamp, *, account: str, region: str) -> StoredEvent:
    """The event of an entry of PutEvents. Refused for one that the bus does not take."""
    if entry["Source"].startswith(_RESERVED):
        raise Refused(
            "InvalidInputException", f"Source {entry['Source']}: the prefix aws. is reserved for AWS services."
        )
    given = {**entry, "Detail": entry.get("Detail") or "{}"}
    if (at := entry.get("Time")) is not None:
        given["Time"] = at.timestamp()
    try:
        content = envelope(given, stamp.id, account, region, stamp.moment)
    except ValueError:
        raise Refused("InvalidInputException", "Detail is not valid JSON.") from None
    system = entry.get("SystemMetadata") or {}
    return StoredEvent(
        stamp.id,
        content,
        _EVENT,
        stamp.at,
        stamp.moment,
        size_of(given),
        stamp.sequence,
        group_id=system.get("EventGroupId"),
        deduplication_id=system.get("DeduplicationId"),
        source=entry["Source"],
        detail_type=entry["DetailType"],
    )


def from_raw_entry(entry: Mapping[str, Any], stamp: Stamp) -> StoredEvent:
    """The event of an entry of PutRawEvents: its data, exactly as sent. Refused for one that the bus does not take."""
    data, system = bytes(entry["Data"]), entry["SystemMetadata"]
    kind = system["ContentType"]
    content: Any = data
    if kind == "application/json" or kind.endswith("+json"):
        try:
            content = json.loads(data)
        except ValueError:
            raise Refused("InvalidInputException", f"Data is not valid JSON, and its ContentType is {kind}.") from None
    elif kind != _OPAQUE:
        raise Refused(
            "InvalidInputException",
            f"ContentType {kind} needs a schema registry, which this Cloud does not have: use JSON.",
        )
    return StoredEvent(
        stamp.id,
        content,
        kind,
        stamp.at,
        stamp.moment,
        len(data),
        stamp.sequence,
        group_id=system.get("EventGroupId"),
        deduplication_id=system.get("DeduplicationId"),
        metadata=entry.get("Metadata") or {},
    )


def from_envelope(content: Mapping[str, Any], stamp: Stamp, size_bytes: int) -> StoredEvent:
    """An event of a classic bus that an event source or a rule forwards: the whole envelope, with its id."""
    return StoredEvent(
        content["id"],
        content,
        _EVENT,
        stamp.at,
        stamp.moment,
        size_bytes,
        stamp.sequence,
        source=content["source"],
        detail_type=content["detail-type"],
    )


def content_hash(entry: Mapping[str, Any]) -> str:
    """What DeduplicationType CONTENT_BASED compares: the entry without its system metadata."""
    plain = {name: value for name, value in entry.items() if name != "SystemMetadata"}
    return hashlib.sha256(json.dumps(plain, sort_keys=True, default=repr).encode()).hexdigest()
