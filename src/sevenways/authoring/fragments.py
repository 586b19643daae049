"""The fragment of a link into a notebook, without the `#`: what the book's pages answer to, and JupyterLab."""

from __future__ import annotations


def address(cell_id: str) -> str:
    """Of a cell."""
    return f"cell-id={cell_id}"


def anchor(heading: str) -> str:
    """Of a heading, as JupyterLab and GitHub make it for a notebook."""
    return heading.replace(" ", "-")
