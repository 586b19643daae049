"""Predict, then see: what a lesson's `predict` cells make of the cells after them.

A cell that is nothing but `predict("01.asks-again")` opens a prediction. The prose that answers it stands in a block of the Markdown
that follows, between a line `:::answer` and a line `:::`; there may be a second and a third. From the prediction to its last block

- what the code cells show is folded until the learner runs them, and so it is right after a text that ends with a block;
- each block becomes `<details>`, which JupyterLab, GitHub and the book open on a click. The first of them begins with the right
  choice and ends with a word on each other one: letters and words come from `widgets/predictions/`, so that no letter stands in a
  lesson and choices may be put in another order.

A cell further away whose output would tell, too, is tagged `hide-output` by its author.

A prediction that no cell answers carries its explanation with its data, and its block is empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sevenways.authoring import tried
from sevenways.authoring.source import HIDE_OUTPUT, Cell, Source, SourceError
from sevenways.widgets.predicted import Prediction, all_predictions

_ASKS = re.compile(r'predict\("([^"]+)"\)\s*')
_CALL = re.compile(r"^\s*predict\(", re.MULTILINE)
_OPENS, _CLOSES = ":::answer", ":::"
_QUOTE = "> **Predict"
_HEADING = re.compile(r"#{1,6} ")

FIRST, FURTHER, NO_CELL = "What happened, and why", "What happened next", "The answer, and why"


def asked_by(cell: Cell) -> str | None:
    """The id of the prediction that this cell asks, or None."""
    found = _ASKS.fullmatch(cell.text) if cell.kind == "code" else None
    return found[1] if found else None


def folded(source: Source, known: Sequence[Prediction] | None = None) -> Iterator[Cell]:
    """The cells of a lesson with every answer folded. Raises SourceError with file and line; `known` is for tests."""
    own = [each for each in (all_predictions() if known is None else known) if each.lesson == source.stem]
    by_id = {each.id: each for each in own}
    _refuse_strangers(source, by_id)
    prediction: Prediction | None = None
    seen = 0
    ends = _ends(source.cells)
    for index, cell in enumerate(source.cells):
        if id := asked_by(cell):
            prediction, seen = by_id[id], 0
            yield replace(cell, id=prediction.cell)
        elif cell.kind == "markdown":
            text, count = _with_folds(source, cell, prediction, seen)
            seen += count
            yield replace(cell, text=text) if count else cell
        elif prediction and index < ends[prediction.id]:
            if HIDE_OUTPUT in cell.tags:
                raise _wrong(source, cell.line, f"the tag {HIDE_OUTPUT!r} on what is folded anyway; take it out.")
            yield replace(cell, tags=(*cell.tags, HIDE_OUTPUT))
        else:
            yield cell


def _ends(cells: Sequence[Cell]) -> dict[str, int]:
    """Prediction to the index of the first cell that is no longer a part of its answer."""
    ends: dict[str, int] = {}
    id: str | None = None
    for index, cell in enumerate(cells):
        id = asked_by(cell) or id
        if id and (_has_block(cell) or (ends.get(id) == index and _shows_what_is_folded(cells, index))):
            ends[id] = index + 1
    return ends


def _has_block(cell: Cell) -> bool:
    return cell.kind == "markdown" and _OPENS in cell.text.splitlines()


def _shows_what_is_folded(cells: Sequence[Cell], index: int) -> bool:
    """Is this a code cell, and the last text before it ends with a block? Then that text speaks of what the cell shows."""
    text = next((cell.text for cell in reversed(cells[:index]) if cell.kind == "markdown"), "")
    last = next((line for line in reversed(text.splitlines()) if line in (_OPENS, tried.OPENS)), None)
    return cells[index].kind == "code" and last == _OPENS and text.rstrip().endswith(f"\n{_CLOSES}")


def _first_block(cells: Sequence[Cell], asked: int) -> int:
    """The index of the first block after the cell that asks."""
    after = enumerate(cells[asked + 1 :], start=asked + 1)
    return next(index for index, cell in after if _has_block(cell))


def _with_folds(source: Source, cell: Cell, prediction: Prediction | None, seen: int) -> tuple[str, int]:
    """The text of a cell with its blocks made into folds, and how many there were; `seen` blocks came before."""
    lines: list[str] = []
    block: list[str] | None = None
    is_tried = False
    count = 0
    for number, line in enumerate(cell.text.splitlines(), start=cell.line + 1):
        if is_tried or line == tried.OPENS:  # another room's block, of which nothing is an answer
            is_tried = line != _CLOSES
            lines.append(line)
        elif line == _OPENS:
            if prediction is None or block is not None:
                raise _wrong(source, number, "`:::answer` belongs after a predict cell, and not inside another block.")
            block = []
        elif line == _CLOSES:
            if block is None or prediction is None:
                raise _wrong(source, number, "`:::` closes no `:::answer`.")
            lines += _fold(source, number, prediction, "\n".join(block).strip(), is_first=seen + count == 0)
            block, count = None, count + 1
        elif block is not None:
            if _HEADING.match(line):
                raise _wrong(source, number, "a heading inside an answer; close the block before it.")
            block.append(line)
        else:
            lines.append(line)
    if block is not None:
        raise _wrong(source, cell.line, "an `:::answer` without a `:::` in the same cell.")
    return "\n".join(lines).strip(), count


def _fold(source: Source, line: int, prediction: Prediction, body: str, *, is_first: bool) -> list[str]:
    if not is_first:
        return ["<details>", f"<summary>{FURTHER}</summary>", "", body, "", "</details>"]
    if bool(body) == bool(prediction.answer):
        raise _wrong(
            source, line, f"the answer to {prediction.id} stands here or, where no cell shows it, with its data: once."
        )
    summary = FIRST if prediction.shows else NO_CELL
    right = f"**{prediction.letter(prediction.right)})** {prediction.right.text}"
    words = [
        f"- {letter}) *{choice.text}*: {choice.because}" for letter, choice in prediction.lettered() if not choice.right
    ]
    others = ["And the others?", "", *words]
    parts = ["<details>", f"<summary>{summary}</summary>", "", right, "", body or prediction.answer, ""]
    return [*parts, *others, "", "</details>"]


def _refuse_strangers(source: Source, by_id: dict[str, Prediction]) -> None:
    """Each prediction of the lesson is asked once, answered, and answered by a cell if its data says so."""
    asked: dict[str, int] = {}
    for index, cell in enumerate(source.cells):
        if _QUOTE in cell.text:
            raise _wrong(source, cell.line, 'a prediction as a quote; write a cell predict("...") and its data.')
        id = asked_by(cell)
        if id is None:
            if cell.kind == "code" and _CALL.search(cell.text):
                raise _wrong(source, cell.line, 'a predict cell holds predict("...") and nothing else.')
            continue
        if id not in by_id:
            raise _wrong(source, cell.line, f"{id} is not in widgets/predictions/{source.stem}.toml.")
        if id in asked:
            raise _wrong(source, cell.line, f"{id} is asked a second time.")
        asked[id] = index
    ends = _ends(source.cells)
    for id, index in asked.items():
        if id not in ends:
            raise _wrong(source, source.cells[index].line, f"{id} has no `:::answer` before the next prediction.")
        has_cell = any(cell.kind == "code" for cell in source.cells[index + 1 : _first_block(source.cells, index)])
        if has_cell != bool(by_id[id].shows):
            raise _wrong(
                source, source.cells[index].line, f"{id} names what its cells show if there are any, and only then."
            )
    for id in by_id.keys() - asked.keys():
        raise _wrong(source, 1, f"the lesson never asks {id}.")
    if list(asked) != list(by_id):
        raise _wrong(source, 1, f"widgets/predictions/{source.stem}.toml has another order than the lesson.")


def _wrong(source: Source, line: int, complaint: str) -> SourceError:
    return SourceError(f"content/{source.path.parent.name}/{source.path.name}:{line}: {complaint}")
