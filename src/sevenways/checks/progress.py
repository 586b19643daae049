"""What a learner did here: a plain file of solved tasks and of predictions made, and a table of labs and tasks.

The file `progress.json` lies beside the course's `labs` and `notebooks` folders, or else in the working directory. Nothing is read or
written while the environment variable SEVENWAYS_PROGRESS is `off`: builds and tests set it.
"""

import json
import os
from collections.abc import Collection
from dataclasses import dataclass
from html import escape
from pathlib import Path

FILE = "progress.json"


@dataclass(frozen=True, slots=True)
class Progress:
    """The tasks of each lab with a mark for those that were solved. Shows as a table."""

    tasks: tuple[str, ...]  # names of checks, "lab01.drain"
    passed: frozenset[str]

    def labs(self) -> dict[str, list[str]]:
        """Lab to the names of its tasks."""
        by_lab: dict[str, list[str]] = {}
        for name in self.tasks:
            by_lab.setdefault(name.partition(".")[0], []).append(name)
        return by_lab

    def _mark(self, name: str) -> str:
        return f"{'✓' if name in self.passed else '–'} {name.partition('.')[2]}"

    def _count(self, names: list[str]) -> str:
        return f"{sum(name in self.passed for name in names)} of {len(names)}"

    def __repr__(self) -> str:
        if not self.tasks:
            return "No labs yet."
        return "\n".join(
            f"{lab}  {self._count(names)}  {'  '.join(map(self._mark, names))}" for lab, names in self.labs().items()
        )

    def _repr_html_(self) -> str:
        if not self.tasks:
            return "<p>No labs yet.</p>"
        rows = [
            f'<tr><th scope="row" style="text-align:left">{escape(lab)}</th><td>{self._count(names)}</td>'
            f'<td style="text-align:left">{escape(", ".join(map(self._mark, names)))}</td></tr>'
            for lab, names in self.labs().items()
        ]
        head = '<tr><th scope="col">lab</th><th scope="col">solved</th><th scope="col" style="text-align:left">tasks</th></tr>'
        return f"<table><caption>Labs: ✓ solved, – open</caption>{head}{''.join(rows)}</table>"


def standing(lab: list[str], passed: Collection[str]) -> str:
    """How far a lab is, and what comes next: "2 of 5 done. Next: lab01.park_the_poison". `lab` names its tasks in order."""
    done = sum(name in passed for name in lab)
    left = next((name for name in lab if name not in passed), None)
    return f"{done} of {len(lab)} done. {f'Next: {left}' if left else 'That is the whole lab'}"


def is_kept() -> bool:
    return os.environ.get("SEVENWAYS_PROGRESS") != "off"


def progress_file() -> Path:
    """Where progress is kept, seen from the working directory: the same file from every notebook of one checkout."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "labs").is_dir() and (folder / "notebooks").is_dir():
            return folder / FILE
    return here / FILE


def read_passed() -> frozenset[str]:
    """The names that were solved. A missing or damaged file counts as none."""
    passed = _read().get("passed")
    return frozenset(map(str, passed)) if isinstance(passed, list) else frozenset()


def write_passed(name: str) -> None:
    """Add a name. A folder that can't be written to is no reason to disturb a learner."""
    _write("passed", sorted(read_passed() | {name}))


def read_predictions() -> dict[str, str]:
    """Prediction ("01.asks-again") to the text of the choice that was taken: letters may move in a later edition."""
    made = _read().get("predictions")
    return {str(id): str(text) for id, text in made.items()} if isinstance(made, dict) else {}


def write_prediction(id: str, text: str | None) -> None:
    """Keep the choice that was taken; None forgets it."""
    made = {other: kept for other, kept in read_predictions().items() if other != id}
    _write("predictions", dict(sorted((made if text is None else made | {id: text}).items())))


def _read() -> dict[str, object]:
    if not is_kept():
        return {}
    try:
        kept = json.loads(progress_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def _write(kind: str, kept: object) -> None:
    """Change one kind of progress and leave the others as they are."""
    if not is_kept():
        return
    try:
        progress_file().write_text(json.dumps(_read() | {kind: kept}, indent=1) + "\n", encoding="utf-8")
    except OSError:
        return


def read_quizzes() -> frozenset[str]:
    """The quiz questions that were answered right at some time, "01.batch-fails-whole"."""
    right = _read().get("quizzes")
    return frozenset(map(str, right)) if isinstance(right, list) else frozenset()


def write_quiz(id: str) -> None:
    """Keep that a question was answered right."""
    _write("quizzes", sorted(read_quizzes() | {id}))
