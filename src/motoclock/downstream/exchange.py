"""What passes between a client and a downstream system: a request, an answer, and the record of both."""

import http
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from motoclock.clock import Signal, Task


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request as the system sees it. Header names are lower case; `at` is its virtual second of arrival."""

    method: str
    url: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    at: float

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer: status, headers, body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(eq=False, slots=True, repr=False)
class Exchange:
    """A request and what became of it. `client_left_at`: when the client timed out, if it did not wait to the end."""

    request: Request
    at_once: int
    _finished: Signal
    invocation_id: str | None = None
    caller: str | None = None
    answer: Answer | None = None
    finished_at: float | None = None
    client_left_at: float | None = None
    note: str = ""
    refused: bool = False  # beyond the capacity
    _task: Task | None = field(default=None)

    @property
    def status(self) -> int | None:
        """The HTTP status, None while the system works on it."""
        return self.answer.status if self.answer else None

    @property
    def client_gave_up(self) -> bool:
        """Whether nobody was there any more to read the answer: the client timed out, or its function was stopped."""
        return self.client_left_at is not None or bool(self._task and self._task.abandoned)

    def __repr__(self) -> str:
        words = f"{self.request.at:.3f}s {self.request.method} {self.request.path}: {self.status or 'in progress'}"
        return f"<{words}, client gave up>" if self.client_gave_up else f"<{words}>"


def error_answer(status: int, message: str) -> Answer:
    return answer_of((status, {}, {"error": message}))


def answer_of(said: Any) -> Answer:
    """What a handler returned, as an answer."""
    match said:
        case (status, headers, body) if isinstance(said, tuple):
            inner = answer_of({} if body is None else body)
            return Answer(
                http.HTTPStatus(status).value, {**inner.headers, **headers}, b"" if body is None else inner.body
            )
        case None:
            return answer_of({"ok": True})
        case str():
            return Answer(200, {"Content-Type": "text/plain; charset=utf-8"}, said.encode())
        case bytes():
            return Answer(200, {"Content-Type": "application/octet-stream"}, said)
        case dict() | list():
            return Answer(200, {"Content-Type": "application/json"}, json.dumps(said).encode())
    raise TypeError(
        f"a handler answers with a dict, a list, a str, bytes, None or (status, headers, body), not {said!r}"
    )
