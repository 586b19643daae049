"""The course at one look: its units, linked, and what is done in each."""

from __future__ import annotations

from dataclasses import dataclass

from motoclock.asking import asked
from sevenways.checks.progress import read_passed, read_predictions, read_quizzes
from sevenways.checks.registry import registry
from sevenways.way.units import UNITS, Unit
from sevenways.widgets.predicted import all_predictions
from sevenways.widgets.questions import all_questions


@dataclass(frozen=True, slots=True)
class Done:
    """How much of something is done."""

    done: int
    total: int

    def __str__(self) -> str:
        mark = "✓ " if self.total and self.done == self.total else ""
        return f"{mark}{self.done} of {self.total}"


@dataclass(frozen=True, slots=True)
class Row:
    """One unit, and how far the learner is in it."""

    unit: Unit
    lab: Done
    quiz: Done
    predictions: Done


@dataclass(frozen=True, slots=True)
class CourseMap:
    """The units with what is done. Shows as a table whose links work in JupyterLab, on GitHub and in the book, beside the lessons."""

    rows: tuple[Row, ...]

    def __repr__(self) -> str:
        width = max(len(row.unit.name) for row in self.rows)
        return "\n".join(
            f"{row.unit.number}  {row.unit.name.ljust(width)}  predictions: {row.predictions}, quiz: {row.quiz}, lab: {row.lab}"
            for row in self.rows
        )

    def _repr_markdown_(self) -> str:
        lines = [
            "| unit | what it is about | predictions made | quiz: answered right | lab: tasks solved |",
            "|---|---|---|---|---|",
        ]
        for row in self.rows:
            unit = row.unit
            lab = f"[lab {unit.number}](../labs/lab{unit.stem}.ipynb): {row.lab}"
            name = f"[{unit.number} · {unit.name}]({unit.stem}.ipynb)"
            lines.append(f"| {name} | {unit.about} | {row.predictions} | {row.quiz} | {lab} |")
        return "\n".join(lines)


@asked
def course_map() -> CourseMap:
    """All units of the course, and what you have done in each: run the cell again to see how far you are."""
    passed, answered = read_passed(), read_quizzes()
    made = frozenset(read_predictions())
    tasks = [check.name for check in registry.all()]
    questions = [question for question in all_questions() if question.final]
    return CourseMap(
        tuple(
            Row(
                unit,
                _done({name for name in tasks if name.startswith(f"{unit.lab}.")}, passed),
                _done({question.id for question in questions if question.unit == unit.number}, answered),
                _done({each.id for each in all_predictions() if each.unit == unit.number}, made),
            )
            for unit in UNITS
        )
    )


def _done(names: set[str], done: frozenset[str]) -> Done:
    return Done(len(names & done), len(names))
