"""The way through the course, put in by the build."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

from sevenways.authoring.fragments import address, anchor
from sevenways.authoring.products import committed_products
from sevenways.authoring.source import Cell
from sevenways.authoring.wayfinding import THE_MAP, way, with_the_way
from sevenways.way.units import UNITS, Unit

ROOT = Path(__file__).parents[3]
LESSONS, LABS = ["00-start-here", "01-a", "02-b"], ["lab00-start-here", "lab01-a", "lab02-b"]
PRODUCTS = committed_products(ROOT)
HOLE = 'def park(queue):\n    """Give failures a place."""\n    raise NotImplementedError'
LINK = re.compile(r"\]\((?!https?:)([^)#]+\.ipynb)(?:#([^)]*))?\)")
HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)


def test_a_lesson_leads_back_to_the_lab_before_on_to_its_lab_and_to_the_next_lesson() -> None:
    assert way("notebooks/01-a.ipynb", LESSONS, LABS) == (
        "[← lab 00](../labs/lab00-start-here.ipynb) · [lab 01 →](../labs/lab01-a.ipynb) · [lesson 02 →](02-b.ipynb)"
        " · [course map](00-start-here.ipynb#The-map)"
    )


def test_a_lab_leads_back_to_its_lesson_and_on_to_the_next() -> None:
    assert way("labs/lab01-a.ipynb", LESSONS, LABS) == (
        "[← lesson 01](../notebooks/01-a.ipynb) · [lesson 02 →](../notebooks/02-b.ipynb)"
        " · [course map](../notebooks/00-start-here.ipynb#The-map)"
    )


def test_the_ends_of_the_course_lead_nowhere_further() -> None:
    assert "←" not in way("notebooks/00-start-here.ipynb", LESSONS, LABS)
    assert "→" not in way("labs/lab02-b.ipynb", LESSONS, LABS)


def test_a_solution_leads_back_to_its_lab() -> None:
    assert way("solutions/lab01-a-solution.ipynb", LESSONS, LABS).startswith("[back to the lab](../labs/lab01-a.ipynb)")


def test_the_way_stands_under_the_title_and_at_the_end() -> None:
    cells = [Cell("markdown", "# Title\n\nPromise."), Cell("code", "import json")]
    first, *_, last = with_the_way("labs/lab01-a.ipynb", cells, LESSONS, LABS)
    assert first.text.split("\n\n")[:2] == ["# Title", way("labs/lab01-a.ipynb", LESSONS, LABS)]
    assert last.text.endswith(way("labs/lab01-a.ipynb", LESSONS, LABS))


def test_a_task_names_what_its_answer_needs_and_not_what_its_hole_does() -> None:
    top = [Cell("markdown", "# Title"), Cell("code", "import boto3\n\nsqs = boto3.client('sqs')")]
    tasks = [Cell("markdown", "## Task 1"), Cell("markdown", "## Task 2")]
    hole, answer = (
        Cell("code", HOLE),
        Cell("code", HOLE.replace("raise NotImplementedError", "return sqs.create_queue(QueueName='dlq')")),
    )
    bare = with_the_way("labs/lab01-a.ipynb", [*top, *tasks, hole], LESSONS, LABS)
    full = with_the_way("labs/lab01-a.ipynb", [*top, *tasks, hole], LESSONS, LABS, [*top, *tasks, answer])
    assert bare[3].text == "## Task 2"
    assert full[3].text == "## Task 2\n\n*To start here after a restart, first run the imports at the top.*"
    assert full[4].text == HOLE, "the answer is not in the lab"


@pytest.mark.parametrize("path", PRODUCTS, ids=str)
def test_every_link_to_a_notebook_has_an_end(path: Path) -> None:
    """In the prose and in the outputs: the map's links are an output. A heading is named as JupyterLab and GitHub name it."""
    notebook = nbformat.read(ROOT / path, as_version=4)
    outputs = [
        output.get("data", {}).get("text/markdown", "") for cell in notebook.cells for output in cell.get("outputs", ())
    ]
    targets = {link for text in [*(cell.source for cell in notebook.cells), *outputs] for link in LINK.findall(text)}
    assert targets, "no way out of this notebook"
    assert [
        target for target in sorted(targets) if not leads_somewhere(ROOT / path.parent / target[0], target[1])
    ] == []


def leads_somewhere(path: Path, place: str) -> bool:
    """Is there such a notebook, and in it such a cell or heading?"""
    if not path.exists():
        return False
    cells = nbformat.read(path, as_version=4).cells
    places = {
        anchor(heading) for cell in cells if cell.cell_type == "markdown" for heading in HEADING.findall(cell.source)
    }
    return not place or place in places | {address(cell.id) for cell in cells}


def test_a_link_to_a_heading_that_is_gone_leads_nowhere() -> None:
    lesson = ROOT / "notebooks" / "00-start-here.ipynb"
    assert leads_somewhere(lesson, anchor(THE_MAP))
    assert not leads_somewhere(lesson, "the-map")
    assert not leads_somewhere(lesson.with_name("none.ipynb"), "")


@pytest.mark.parametrize("path", sorted((ROOT / "content").glob("l*/*.py")), ids=lambda path: path.stem)
def test_a_link_to_the_map_leads_to_the_map_and_not_to_the_top_of_its_lesson(path: Path) -> None:
    said = re.findall(r"\[[^\]]*\bmap\b[^\]]*\]\(([^)]+)\)", path.read_text(encoding="utf-8"))
    assert [link for link in said if not link.endswith(f"#{anchor(THE_MAP)}")] == []


def test_the_map_names_the_units_that_there_are() -> None:
    assert [unit.stem for unit in UNITS] == [path.stem for path in sorted((ROOT / "content" / "lessons").glob("*.py"))]
    assert [f"lab{unit.stem}" for unit in UNITS] == [
        path.stem for path in sorted((ROOT / "content" / "labs").glob("*.py"))
    ]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_lesson_is_called_on_its_page_and_in_every_sidebar_as_on_the_map(unit: Unit) -> None:
    title = (ROOT / "content" / "lessons" / f"{unit.stem}.py").read_text(encoding="utf-8").splitlines()[1]
    assert re.fullmatch(rf"# # {unit.number} · {re.escape(unit.name)}(: .+)?", title), title
