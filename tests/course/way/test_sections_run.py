"""The sentence under each heading is true: with nothing but the cells that it names, the section runs. So are its answers: what is
tried there shows what the lesson says. And each choice of its Explorers, in words or ticks, draws a picture."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from sevenways.authoring.execute import ExecutionError
from sevenways.authoring.source import Source, read_source
from sevenways.authoring.tried import FORGET, Step, differences, makers, steps
from sevenways.way.sections import Section, before, sections
from tests.course.way.between import CLOSE
from tests.course.widgets.turned import turning
from tests.course.without_a_kernel import execute

ROOT = Path(__file__).parents[3]
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
HERE = [path for path in LESSONS if path.stem == "07-destinations"]  # stands for all in make test
OTHERS = [path for path in LESSONS if path not in HERE]
SHARES = [HERE, *(pytest.param(OTHERS[n::5], marks=pytest.mark.proof) for n in range(5))]  # a Python each

Cell = tuple[NotebookNode, Step | None]  # and the step that it is


@pytest.mark.long
@pytest.mark.parametrize("share", SHARES, ids=lambda share: "-".join(path.stem[:2] for path in share))
def test_a_section_runs_after_the_cells_that_it_names_and_its_answers_say_what_a_run_shows(share: list[Path]) -> None:
    """Before each section the names are forgotten and the Cloud is closed. What is tried in it runs after it, as for a learner.

    The build runs the answers, too, but nobody builds a lesson whose engine has changed.
    """
    run, places = new_notebook(), []
    ran: dict[int, Step] = {}
    for path in share:
        for section, cells in whole(path):
            for cell, step in cells:
                if step is not None:
                    ran[len(run.cells)] = step
                run.cells.append(cell)
                places.append(f"{path.stem}, {section.title}")
    assert len(ran) > sum(len(steps(source_of(path.stem))) for path in share) > 5
    try:
        execute(run, LESSONS[0].parent)
    except ExecutionError as error:
        pytest.fail(f"{places[error.index]}: {run.cells[error.index].source[:80]!r} {error}")
    assert [sentence for at, step in ran.items() for sentence in differences(step, run.cells[at])] == []


def whole(path: Path) -> Iterator[tuple[Section, list[Cell]]]:
    """Each section with all that is run of it. One that asks for all above needs no proof, but what is tried there does."""
    written = nbformat.read(path, as_version=4).cells
    plain = [(cell.cell_type, cell.source) for cell in written]
    tried = tried_by_section(path.stem)
    proven = 0
    for section in sections(plain):
        first = before(plain, section)
        alone = () if first.everything else (*first.cells, *section.codes)
        proven += bool(alone)
        here = {written[at].source for at in alone}
        cells = [new_code_cell(CLOSE), new_code_cell(FORGET), *(written[at].copy() for at in alone)]
        ran: list[Cell] = [(cell, None) for cell in cells]
        for step in tried.pop(section.title, ()):
            before_it = [CLOSE, *(code for code in makers(step) if code not in here)]
            ran += [*((new_code_cell(code), None) for code in before_it), (new_code_cell(step.code), step)]
        yield section, ran
    assert proven, f"{path.stem}: every section asks for all above: nothing was tried"
    assert tried == {}, f"{path.stem}: what is tried there is in no section"


def tried_by_section(stem: str) -> dict[str, list[Step]]:
    """What is tried in each section, and its knobs."""
    source = source_of(stem)
    divided = sections([(cell.kind, cell.text) for cell in source.cells])
    found: dict[str, list[Step]] = {}
    for step in (*steps(source), *turning(source)):
        home = next((section.title for section in reversed(divided) if section.start <= step.place), "")
        found.setdefault(home, []).append(step)
    return found


def source_of(stem: str) -> Source:
    return read_source(ROOT / "content" / "lessons" / f"{stem}.py")
