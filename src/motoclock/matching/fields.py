"""An event, flattened: one Field for each leaf value, named by its path, with the list elements it came from.

Paths are joined with dots because EventBridge joins them so: {"state": {"status": 1}} and {"state.status": 1} are one
field to it (EBG/eb-create-pattern, "Considerations"; event-ruler Path.java). An object is never a leaf, and neither is
an empty list, which is why `exists` calls both of them absent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

Positions = tuple[tuple[int, int], ...]
"""Which element of which list: pairs of a list's number in this event and an index. Scalars of a list carry none,
as in event-ruler: they never have to agree with another field."""


@dataclass(frozen=True, slots=True)
class Field:
    """One leaf value of an event."""

    value: Any
    positions: Positions = ()


def flatten(event: Mapping[str, Any]) -> dict[str, list[Field]]:
    """All leaf values of the event by dotted path."""
    fields: dict[str, list[Field]] = {}
    list_numbers = count()

    def walk(node: Any, path: str, positions: Positions) -> None:
        if isinstance(node, Mapping):
            for name, child in node.items():
                walk(child, f"{path}.{name}" if path else str(name), positions)
        elif isinstance(node, list | tuple):
            number = next(list_numbers)
            for index, child in enumerate(node):
                nested = isinstance(child, Mapping | list | tuple)
                walk(child, path, (*positions, (number, index)) if nested else positions)
        else:
            fields.setdefault(path, []).append(Field(node, positions))

    for name, child in event.items():
        walk(child, str(name), ())
    return fields


def together(so_far: Positions, new: Positions) -> Positions | None:
    """Both positions as one, or None when they name two different elements of one list."""
    merged = dict(so_far)
    for number, index in new:
        if merged.setdefault(number, index) != index:
            return None
    return tuple(merged.items())
