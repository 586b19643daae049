"""Untouched labs run from top to bottom: a learner who only presses Run All meets no traceback."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from sevenways.authoring.execute import ExecutionError
from sevenways.authoring.tried import FORGET
from tests.course.without_a_kernel import execute

LABS = Path(__file__).parents[3] / "labs"


def test_untouched_labs_run_without_an_exception() -> None:
    """One Python for all of them, since starting one costs more than a lab; between two labs the names are forgotten."""
    everything = new_notebook()
    for path in sorted(LABS.glob("*.ipynb")):
        everything.cells += [new_code_cell(FORGET), *nbformat.read(path, as_version=4).cells]
    try:
        execute(everything, LABS)
    except ExecutionError as error:
        pytest.fail(f"cell {everything.cells[error.index].id} {error}")
