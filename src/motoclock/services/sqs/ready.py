"""The ready messages of a standard queue, in order or in a seeded shuffle. Fair queues are in `fair`, FIFO queues in `fifo`.

Each store hands out positions, the queue's keys. Deletion is lazy: a position that is no longer in `live` is passed over.
"""

import random
from collections.abc import Mapping
from heapq import heappop, heappush
from typing import Protocol

from motoclock.services.sqs.messages import Message

SHUFFLE_SPAN = 32  # modelled: with reorder on, a message is overtaken by at most so many later ones


class Ready(Protocol):
    """What the queue needs of a store of ready messages."""

    def add(self, message: Message) -> None:
        """It can be received now."""

    def pop(self) -> Message | None:
        """The message to hand out next, or None. It leaves the store."""

    def end_take(self) -> None:
        """The receive that popped is complete."""

    def hidden(self, message: Message) -> None:
        """It was popped and is now in flight."""

    def released(self, message: Message) -> bool:
        """It is no longer in flight. True when that made other messages receivable."""


class InOrder:
    """By position, so that a returned message comes back to its old place; or by a seeded jitter of it."""

    def __init__(self, live: Mapping[int, Message], shuffle: random.Random | None = None):
        self._live = live
        self._shuffle = shuffle
        self._heap: list[tuple[float, int]] = []

    def add(self, message: Message) -> None:
        position = message.position
        key = position if self._shuffle is None else position + self._shuffle.uniform(0, SHUFFLE_SPAN)
        heappush(self._heap, (key, position))

    def pop(self) -> Message | None:
        heap, live = self._heap, self._live
        while heap:
            message = live.get(heappop(heap)[1])
            if message is not None:
                return message
        return None

    def peek(self) -> tuple[float, int] | None:
        heap, live = self._heap, self._live
        while heap and heap[0][1] not in live:
            heappop(heap)
        return heap[0] if heap else None

    def end_take(self) -> None:
        pass

    def hidden(self, message: Message) -> None:
        pass

    def released(self, message: Message) -> bool:
        return False
