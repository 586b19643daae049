"""A unit starts over, and what was written is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from sevenways.workbook.starting_over import start_over
from sevenways.workbook.update import NoWorkbook, update
from tests.course.workbook.conftest import notebook

LAB = "labs/lab01-b.ipynb"


def test_a_unit_starts_over_with_a_backup_and_the_sentence_where_it_is(root: Path, folder: Path) -> None:
    update(root, folder)
    (folder / LAB).write_bytes(notebook("my answer = 42"))
    [said] = start_over(root, folder, "01")
    backup = folder / "backups" / "lab01-b-1.ipynb"
    assert said == f"{LAB} starts over. Yours is kept: {backup}"
    assert backup.read_bytes() == notebook("my answer = 42")
    assert (folder / LAB).read_bytes() == (root / LAB).read_bytes()
    assert update(root, folder).sentences() == []


def test_a_second_backup_does_not_replace_the_first(root: Path, folder: Path) -> None:
    update(root, folder)
    for answer in ("first = 1", "second = 2"):
        (folder / LAB).write_bytes(notebook(answer))
        start_over(root, folder, "1")
    assert (folder / "backups/lab01-b-1.ipynb").read_bytes() == notebook("first = 1")
    assert (folder / "backups/lab01-b-2.ipynb").read_bytes() == notebook("second = 2")


@pytest.mark.parametrize("unit", ["1", "01", "01-b", "lab01", "lab01-b"])
def test_a_unit_may_be_named_as_one_likes(root: Path, folder: Path, unit: str) -> None:
    update(root, folder)
    (folder / LAB).write_bytes(notebook("my answer = 42"))
    assert len(start_over(root, folder, unit)) == 1


def test_a_unit_that_is_not_there_is_answered_with_those_that_are(root: Path, folder: Path) -> None:
    with pytest.raises(NoWorkbook, match="There is no unit '9'. The units are 00, 01:"):
        start_over(root, folder, "9")


def test_nothing_to_start_over_is_said_and_makes_no_backup(root: Path, folder: Path) -> None:
    update(root, folder)
    assert start_over(root, folder, "01") == ["Unit 01 is as the course has it already: nothing to start over."]
    assert not (folder / "backups").exists()
