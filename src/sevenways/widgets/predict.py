"""Predict: a question before its answer. One click or one key commits, and nothing says yet whether it is right."""

from __future__ import annotations

from typing import Any

import ipywidgets

from motoclock.asking import asked
from sevenways.checks.progress import read_predictions, write_prediction
from sevenways.widgets import page
from sevenways.widgets.alive import Alive
from sevenways.widgets.options import Options
from sevenways.widgets.predicted import Prediction, find
from sevenways.widgets.questions import Choice

_KEPT = "#0072b2"


@asked
def predict(id: str) -> Predict:
    """Ask one prediction ("01.asks-again"). It may be skipped; one that was made before is shown as it was made."""
    return Predict(find(id))


class Predict(Alive):
    """One question. `options` holds the choices, `said` the HTML below them, `again` takes a choice back.

    The static twin is question and choices, whatever was chosen: it is the same on every page.
    """

    def __init__(self, prediction: Prediction):
        self.prediction = prediction
        self.options = Options(
            [(f"{letter})  {choice.text.replace('`', '')}", choice) for letter, choice in prediction.lettered()]
        )
        self.said = ipywidgets.HTML()
        self.again = ipywidgets.Button(
            description="Take it back", layout={"width": "max-content", "align_self": "flex-start"}
        )
        self.again.on_click(lambda _: self._take_back())
        question = ipywidgets.HTML(page.question(prediction.text, lead="Predict."))
        super().__init__([question, self.options, self.said, self.again])
        kept = prediction.taken(read_predictions().get(prediction.id))
        self._show(kept)
        self.options.value = kept
        self.options.observe(lambda change: self._commit(change["new"]), names="value")

    def __repr__(self) -> str:
        lines = [f"Predict. {self.prediction.text}"]
        lines += [f"  {letter}) {choice.text}" for letter, choice in self.prediction.lettered()]
        return "\n".join(lines).replace("`", "")

    def _repr_html_(self) -> str:
        choices = "".join(
            f"<li>{letter}) {page.marked_up(choice.text)}</li>" for letter, choice in self.prediction.lettered()
        )
        question = page.marked_up(self.prediction.text)
        return f'<p><strong>Predict.</strong> {question}</p><ul style="list-style:none">{choices}</ul>'

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        bundle = super()._repr_mimebundle_(**kwargs) or {}
        return {**bundle, "text/plain": repr(self), "text/html": self._repr_html_()}

    def _commit(self, choice: Choice | None) -> None:
        write_prediction(self.prediction.id, choice.text if choice else None)
        self._show(choice)

    def _take_back(self) -> None:
        self.options.value = None

    def _show(self, choice: Choice | None) -> None:
        self.options.freeze(choice is not None)
        self.again.layout.display = "none" if choice is None else ""
        if choice is None:
            self.said.value = page.prose("Take one, or read on without.")
        else:
            self.said.value = self._after(choice)

    def _after(self, choice: Choice) -> str:
        said = f"You say {self.prediction.letter(choice)}."
        if self.prediction.shows:
            return page.feedback("●", said, "Now run the next cell and see.", _KEPT)
        right = self.prediction.right
        if choice is right:
            return page.feedback("✓", f"{said} So it is.", self.prediction.answer, page.RIGHT)
        verdict = f"{said} It is {self.prediction.letter(right)}: {right.text.replace('`', '')}."
        return page.feedback("✗", verdict, f"{choice.because} {self.prediction.answer}", page.WRONG)
