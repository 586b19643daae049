"""Cells that run without a kernel say what they say in one, in its order, and end where they would end there."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from sevenways.authoring import execute as in_a_kernel
from tests.course import without_a_kernel

SPEAKING = """\
import sys
from IPython.display import HTML, Markdown, display

print("one", end="")
print(" line")
display(Markdown("**two**"))
print("three", file=sys.stderr)
HTML("<i>four</i>")
"""
FIVE = "five = 5\nfive"
ITS_RESULT = "_ + 1"
QUIET = "five;"
FAILS = "1 / 0"


def said(notebook: NotebookNode) -> list[list[tuple[str, object]]]:
    """By cell: stream after stream, however it came in pieces, results as they are, errors by their last line."""
    found = []
    for cell in notebook.cells:
        here: list[tuple[str, object]] = []
        for output in cell.outputs:
            if output.output_type == "stream" and here and here[-1][0] == output.name:
                here[-1] = (output.name, f"{here[-1][1]}{output.text}")
            elif output.output_type == "stream":
                here.append((output.name, output.text))
            elif output.output_type == "error":
                here.append(("error", (output.ename, output.evalue)))
            else:
                here.append((output.output_type, dict(output.data)))
        found.append(here)
    return found


def test_the_cells_say_the_same_in_the_same_order(tmp_path: Path) -> None:
    def cells() -> NotebookNode:
        failing = new_code_cell(FAILS, metadata={"tags": ["raises-exception"]})
        return new_notebook(cells=[*map(new_code_cell, (SPEAKING, FIVE, ITS_RESULT, QUIET)), failing])

    here, there = cells(), cells()
    without_a_kernel.execute(here, tmp_path)
    in_a_kernel.execute(there, tmp_path)
    assert said(here) == said(there)
    assert [kind for kind, _ in said(here)[0]] == ["stdout", "display_data", "stderr", "execute_result"]
    assert said(here)[2] == [("execute_result", {"text/plain": "6"})]


def test_the_first_failure_ends_it_and_says_where(tmp_path: Path) -> None:
    notebook = new_notebook(cells=[*map(new_code_cell, ("print('before')", FAILS, "print('after')"))])
    with pytest.raises(in_a_kernel.ExecutionError, match="raised ZeroDivisionError: division by zero") as raised:
        without_a_kernel.execute(notebook, tmp_path)
    assert raised.value.index == 1
    assert [bool(cell.outputs) for cell in notebook.cells] == [True, True, False]


def test_a_cell_that_ends_its_python_is_a_failure_in_words(tmp_path: Path) -> None:
    with pytest.raises(in_a_kernel.ExecutionError, match="ended its Python"):
        without_a_kernel.execute(new_notebook(cells=[new_code_cell("import os; os._exit(3)")]), tmp_path)
