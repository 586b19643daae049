"""What is committed in notebooks/, labs/ and solutions/. Whether it is fresh is `make check`'s question."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest

from sevenways.authoring import grammar
from sevenways.authoring.build import MOST_BYTES
from sevenways.authoring.outputs import BLANK
from sevenways.authoring.products import committed_products
from sevenways.authoring.source import HIDE_OUTPUT, MOST_IGNORED_OUTPUTS, TAGS

ROOT = Path(__file__).parents[3]
PRODUCTS = committed_products(ROOT)
KEPT_TYPES = {"text/plain", "text/html", "text/markdown", "image/svg+xml"}


def read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(ROOT / path, as_version=4)


def complaints(path: Path, notebook: nbformat.NotebookNode) -> list[str]:
    """Everything that is wrong with one product, so that made-up ones can be tried as well."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    tags = {tag for cell in notebook.cells for tag in cell.metadata.get("tags", ())}
    found = [f"the tag {tag!r} is not in the vocabulary" for tag in sorted(tags - TAGS - {HIDE_OUTPUT})]
    if not notebook.cells or not notebook.cells[0].source.startswith("# "):
        found.append("has no title")
    if any(grammar.MARKER_IN_PROSE.search(cell.source) for cell in notebook.cells):
        found.append("still has a solution marker")
    if "widgets" in notebook.metadata or "version" in notebook.metadata.get("language_info", {}):
        found.append("holds widget state or a language version")
    if path.parts[0] == "labs":
        if any(cell.outputs or cell.execution_count for cell in code):
            found.append("is a lab, and has been executed")
        if "solution" in tags:
            found.append("is a lab, and holds a solution")
        return found
    if [cell.execution_count for cell in code] != list(range(1, len(code) + 1)):
        found.append("was not executed from top to bottom, so nbval would compare nothing")
    if not any(cell.outputs for cell in code):
        found.append("has no outputs, so nbval would compare nothing")
    shown = [output for cell in code for output in cell.outputs if output.get("data") != BLANK]
    types = {mime for output in shown for mime in output.get("data", ())}
    found += [f"holds an output of type {mime}" for mime in sorted(types - KEPT_TYPES)]
    return found


@pytest.mark.parametrize("path", PRODUCTS, ids=str)
def test_a_product_is_what_a_reader_and_nbval_need(path: Path) -> None:
    assert complaints(path, read(path)) == []


@pytest.mark.parametrize("path", PRODUCTS, ids=str)
def test_a_product_is_under_one_megabyte(path: Path) -> None:
    assert (ROOT / path).stat().st_size <= MOST_BYTES


def test_stems_are_unique_across_folders() -> None:
    stems = [path.stem for path in PRODUCTS]
    assert sorted(set(stems)) == sorted(stems)


def test_a_handful_of_outputs_at_most_is_ignored_in_the_whole_course() -> None:
    tags = [tag for path in PRODUCTS for cell in read(path).cells for tag in cell.metadata.get("tags", ())]
    assert tags.count("nbval-ignore-output") <= MOST_IGNORED_OUTPUTS


def good_notebook() -> dict:
    output = {"name": "stdout", "output_type": "stream", "text": "hi\n"}
    return {
        "cells": [
            {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# Title"},
            {"cell_type": "code", "id": "b", "metadata": {}, "source": "1", "execution_count": 1, "outputs": [output]},
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def test_a_good_notebook_has_no_complaints() -> None:
    assert complaints(Path("notebooks/01-a.ipynb"), nbformat.reads(json.dumps(good_notebook()), as_version=4)) == []


@pytest.mark.parametrize(
    ("folder", "part", "change", "sentence"),
    [
        ("notebooks", "code", {"outputs": []}, "has no outputs"),
        ("notebooks", "code", {"execution_count": None}, "was not executed from top to bottom"),
        ("notebooks", "code", {"execution_count": 7}, "was not executed from top to bottom"),
        ("notebooks", "code", {"metadata": {"tags": ["skip"]}}, "the tag 'skip' is not in the vocabulary"),
        ("notebooks", "code", {"source": "x = 1  # SOLUTION"}, "still has a solution marker"),
        ("notebooks", "notebook", {"metadata": {"widgets": {}}}, "holds widget state"),
        ("labs", "code", {}, "is a lab, and has been executed"),
    ],
)
def test_a_bad_notebook_is_told_what_is_wrong(folder: str, part: str, change: dict, sentence: str) -> None:
    notebook = good_notebook()
    (notebook["cells"][1] if part == "code" else notebook).update(change)
    found = complaints(Path(folder, "01-a.ipynb"), nbformat.reads(json.dumps(notebook), as_version=4))
    assert any(sentence in complaint for complaint in found), found
