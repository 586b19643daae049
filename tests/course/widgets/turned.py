"""What turns every knob of a lesson's Explorers, and finds the choices that draw no picture."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sevenways.authoring.source import Source
from sevenways.authoring.tried import Step

_EXPLORER = re.compile("^Explorer[(]", re.MULTILINE)

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


def turning(source: Source) -> Iterator[Step]:
    """For each Explorer a step that turns its knobs, and finds nothing. tests/course/way/test_sections_run.py runs them."""
    for place, cell in enumerate(source.cells):
        if cell.kind == "code" and _EXPLORER.search(cell.text):
            code = f"{_TURNED}\n{_EXPLORER.sub('without_picture(', cell.text)}"
            yield Step(source, code, "[]", cell.line, place)
