"""The sentence under each task holds for a learner with an answer: with the cells that it names and her own, the check passes."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from sevenways.authoring.execute import ExecutionError
from sevenways.authoring.products import products_of
from sevenways.authoring.source import read_source
from sevenways.authoring.tried import FORGET
from sevenways.checks.verdict import Outcome
from sevenways.way.sections import Cells, before, sections
from tests.course.way.between import CLOSE
from tests.course.without_a_kernel import execute

LABS = sorted((Path(__file__).parents[3] / "content" / "labs").glob("*.py"))


def answered(path: Path) -> Cells:
    """The cells of a lab, every hole filled, with what its solution adds."""
    return [(cell.kind, cell.text) for cell in products_of(read_source(path))[0].answered]


@pytest.mark.proof
def test_a_task_is_solved_after_the_cells_that_it_names() -> None:
    """One Python for all labs; before each task the names are forgotten and the Cloud is closed, as by a restart.

    A task that asks for all above needs no proof.
    """
    tried, places = new_notebook(), []
    for path in LABS:
        cells = answered(path)
        for section in sections(cells):
            first = before(cells, section)
            if first.everything or not section.codes:
                continue
            codes = [CLOSE, FORGET, *(cells[at][1] for at in (*first.cells, *section.codes))]
            tried.cells += map(new_code_cell, codes)
            places += [f"{path.stem}, {section.title}"] * len(codes)
    assert len(set(places)) > len(LABS), "nearly every task asks for all above: nothing was tried"
    try:
        execute(tried, LABS[0].parent)
    except ExecutionError as error:
        pytest.fail(f"{places[error.index]}: {tried.cells[error.index].source[:80]!r} {error}")
    said = [
        (place, "".join(output.text for output in cell.outputs if output.output_type == "stream"))
        for place, cell in zip(places, tried.cells, strict=True)
        if cell.source.startswith("check(")
    ]
    assert len(said) >= len(set(places)) - 1  # what lab 10 shows before its first task has no check
    assert [each for each in said if not each[1].startswith(Outcome.CORRECT.value)] == []
