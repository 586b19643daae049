"""Every choice of every Explorer of the lessons draws a picture, whichever is taken: a learner will take it.

tests/course/way/test_sections_run.py turns the knobs, each where its section runs. Here the rule itself is seen to fail.
"""

from __future__ import annotations

import re
from pathlib import Path

from nbformat.v4 import new_code_cell, new_notebook

from sevenways.authoring.source import read_source
from sevenways.authoring.tried import differences, makers
from tests.course.widgets.turned import turning
from tests.course.without_a_kernel import execute


def test_a_choice_without_a_picture_is_caught(tmp_path: Path) -> None:
    path = tmp_path / "lessons" / "01-a.py"
    path.parent.mkdir()
    path.write_text(
        "# %% [markdown]\n# # A lesson\n\n# %%\nfrom sevenways import Explorer\nfrom sevenways.draw.amounts import amounts\n\n# %%\n"
        "def shop(road='sea'):\n    return amounts('Roads', {road: {'days': {'sea': 20, 'land': 9}[road]}})\n\n\n"
        "Explorer(shop, road=['sea', 'land', 'air'])\n"
    )
    (step,) = turning(read_source(path))
    notebook = new_notebook(cells=[new_code_cell(code) for code in (*makers(step), step.code)])
    execute(notebook, tmp_path)
    (said,) = differences(step, notebook.cells[-1])
    assert re.search(r"'road',\s+'air',\s+\"shop stopped with KeyError", said)
