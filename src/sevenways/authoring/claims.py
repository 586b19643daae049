"""Where the course shows what it claims: content/claims.toml against the built lessons.

A lesson marks a claim in prose, `**[S4]**`, and a belief it breaks, `**[misconception 2]**`. What shows it is the executed cell
before the mark, with its output: prose alone shows nothing.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat

_MARK = re.compile(
    r"\[(?P<ids>(?:[A-Z]\d+|misconceptions? \d+)(?:(?:, | and )(?:[A-Z]\d+|(?:misconceptions? )?\d+))*)\]"
)


@dataclass(frozen=True, slots=True)
class Row:
    """One claim or misconception, a lesson that must show it, and the cell that does; `cell` is None where none does."""

    id: str
    says: str
    lesson: str
    built: bool
    cell: str | None


def rows(root: Path) -> list[Row]:
    """Every row of claims.toml, in its order."""
    said = tomllib.loads((root / "content" / "claims.toml").read_text(encoding="utf-8"))
    wanted = [(name, row["says"], row["lessons"]) for name, row in said["claims"].items()]
    wanted += [
        (f"misconception {name}", row["believes"], row["lessons"]) for name, row in said["misconceptions"].items()
    ]
    shown = {path.stem: dict(_shown(path)) for path in sorted((root / "notebooks").glob("*.ipynb"))}
    return [
        Row(name, says, lesson, lesson in shown, shown.get(lesson, {}).get(name))
        for name, says, lessons in wanted
        for lesson in lessons
    ]


def table(root: Path) -> str:
    """The table claim, lesson, cell as text."""
    lines = []
    for row in rows(root):
        where = row.cell or ("MISSING" if row.built else "the lesson is not written yet")
        lines.append(f"{row.id:<17} {row.lesson:<21} {where:<24} {row.says}")
    return "\n".join(lines)


def _shown(path: Path) -> Iterator[tuple[str, str]]:
    """(id, cell) for each mark of a lesson that follows an executed cell."""
    executed: str | None = None
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            executed = cell.id if cell.outputs else executed
        elif executed is not None:
            for mark in _MARK.finditer(cell.source):
                for name in _ids(mark["ids"]):
                    yield name, executed


def _ids(text: str) -> Iterator[str]:
    for part in re.split(r", | and ", text):
        number = part[len(part.rstrip("0123456789")) :]
        yield part if part[0].isupper() else f"misconception {number}"
