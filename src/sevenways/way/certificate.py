"""The page at the end: what was passed here, counted from the learner's own file, and nothing that was not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from motoclock.asking import asked
from sevenways.checks.progress import read_predictions
from sevenways.way.course_map import CourseMap, Done, course_map
from sevenways.widgets.predicted import all_predictions

HONEST = (
    "Counted on this machine, from the file in which the course keeps what was done in it. Nobody watched, "
    "and nothing was sent anywhere: it says what the checks saw, not who sat at the keys."
)


@dataclass(frozen=True, slots=True)
class Certificate:
    """The units with what was passed in each. Shows as a page that can be printed; its repr is the text twin."""

    name: str
    units: CourseMap
    predictions: Done

    @property
    def tasks(self) -> Done:
        return _sum(row.lab for row in self.units.rows)

    @property
    def questions(self) -> Done:
        return _sum(row.quiz for row in self.units.rows)

    @property
    def sentence(self) -> str:
        """What it comes to, in one sentence."""
        if not (self.tasks.done or self.questions.done or self.predictions.done):
            return "Nothing has been passed here yet: solve a task, answer a question, make a prediction, and run this cell again."
        return (
            f"{self.tasks.done} of {self.tasks.total} lab tasks solved, {self.questions.done} of {self.questions.total} quiz "
            f"questions answered right, {self.predictions.done} of {self.predictions.total} predictions made before the run."
        )

    def __repr__(self) -> str:
        lines = ["Seven Ways: asynchronous messaging on AWS", self.name or "(your name)", self.sentence]
        lines += [f"  {unit}: lab {lab}, quiz {quiz}" for unit, lab, quiz in self._rows()]
        return "\n".join([*lines, HONEST])

    def _repr_html_(self) -> str:
        name = escape(self.name) if self.name else "_" * 32
        rows = "".join(
            f'<tr><th scope="row" style="text-align:left;font-weight:400">{escape(unit)}</th><td>{lab}</td><td>{quiz}</td></tr>'
            for unit, lab, quiz in self._rows()
        )
        head = '<tr><th scope="col" style="text-align:left">unit</th><th scope="col">lab</th><th scope="col">quiz</th></tr>'
        return (
            '<div style="border:3px double currentColor;padding:1.5em 2em;max-width:46em">'
            '<p style="font-size:1.4em;margin:0">Seven Ways</p><p style="margin:0">Asynchronous messaging on AWS</p>'
            f'<p style="font-size:1.2em;margin:1em 0">{name}</p><p>{escape(self.sentence)}</p>'
            f'<table>{head}{rows}</table><p style="font-size:.85em">{escape(HONEST)}</p></div>'
        )

    def _rows(self) -> Iterator[tuple[str, Done, Done]]:
        for row in self.units.rows:
            yield f"{row.unit.number} · {row.unit.name}", row.lab, row.quiz


@asked
def certificate(name: str = "") -> Certificate:
    """What was passed, unit by unit. `name` is printed as it is; without one there is a line to write on."""
    known = {prediction.id for prediction in all_predictions()}
    return Certificate(name, course_map(), Done(len(known & read_predictions().keys()), len(known)))


def _sum(parts: Iterator[Done]) -> Done:
    each = list(parts)
    return Done(sum(part.done for part in each), sum(part.total for part in each))
