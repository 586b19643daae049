"""One record of a bus's log: its level, its fields, its length.

Source: EventBridge user guide, eb-event-logs-schema; recorded on AWS: `event_bus_name` and the levels of two steps. Modelled: which
level has the other steps, ids of requests and invocations made from the event's.
"""

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from motoclock.facts import eventbridge as facts
from motoclock.functions.log_streams import milliseconds
from motoclock.services.events import BusEvent

_BYTES_MAX = facts.BUS_LOG_RECORD_MAX_BYTES.value


class Level(StrEnum):
    """How much a bus logs: the errors, the major steps too, every step."""

    OFF = "OFF"
    ERROR = "ERROR"
    INFO = "INFO"
    TRACE = "TRACE"


UP_TO = {
    Level.OFF: (),
    Level.ERROR: (Level.ERROR,),
    Level.INFO: (Level.ERROR, Level.INFO),
    Level.TRACE: (Level.ERROR, Level.INFO, Level.TRACE),
}
_LEVEL_OF = {
    **dict.fromkeys(facts.BUS_LOG_ERRORS.value, Level.ERROR),
    **dict.fromkeys(facts.BUS_LOG_MAJOR_STEPS.value, Level.INFO),
    **dict.fromkeys(facts.BUS_LOG_OTHER_STEPS.value, Level.TRACE),
}
# what IncludeDetail NONE leaves out, the first to go where a record is too long
_DATA = ("event_detail", "target_input", "target_properties")


@dataclass(frozen=True, slots=True)
class Record:
    """One entry of the log."""

    at: float
    level: Level
    content: dict[str, Any]

    def text(self, fields: tuple[str, ...]) -> str:
        """As JSON, with these of its fields."""
        return json.dumps(
            {name: value for name, value in self.content.items() if name in fields}, separators=(",", ":")
        )


def made(
    bus_arn: str,
    step: str,
    at: float,
    event_id: str,
    details: Mapping[str, Any],
    invocation_id: str = "",
    error: Mapping[str, str] | None = None,
) -> Record:
    """The record of one step. `details` may hold the event's data; `without_data` takes them out."""
    level = _LEVEL_OF[step]
    content = {
        "resource_arn": bus_arn,
        "message_timestamp_ms": milliseconds(at),
        "event_bus_name": bus_arn.partition(":event-bus/")[2],
        "request_id": id_of(event_id, "request"),
        "event_id": event_id,
        **({"invocation_id": invocation_id} if invocation_id else {}),
        "message_type": step,
        "log_level": level.value,
        "details": details,
        **({"error": error} if error else {}),
    }
    return Record(at, level, _fitting(content))


def level_of(step: str) -> Level:
    return _LEVEL_OF[step]


def without_data(details: Mapping[str, Any]) -> dict[str, Any]:
    """What IncludeDetail NONE leaves."""
    return {name: value for name, value in details.items() if name not in _DATA}


def about(event: BusEvent) -> dict[str, Any]:
    content = event.content
    return {
        "caller_account_id": content["account"],
        "source_time_ms": round(datetime.datetime.fromisoformat(content["time"]).timestamp() * 1000),
        "source": content["source"],
        "detail_type": content["detail-type"],
        "resources": list(content["resources"]),
        "event_detail": json.dumps(content["detail"], separators=(",", ":")),
    }


def _fitting(content: dict[str, Any]) -> dict[str, Any]:
    """A record of at most a megabyte: the data that don't fit are left out, and named."""
    details, dropped = dict(content["details"]), []
    for name in [one for one in _DATA if one in details]:
        if len(json.dumps(content, separators=(",", ":")).encode()) <= _BYTES_MAX:
            break
        del details[name]
        dropped.append(name)
        content = {**content, "details": details, "dropped_fields": dropped}
    return content


def id_of(*parts: str) -> str:
    """The same for the same parts, so that reading a log draws no number."""
    return str(uuid5(NAMESPACE_OID, "/".join(parts)))
