"""The notebook file itself: fixed metadata, ids from stem and position, the same bytes every time."""

from __future__ import annotations

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from sevenways.authoring.products import Product
from sevenways.authoring.source import HIDE_OUTPUT, Cell

# No language version: a rebuild on another Python changes nothing.
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
}

# The book folds by tags, JupyterLab by these; it unfolds an output when the cell is run. An answer is folded in the book only:
# who opens a solution in JupyterLab wants to see it.
_FOLDED_IN_JUPYTERLAB = {HIDE_OUTPUT: "outputs_hidden", "hide-input": "source_hidden"}
_ANSWERS = {"exercise", "solution"}


def unexecuted(product: Product) -> NotebookNode:
    """The notebook before any cell has run."""
    cells = [
        _cell(cell, cell.id or f"{product.stem}-{position:03d}") for position, cell in enumerate(product.cells, start=1)
    ]
    return new_notebook(cells=cells)


def from_bytes(content: bytes) -> NotebookNode:
    """A notebook file read back. Raises ValueError when it is none."""
    try:
        return nbformat.reads(content.decode(), as_version=4)
    except (nbformat.reader.NotJSONError, nbformat.ValidationError, AttributeError) as error:
        raise ValueError(str(error)) from None


def take_outputs(made: NotebookNode, committed: NotebookNode) -> None:
    """Give each code cell the outputs and the number that the committed cell of the same id has."""
    ran = {cell.id: cell for cell in committed.cells if cell.cell_type == "code" and "id" in cell}
    for cell in made.cells:
        if cell.cell_type == "code" and cell.id in ran:
            cell.outputs, cell.execution_count = ran[cell.id].outputs, ran[cell.id].execution_count


def to_bytes(notebook: NotebookNode) -> bytes:
    """The file as it is committed: valid, our metadata and not the kernel's, one newline at the end."""
    notebook.metadata = nbformat.from_dict(METADATA)
    nbformat.validate(notebook)
    return (nbformat.writes(notebook, version=4).rstrip("\n") + "\n").encode()


def _cell(cell: Cell, cell_id: str) -> NotebookNode:
    metadata: dict[str, object] = {"tags": list(cell.tags)} if cell.tags else {}
    if cell.claims:
        metadata["claims"] = list(cell.claims)
    folded = () if _ANSWERS & {*cell.tags} else [tag for tag in _FOLDED_IN_JUPYTERLAB if tag in cell.tags]
    if folded:
        metadata["jupyter"] = {_FOLDED_IN_JUPYTERLAB[tag]: True for tag in folded}
    make = new_code_cell if cell.kind == "code" else new_markdown_cell
    return make(cell.text, id=cell_id[-64:], metadata=metadata)
