"""Nothing is told before it is asked: the built lessons, as they lie there before anybody has run or opened anything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from sevenways.authoring.outputs import BLANK
from sevenways.widgets.predicted import Prediction, all_predictions, find

NOTEBOOKS = Path(__file__).parents[3] / "notebooks"
LESSONS = sorted({prediction.lesson for prediction in all_predictions()})

_FOLD = re.compile(r"<details>\n<summary>[^\n]*</summary>\n\n.*?\n\n</details>", re.DOTALL)
_TRIED = re.compile(r'<details class="tried">\n.*?\n</details>', re.DOTALL)  # what became of a change: folded, and no answer of a prediction
_HEADING = re.compile("^#+ ", re.MULTILINE)
_TELLS = re.compile(r"\*\*[a-d][.)]?\*\*")  # "**c.** All ten", as the lessons once began their answers


@dataclass(frozen=True)
class Asked:
    """A prediction in its notebook: its section so far, the cells from it to its last fold, and those up to the next one.

    `below` is the rest of its section: what one sees while one thinks.
    """

    prediction: Prediction
    before: list[NotebookNode]
    answer: list[NotebookNode]
    after: list[NotebookNode]
    below: list[NotebookNode]


def asked_in(notebook: NotebookNode) -> Iterator[Asked]:
    """Each prediction of a notebook."""
    cells = notebook.cells
    starts = [index for index, cell in enumerate(cells) if cell.id.startswith("predict-")]
    for index, end in zip(starts, [*starts[1:], len(cells)], strict=True):
        prediction = find(re.search(r'predict\("(.+)"\)', cells[index].source)[1])
        headings = [at for at, cell in enumerate(cells) if cell.cell_type == "markdown" and _HEADING.search(cell.source)]
        heading = max(
            (at for at in range(index) if cells[at].cell_type == "markdown" and re.match("#+ ", cells[at].source)),
            default=0,
        )
        last = max(
            (at for at in range(index, end) if cells[at].cell_type == "markdown" and _FOLD.search(cells[at].source)),
            default=index,
        )
        below = next((at for at in headings if at > last), len(cells))
        yield Asked(
            prediction, cells[heading:index], cells[index + 1 : last + 1], cells[last + 1 : end], cells[last + 1 : below]
        )


def visible(cell: NotebookNode) -> str:
    """What one sees of a cell before one has run or opened anything."""
    if cell.cell_type == "markdown":
        return _TRIED.sub("", _FOLD.sub("", cell.source))
    folded = cell.metadata.get("jupyter", {})
    source = "" if folded.get("source_hidden") else cell.source
    return source if folded.get("outputs_hidden") else "\n".join([source, shown_by(cell)])


def shown_by(cell: NotebookNode) -> str:
    """The text twin of all that a cell shows."""
    if cell.cell_type != "code":
        return ""
    texts = [output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell.outputs]
    return "\n".join([*texts, *("\n".join(output.get("traceback", ())) for output in cell.outputs)])


def complaints(asked: Asked) -> list[str]:
    """What is told too early about one prediction, and what its cells do not show, so that made-up ones can be tried as well."""
    prediction, found = asked.prediction, []
    code = [cell for cell in asked.answer if cell.cell_type == "code" and shown_by(cell)]
    for cell in code:
        if not cell.metadata.get("jupyter", {}).get("outputs_hidden") or "hide-output" not in cell.metadata.get("tags", ()):
            found.append(f"the output of {cell.id} is not folded")
        elif cell.outputs[0].get("data") != BLANK:
            found.append(f"the fold of {cell.id} quotes its output")
    folds = [fold for cell in asked.answer if cell.cell_type == "markdown" for fold in _FOLD.findall(cell.source)]
    if not folds:
        return [*found, "has no folded answer"]
    wrong = [choice for choice in prediction.choices if not choice.right]
    found += [f"says nothing about {choice.text!r}" for choice in wrong if choice.because not in folds[0]]
    seen = "\n".join(visible(cell) for cell in [*asked.before, *asked.answer, *asked.after])
    secrets = [choice.because for choice in wrong] + [line for fold in folds for line in fold.split("\n")[3:-2] if len(line) > 60]
    found += [f"tells {line!r}" for line in secrets if line in seen]
    found += [f"tells by {tell!r}" for tell in _TELLS.findall(seen)]
    if prediction.shows:
        if not any(prediction.shows in shown_by(cell) for cell in code):
            found.append(f"no cell shows {prediction.shows!r}")
        if any(prediction.shows in visible(cell) for cell in [*asked.before, *asked.answer, *asked.below]):
            found.append(f"{prediction.shows!r} is seen before it is asked, or right below")
    elif code:
        found.append("a cell answers it, and its data does not say what it shows")
    return found


@pytest.mark.parametrize("lesson", LESSONS)
def test_no_answer_is_seen_before_its_cell_is_run_and_each_cell_shows_what_is_right(lesson: str) -> None:
    notebook = nbformat.read(NOTEBOOKS / f"{lesson}.ipynb", as_version=4)
    asked = list(asked_in(notebook))
    assert [each.prediction.id for each in asked] == [each.id for each in all_predictions() if each.lesson == lesson]
    found = [f"{each.prediction.id} {complaint}" for each in asked for complaint in complaints(each)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_ends_with_the_table_of_its_predictions_before_the_quiz(lesson: str) -> None:
    sources = [cell.source for cell in nbformat.read(NOTEBOOKS / f"{lesson}.ipynb", as_version=4).cells]
    assert sources.index(f'predictions("{lesson[:2]}")') < sources.index(f'quiz("{lesson[:2]}")')


# ------------------------------------------------------------------------------ the test itself, seen to fail


def made_up(**change: object) -> NotebookNode:
    """A lesson with one prediction, folded as it should be but for the change."""
    prediction = find("01.asks-again")
    words = "\n".join(choice.because for choice in prediction.choices if choice.because)
    text = {
        "before": "## Who asks?",
        "fold": f"<details>\n<summary>Why</summary>\n\nThey are hidden.\n\n{words}\n\n</details>",
        "hidden": True,
        "blank": True,
        "shows": prediction.shows,
        "after": "And then?",
    } | change
    outputs = [new_output("execute_result", {"text/plain": str(text["shows"])})]
    if text["blank"]:
        outputs.insert(0, new_output("display_data", dict(BLANK)))
    metadata = {"tags": ["hide-output"], "jupyter": {"outputs_hidden": True}} if text["hidden"] else {}
    return new_notebook(
        cells=[
            new_markdown_cell(str(text["before"])),
            new_code_cell(f'predict("{prediction.id}")', id=prediction.cell),
            new_code_cell("second", outputs=outputs, metadata=metadata),
            new_markdown_cell(str(text["fold"])),
            new_markdown_cell(str(text["after"])),
        ]
    )


def test_a_lesson_that_tells_nothing_has_no_complaints() -> None:
    (asked,) = asked_in(made_up())
    assert complaints(asked) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"hidden": False}, "is not folded"),
        ({"blank": False}, "quotes its output"),
        ({"fold": "They are hidden."}, "has no folded answer"),
        ({"fold": "<details>\n<summary>Why</summary>\n\nThey are hidden.\n\n</details>"}, "says nothing about"),
        ({"after": find("01.asks-again").choices[0].because}, "tells 'Receiving deletes nothing"),
        ({"after": "**b.** They are hidden."}, "tells by '**b.**'"),
        ({"before": "## Ask: " + find("01.asks-again").shows}, "is seen before it is asked"),
        ({"after": "The queue says " + find("01.asks-again").shows}, "or right below"),
        ({"shows": "'ApproximateNumberOfMessagesNotVisible': '0'"}, "no cell shows"),
    ],
)
def test_a_lesson_that_tells_is_caught(change: dict[str, object], sentence: str) -> None:
    (asked,) = asked_in(made_up(**change))
    assert any(sentence in complaint for complaint in complaints(asked)), complaints(asked)
