"""Read one percent file of content/ and hold it to the house rules."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import jupytext

from sevenways.authoring import grammar

HIDE_OUTPUT = "hide-output"  # what a prediction is about stays folded until its cell is run; most are set by the build
TAGS = frozenset({"exercise", "solution", "hide-input", HIDE_OUTPUT, "raises-exception", "nbval-ignore-output"})
MOST_IGNORED_OUTPUTS = 5  # nbval compares nothing there, so a handful at most

_STEMS = {"lesson": re.compile(r"\d\d-[a-z0-9-]+"), "lab": re.compile(r"lab\d\d-[a-z0-9-]+")}
_CELL_START = re.compile(r"^# %%", re.MULTILINE)
_CLAIM_IN_PROSE = re.compile(r"\[(?:[A-Z]\d+|misconceptions? \d+)\b[^\]\n]*\](?!\()")
_HEADING = re.compile(r"^#{1,3} ", re.MULTILINE)

Kind = Literal["lesson", "lab"]


class SourceError(Exception):
    """One sentence, with file and line, about what a source does that the house style does not allow."""


@dataclass(frozen=True)
class Cell:
    """One cell; `line` is where it starts in the source file, `id` its own in the notebook (else stem and position).

    `claims` are the ids of content/claims.toml that the cell's output shows: `# %% claims=["S4", "misconception 2"]`.
    """

    kind: Literal["markdown", "code"]
    text: str
    tags: tuple[str, ...] = ()
    line: int = 1
    id: str = ""
    claims: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """One lesson or lab as it was written, already valid."""

    path: Path
    kind: Kind
    cells: tuple[Cell, ...]

    @property
    def stem(self) -> str:
        return self.path.stem


def find_sources(root: Path) -> list[Path]:
    """All lessons, then all labs, by name."""
    return [path for folder in ("lessons", "labs") for path in sorted((root / "content" / folder).glob("*.py"))]


def read_source(path: Path, name: str = "") -> Source:
    """Read and check one percent file; `name` is how errors call it. Raises SourceError."""
    kind: Kind = "lab" if path.parent.name == "labs" else "lesson"
    name = name or f"content/{path.parent.name}/{path.name}"
    if not _STEMS[kind].fullmatch(path.stem):
        shape = "01-sqs.py" if kind == "lesson" else "lab01-sqs.py"
        raise SourceError(f"{name}: a {kind} is named like {shape}: two digits, then words with hyphens.")
    source = Source(path, kind, tuple(_cells(path.read_text(encoding="utf-8"), name)))
    for line, complaint in _complaints(source):
        raise SourceError(f"{name}:{line}: {complaint}")
    return source


def _cells(text: str, name: str) -> Iterator[Cell]:
    notebook = jupytext.reads(text, fmt="py:percent")
    starts = [text.count("\n", 0, match.start()) + 1 for match in _CELL_START.finditer(text)]
    starts = [1] * (len(notebook.cells) - len(starts)) + starts  # text above the first marker is a cell as well
    for cell, line in zip(notebook.cells, starts, strict=False):
        if cell.cell_type not in ("markdown", "code"):
            raise SourceError(f"{name}:{line}: a {cell.cell_type} cell; write Markdown or code.")
        yield Cell(
            cell.cell_type,
            cell.source,
            tuple(cell.metadata.get("tags", ())),
            line,
            claims=tuple(cell.metadata.get("claims", ())),
        )


def _complaints(source: Source) -> Iterator[tuple[int, str]]:
    cells = source.cells
    if not cells or cells[0].kind != "markdown" or not cells[0].text.startswith("# "):
        yield 1, "the first cell is Markdown and opens with the title, `# ...`."
    ignored = [cell for cell in cells if "nbval-ignore-output" in cell.tags]
    if len(ignored) > MOST_IGNORED_OUTPUTS:
        yield (
            ignored[MOST_IGNORED_OUTPUTS].line,
            f"{len(ignored)} cells are tagged nbval-ignore-output; at most {MOST_IGNORED_OUTPUTS} may be, "
            "since nothing compares them.",
        )
    for cell in cells:
        for complaint in _cell_complaints(cell, source.kind):
            yield cell.line, complaint
    for cell in _unchecked_exercises(cells):
        yield cell.line, 'an exercise, and no check("...") after it before the next heading.'


def _cell_complaints(cell: Cell, kind: Kind) -> Iterator[str]:
    for tag in cell.tags:
        if tag not in TAGS:
            yield f"the tag {tag!r} is not one of ours ({', '.join(sorted(TAGS))})."
    if not cell.text.strip():
        yield "an empty cell; take it out."
        return
    if cell.kind == "markdown":
        if cell.claims:
            yield "a claim on Markdown; put it on the code cell whose output shows it."
        if mark := _CLAIM_IN_PROSE.search(cell.text):
            yield f"the tag {mark[0]} in the text a learner reads; write claims=[...] on the cell that shows it."
        if grammar.MARKER_IN_PROSE.search(cell.text):
            yield "a solution marker in Markdown; tag the cell `solution` to keep it out of the lab."
        return
    if cell.text.rstrip().endswith(";"):
        yield "the cell ends with a semicolon, which nbval cannot compare; take it out."
    try:
        marked = grammar.is_marked(cell.text)
        if marked and kind == "lab" and "solution" not in cell.tags:
            grammar.with_holes(cell.text)
    except grammar.GrammarError as error:
        yield str(error)
        return
    if kind == "lesson" and (marked or "solution" in cell.tags):
        yield "a solution in a lesson; solutions belong to content/labs/."
    elif marked and "solution" in cell.tags:
        yield "a marker in a cell tagged `solution`; the whole cell is left out of the lab already."
    elif marked and "exercise" not in cell.tags:
        yield "a solution marker in a cell that is not tagged `exercise`."
    elif kind == "lab" and "exercise" in cell.tags and not marked:
        yield "an exercise without a marked solution, so the lab would give the answer away."


def _unchecked_exercises(cells: tuple[Cell, ...]) -> Iterator[Cell]:
    waiting: list[Cell] = []
    for cell in cells:
        if cell.kind == "markdown" and _HEADING.search(cell.text):
            yield from waiting
            waiting = []
        elif "exercise" in cell.tags:
            waiting.append(cell)
        elif cell.kind == "code" and "solution" not in cell.tags and _calls_check(cell.text):
            waiting = []
    yield from waiting


def _calls_check(code: str) -> bool:
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return False
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "check"
        for node in ast.walk(tree)
    )
