"""What a poller hands its batches to, and tells of them: a function behind a mapping, or a pipe."""

from collections.abc import Callable
from typing import Protocol

from motoclock.functions import Call, Outcome

Report = Callable[[str], None]
"""Takes what AWS shows as LastProcessingResult."""


class Invoker(Protocol):
    """Runs batches: the Lambda service, or a pipe. `function` is what the poller's settings name as its consumer."""

    def invoke(self, call: Call) -> Outcome:
        """Run one batch and wait for its end. Throttled, FunctionNotFound."""
        ...

    def timeout_of(self, function: str) -> float | None:
        """How long one run may take, in seconds; None when nothing says."""
        ...

    def loops_among(self, function: str, message_ids: tuple[str, ...]) -> tuple[str, ...]:
        """Those of a batch's messages that have come round so often that they must not run again."""
        ...
