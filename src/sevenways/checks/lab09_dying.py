"""A process that dies after some of its calls: the clients that task 1 of lab 09 hands out."""

from collections.abc import Callable
from typing import Any

from sevenways.checks.trial import client


class Killed(BaseException):
    """The process is gone. No `except Exception` of the learner's notices."""


class Dying:
    """Clients that work for `after` calls; the process dies with the last of them, and does nothing more."""

    def __init__(self, after: int | None):
        self._left = after
        self.calls = 0

    def __call__(self, service: str, *args: Any, **kwargs: Any) -> Any:
        return _DyingClient(self, client(service))

    def called(self, call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if self._left == 0:
            raise Killed
        answer = call(*args, **kwargs)
        self.calls += 1
        if self._left is not None:
            self._left -= 1
            if self._left == 0:
                raise Killed
        return answer


class _DyingClient:
    def __init__(self, aws: Dying, plain: Any):
        self._aws, self._plain = aws, plain

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._plain, name)
        if not callable(found) or name.startswith("_"):
            return found
        return lambda *args, **kwargs: self._aws.called(found, *args, **kwargs)
