"""Where the course shows what it claims: content/claims.toml against the built lessons.

A lesson says at a code cell which claims its output shows, and which beliefs it breaks: `# %% claims=["S4", "misconception 2"]`.
The build puts them into the cell's metadata, where a learner doesn't read them. A cell without output shows nothing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat


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


def unknown(root: Path) -> list[str]:
    """A sentence for each id on a cell that claims.toml does not have."""
    known = {row.id for row in rows(root)}
    return [
        f"{path.name}: cell {cell} claims {name}, which is not in content/claims.toml."
        for path in sorted((root / "notebooks").glob("*.ipynb"))
        for name, cell in _shown(path)
        if name not in known
    ]


def _shown(path: Path) -> Iterator[tuple[str, str]]:
    """(id, cell) for each claim of a cell that has run and shows something; of several cells the last one counts."""
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code" and cell.outputs:
            for name in cell.metadata.get("claims", ()):
                yield name, cell.id
