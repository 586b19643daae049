"""What is asked of Lambda: one invocation."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from motoclock.trace import Mode


@dataclass(frozen=True, slots=True)
class Call:
    """One invocation, as whoever asks for it knows it.

    `function` is a name or an ARN, `payload` JSON, `source` the ARN behind the call, or `DIRECT`. `request_id` None: Lambda gives it
    one. For the trace: the ids of the messages that the payload carries and their groups, the how-manieth attempt it is, and
    `failed_ids`, which reads the ids that a result reports as failed; `unread` if nobody but the trace reads them.
    """

    function: str
    payload: bytes
    mode: Mode
    source: str
    message_ids: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    attempt: int = 1
    qualifier: str | None = None
    request_id: str | None = None
    client_context: dict[str, Any] | None = None
    failed_ids: Callable[[bytes], tuple[str, ...]] | None = None
    unread: bool = False
