"""What becomes of a change: the folded answer to each "Change it" and to each thing to find out, and the proof that it was run.

In Markdown, between a line `:::tried` and a line `:::`, stand code, what it shows, and a word on why:

    :::tried
    ```python
    quiet_afternoon(window_s=4).summary()["invocations"]
    ```
    ```text
    12
    ```
    Five orders come together in four seconds.
    :::

The block becomes `<details>`. Whenever the lesson is built its code is run in a kernel that is not the lesson's, after those cells
of the lesson that make the names it uses, and what it shows must be what stands there. So it may use every function of the lesson and
must open the Clouds that it works in. Nothing of it gets into the learner's kernel.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from sevenways.authoring.execute import ExecutionError, execute
from sevenways.authoring.source import Source, SourceError
from sevenways.way.names import makes, needs

OPENS, CLOSES = ":::tried", ":::"
SUMMARY, SHOWS = "what happens, and why", "It shows:"
_BLOCK = re.compile(rf"^{OPENS}\n(.*?)\n{CLOSES}$", re.MULTILINE | re.DOTALL)
_STEP = re.compile(r"^```python\n(?P<code>.*?)\n```\n+```text\n(?P<shows>.*?)\n```$", re.MULTILINE | re.DOTALL)
_SHOWS = re.compile(r"^```\n+```text$", re.MULTILINE)
_FENCE = re.compile(r"^```(?:python|text)$", re.MULTILINE)
# as %reset does, without its search for garbage
FORGET = "for _name in [name for name in globals() if not name.startswith('_')]:\n    del globals()[_name]"
_RESULTS = ("execute_result", "display_data")


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """Code, what it shows as text, the source, its line there, and the place of the cell it stands in."""

    source: Source = field(repr=False)
    code: str
    shows: str
    line: int
    place: int


def steps(source: Source) -> list[Step]:
    """All code that was tried, in the order of the lesson. SourceError where a block is not as it should be."""
    return [step for place in range(len(source.cells)) for step in _steps(source, place)]


def folded(text: str) -> str:
    """A text with its blocks made into folds, numbered if there are several. Their class tells them from a prediction's folds."""
    several = len(_BLOCK.findall(text)) > 1
    number = count(1)

    def fold(found: re.Match[str]) -> str:
        title = f"Tried ({next(number)}): {SUMMARY}" if several else f"Tried: {SUMMARY}"
        body = _SHOWS.sub(f"```\n\n{SHOWS}\n\n```text", found[1].strip())
        return f'<details class="tried">\n<summary>{title}</summary>\n\n{body}\n\n</details>'

    return _BLOCK.sub(fold, text)


def complaints(sources: Sequence[Source], folder: Path) -> Iterator[str]:
    """Run all of it in one kernel; a sentence for each step that shows something else than what stands there."""
    notebook = new_notebook()
    ran: list[Step] = []  # for each cell the step that it belongs to
    tried = [step for source in sources for step in steps(source)]
    for step in tried:
        notebook.cells += [new_code_cell(FORGET), *map(new_code_cell, makers(step)), new_code_cell(step.code)]
        ran += [step] * (len(notebook.cells) - len(ran))
    try:
        if tried:
            execute(notebook, folder)
    except ExecutionError as error:
        yield f"{_at(ran[error.index])}: what is tried here {error}."
        return
    last = dict(zip(ran, notebook.cells, strict=True))
    for step in tried:
        yield from differences(step, last[step])


def makers(step: Step) -> list[str]:
    """The cells above that make what the step needs, what those need, and so on."""
    above = [cell.text for cell in step.source.cells[: step.place] if cell.kind == "code"]
    found: set[int] = set()
    wanted = needs([step.code])
    while True:
        more = {at for name in wanted if (at := _last_that_makes(name, above)) is not None}
        if more <= found:
            return [above[place] for place in sorted(found)]
        found |= more
        wanted |= needs([above[place] for place in sorted(found)])


def differences(step: Step, cell: NotebookNode) -> Iterator[str]:
    """A sentence when the cell, in which the step was run, shows something else than the lesson says."""
    shown = _shown(cell)
    if shown != step.shows.rstrip():
        yield f"{_at(step)}: what is tried here shows\n{shown}\nand the lesson says\n{step.shows}"


def _steps(source: Source, place: int) -> Iterator[Step]:
    cell = source.cells[place]
    if cell.kind != "markdown":
        return
    opened = [cell.text.count("\n", 0, found.start()) for found in re.finditer(rf"^{OPENS}$", cell.text, re.MULTILINE)]
    blocks = list(_BLOCK.finditer(cell.text))
    if len(opened) != len(blocks) or any(OPENS in block[1].splitlines() for block in blocks):
        raise SourceError(f"{_line(source, cell.line + 1 + opened[0])}: a `{OPENS}` without its `{CLOSES}`.")
    for block in blocks:
        first_line = cell.line + 1 + cell.text.count("\n", 0, block.start(1))
        found = list(_STEP.finditer(block[1]))
        if not found or 2 * len(found) != len(_FENCE.findall(block[1])):
            raise SourceError(
                f"{_line(source, first_line)}: a `{OPENS}` block holds ```python and, right after it, ```text with what that shows."
            )
        for step in found:
            yield Step(source, step["code"], step["shows"], first_line + block[1].count("\n", 0, step.start()), place)


def _last_that_makes(name: str, codes: list[str]) -> int | None:
    return next((place for place in reversed(range(len(codes))) if name in makes(codes[place])), None)


def _shown(cell: NotebookNode) -> str:
    """All texts of a cell. What is printed may come in pieces, cut anywhere; a result stands on lines of its own."""
    shown = ""
    for output in cell.outputs:
        if output.output_type == "stream":
            shown += output.text
        elif output.output_type in _RESULTS:
            shown = f"{shown.rstrip()}\n{output.data.get('text/plain', '').rstrip()}\n"
    return shown.strip("\n").rstrip()


def _at(step: Step) -> str:
    return _line(step.source, step.line)


def _line(source: Source, line: int) -> str:
    return f"content/{source.path.parent.name}/{source.path.name}:{line}"
