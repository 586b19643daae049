"""An untouched lab runs from top to bottom: a learner who only presses Run All meets no traceback."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from sevenways.authoring.execute import execute

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("path", sorted((ROOT / "labs").glob("*.ipynb")), ids=lambda path: path.stem)
def test_an_untouched_lab_runs_without_an_exception(path: Path) -> None:
    execute(nbformat.read(path, as_version=4), path.parent)
