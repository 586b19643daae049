"""JupyterLab is opened on the workbook, with the repository as its root."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sevenways.workbook.opening import lab_command, where_to_begin
from sevenways.workbook.update import update
from tests.course.workbook.conftest import notebook

REPOSITORY = Path(__file__).parents[3]


def test_the_repository_is_the_root_and_the_first_lesson_opens(root: Path, folder: Path) -> None:
    update(root, folder)
    command = lab_command(root, folder, ["--no-browser"])
    assert f"--ServerApp.root_dir={root}" in command and "--no-browser" in command
    assert command[-1] == str(folder / "notebooks/00-start-here.ipynb")
    page = (folder / "notebooks/00-start-here.ipynb").relative_to(root).as_posix()
    assert f"--LabApp.default_url=/lab/tree/{page}" in command, "the address that JupyterLab prints is the lesson's"


def test_a_workbook_elsewhere_is_its_own_root(root: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    update(root, elsewhere)
    assert f"--ServerApp.root_dir={elsewhere}" in lab_command(root, elsewhere, [])


@pytest.mark.parametrize(("user", "allowed"), [(0, True), (1000, False)])
def test_only_root_is_allowed_to_be_root(root: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, user: int, allowed: bool) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user, raising=False)
    assert ("--allow-root" in lab_command(root, folder, [])) == allowed


def test_where_she_wrote_last_is_where_she_begins(root: Path, folder: Path) -> None:
    update(root, folder)
    (folder / "labs/lab01-b.ipynb").write_bytes(notebook("my answer = 42"))
    assert where_to_begin(folder) == "labs/lab01-b.ipynb"


def test_the_command_line_updates_starts_over_and_answers_mistakes(root: Path, folder: Path, tmp_path: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "sevenways.workbook", *arguments],
            cwd=root,
            env=os.environ | {"JUPYTER_DATA_DIR": str(tmp_path / "data")},
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )

    assert str(folder) in run("update").stdout, "the course that one stands in is the one that is taken"
    (folder / "labs/lab01-b.ipynb").write_bytes(notebook("my answer = 42"))
    assert "Yours is kept: " in run("start-over", "1").stdout
    wrong = run("start-over", "7")
    assert wrong.returncode == 1 and wrong.stderr.startswith("There is no unit '7'.") and "Traceback" not in wrong.stderr
    assert run("start-over").returncode == 2


def test_working_touches_no_product(root: Path, folder: Path) -> None:
    """What `make fresh`, `make build` and `make book` look at is the repository's own: the workbook is none of their folders."""
    from sevenways.authoring.products import committed_products

    update(root, folder)
    before = {path: (root / path).read_bytes() for path in committed_products(root)}
    for path in folder.rglob("*.ipynb"):
        path.write_bytes(notebook("my answer = 42"))
    assert {path: (root / path).read_bytes() for path in committed_products(root)} == before
    ignored = subprocess.run(["git", "check-ignore", "-q", "workbook/notebooks/01-sqs.ipynb"], cwd=REPOSITORY)
    assert ignored.returncode == 0
