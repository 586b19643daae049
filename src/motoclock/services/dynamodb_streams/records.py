"""Stream records of DynamoDB: what changed, as the view type shows it.

Source: DynamoDB Streams API reference, Record and StreamRecord.
"""

import hashlib
from typing import Any

from moto.dynamodb.models.dynamo_type import Item

from motoclock.clock import EPOCH
from motoclock.facts import dynamodb_streams as facts
from motoclock.services.dynamodb.sizes import item_bytes
from motoclock.services.labels import label_of
from motoclock.world import REGION

_EPOCH_S = int(EPOCH.timestamp())
_EVENT_VERSION = "1.1"
TTL_IDENTITY = {"type": "Service", "principalId": facts.TTL_PRINCIPAL.value}


class ChangeRecord:
    """One change of one item. `key` is the partition key's value as text, `message_id` the eventID."""

    __slots__ = ("at", "by_ttl", "change", "event_name", "key", "label", "message_id", "sequence", "size_bytes")

    def __init__(
        self, stream_arn: str, sequence: int, at: float, event_name: str, change: dict[str, Any], key: str, by_ttl: bool
    ):
        self.sequence, self.at, self.event_name, self.change = sequence, at, event_name, change
        self.key, self.by_ttl = key, by_ttl
        self.size_bytes: int = change["SizeBytes"]
        self.message_id = hashlib.md5(f"{stream_arn}/{sequence}".encode(), usedforsecurity=False).hexdigest()
        values = " ".join(str(next(iter(value.values()))) for value in change["Keys"].values())
        self.label = label_of(f"{event_name} {values}")

    @property
    def timestamp(self) -> int:
        """ApproximateCreationDateTime: whole seconds since 1970."""
        return self.change["ApproximateCreationDateTime"]

    def to_json(self) -> dict[str, Any]:
        """An entry of GetRecords' answer."""
        answer = {
            "eventID": self.message_id,
            "eventName": self.event_name,
            "eventVersion": _EVENT_VERSION,
            "eventSource": "aws:dynamodb",
            "awsRegion": REGION,
            "dynamodb": self.change,
        }
        if self.by_ttl:
            answer["userIdentity"] = {"Type": TTL_IDENTITY["type"], "PrincipalId": TTL_IDENTITY["principalId"]}
        return answer


def change_of(
    names: tuple[str, str | None], view: str, old: Item | None, new: Item | None, sequence: int, at: float
) -> tuple[str, dict[str, Any]]:
    """The event name and the `dynamodb` part of a record. `names`: the key attributes of the table."""
    item = new if new is not None else old
    keys = {names[0]: item.hash_key.to_json()}
    size = item_bytes({names[0]: item.hash_key})
    if names[1] is not None:
        keys[names[1]] = item.range_key.to_json()
        size += item_bytes({names[1]: item.range_key})
    change: dict[str, Any] = {"ApproximateCreationDateTime": _EPOCH_S + int(at), "Keys": keys}
    if new is not None and view in ("NEW_IMAGE", "NEW_AND_OLD_IMAGES"):
        change["NewImage"] = new.to_json()["Attributes"]
        size += item_bytes(new.attrs)
    if old is not None and view in ("OLD_IMAGE", "NEW_AND_OLD_IMAGES"):
        change["OldImage"] = old.to_json()["Attributes"]
        size += item_bytes(old.attrs)
    change |= {"SequenceNumber": str(sequence), "SizeBytes": size, "StreamViewType": view}
    return "INSERT" if old is None else "REMOVE" if new is None else "MODIFY", change
