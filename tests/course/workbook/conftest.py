"""A course of two units, and a workbook beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest


def notebook(text: str, output: str = "") -> bytes:
    """A notebook with a title and one cell, which has run when `output` is given."""
    outputs = [{"output_type": "stream", "name": "stdout", "text": output}] if output else []
    cells = [
        {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# Title"},
        {"cell_type": "code", "id": "b", "metadata": {}, "source": text, "execution_count": 1, "outputs": outputs},
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The course."""
    root = tmp_path / "course"
    for name in ("notebooks/00-a", "notebooks/01-b", "labs/lab01-b", "solutions/lab01-b-solution"):
        path = root / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(notebook(f"{name} = 1"))
    (root / "content").mkdir()
    return root


@pytest.fixture
def folder(root: Path) -> Path:
    """The workbook, not there yet."""
    return root / "workbook"
