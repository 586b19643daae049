"""A diagram of a lesson shows what plays a part in it: no queue that nothing fills and nobody reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

LESSONS = sorted((Path(__file__).parents[3] / "notebooks").glob("*.ipynb"))
_DIAGRAM = re.compile(r"^Diagram at .*\n((?:.+\n?)*)", re.MULTILINE)  # its text twin: a heading, arrows, and what has none
_QUEUE_ALONE = re.compile(r"^(\S+) \((?:queue|FIFO queue|dead-letter queue)[:)](?!.*-->)", re.MULTILINE)


def alone(twin: str) -> list[str]:
    """The queues without an arrow in the text twins of diagrams."""
    return [name for diagram in _DIAGRAM.findall(twin) for name in _QUEUE_ALONE.findall(diagram)]


def twins(path: Path) -> Iterator[str]:
    for cell in nbformat.read(path, as_version=4).cells:
        for output in cell.get("outputs", ()):
            yield output.get("data", {}).get("text/plain", "")


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_no_queue_stands_alone_in_a_diagram(path: Path) -> None:
    assert [name for twin in twins(path) for name in alone(twin)] == []


def test_a_queue_that_stands_alone_is_caught() -> None:
    assert alone(
        "Diagram at 0:00: 3 resources, 1 connection\n"
        "orders (queue: visibility 30 s; 0 waiting) --mapping, 0 so far--> charge (function: timeout 3 s)\n"
        "parked (queue: visibility 30 s; 0 waiting)\n"
    ) == ["parked"]
