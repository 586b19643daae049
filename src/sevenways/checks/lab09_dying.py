"""A process that dies after some of its calls: the clients that task 1 of lab 09 hands out."""

from collections.abc import Callable
from typing import Any

from motoclock.trace import Arrival, Trace
from sevenways.checks.trial import client


class Killed(BaseException):
    """The process is gone. No `except Exception` of the learner's notices."""


class Dying:
    """Clients that work for `after` calls; the process dies with the last of them, and does nothing more.

    A single call may write to several places at once: a transaction is one write.
    """

    def __init__(self, trace: Trace, after: int | None):
        self._trace, self._left = trace, after
        self._since = len(trace)
        self._own: set[int] = set()  # what these clients wrote, by its place in the trace
        self.died = False  # whatever was made of that exception on its way out

    def __call__(self, service: str, *args: Any, **kwargs: Any) -> Any:
        return _DyingClient(self, client(service))

    def called(self, call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if self._left == 0:
            raise Killed
        before = len(self._trace)
        try:
            answer = call(*args, **kwargs)
        finally:
            self._own.update(range(before, len(self._trace)))
        if self._left is not None:
            self._left -= 1
            if self._left == 0:
                self.died = True
                raise Killed
        return answer

    def others(self) -> list[str]:
        """The ARNs of what was written to since then with other clients than these, by nobody's order but the process's own."""
        return sorted(
            {
                event.resource
                for place, event in enumerate(self._trace[self._since :], self._since)
                if place not in self._own and isinstance(event.what, Arrival) and event.what.sender is None
            }
        )


class _DyingClient:
    def __init__(self, aws: Dying, plain: Any):
        self._aws, self._plain = aws, plain

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._plain, name)
        if not callable(found) or name.startswith("_"):
            return found
        return lambda *args, **kwargs: self._aws.called(found, *args, **kwargs)
