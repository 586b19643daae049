"""What becomes due when: a heap with lazy deletion, so that any number of messages needs one timer."""

from collections.abc import Iterator
from heapq import heapify, heappop, heappush

TICK_S = 1e-9  # sums of floats that should be equal differ by less


class Deadlines:
    """At most one deadline a key. Setting and discarding are O(log n) amortised."""

    __slots__ = ("_at", "_heap")

    def __init__(self) -> None:
        self._at: dict[int, float] = {}
        self._heap: list[tuple[float, int]] = []

    def __len__(self) -> int:
        return len(self._at)

    def set(self, key: int, at: float) -> None:
        self._at[key] = at
        heappush(self._heap, (at, key))

    def discard(self, key: int) -> None:
        if self._at.pop(key, None) is not None and len(self._heap) > 64 + 2 * len(self._at):
            self._heap = [entry for entry in self._heap if self._at.get(entry[1]) == entry[0]]
            heapify(self._heap)

    @property
    def first(self) -> float | None:
        """The earliest deadline, or None."""
        heap, at = self._heap, self._at
        while heap and at.get(heap[0][1]) != heap[0][0]:
            heappop(heap)
        return heap[0][0] if heap else None

    def pop_due(self, now: float) -> Iterator[int]:
        """Take out the keys that are due, earliest first. A deadline at exactly `now` is due."""
        while (first := self.first) is not None and first <= now + TICK_S:
            key = heappop(self._heap)[1]
            del self._at[key]
            yield key

    def clear(self) -> None:
        self._at.clear()
        self._heap.clear()
