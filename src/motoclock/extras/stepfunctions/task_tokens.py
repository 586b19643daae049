"""Task tokens of all executions by token, so that an answer finds its task at once however many wait.

A token stays known after its task is over, for as long as the execution is kept: who answers late is told that the task timed out, not
that the token is wrong.
"""

from typing import Any


class TaskTokens:
    """Which execution a token belongs to."""

    def __init__(self) -> None:
        self._executions: dict[str, Any] = {}

    def __len__(self) -> int:
        return len(self._executions)

    def find(self, token: str) -> Any:
        """The execution, or None for a token that nobody made."""
        return self._executions.get(token)

    def pool(self, execution: Any) -> "TokenPool":
        """What moto keeps the tasks of one run of an execution in."""
        return TokenPool(self._executions, execution)


class TokenPool(dict[str, Any]):
    """Tasks by token, which also tells the index."""

    def __init__(self, index: dict[str, Any], execution: Any):
        super().__init__()
        self._index, self._execution = index, execution

    def __setitem__(self, token: str, endpoint: Any) -> None:
        super().__setitem__(token, endpoint)
        self._index[token] = self._execution

    def forget(self) -> None:
        """The execution is kept no longer."""
        for token in self:
            self._index.pop(token, None)
