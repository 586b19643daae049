"""The sentence under each heading is true: with nothing but the cells that it names, the section runs."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from sevenways.authoring.execute import ExecutionError, execute
from sevenways.way.sections import before, sections
from tests.course.notebooks.test_labs_run import FORGET

ROOT = Path(__file__).parents[3]
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_section_runs_after_the_cells_that_it_names(path: Path) -> None:
    """One kernel a lesson: before each section the names are forgotten. A section that asks for all above needs no proof."""
    cells = nbformat.read(path, as_version=4).cells
    plain = [(cell.cell_type, cell.source) for cell in cells]
    tried, titles = new_notebook(), []
    for section in sections(plain):
        first = before(plain, section)
        if first.everything or not section.codes:
            continue
        run = [new_code_cell(FORGET), *(cells[place] for place in (*first.cells, *section.codes))]
        tried.cells += run
        titles += [section.title] * len(run)
    assert titles, "every section asks for all above: nothing was tried"
    try:
        execute(tried, path.parent)
    except ExecutionError as error:
        pytest.fail(f"{titles[error.index]}: {tried.cells[error.index].source[:80]!r} {error}")
