"""Shortening a long life: what repeats is said once, with how often and until when."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

_LONGEST_CYCLE = 14
_FEWEST = 4  # repetitions worth summarising


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows `first` to `last` (exclusive) of a life; `cycles` > 1: the first cycle of `length` rows stands for all of them."""

    first: int
    last: int
    length: int
    cycles: int


def stretches(shapes: Sequence[Hashable]) -> list[Stretch]:
    """Cut a sequence of shapes into repeated cycles and single rows, greedily, the cycle that saves most rows first."""
    numbers: dict[Hashable, int] = {}
    keys = [numbers.setdefault(shape, len(numbers)) for shape in shapes]
    found, place = [], 0
    while place < len(keys):
        best = (0, 1, 1)  # rows saved, length, cycles
        for length in range(1, min(_LONGEST_CYCLE, (len(keys) - place) // 2) + 1):
            cycle, cycles = keys[place : place + length], 1
            while keys[place + cycles * length : place + (cycles + 1) * length] == cycle:
                cycles += 1
            if cycles >= _FEWEST:
                best = max(best, ((cycles - 1) * length, -length, cycles))
        saved, length, cycles = best[0], abs(best[1]), best[2]
        if not saved:
            length, cycles = 1, 1
        found.append(Stretch(place, place + length * cycles, length, cycles))
        place += length * cycles
    return found
