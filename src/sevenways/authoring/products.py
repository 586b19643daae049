"""Which notebooks one source becomes, and which cells each of them holds.

A lesson becomes `notebooks/NN-name.ipynb`, executed; what answers a prediction is folded (predictions.py), and so is what becomes of a
change (tried.py). Numbers are put into its sentences (figures.py), and no amount has a dollar sign (dollars.py).
A lab becomes `labs/labNN-name.ipynb` with holes, not executed, and `solutions/labNN-name-solution.ipynb`, filled in and executed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from sevenways.authoring import dollars, figures, grammar, predictions, tried
from sevenways.authoring.source import Cell, Source, SourceError

FOLDERS = ("notebooks", "labs", "solutions")
SOLUTION_SUFFIX = "-solution"  # stems are unique across folders, so that a name says which file is meant


@dataclass(frozen=True)
class Product:
    """One notebook to be written; `path` is relative to the repository.

    `answered` are its cells once a learner has filled in every hole, and added what a solution adds: other than `cells` only for a lab.
    """

    path: Path
    source: Source
    cells: tuple[Cell, ...]
    is_executed: bool
    answered: tuple[Cell, ...]

    @property
    def stem(self) -> str:
        return self.path.stem


def products_of(source: Source) -> list[Product]:
    """One product for a lesson, two for a lab. Raises SourceError when a marker survives, or for what can't be filled in or folded."""
    tried.steps(source)
    written = figures.filled(source)
    if source.kind == "lesson":
        cells = tuple(_with_what_was_tried(cell) for cell in predictions.folded(written))
        products = [Product(Path("notebooks", f"{source.stem}.ipynb"), source, cells, True, cells)]
    else:
        lab = tuple(_with(cell, grammar.with_holes) for cell in written.cells if "solution" not in cell.tags)
        title, *rest = (_folded(_with(cell, grammar.without_markers)) for cell in written.cells)
        solution = (replace(title, text=title.text.replace("# ", "# Solution: ", 1)), *rest)
        products = [
            Product(Path("labs", f"{source.stem}.ipynb"), source, lab, False, solution),
            Product(Path("solutions", f"{source.stem}{SOLUTION_SUFFIX}.ipynb"), source, solution, True, solution),
        ]
    for product in products:
        _refuse_leftovers(product)
    return [replace(each, cells=tuple(dollars.in_words(source, cell) for cell in each.cells)) for each in products]


def committed_products(root: Path) -> list[Path]:
    """The notebooks that are there now, relative to the repository."""
    return [path.relative_to(root) for folder in FOLDERS for path in sorted((root / folder).glob("*.ipynb"))]


# What follows a fold: neither another fold, which belongs to it, nor a heading, which keeps its distance anyway.
_AFTER_A_FOLD = re.compile(r"(?<=^</details>\n\n)(?=[^<#\n])", re.MULTILINE)
_ROOM = "<p></p>\n\n"  # JupyterLab sets text right under a fold


def _with_what_was_tried(cell: Cell) -> Cell:
    if cell.kind != "markdown":
        return cell
    return replace(cell, text=_AFTER_A_FOLD.sub(_ROOM, tried.folded(cell.text)))


def _with(cell: Cell, change: Callable[[str], str]) -> Cell:
    is_marked = cell.kind == "code" and grammar.is_marked(cell.text)
    return replace(cell, text=change(cell.text)) if is_marked else cell


def _folded(cell: Cell) -> Cell:
    """The book folds the answer away, so that a reader meets the task first."""
    is_answer = cell.kind == "code" and {"exercise", "solution"} & set(cell.tags)
    if not is_answer or "hide-input" in cell.tags:
        return cell
    return replace(cell, tags=(*cell.tags, "hide-input"))


def _refuse_leftovers(product: Product) -> None:
    for cell in product.cells:
        if cell.kind == "code" and grammar.is_marked(cell.text):
            raise SourceError(f"{product.path}: a marker is left over from line {cell.line} of the source.")
        if product.path.parent.name == "labs" and "solution" in cell.tags:
            raise SourceError(f"{product.path}: the solution on line {cell.line} of the source is still in it.")
