"""Seam: log streams in moto's CloudWatch Logs that are written when somebody looks.

A benchmark logs a hundred thousand lines that nobody reads; moto would make an object and two clock reads of each.
"""

from collections.abc import Iterator
from typing import Any

from moto.logs.models import LogEvent, LogGroup, LogStream, logs_backends

from motoclock.clock import EPOCH
from motoclock.world import ACCOUNT, REGION

_EPOCH_MS = int(EPOCH.timestamp() * 1000)


def install() -> None:
    """Nothing to put in place: streams are opened one by one."""


def open_stream(group_name: str, log: Any, seen: int = 0) -> None:
    """Show a function's `EnvironmentLog` as a stream of its log group, from line `seen` on; the group is made when it is not there."""
    backend = logs_backends[ACCOUNT][REGION]
    backend.ensure_log_group(group_name)
    group = backend.groups[group_name]
    group.streams[log.stream] = LambdaLogStream(group, log, seen)


def keep_open(group_name: str, log: Any) -> None:
    """An environment whose log group was deleted goes on in a new one: recorded on AWS in November 2025."""
    group = logs_backends[ACCOUNT][REGION].groups.get(group_name)
    if group is None or log.stream not in group.streams:
        open_stream(group_name, log, seen=len(log.lines))


class WrittenWhenRead(LogStream):
    """moto's LogStream whose `events` are made on demand of what `unread` gives."""

    def __init__(self, group: LogGroup, name: str):
        self._made: list[LogEvent] = []
        super().__init__(group, name)

    def unread(self) -> Iterator[tuple[float, str]]:
        """What was logged since the last call, in order: virtual second and text."""
        raise NotImplementedError

    @property
    def events(self) -> list[LogEvent]:
        for at, message in self.unread():
            at_ms = milliseconds(at)
            event = LogEvent.__new__(LogEvent)
            event.timestamp = event.ingestion_time = at_ms
            event.message = message
            event.event_id = f"{at_ms:020d}{len(self._made):036d}"
            self._made.append(event)
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


class LambdaLogStream(WrittenWhenRead):
    """The lines of one environment, but for empty ones, which CloudWatch Logs doesn't get: recorded on AWS in November 2025."""

    def __init__(self, group: LogGroup, log: Any, seen: int):
        self._log = log
        self._seen = seen
        super().__init__(group, log.stream)

    def unread(self) -> Iterator[tuple[float, str]]:
        lines = self._log.lines[self._seen :]
        self._seen += len(lines)
        return ((line.at, f"{line.message}\n") for line in lines if line.message)


def milliseconds(at: float) -> int:
    """A virtual second as CloudWatch Logs writes it: milliseconds since 1970."""
    return _EPOCH_MS + round(at * 1000)
