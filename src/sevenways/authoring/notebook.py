"""The notebook file itself: fixed metadata, ids from stem and position, the same bytes every time."""

from __future__ import annotations

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from sevenways.authoring.products import Product
from sevenways.authoring.source import Cell

# No language version: a rebuild on another Python changes nothing.
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
}


def unexecuted(product: Product) -> NotebookNode:
    """The notebook before any cell has run."""
    cells = [_cell(cell, f"{product.stem}-{position:03d}") for position, cell in enumerate(product.cells, start=1)]
    return new_notebook(cells=cells)


def to_bytes(notebook: NotebookNode) -> bytes:
    """The file as it is committed: valid, our metadata and not the kernel's, one newline at the end."""
    notebook.metadata = nbformat.from_dict(METADATA)
    nbformat.validate(notebook)
    return (nbformat.writes(notebook, version=4).rstrip("\n") + "\n").encode()


def _cell(cell: Cell, cell_id: str) -> NotebookNode:
    metadata: dict[str, object] = {"tags": list(cell.tags)} if cell.tags else {}
    make = new_code_cell if cell.kind == "code" else new_markdown_cell
    return make(cell.text, id=cell_id[-64:], metadata=metadata)
