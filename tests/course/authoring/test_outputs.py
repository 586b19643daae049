"""Outputs as they are committed, without a kernel."""

from __future__ import annotations

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output

from sevenways.authoring.outputs import BLANK, complaints, tidy


def notebook(*outputs: NotebookNode, tags: tuple[str, ...] = ()) -> NotebookNode:
    return new_notebook(
        cells=[new_code_cell("f()", execution_count=3, outputs=list(outputs), metadata={"tags": list(tags)})]
    )


def test_of_an_error_only_the_cells_frame_and_the_error_line_are_left() -> None:
    error = new_output(
        "error",
        ename="ValueError",
        evalue="no queue",
        traceback=[
            "\x1b[31m------\x1b[39m",
            "\x1b[31mValueError\x1b[39m     Traceback (most recent call last)",
            "Cell \x1b[36mIn[2]\x1b[39m, line 9\n      9 g()",
            "\x1b[36mCell\x1b[39m\x1b[36m \x1b[39m\x1b[32mIn[3]\x1b[39m\x1b[32m, line 1\x1b[39m\n\x1b[32m----> 1\x1b[39m f()",
            "Cell In[3], line 7, in f()\n----> 7 boto()",
            "File \x1b[32m/home/me/.venv/lib/botocore/client.py:5\x1b[39m, in call()",
            "\x1b[31mValueError\x1b[39m: no queue",
        ],
    )
    made = notebook(error)
    tidy(made)
    assert made.cells[0].outputs[0].traceback == ["Cell In[3], line 1\n----> 1 f()", "ValueError: no queue"]


def test_a_widget_leaves_its_static_twins() -> None:
    data = {
        "text/plain": "Explorer",
        "image/svg+xml": "<svg/>",
        "application/vnd.jupyter.widget-view+json": {"model_id": "4f"},
        "image/png": "aGk=",
    }
    made = notebook(new_output("execute_result", data=data, execution_count=3, metadata={"image/png": {"width": 1}}))
    made.cells[0].metadata["execution"] = {"iopub.status.idle": "2030"}
    tidy(made)
    assert made.cells[0].outputs[0].data == {"text/plain": "Explorer", "image/svg+xml": "<svg/>"}
    assert made.cells[0].outputs[0].metadata == {}
    assert "execution" not in made.cells[0].metadata


def test_pieces_of_one_stream_are_joined() -> None:
    made = notebook(*(new_output("stream", name="stdout", text=text) for text in ("a\n", "b\n")))
    tidy(made)
    assert [output.text for output in made.cells[0].outputs] == ["a\nb\n"]


@pytest.mark.parametrize(
    ("output", "tags", "sentence"),
    [
        (new_output("stream", name="stderr", text="Warning: old\n"), (), "wrote to stderr: Warning: old"),
        (
            new_output("execute_result", data={"text/plain": "<f at 0x7f12ab34cd>"}),
            (),
            "shows a memory address, 0x7f12",
        ),
        (new_output("stream", text="in /home/me/x.py\n"), (), "shows a path of this machine, /home/me"),
        (new_output("stream", text="/tmp/ipykernel_12/1.py\n"), (), "shows a path of this machine"),
        (new_output("stream", text="fine\n"), ("raises-exception",), "is tagged raises-exception, and nothing"),
    ],
)
def test_what_differs_between_machines_is_refused(output: NotebookNode, tags: tuple[str, ...], sentence: str) -> None:
    ((index, complaint), *_) = complaints(notebook(output, tags=tags))
    assert index == 0
    assert sentence in complaint


def test_a_queue_url_and_a_handlers_path_are_no_paths_of_this_machine() -> None:
    text = "https://sqs.us-east-1.amazonaws.com/123456789012/work/orders /var/task/charge.py https://a.example/home/x"
    assert list(complaints(notebook(new_output("stream", text=text)))) == []


def test_a_folded_output_begins_with_one_clear_pixel_since_jupyterlab_quotes_its_first_line() -> None:
    made = notebook(new_output("stream", name="stdout", text="forty\n"), tags=("hide-output",))
    tidy(made)
    tidy(made)
    assert [output.get("data", output.get("text")) for output in made.cells[0].outputs] == [BLANK, "forty\n"]
    silent = notebook(tags=("hide-output",))
    tidy(silent)
    assert silent.cells[0].outputs == []


def test_a_cell_that_shows_nothing_has_no_fold() -> None:
    silent, telling = notebook(), notebook(new_output("stream", name="stdout", text="forty\n"))
    for made in (silent, telling):
        made.cells[0].metadata["jupyter"] = {"outputs_hidden": True}
        tidy(made)
    assert ["jupyter" in made.cells[0].metadata for made in (silent, telling)] == [False, True]
