"""Every lesson as it opens: no answer in the visible text; and a prediction as a learner makes it, with a key."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

from sevenways.authoring.predictions import FIRST, NO_CELL
from sevenways.widgets.predicted import all_predictions, of_unit
from tests.course.browser import chromium
from tests.course.browser.lab import OpenNotebook, open_notebook

NOTEBOOKS = Path(__file__).parents[3] / "notebooks"
LESSONS = sorted({prediction.lesson for prediction in all_predictions()})

_FOLD = re.compile(r"<details>\n<summary>[^\n]*</summary>\n\n(.*?)\n\n</details>", re.DOTALL)

# JupyterLab scrolls to the cell that a link names, and leaves the active one as it was.
_IN_SIGHT = """() => {
    const cell = jupyterapp.shell.currentWidget.content.widgets.find(cell => cell.model.id === 'predict-00-work-done');
    const top = cell.node.getBoundingClientRect().top;
    return top >= 0 && top < window.innerHeight;
}"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not chromium.find(), reason="chromium is not installed"),
]


def visible_text(notebook: OpenNotebook) -> str:
    """What one sees of the whole notebook; a browser leaves out what is inside a closed fold."""
    return " ".join(notebook.page.locator(".jp-Notebook").first.inner_text().split())


def folded_lines(path: Path) -> list[str]:
    """The long lines inside the folds, as plain text: long enough to be found nowhere else."""
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "markdown"]
    lines = [line for cell in cells for fold in _FOLD.findall(cell.source) for line in fold.splitlines()]
    return [line for line in lines if len(line) > 60 and not re.search(r"[*`\[\]|<>\"']", line)]


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_that_nobody_has_touched_shows_no_answer(lesson: str) -> None:
    path = NOTEBOOKS / f"{lesson}.ipynb"
    own = [prediction for prediction in all_predictions() if prediction.lesson == lesson]
    with open_notebook(path) as notebook:
        text = visible_text(notebook)
        assert {fold.strip() for fold in notebook.folds()} <= {""}, "a fold quotes the answer that it hides"
        secrets = [choice.because.replace("`", "") for each in own for choice in each.choices if choice.because]
        told = [secret for secret in secrets + folded_lines(path) if " ".join(secret.split()) in text]
        assert told == []
        assert all(" ".join(each.text.replace("`", "").split()) in text for each in own), "a question is not there"
        summary = re.compile(f"{FIRST}|{NO_CELL}")  # a change has a fold, too
        notebook.page.locator("details summary", has_text=summary).first.click()
        assert "And the others?" in visible_text(notebook), "a fold does not open"


def test_one_key_commits_and_the_unit_ends_with_what_was_said() -> None:
    with open_notebook(NOTEBOOKS / "00-start-here.ipynb", progress=True) as notebook:
        notebook.run_all()
        first = notebook.page.locator(".jp-CodeCell", has_text="The customer waits for nothing.").first
        first.locator(".widget-radio input").nth(1).press("Space")
        first.get_by_text("You say b.").wait_for()
        assert "Now run the next cell and see" in first.inner_text()
        assert first.locator(".widget-radio input:disabled").count() == 3
        notebook.run_all()
        table = notebook.page.locator(
            ".jp-CodeCell", has_text=f"You made 1 of {len(of_unit('00'))} predictions, and 0 of them came true"
        ).first
        assert "not so" in table.inner_text()
        table.get_by_role("link", name="see again").click()
        notebook.page.wait_for_function(_IN_SIGHT)
        assert notebook.complaints == []
