"""What S3 says of an object: the record of a notification, and the event on the default bus.

S3 user guide, notification-content-structure and ev-events; events recorded on AWS in January 2025. Modelled: who asked, from where
and under which request id is the same in every event.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

from motoclock.services.events.entries import iso
from motoclock.world import ACCOUNT, REGION, World

SUBJECT = "Amazon S3 Notification"
_ADDRESS = "192.0.2.1"  # from the range that is nobody's
_PRINCIPAL = "AWS:AIDAEXAMPLE"
_OWNER = "A1EXAMPLE"
_REQUEST_ID, _HOST_ID = "C3D13FE58DE4C810", "FMyUVURIY8/IgAtTv8xRjskZQpcIZ9KG4V5Wp6S7S/JRWeUWerMUE5JgHvANOjpD"
_SEQUENCER_DIGITS = 18
_KINDS = {
    "ObjectCreated": "Object Created",
    "ObjectRemoved": "Object Deleted",
    "ObjectAcl": "Object ACL Updated",
}
_TAGGING = {"Put": "Object Tags Added", "Delete": "Object Tags Deleted"}
_REASONS = {
    "ObjectCreated:Put": "PutObject",
    "ObjectCreated:Post": "POST Object",
    "ObjectCreated:Copy": "CopyObject",
    "ObjectCreated:CompleteMultipartUpload": "CompleteMultipartUpload",
    "ObjectRemoved:Delete": "DeleteObject",
    "ObjectRemoved:DeleteMarkerCreated": "DeleteObject",
}
_MARKER = "ObjectRemoved:DeleteMarkerCreated"


@dataclass(frozen=True, slots=True)
class Gone:
    """An object that was deleted, or hidden by a delete marker: its etag is that of nothing."""

    name: str
    version_id: str  # that of the marker, where there is one; "null" without
    etag: str = "d41d8cd98f00b204e9800998ecf8427e"


def notification(world: World, name: str, bucket: Any, key: Any, configuration_id: str) -> dict[str, Any]:
    """`name` without its "s3:", such as ObjectCreated:Put. A removal has no size and no digest, a change of tags no sequencer."""
    about: dict[str, Any] = {"key": quote_plus(key.name)}
    removed, tagged = name.startswith("ObjectRemoved"), name.startswith("ObjectTagging")
    if not removed and not tagged:
        about["size"] = key.size
    if not removed or name == _MARKER:
        about["eTag"] = key.etag.replace('"', "")
    if key.version_id != "null":
        about["versionId"] = key.version_id
    if not tagged:
        about["sequencer"] = sequencer(world)
    return {
        "eventVersion": "2.3" if tagged else "2.1",
        "eventSource": "aws:s3",
        "awsRegion": REGION,
        "eventTime": milliseconds(world),
        "eventName": name,
        "userIdentity": {"principalId": _PRINCIPAL},
        "requestParameters": {"sourceIPAddress": _ADDRESS},
        "responseElements": {"x-amz-request-id": _REQUEST_ID, "x-amz-id-2": _HOST_ID},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": configuration_id,
            "bucket": {"name": bucket.name, "ownerIdentity": {"principalId": _OWNER}, "arn": bucket.arn},
            "object": about,
        },
    }


def bus_event(world: World, event_id: str, name: str, bucket: Any, key: Any) -> dict[str, Any] | None:
    """The event on the default bus, or None for a change that we know no event of."""
    kind, _, what = name.partition(":")
    detail_type = _TAGGING.get(what) if kind == "ObjectTagging" else _KINDS.get(kind)
    if detail_type is None:
        return None
    removed = kind == "ObjectRemoved"
    about: dict[str, Any] = {"key": key.name}
    if kind == "ObjectCreated":
        about["size"] = key.size
    if not removed or name == _MARKER:
        about["etag"] = key.etag.replace('"', "")
    if key.version_id != "null":
        about["version-id"] = key.version_id
    if kind in ("ObjectCreated", "ObjectRemoved"):
        about["sequencer"] = sequencer(world)
    detail = {
        "version": "0",
        "bucket": {"name": bucket.name},
        "object": about,
        "request-id": _REQUEST_ID,
        "requester": ACCOUNT,
        "source-ip-address": _ADDRESS,
    }
    if name in _REASONS:
        detail["reason"] = _REASONS[name]
    if removed:
        detail["deletion-type"] = "Delete Marker Created" if name == _MARKER else "Permanently Deleted"
    return {
        "version": "0",
        "id": event_id,
        "detail-type": detail_type,
        "source": "aws.s3",
        "account": ACCOUNT,
        "time": iso(world.clock.datetime),
        "region": REGION,
        "resources": [bucket.arn],
        "detail": detail,
    }


def milliseconds(world: World) -> str:
    return world.clock.datetime.strftime("%Y-%m-%dT%H:%M:%S.") + f"{world.clock.datetime.microsecond // 1000:03}Z"


def sequencer(world: World) -> str:
    """Hexadecimal, later ones greater: the moment in microseconds."""
    return f"{int(world.clock.datetime.timestamp() * 1_000_000):0{_SEQUENCER_DIGITS}X}"
