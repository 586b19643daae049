"""How long a unit takes: counted from its source, so that what a lesson says about its time is true.

A lesson is read at 200 words a minute and its code at 20 lines; a prediction takes one minute, and so do a question of the quiz and a
thing to find out with an Explorer; a change takes three. Not counted are what is folded anyway (plumbing, and what became of a change)
and what a learner does of her own.

The heading `## Further` parts a lesson. What stands above is its core; every section below is optional.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sevenways.authoring.source import Cell, Source
from sevenways.widgets.questions import find

WORDS_A_MINUTE, LINES_A_MINUTE = 200, 20
PREDICTION_MIN, QUESTION_MIN, FINDING_MIN, CHANGE_MIN = 1, 1, 1, 3
ROUND_TO_MIN = 5

FURTHER = "Further"
_HEADING = re.compile(r"^## +(.+)$", re.MULTILINE)
_CHANGE = re.compile(r"^\*\*Change ", re.MULTILINE)
_ITEM = re.compile(r"^(?:- |\d+\. )", re.MULTILINE)
_FINDINGS = re.compile(r"Things to find out:\n+((?:- .*\n|\d+\. .*\n|  .*\n|\n)*)")
_TRIED = re.compile(r"^:::tried$.*?^:::$", re.MULTILINE | re.DOTALL)
_ADDRESS = re.compile(r"\]\([^)]*\)")
_WORD = re.compile(r"\w[\w'’.,-]*")
_PREDICT = re.compile(r'^predict\("', re.MULTILINE)
_QUIZ = re.compile(r'^quiz\("([^"]+)"\)', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Minutes:
    """Minutes of the core, of the rest, and of each section by its number or its title."""

    core: float
    further: float
    sections: dict[str, float]

    def said(self, name: str) -> str:
        """Minutes as a lesson says them, rounded up to five; `name` is "core", "further" or a section. Raises ValueError."""
        parts = {"core": self.core, "further": self.further, **self.sections}
        if name not in parts:
            raise ValueError(f"{{minutes: {name}}}: there are minutes of {', '.join(parts)}.")
        return str(rounded(parts[name]))

    def __str__(self) -> str:
        rest = f", {self.further:.0f} min further" if self.further else ""
        return f"{self.core:.1f} min core{rest}"


def rounded(minutes: float) -> int:
    """Up to the next five minutes."""
    return math.ceil(round(minutes, 1) / ROUND_TO_MIN) * ROUND_TO_MIN


def minutes_of(source: Source) -> Minutes:
    """The count of one lesson."""
    sections: dict[str, float] = {}
    core = further = 0.0
    is_core = True
    for title, cells in _sections(source.cells):
        is_core = is_core and title != FURTHER
        taken = sum(map(_minutes, cells))
        core, further = (core + taken, further) if is_core else (core, further + taken)
        number = re.match(r"\d+\b", title)
        sections[number[0] if number else title] = taken
    return Minutes(core, further, sections)


def changes(text: str) -> int:
    """How many changes a text asks for."""
    return len(_CHANGE.findall(text))


def findings(text: str) -> list[str]:
    """The things to find out, each in its words."""
    listed = "".join(_FINDINGS.findall(f"{_TRIED.sub('', text)}\n"))
    return [item.strip() for item in _ITEM.split(listed) if item.strip()]


def _sections(cells: Sequence[Cell]) -> Iterator[tuple[str, list[Cell]]]:
    title = ""
    own: list[Cell] = []
    for cell in cells:
        found = _HEADING.search(cell.text) if cell.kind == "markdown" else None
        if found:
            yield title, own
            title, own = found[1].strip(), []
        own.append(cell)
    yield title, own


def _minutes(cell: Cell) -> float:
    if cell.kind == "markdown":
        text = _TRIED.sub("", cell.text)
        words = len(_WORD.findall(_ADDRESS.sub("]", text)))
        return words / WORDS_A_MINUTE + changes(text) * CHANGE_MIN + len(findings(text)) * FINDING_MIN
    if _PREDICT.search(cell.text):
        return PREDICTION_MIN
    if asked := _QUIZ.search(cell.text):
        return len(find(asked[1])) * QUESTION_MIN
    if "hide-input" in cell.tags:
        return 0.0
    return sum(bool(line.strip()) for line in cell.text.splitlines()) / LINES_A_MINUTE
