"""Who reads which queue: mappings and pipes, by the ids they were made with."""

from typing import Any


class Consumers:
    """Which enabled mappings read which queue: a queue that is read has foreground work."""

    def __init__(self) -> None:
        self._readers: dict[str, set[str]] = {}

    def set(self, queue: Any, uuid: str, reads: bool) -> None:
        readers = self._readers.setdefault(queue.queue_arn, set())
        (readers.add if reads else readers.discard)(uuid)
        queue.set_consumed(bool(readers))

    def count(self, queue: Any) -> int:
        return len(self._readers.get(queue.queue_arn, ()))
