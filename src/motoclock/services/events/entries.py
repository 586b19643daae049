"""What PutEvents is given: each entry checked by itself, as AWS checks it, and the envelope that rules and targets see.

Source: API reference PutEvents, PutEventsRequestEntry, PutEventsResultEntry; EventBridge user guide, eb-events-structure. A bus
that does not exist fails nothing: AWS answers with an event id and the event is gone.
"""

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moto.events.exceptions import ValidationException

from motoclock.clock import EPOCH
from motoclock.facts import eventbridge as facts
from motoclock.templates import strict_json

_ENTRIES_MAX = facts.PUT_EVENTS_MAX_ENTRIES.value
BYTES_MAX = facts.PUT_EVENTS_MAX_BYTES.value
_TIME_BYTES = 14  # what AWS counts for an entry's Time, eb-putevents
_AWS_SOURCES = "aws."
_DETAIL_TYPE_MAX = facts.DETAIL_TYPE_MAX_CHARS.value


@dataclass(frozen=True, slots=True)
class BusEvent:
    """One event on a bus. `content` is the envelope; `hops` how many buses it has come through before this one."""

    content: Mapping[str, Any]
    size_bytes: int
    ingested_at: float
    hops: int = 0
    replay_of: str | None = None  # the ARN of the archive that it comes from
    only_rules: frozenset[str] | None = None  # ARNs, where a replay names the rules

    @property
    def id(self) -> str:
        return self.content["id"]

    @property
    def text(self) -> str:
        return json.dumps(self.content, separators=(",", ":"))


def check_request(entries: list[Mapping[str, Any]]) -> None:
    """ValidationException for a call that fails as a whole."""
    if not entries:
        raise _constraint("greater than or equal to 1")
    if len(entries) > _ENTRIES_MAX:
        raise _constraint(f"less than or equal to {_ENTRIES_MAX}")
    if sum(size_of(entry) for entry in entries) > BYTES_MAX:
        raise ValidationException("Total size of the entries in the request is over the limit.")


def failure_of(entry: Mapping[str, Any], from_service: bool = False) -> dict[str, str] | None:
    """ErrorCode and ErrorMessage of an entry that AWS does not take; None for a good one."""
    for name in ("Source", "DetailType", "Detail"):
        if not entry.get(name):
            return _failed("InvalidArgument", f"Parameter {name} is not valid. Reason: {name} is a required argument.")
    if len(entry["DetailType"]) > _DETAIL_TYPE_MAX:
        return _failed("InvalidArgument", "Parameter DetailType is not valid. Reason: DetailType is too long.")
    if entry["Source"].startswith(_AWS_SOURCES) and not from_service:
        return _failed("NotAuthorizedForSourceException", "Not authorized for the source.")
    try:
        detail = strict_json.read(entry["Detail"])
    except ValueError:
        detail = None
    if not isinstance(detail, dict):
        return _failed("MalformedDetail", "Detail is malformed.")
    return None


def is_too_large(entry: Mapping[str, Any]) -> bool:
    """Whether an entry is more than one request can carry."""
    return size_of(entry) > BYTES_MAX


def size_of(entry: Mapping[str, Any]) -> int:
    """Bytes, as eb-putevents counts them."""
    texts = [entry.get("Source") or "", entry.get("DetailType") or "", entry.get("Detail") or ""]
    return (_TIME_BYTES if entry.get("Time") is not None else 0) + sum(
        len(text.encode()) for text in (*texts, *(entry.get("Resources") or ()))
    )


def envelope(
    entry: Mapping[str, Any], event_id: str, account: str, region: str, now: datetime.datetime
) -> dict[str, Any]:
    """The event of a good entry. The time is the entry's own, or now; AWS writes whole seconds."""
    at = entry.get("Time")
    moment = now if at is None else datetime.datetime.fromtimestamp(float(at), datetime.UTC)
    return {
        "version": facts.ENVELOPE_VERSION.value,
        "id": event_id,
        "detail-type": entry["DetailType"],
        "source": entry["Source"],
        "account": account,
        "time": iso(moment),
        "region": region,
        "resources": list(entry.get("Resources") or ()),
        "detail": json.loads(entry["Detail"]),
    }


def iso(moment: datetime.datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def virtual_second(value: Any) -> float:
    """A time as the API gives it (epoch seconds) in seconds since opening."""
    return float(value) - EPOCH.timestamp()


def _failed(code: str, message: str) -> dict[str, str]:
    return {"ErrorCode": code, "ErrorMessage": message}


def _constraint(words: str) -> ValidationException:
    return ValidationException(
        "1 validation error detected: Value '[PutEventsRequestEntry]' at 'entries' failed to satisfy constraint: "
        f"Member must have length {words}"
    )
