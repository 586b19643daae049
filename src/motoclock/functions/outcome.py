"""What an invocation came to."""

from dataclasses import dataclass, field
from enum import StrEnum

LOG_TAIL_BYTES = 4096


class Status(StrEnum):
    SUCCEEDED = "succeeded"
    FAILED = "failed"  # it raised, could not be loaded, or its result could not be sent
    TIMED_OUT = "timed out"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One invocation after its end. Times are virtual seconds since opening; `payload` is JSON, the result or Lambda's own error.

    `error_type` and `error` are None on success. `log_tail` holds the last 4 KB that the invocation logged.
    """

    status: Status
    payload: bytes
    request_id: str
    started: float
    ended: float
    executed_version: str
    error_type: str | None = None
    error: str | None = None
    log_lines: tuple = field(default=(), repr=False)

    @property
    def ok(self) -> bool:
        return self.status is Status.SUCCEEDED

    @property
    def function_error(self) -> str | None:
        """The header X-Amz-Function-Error: "Unhandled", or None on success."""
        return None if self.ok else "Unhandled"

    @property
    def log_tail(self) -> str:
        lines, first, last = self.log_lines
        text = "".join(f"{line.message}\n" for line in lines[first:last])
        return text.encode()[-LOG_TAIL_BYTES:].decode(errors="ignore")


class Throttled(Exception):
    """No concurrency was free: nothing ran. `reason` is the trace's, `code` the Reason field of AWS's TooManyRequestsException."""

    def __init__(self, reason: str, code: str, is_for_ever: bool = False):
        super().__init__(f"Rate Exceeded: {reason}.")
        self.reason, self.code = reason, code
        self.is_for_ever = is_for_ever  # reserved concurrency is 0: waiting will not help


class RecursionStopped(Exception):
    """The function has run too often in one chain of requests: this run was dropped. `passes` says how often it had run."""

    def __init__(self, passes: int):
        super().__init__(f"Lambda stopped a loop: the function had run {passes} times in one chain of requests")
        self.passes = passes


class FunctionNotFound(LookupError):
    """There is no such function, version or alias. `arn` is what AWS's message names."""

    def __init__(self, arn: str):
        super().__init__(f"Function not found: {arn}")
        self.arn = arn
