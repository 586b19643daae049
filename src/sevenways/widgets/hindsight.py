"""Hindsight: at a unit's end, what was predicted against what happened, and the belief behind each that went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from motoclock.asking import asked
from sevenways.checks.progress import read_predictions
from sevenways.widgets import page
from sevenways.widgets.predicted import Prediction, of_unit
from sevenways.widgets.questions import Choice, beliefs

_SHORT = "text-align:left;white-space:nowrap"
_NOTHING_LOST = "A prediction that went wrong costs nothing: it is where you learn."
_HEAD = ("", "you were asked", "you said", "what happened", "")


@asked
def predictions(unit: str) -> Hindsight:
    """The predictions of a unit ("01") that were made here. ValueError for a unit that has none."""
    return Hindsight(unit, of_unit(unit), read_predictions())


class Hindsight:
    """A table; `made` is prediction id to the words of the choice that was taken. One that was not made stays unanswered."""

    def __init__(self, unit: str, asked: tuple[Prediction, ...], made: dict[str, str]):
        self.unit, self.asked = unit, asked
        self.made: dict[str, Choice] = {
            prediction.id: choice for prediction in asked if (choice := prediction.taken(made.get(prediction.id)))
        }

    @property
    def headline(self) -> str:
        """How many were made, and how many came true."""
        count = len(self.asked)
        if not self.made:
            return (
                f"Unit {self.unit} asks for {count} predictions in all its sections. "
                "Those that you make stand here, beside what happened, and which of them came true."
            )
        right = sum(choice.right for choice in self.made.values())
        return f"You made {len(self.made)} of {count} predictions, and {right} of them came true."

    def misled(self) -> dict[str, list[str]]:
        """What somebody who predicted so would say, to the ids of the predictions that it led astray."""
        found: dict[str, list[str]] = {}
        for id, choice in self.made.items():
            if not choice.right and choice.belief:
                found.setdefault(beliefs()[choice.belief], []).append(id)
        return found

    def __repr__(self) -> str:
        lines = [f"{self.headline} {_NOTHING_LOST}"]
        for prediction, choice in self._rows():
            mark = "–" if choice is None else "✓" if choice.right else "✗"
            lines.append(f"{mark} {prediction.id}: {prediction.text}")
            if choice:
                lines.append(f"    you said: {choice.text}")
            if choice and not choice.right:
                lines.append(f"    what happened: {prediction.right.text}")
        lines += [f"You may believe: {belief}" for belief in self.misled()]
        return "\n".join(lines).replace("`", "")

    def _repr_html_(self) -> str:
        text = f"<p><strong>{escape(self.headline)}</strong> {_NOTHING_LOST}</p>"
        if not self.made:
            return text
        head = "".join(f'<th scope="col" style="text-align:left">{title}</th>' for title in _HEAD)
        rows = "".join(self._row(prediction, choice) for prediction, choice in self._rows())
        misled = "".join(
            f"<li>{escape(belief)} ({', '.join(self._link(id, id) for id in ids)})</li>"
            for belief, ids in self.misled().items()
        )
        behind = f"<p>Behind what went wrong may be a belief that many share:</p><ul>{misled}</ul>" if misled else ""
        return f"{text}<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{behind}"

    def _rows(self) -> Iterator[tuple[Prediction, Choice | None]]:
        """Nothing before the first is made; after that all, so that one sees what was skipped."""
        if self.made:
            yield from ((prediction, self.made.get(prediction.id)) for prediction in self.asked)

    def _row(self, prediction: Prediction, choice: Choice | None) -> str:
        if choice is None:
            cells = ["– not yet", page.marked_up(prediction.text), "", ""]
        else:
            happened = "the same" if choice.right else page.marked_up(prediction.right.text)
            cells = ["✓ right" if choice.right else "✗ not so", page.marked_up(prediction.text)]
            cells += [page.marked_up(choice.text), happened]
        cells.append(self._link(prediction.id, "see again" if choice else "predict it"))
        first, *middle, last = cells
        styled = [
            f'<td style="{_SHORT}">{first}</td>',
            *(f'<td style="text-align:left">{cell}</td>' for cell in middle),
        ]
        return f'<tr>{"".join(styled)}<td style="{_SHORT}">{last}</td></tr>'

    def _link(self, id: str, text: str) -> str:
        """JupyterLab opens a notebook at a cell by such an address, also the notebook in which the link stands."""
        prediction = next(prediction for prediction in self.asked if prediction.id == id)
        return f'<a href="{prediction.lesson}.ipynb#cell-id={prediction.cell}">{escape(text)}</a>'
