"""What is in a queue, without a receive: nothing is hidden, no receive count rises. AWS has no such call; it is the simulator's own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import overload

from motoclock.services.sqs.messages import Message, State
from motoclock.wording import count, duration, shortened

_SHOWN = 20
_BODY = 60
_HEADINGS = ("state", "age", "receives", "body")


@dataclass(frozen=True, slots=True)
class PeekedMessage:
    """One message. `state`: "ready", "delayed" or "in flight"; `age_s`: seconds since it was sent; `receives`: its receive count."""

    message_id: str
    body: str
    state: str
    age_s: float
    receives: int
    group_id: str | None

    @staticmethod
    def of(message: Message, now: float) -> "PeekedMessage":
        return PeekedMessage(
            message.id, message.body, message.state.value, now - message.sent_s, message.approximate_receive_count, message.group_id
        )  # fmt: skip


class Peek(Sequence[PeekedMessage]):
    """The messages of a queue, in the queue's order, as they were at one moment; a table in a notebook."""

    def __init__(self, queue: str, messages: Sequence[PeekedMessage]):
        self.queue = queue
        self._messages = tuple(messages)

    @overload
    def __getitem__(self, place: int) -> PeekedMessage: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[PeekedMessage]: ...
    def __getitem__(self, place: int | slice) -> PeekedMessage | Sequence[PeekedMessage]:
        return self._messages[place]

    def __len__(self) -> int:
        return len(self._messages)

    def __repr__(self) -> str:
        rows = [_HEADINGS, *self._rows()] if self._messages else []
        wide = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ["  ".join(text.ljust(width) for text, width in zip(row, wide, strict=True)).rstrip() for row in rows]
        return "\n".join([self._title, *(f"  {line}" for line in lines)])

    def _repr_html_(self) -> str:
        head = "".join(f'<th style="text-align:left">{escape(text)}</th>' for text in _HEADINGS)
        body = "".join(
            "<tr>" + "".join(f'<td style="text-align:left">{escape(text)}</td>' for text in row) + "</tr>"
            for row in self._rows()
        )
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>" if self._messages else ""
        return f"<p>{escape(self._title)}</p>{table}"

    @property
    def _title(self) -> str:
        found = [one.state for one in self._messages]
        parts = [f"{found.count(state.value):,} {state.value}" for state in State if state.value in found]
        more = f"; the first {_SHOWN} are shown" if len(found) > _SHOWN else ""
        return f"{self.queue}: {count(len(found), 'message')}{': ' if parts else ''}{', '.join(parts)}{more}"

    def _rows(self) -> Iterator[tuple[str, ...]]:
        for one in self._messages[:_SHOWN]:
            body = shortened(" ".join(one.body[: 2 * _BODY].split()), _BODY)
            yield one.state, duration(one.age_s), f"{one.receives:,}", body


def peek(queues: dict, queue: str, now: float) -> Peek:
    """The queue with this name, URL or ARN. ValueError, with the names there are, for any other text."""
    if not isinstance(queue, str) or not queue:
        raise ValueError(f"peek takes the name or the URL of a queue, not {queue!r}.")
    name = queue.rstrip("/").rpartition("/")[2].rpartition(":")[2]
    if (found := queues.get(name)) is None:
        there = f"There are: {', '.join(queues)}." if queues else "There is none."
        raise ValueError(f"No queue is called {name!r}. {there}")
    return Peek(name, [PeekedMessage.of(message, now) for message in found.waiting])
