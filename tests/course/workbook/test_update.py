"""A workbook is brought up to date, and what a learner wrote is never touched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sevenways.workbook import files, update as updating
from sevenways.workbook.given import FILE
from sevenways.workbook.update import NoWorkbook, update
from tests.course.workbook.conftest import notebook

LESSON, LAB = "notebooks/01-b.ipynb", "labs/lab01-b.ipynb"


def test_the_first_start_copies_lessons_labs_and_solutions_side_by_side(root: Path, folder: Path) -> None:
    [said] = update(root, folder).sentences()
    assert str(folder) in said
    for name in ("notebooks/00-a.ipynb", LESSON, LAB, "solutions/lab01-b-solution.ipynb"):
        assert (folder / name).read_bytes() == (root / name).read_bytes()


def test_a_second_start_says_and_does_nothing(root: Path, folder: Path) -> None:
    update(root, folder)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*.ipynb")}
    assert update(root, folder).sentences() == []
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*.ipynb")} == before


def test_a_correction_comes_to_what_she_has_not_touched(root: Path, folder: Path) -> None:
    update(root, folder)
    (root / LESSON).write_bytes(notebook("corrected = 1"))
    [said] = update(root, folder).sentences()
    assert LESSON in said
    assert (folder / LESSON).read_bytes() == notebook("corrected = 1")
    assert not (folder / "backups").exists(), "nothing of hers was in it"


def test_the_page_that_lesson_00_links_to_comes_along_and_is_always_the_courses(root: Path, folder: Path) -> None:
    (root / "book").mkdir()
    for page in ("article.md", "facts.md"):  # the second is where the first leads
        for text in ("then", "now"):
            (root / "book" / page).write_text(text)
            update(root, folder)
            assert (folder / "book" / page).read_text() == text
        (folder / "book" / page).write_text("scribbled")
        assert update(root, folder).sentences() == []
        assert (folder / "book" / page).read_text() == "now"


def test_a_new_unit_comes_and_is_named(root: Path, folder: Path) -> None:
    update(root, folder)
    (root / "notebooks/02-c.ipynb").write_bytes(notebook("new = 1"))
    assert update(root, folder).sentences() == ["New in your workbook: notebooks/02-c.ipynb."]


def test_what_she_wrote_stays_and_she_hears_of_the_newer_one(root: Path, folder: Path) -> None:
    update(root, folder)
    hers = notebook("my answer = 42")
    (folder / LAB).write_bytes(hers)
    assert update(root, folder).sentences() == [], "the course has nothing newer: no reason to speak"
    for text in ("corrected = 1", "corrected again = 1"):
        (root / LAB).write_bytes(notebook(text))
        [said] = update(root, folder).sentences()
        assert LAB in said and "start-over UNIT=01" in said
        assert (folder / LAB).read_bytes() == hers


def test_running_is_not_writing_but_what_it_showed_is_kept(root: Path, folder: Path) -> None:
    update(root, folder)
    ran = notebook("notebooks/01-b = 1", output="hers")
    (folder / LESSON).write_bytes(ran)
    update(root, folder)
    assert (folder / LESSON).read_bytes() == ran, "the course has the same words: her outputs stay"
    (root / LESSON).write_bytes(notebook("corrected = 1"))
    assert update(root, folder).corrected == [LESSON]
    assert (folder / LESSON).read_bytes() == notebook("corrected = 1")
    assert (folder / "backups/01-b-1.ipynb").read_bytes() == ran


def test_new_outputs_alone_come_to_a_notebook_that_was_never_run(root: Path, folder: Path) -> None:
    update(root, folder)
    (root / LESSON).write_bytes(notebook("notebooks/01-b = 1", output="a better picture"))
    update(root, folder)
    assert b"a better picture" in (folder / LESSON).read_bytes()


def test_a_notebook_that_jupyterlab_wrote_in_its_own_way_is_still_the_courses(root: Path, folder: Path) -> None:
    update(root, folder)
    saved = json.loads((folder / LESSON).read_bytes())
    saved["metadata"]["language_info"] = {"version": "3.14"}
    saved["cells"][1] |= {"source": ["notebooks/01-b = 1"], "execution_count": 9, "metadata": {"trusted": True}}
    (folder / LESSON).write_text(json.dumps(saved, indent=1))
    (root / LESSON).write_bytes(notebook("corrected = 1"))
    assert update(root, folder).corrected == [LESSON]


def test_a_deleted_notebook_is_brought_again(root: Path, folder: Path) -> None:
    update(root, folder)
    (folder / LESSON).unlink()
    [said] = update(root, folder).sentences()
    assert said == f"Not there any more, so brought again: {LESSON}."
    assert (folder / LESSON).exists()


def test_a_file_of_her_own_is_left_alone(root: Path, folder: Path) -> None:
    update(root, folder)
    (folder / "notebooks/my-notes.ipynb").write_bytes(notebook("mine = 1"))
    (folder / LESSON).rename(folder / "notebooks/01-b-mine.ipynb")
    update(root, folder)
    assert (folder / "notebooks/my-notes.ipynb").read_bytes() == notebook("mine = 1")
    assert (folder / "notebooks/01-b-mine.ipynb").exists()


def test_a_product_that_was_renamed_moves_away_unless_she_wrote_in_it(root: Path, folder: Path) -> None:
    update(root, folder)
    (folder / LAB).write_bytes(notebook("my answer = 42"))
    for name in (LESSON, LAB):
        (root / name).rename(root / name.replace("-b", "-queues"))
    report = update(root, folder)
    assert report.removed == [LESSON] and not (folder / LESSON).exists()
    assert (folder / "backups/01-b-1.ipynb").exists()
    assert (folder / LAB).read_bytes() == notebook("my answer = 42")
    assert (folder / "labs/lab01-queues.ipynb").exists()


@pytest.mark.parametrize("stopped_at", [1, 2, 3])
def test_a_copy_that_was_interrupted_is_finished_by_the_next(
    root: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, stopped_at: int
) -> None:
    """At each write in turn; the notebook is the course's, whether it was written or not, though the course changes once more."""
    update(root, folder)
    (root / LESSON).write_bytes(notebook("corrected = 1"))
    writes = 0

    def stopping(path: Path, content: bytes) -> None:
        nonlocal writes
        writes += 1
        if writes == stopped_at:
            path.with_name(f".{path.name}{files.PARTIAL}").write_bytes(content[:10])
            raise KeyboardInterrupt
        files.write_whole(path, content)

    monkeypatch.setattr(updating, "write_whole", stopping)
    monkeypatch.setattr(updating.ledger, "write_whole", stopping)
    with pytest.raises(KeyboardInterrupt):
        update(root, folder)
    monkeypatch.undo()
    (root / LESSON).write_bytes(notebook("corrected twice = 1"))
    assert update(root, folder).kept == []
    assert (folder / LESSON).read_bytes() == notebook("corrected twice = 1")
    assert list(folder.rglob(f"*{files.PARTIAL}")) == []


@pytest.mark.parametrize("damage", [None, "", "[]", '{"signatures": 3}'])
def test_a_workbook_whose_record_is_missing_or_damaged_loses_nothing(root: Path, folder: Path, damage: str | None) -> None:
    update(root, folder)
    (folder / LAB).write_bytes(notebook("my answer = 42"))
    (folder / FILE).unlink() if damage is None else (folder / FILE).write_text(damage)
    report = update(root, folder)
    assert report.kept == [LAB]
    assert (folder / LAB).read_bytes() == notebook("my answer = 42")
    (root / LESSON).write_bytes(notebook("corrected = 1"))
    assert update(root, folder).corrected == [LESSON], "what equalled a product is known again"


def test_a_file_that_is_no_notebook_any_more_is_left_and_named(root: Path, folder: Path) -> None:
    update(root, folder)
    (folder / LESSON).write_text('{"cells": [')
    (root / LESSON).write_bytes(notebook("corrected = 1"))
    [said] = update(root, folder).sentences()
    assert said.startswith(f"{LESSON} can't be read as a notebook") and "start-over 01" in said
    assert (folder / LESSON).read_text() == '{"cells": ['


def test_a_file_that_she_locked_is_left_and_named(root: Path, folder: Path) -> None:
    update(root, folder)
    (folder / LESSON).chmod(0o444)
    (root / LESSON).write_bytes(notebook("corrected = 1"))
    [said] = update(root, folder).sentences()
    assert said.startswith(f"{LESSON} may not be written to")
    assert (folder / LESSON).read_bytes() == notebook("notebooks/01-b = 1")


def test_a_course_that_is_read_only_gives_notebooks_that_can_be_written(root: Path, folder: Path) -> None:
    (root / LESSON).chmod(0o444)
    update(root, folder)
    (folder / LESSON).write_bytes(notebook("my answer = 42"))
    assert not files.is_locked(folder / LESSON)


def test_a_place_where_no_workbook_can_be_gives_one_sentence(root: Path, folder: Path) -> None:
    folder.write_text("a file")
    with pytest.raises(NoWorkbook, match="A workbook can't be made in .* --folder"):
        update(root, folder)


def test_a_folder_without_the_course_gives_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(NoWorkbook, match="There are no notebooks of the course in"):
        update(tmp_path, tmp_path / "workbook")
