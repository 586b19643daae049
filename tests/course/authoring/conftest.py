"""Small made-up sources in a folder of their own."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[3]
Write = Callable[[str, str], Path]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with nothing in it yet."""
    for folder in ("content/lessons", "content/labs", "book"):
        (tmp_path / folder).mkdir(parents=True)
    shutil.copy(REPOSITORY / ".importlinter", tmp_path)  # the picture of the house is drawn from it
    (tmp_path / "content" / "claims.toml").write_text("claims = {}\nmisconceptions = {}\narticle.checked = 'today'\n")
    return tmp_path


@pytest.fixture
def write(root: Path) -> Write:
    """write("01-a", text) makes a lesson, write("lab01-a", text) a lab."""

    def write(stem: str, text: str) -> Path:
        path = root / "content" / ("labs" if stem.startswith("lab") else "lessons") / f"{stem}.py"
        path.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
        return path

    return write
