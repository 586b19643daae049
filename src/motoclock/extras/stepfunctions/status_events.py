"""Status changes of executions, which Step Functions publishes on the default event bus.

The fields are those recorded on AWS in February 2024; express executions publish none. Source: Step Functions developer guide,
eventbridge-integration. Modelled: an event that no rule and no archive of the bus takes leaves no trace, as nobody could see it.
"""

import datetime
import json
from typing import TYPE_CHECKING, Any

from moto.events.models import events_backends

from motoclock import announcements
from motoclock.facts import stepfunctions as facts
from motoclock.world import ACCOUNT, REGION, World

if TYPE_CHECKING:
    from motoclock.extras.stepfunctions.executions import Execution

_IO_MAX_BYTES = facts.STATUS_EVENT_IO_MAX_BYTES.value
_DETAIL_TYPE = "Step Functions Execution Status Change"


def register(world: World) -> None:
    """Publish the status changes of a world's standard executions from now on."""

    def publish(execution: "Execution") -> None:
        if execution.type == "STANDARD":
            _publish(world, execution)

    world.subscribe(announcements.STEPFUNCTIONS_STATUS_CHANGED, publish)


def _publish(world: World, execution: "Execution") -> None:
    backend = events_backends[ACCOUNT][REGION]
    bus = backend.event_buses["default"]
    if not bus.rules and not backend.archives_of(bus):
        return
    entry = {
        "Source": "aws.states",
        "DetailType": _DETAIL_TYPE,
        "Resources": [execution.execution_arn],
        "Detail": json.dumps(detail_of(execution)),
    }
    buses = world.services.eventbridge
    event = buses.event(entry)
    if buses.would_take(bus, event):
        buses.put(bus, event, execution.origins, execution.machine.arn)


def detail_of(execution: "Execution") -> dict[str, Any]:
    """What the event says of the execution: times in milliseconds since 1970, and null where DescribeExecution has no field."""
    redrivable, why_not = execution.redrivable
    text = {"input": execution.execution_input, "output": execution.output}
    included = _included(execution.execution_input, execution.output)
    return {
        "executionArn": execution.execution_arn,
        "stateMachineArn": execution.machine.arn,
        "name": execution.name,
        "status": execution.status,
        "startDate": _milliseconds(execution.start_date),
        "stopDate": _milliseconds(execution.stop_date),
        **{name: value if included[name] else None for name, value in text.items()},
        "stateMachineVersionArn": execution.machine.version_arn,
        "stateMachineAliasArn": execution.machine.alias_arn,
        "redriveCount": execution.redrive_count,
        "redriveDate": _milliseconds(execution.redrive_date),
        "redriveStatus": "REDRIVABLE" if redrivable else "NOT_REDRIVABLE",
        "redriveStatusReason": why_not or None,
        "inputDetails": {"included": included["input"]},
        "outputDetails": {"included": included["output"]} if execution.output is not None else None,
        "error": execution.error,
        "cause": execution.cause,
    }


def _included(input_: str, output: str | None) -> dict[str, bool]:
    """The output goes in if it fits, the input if both do. Sizes are of the escaped text."""
    output_bytes = len(json.dumps(output or ""))
    has_output = output_bytes <= _IO_MAX_BYTES
    has_input = len(json.dumps(input_)) + (output_bytes if has_output else 0) <= _IO_MAX_BYTES
    return {"input": has_input, "output": has_output}


def _milliseconds(at: datetime.datetime | None) -> int | None:
    return None if at is None else round(at.timestamp() * 1000)
