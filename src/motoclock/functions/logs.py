"""What functions log: one stream an environment, kept as plain tuples and turned into CloudWatch events when somebody looks."""

from typing import NamedTuple

from motoclock.clock import Clock


class LogLine(NamedTuple):
    """One log event: virtual second, text, the request it belongs to ("" during init), the log stream."""

    at: float
    message: str
    request_id: str
    stream: str

    def __str__(self) -> str:
        return f"{self.at:10.3f}s  {self.message}"


_PLATFORM = ("START RequestId: ", "END RequestId: ", "REPORT RequestId: ", "INIT_START ")


class LogLines(tuple[LogLine, ...]):
    """Log lines in order of time. `printed` leaves out Lambda's own START, END and REPORT."""

    @property
    def printed(self) -> "LogLines":
        return LogLines(line for line in self if not line.message.startswith(_PLATFORM))

    def __repr__(self) -> str:
        return "\n".join(str(line) for line in self) or "(nothing was logged)"

    __str__ = __repr__


class EnvironmentLog:
    """The log stream of one environment."""

    def __init__(self, clock: Clock, stream: str):
        self._clock = clock
        self.stream = stream
        self.lines: list[LogLine] = []
        self.request_id = ""
        self._partial = ""

    def event(self, message: str) -> None:
        """One event, line breaks and all."""
        self.lines.append(LogLine(self._clock.now, message, self.request_id, self.stream))

    def write(self, text: str) -> None:
        """What a handler prints: each line is an event."""
        *lines, self._partial = (self._partial + text).split("\n")
        for line in lines:
            self.event(line)

    def flush(self) -> None:
        """A line without an end becomes an event at the end of the invocation."""
        if self._partial:
            partial, self._partial = self._partial, ""
            self.event(partial)
