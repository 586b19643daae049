"""Every choice of every Explorer of the lessons draws a picture, whichever is taken: a learner will take it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sevenways.authoring.source import Source, read_source
from sevenways.authoring.tried import complaints

LESSONS = sorted((Path(__file__).parents[3] / "content" / "lessons").glob("*.py"))
SHARES = 3  # kernels for the Explorers of all lessons

# One knob at a time, and those alone whose choices are words or ticks: there a scenario takes another road. Numbers change how much,
# and each run takes a while. Of a Cloud the numbers are enough: it draws itself in the tests of its pictures.
_TURNED = """
from sevenways.widgets.controls import make_controls
from sevenways.widgets.scene import Mistake, play

def other_choices(control):
    if isinstance(control.value, bool):
        return [not control.value]
    values = [one[1] if isinstance(one, tuple) else one for one in getattr(control, "options", [])]
    return [value for value in values if value != control.value and (value is None or isinstance(value, str))]

def without_picture(scenario, labels={}, show=(), **knobs):
    controls = {name: made.widget for name, made in make_controls(scenario, knobs, labels).items()}
    first = {name: control.value for name, control in controls.items()}
    return [
        (name, value, scene.sentence)
        for name, control in controls.items()
        for value in other_choices(control)
        if isinstance(scene := play(scenario, {**first, name: value}, ("summary",)), Mistake)
    ]
"""


def turning(source: Source) -> Iterator[Source]:
    """For each Explorer the lesson as far as its cell, and in its place a block that turns the knobs, and finds nothing."""
    for place, cell in enumerate(source.cells):
        if cell.kind == "code" and re.search("^Explorer[(]", cell.text, re.MULTILINE):
            code = f"{_TURNED}\n{re.sub('^Explorer[(]', 'without_picture(', cell.text, flags=re.MULTILINE)}"
            block = f":::tried\n```python\n{code.strip()}\n```\n\n```text\n[]\n```\n:::"
            yield replace(source, cells=(*source.cells[:place], replace(cell, kind="markdown", text=block)))


@pytest.mark.long
@pytest.mark.parametrize("share", range(SHARES))
def test_no_knob_leaves_the_learner_without_a_picture(share: int) -> None:
    paths = LESSONS[share::SHARES]
    explorers = [one for path in paths for one in turning(read_source(path))]
    assert explorers
    assert list(complaints(explorers, paths[0].parent)) == []


# ------------------------------------------------------------------------------ the rule itself, seen to fail


def test_a_choice_without_a_picture_is_caught(tmp_path: Path) -> None:
    path = tmp_path / "lessons" / "01-a.py"
    path.parent.mkdir()
    path.write_text(
        "# %% [markdown]\n# # A lesson\n\n# %%\nfrom sevenways import Explorer\nfrom sevenways.draw.amounts import amounts\n\n# %%\n"
        "def shop(road='sea'):\n    return amounts('Roads', {road: {'days': {'sea': 20, 'land': 9}[road]}})\n\n\n"
        "Explorer(shop, road=['sea', 'land', 'air'])\n"
    )
    (said,) = complaints(list(turning(read_source(path))), tmp_path)
    assert re.search(r"'road',\s+'air',\s+\"shop stopped with KeyError", said)
