"""The pictures as they are published: no word leaves its paper, and one that is taller than a screen is an exception with a reason."""

from pathlib import Path

import nbformat
import pytest

from tests.course.draw.paper import words_off_the_paper

ROOT = Path(__file__).parents[3]
PRODUCTS = sorted(path for folder in ("notebooks", "labs", "solutions") for path in (ROOT / folder).glob("*.ipynb"))


def pictures(path: Path):
    """(number of the code cell, SVG) of each picture in a notebook."""
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    for number, cell in enumerate(cells, 1):
        for output in cell.outputs:
            if svg := output.get("data", {}).get("image/svg+xml"):
                yield number, svg


@pytest.mark.parametrize("path", PRODUCTS, ids=lambda path: path.stem)
def test_no_word_of_a_picture_leaves_its_paper(path):
    off = {number: words for number, svg in pictures(path) if (words := words_off_the_paper(svg))}
    assert off == {}
