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


# between two sections, as a new kernel would
CLOSE = "from motoclock.world import current_world as _world\nif _world(): _world().cloud.close()"


@pytest.mark.long
def test_a_section_runs_after_the_cells_that_it_names() -> None:
    """One kernel for all lessons, since starting one costs as much as running one: before each section the names are
    forgotten and the Cloud is closed.

    A section that asks for all above needs no proof.
    """
    tried, places = new_notebook(), []
    for path in LESSONS:
        cells = nbformat.read(path, as_version=4).cells
        plain = [(cell.cell_type, cell.source) for cell in cells]
        so_far = len(places)
        for section in sections(plain):
            first = before(plain, section)
            if first.everything or not section.codes:
                continue
            run = [new_code_cell(CLOSE), new_code_cell(FORGET), *(cells[at] for at in (*first.cells, *section.codes))]
            tried.cells += run
            places += [f"{path.stem}, {section.title}"] * len(run)
        assert len(places) > so_far, f"{path.stem}: every section asks for all above: nothing was tried"
    try:
        execute(tried, LESSONS[0].parent)
    except ExecutionError as error:
        pytest.fail(f"{places[error.index]}: {tried.cells[error.index].source[:80]!r} {error}")
