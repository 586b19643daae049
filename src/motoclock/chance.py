"""What a world leaves to chance: whether something comes twice, how late it comes, in which order. Seeded, so it repeats.

Modelled: AWS says that standard queues, topics, buses and asynchronous invokes may deliver twice and out of order, not how often.
`Cloud(duplicates=..., reorder=...)` decide; without them nothing is drawn.
"""

import random


class Chance:
    """The streams of randomness of a world, and the questions that several services ask of them."""

    def __init__(self, seed: int, duplicates: float, reorder: bool):
        self._seed, self._duplicates, self._reorder = seed, duplicates, reorder
        self._streams: dict[str, random.Random] = {}

    def stream(self, name: str) -> random.Random:
        """A stream of randomness of its own: drawing from one never shifts another. Seeded by text, so hash seeds play no part."""
        if name not in self._streams:
            self._streams[name] = random.Random(f"{self._seed}/{name}")
        return self._streams[name]

    def of(self, name: str, *which: object) -> float:
        """A number from 0 to 1 that belongs to one thing, an event's third retry say: what else happened before doesn't shift it."""
        return random.Random("/".join(map(str, (self._seed, name, *which)))).random()

    def forget(self) -> None:
        """The world has ended."""
        self._streams.clear()

    def twice(self, stream: str) -> bool:
        """Whether this one is delivered twice."""
        return self._duplicates > 0 and self.stream(stream).random() < self._duplicates

    def latency_s(self, stream: str, usual_s: float) -> float:
        """How long this one is on its way: up to twice the usual time where the order is left to chance."""
        return usual_s * (1 + self.stream(stream).random()) if self._reorder else usual_s

    def shuffle(self, stream: str) -> random.Random | None:
        """What picks the next of many; None where they go in order."""
        return self.stream(stream) if self._reorder else None
