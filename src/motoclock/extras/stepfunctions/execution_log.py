"""The log of executions in CloudWatch Logs, as the machine's loggingConfiguration asks: all that is left of an express execution.

Source: Step Functions developer guide, cw-logs. Modelled: one log stream a machine and minute; permissions are not checked.
"""

import json
from typing import Any

from moto.logs.models import logs_backends
from moto.stepfunctions.parser.asl.eval.event.logging import is_logging_enabled_for

from motoclock.world import ACCOUNT, REGION, the_world

_DATA = ("input", "inputDetails", "output", "outputDetails", "parameters")


class ExecutionLog:
    """Writes history events of one execution to a log group."""

    def __init__(self, group: str, stream: str, level: str, has_data: bool, execution_arn: str):
        self._group, self._stream, self._level = group, stream, level
        self._has_data, self._execution_arn = has_data, execution_arn
        self.redrives = 0

    @classmethod
    def for_machine(cls, machine: Any, execution_arn: str) -> "ExecutionLog | None":
        """None when the machine's configuration asks for no log."""
        logging = machine.logging or {}
        destinations = logging.get("destinations") or []
        if logging.get("level", "OFF") == "OFF" or not destinations:
            return None
        group_arn = destinations[0].get("cloudWatchLogsLogGroup", {}).get("logGroupArn", "")
        group = group_arn.partition(":log-group:")[2].removesuffix(":*")
        stream = f"states/{machine.name}/{the_world().clock.datetime:%Y-%m-%d-%H-%M}"
        return cls(group, stream, logging["level"], logging.get("includeExecutionData", False), execution_arn)

    def write(self, event: dict[str, Any]) -> None:
        if not is_logging_enabled_for(self._level, event["type"]):
            return
        backend = logs_backends[ACCOUNT][REGION]
        if self._group not in backend.groups:
            return
        if self._stream not in backend.groups[self._group].streams:
            backend.create_log_stream(self._group, self._stream)
        now_ms = round(the_world().clock.datetime.timestamp() * 1000)
        line = {
            "id": str(event["id"]),
            "type": event["type"],
            "details": self._details(event),
            "previous_event_id": str(event["previousEventId"]),
            "event_timestamp": str(now_ms),
            "execution_arn": self._execution_arn,
            "redrive_count": str(self.redrives),  # recorded in June 2024
        }
        message = json.dumps(line, separators=(",", ":"), default=str)
        backend.put_log_events(self._group, self._stream, [{"timestamp": now_ms, "message": message}])

    def _details(self, event: dict[str, Any]) -> dict[str, Any]:
        found = next((value for name, value in event.items() if name.endswith("EventDetails")), {})
        return dict(found) if self._has_data else {name: value for name, value in found.items() if name not in _DATA}
