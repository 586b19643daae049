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
# Words of an output that stand on two lines: JupyterLab breaks a line that is too long wherever it ends.
CUT_WORDS = """() => [...document.querySelectorAll('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-RenderedText pre')].flatMap(output => {
    const words = [], walker = document.createTreeWalker(output, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode())
        for (const word of node.data.matchAll(/\\S+/g)) {
            const range = document.createRange();
            range.setStart(node, word.index);
            range.setEnd(node, word.index + word[0].length);
            if (new Set([...range.getClientRects()].map(box => Math.round(box.top))).size > 1) words.push(word[0]);
        }
    return words; })"""
THE_MAP_IS_IN_SIGHT = """() => {
    const cells = jupyterapp.shell.currentWidget.content.widgets;
    const map = cells.find(cell => cell.model.type === 'code' && cell.model.sharedModel.source.includes('course_map()'));
    const top = map.node.getBoundingClientRect().top;
    return top >= 0 && top < window.innerHeight;
}"""
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
    at_desk.click("course map", 1)
    at_desk.wait_for("notebooks/00-start-here.ipynb")
    at_desk.page.wait_for_function(THE_MAP_IS_IN_SIGHT)
    at_desk.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell").last.scroll_into_view_if_needed()
    assert not at_desk.page.evaluate(THE_MAP_IS_IN_SIGHT)
    at_desk.click("lab 00 →", 1)
    at_desk.wait_for("labs/lab00-start-here.ipynb")
    at_desk.click("course map")  # the lesson is open, and shows its end
    at_desk.wait_for("notebooks/00-start-here.ipynb")
    at_desk.page.wait_for_function(THE_MAP_IS_IN_SIGHT)
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


def test_a_check_says_its_sentence_without_breaking_a_word(at_desk: Desk) -> None:
    at_desk.page.set_viewport_size({"width": min(WIDTHS), "height": 900})
    at_desk.open("labs/lab01-sqs.ipynb")
    at_desk.page.evaluate("() => jupyterapp.shell.expandLeft()")
    for cell in ("import json", "cloud = Cloud", 'hint("lab01.drain")'):
        at_desk.run(cell)
    call = "aws_lambda.create_event_source_mapping(EventSourceArn=arn_of(orders), FunctionName='charge')"
    at_desk.write("def connect_orders", f"def connect_orders(orders):\n    {call}")
    at_desk.run("def connect_orders")
    at_desk.run('check("lab01.drain"')
    said = at_desk.page.locator(".jp-RenderedText pre", has_text="✗ lab01.drain").inner_text()
    assert "less than Function timeout" in " ".join(said.split())
    assert at_desk.page.evaluate(CUT_WORDS) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_no_picture_is_wider_than_its_place(at_desk: Desk, width: int) -> None:
    at_desk.page.set_viewport_size({"width": width, "height": 900})
    at_desk.open("notebooks/02-async-invoke.ipynb")
    assert at_desk.page.evaluate(PICTURES) > 5
    assert at_desk.page.evaluate(CUT_OFF) == []
