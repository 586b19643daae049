"""Seam: log streams of functions in moto's CloudWatch Logs that are written when somebody looks.

A benchmark logs a hundred thousand lines that nobody reads; moto would make an object and two clock reads of each.
"""

from typing import Any

from moto.logs.models import LogEvent, LogGroup, LogStream, logs_backends

from motoclock.clock import EPOCH
from motoclock.world import ACCOUNT, REGION

_EPOCH_MS = int(EPOCH.timestamp() * 1000)


def install() -> None:
    """Nothing to put in place: streams are opened one by one."""


def open_stream(group_name: str, log: Any) -> None:
    """Show a function's `EnvironmentLog` as a stream of its log group; the group is made when it is not there."""
    backend = logs_backends[ACCOUNT][REGION]
    backend.ensure_log_group(group_name)
    group = backend.groups[group_name]
    group.streams[log.stream] = LambdaLogStream(group, log)


class LambdaLogStream(LogStream):
    """moto's LogStream whose `events` are made from the function's log lines on demand."""

    def __init__(self, group: LogGroup, log: Any):
        self._log = log
        self._made: list[LogEvent] = []
        self._seen = 0
        super().__init__(group, log.stream)

    @property
    def events(self) -> list[LogEvent]:
        for line in self._log.lines[self._seen :]:
            at_ms = _EPOCH_MS + round(line.at * 1000)
            event = LogEvent.__new__(LogEvent)
            event.timestamp = event.ingestion_time = at_ms
            event.message = f"{line.message}\n"
            event.event_id = f"{at_ms:020d}{len(self._made):036d}"
            self._made.append(event)
        self._seen = len(self._log.lines)
        return self._made

    @events.setter
    def events(self, events: list[LogEvent]) -> None:
        self._made = list(events)

    @property
    def stored_bytes(self) -> int:
        return sum(len(event.message.encode()) for event in self.events)

    @stored_bytes.setter
    def stored_bytes(self, _: int) -> None:
        """Counted from the events."""

    def to_describe_dict(self) -> dict[str, Any]:
        if self.last_ingestion_time is None:
            self.last_ingestion_time = self.creation_time
        return super().to_describe_dict()
