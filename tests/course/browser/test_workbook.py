"""The way of a learner through her workbook: lesson, lab, next lesson; after a restart; and pictures that fit her screen."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.course.browser import chromium
from tests.course.browser.workbook import Desk, desk

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not chromium.find(), reason="chromium is not installed"),
]
WIDTHS = (1024, 1280, 1920)
# Wider than its output by more than a rounding: what a learner can't see. Pictures as <img> and as <svg>, stored or drawn by a widget.
CUT_OFF = """() => [...document.querySelectorAll('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-OutputArea-output')].flatMap(output =>
    [...output.querySelectorAll('img, svg')].filter(picture => !picture.parentElement.closest('svg'))
        .filter(picture => picture.getBoundingClientRect().right > output.getBoundingClientRect().right + 1)
        .map(picture => `${picture.getBoundingClientRect().width} px in ${output.getBoundingClientRect().width} px`))"""
PICTURES = "() => document.querySelectorAll('.jp-RenderedSVG img').length"


@pytest.fixture(scope="module")
def at_desk() -> Iterator[Desk]:
    with desk() as opened:
        yield opened


def test_a_learner_clicks_from_lesson_to_lab_to_the_next_lesson_and_to_the_map(at_desk: Desk) -> None:
    at_desk.open("notebooks/00-start-here.ipynb")
    at_desk.click("lab 00 →")
    at_desk.wait_for("labs/lab00-start-here.ipynb")
    at_desk.click("lesson 01 →", 1)  # the one at the bottom
    at_desk.wait_for("notebooks/01-sqs.ipynb")
    at_desk.click("course map")
    at_desk.wait_for("notebooks/00-start-here.ipynb")
    at_desk.click("07 · Lambda destinations")  # a link inside the map, which is an output
    at_desk.wait_for("notebooks/07-destinations.ipynb")


def test_the_map_counts_what_was_solved(at_desk: Desk) -> None:
    (at_desk.folder / "progress.json").write_text(json.dumps({"passed": ["lab00.no_waiting"], "quizzes": []}))
    from sevenways.checks.registry import registry

    task = next(check.name for check in registry.all() if check.lab == "lab00")
    (at_desk.folder / "progress.json").write_text(json.dumps({"passed": [task]}))
    at_desk.open("notebooks/00-start-here.ipynb")
    at_desk.run("course_map()")
    assert "1 of 4" in at_desk.page.locator(".jp-RenderedMarkdown table").first.inner_text()


def test_after_a_restart_the_error_names_the_cell_to_run(at_desk: Desk) -> None:
    at_desk.open("notebooks/00-start-here.ipynb")
    at_desk.run('waiting = checkout("RequestResponse")')
    [error] = at_desk.errors()
    assert error.startswith("NameError: name 'checkout' is not defined. A cell of section 1 makes it")
    assert "def checkout(" in error


def test_a_stopped_explorer_says_so_and_a_saved_one_shows_its_picture(at_desk: Desk) -> None:
    at_desk.open("notebooks/01-sqs.ipynb")
    at_desk.page.evaluate("() => jupyterapp.commands.execute('notebook:run-all-cells')")
    at_desk.page.wait_for_function(
        "() => jupyterapp.shell.currentWidget.content.widgets.every(cell => cell.model.type !== 'code'"
        " || cell.model.executionCount) && jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'idle'"
    )
    explorer = at_desk.page.locator(".sevenways-alive").first
    said = "element => getComputedStyle(element, '::before').content"
    assert explorer.evaluate(said) == "none"
    at_desk.page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    at_desk.page.wait_for_selector(".sevenways-alive.jupyter-widgets-disconnected")
    assert "its kernel is gone" in explorer.evaluate(said)

    at_desk.command("docmanager:save")
    at_desk.page.wait_for_function("() => !jupyterapp.shell.currentWidget.context.model.dirty")
    saved = (at_desk.folder / "notebooks/01-sqs.ipynb").read_text()
    assert "widget-view+json" not in saved
    assert "run this cell to turn the knobs" in saved
    at_desk.open("notebooks/01-sqs.ipynb")
    assert at_desk.page.locator("text=model not found").count() == 0


@pytest.mark.parametrize("width", WIDTHS)
def test_no_picture_is_wider_than_its_place(at_desk: Desk, width: int) -> None:
    at_desk.page.set_viewport_size({"width": width, "height": 900})
    at_desk.open("notebooks/02-async-invoke.ipynb")
    assert at_desk.page.evaluate(PICTURES) > 5
    assert at_desk.page.evaluate(CUT_OFF) == []
