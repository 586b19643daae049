"""The first lesson as a learner meets it: run all, turn a knob, switch the theme."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.course.browser import chromium
from tests.course.browser.lab import open_notebook

LESSON = Path(__file__).parents[3] / "notebooks" / "01-sqs.ipynb"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not LESSON.exists(), reason="notebooks/01-sqs.ipynb is not built yet"),
    pytest.mark.skipif(not chromium.find(), reason="chromium is not installed"),
]


def test_the_lesson_runs_a_knob_redraws_and_both_themes_show_it(tmp_path: Path) -> None:
    with open_notebook(LESSON) as notebook:
        assert {fold.strip() for fold in notebook.folds()} == {""}, "a fold quotes the answer that it hides"
        notebook.run_all()
        assert notebook.folds() == []
        assert notebook.errors() == []
        for theme in ("dark", "light"):
            notebook.use_theme(theme)
            assert notebook.look(tmp_path, theme)
        assert notebook.sliders().count() > 0
        before, after = notebook.press_right(notebook.sliders().first)
        assert before, "the cell of the first slider shows no picture"
        assert after != before, "ArrowRight on the first slider changed no picture"
        before, after = notebook.press(notebook.lists().first, "Space", "ArrowDown", "Enter")
        assert after != before, "choosing from the first list by keyboard changed no picture"
        asked = notebook.page.locator(".jp-CodeCell", has_text='quiz("01.batch-fails-whole")').first
        asked.locator(".widget-radio input").first.press("Space")
        notebook.page.locator(".widget-html", has_text=re.compile(r"(Right|Not so)\. ")).first.wait_for()
        assert notebook.complaints == []
