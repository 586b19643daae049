"""Which tasks are solved: a plain file of names."""

import json

import pytest

from sevenways import check, checks
from sevenways.checks.progress import (
    Progress,
    progress_file,
    read_passed,
    read_predictions,
    standing,
    write_passed,
    write_prediction,
)
from sevenways.checks.registry import Registry


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course folder with labs and notebooks, seen from labs, with progress on."""
    for folder in ("labs", "notebooks"):
        (tmp_path / folder).mkdir()
    monkeypatch.chdir(tmp_path / "labs")
    monkeypatch.delenv("SEVENWAYS_PROGRESS")
    return tmp_path


@pytest.fixture
def registry(monkeypatch):
    registry = Registry()
    registry.register("lab01.drain", takes=("answer",), hints=())(lambda answer: None if answer else "no")
    registry.register("lab02.hand_off", takes=("answer",), hints=())(lambda answer: None)
    monkeypatch.setattr(checks, "registry", registry)
    return registry


def test_a_solved_task_is_written_and_an_unsolved_one_is_not(course, registry, capsys):
    check("lab01.drain", False)
    assert not (course / "progress.json").exists()
    check("lab01.drain", True)
    assert capsys.readouterr().out == "✗ lab01.drain: no.\n✓ lab01.drain: 1 of 1 done. That is the whole lab.\n"
    assert json.loads((course / "progress.json").read_text()) == {"passed": ["lab01.drain"]}


def test_a_solved_task_says_how_far_the_lab_is_and_what_comes_next():
    lab = ["lab01.drain", "lab01.spare_the_db", "lab01.park"]
    assert standing(lab, {"lab01.park", "lab02.drain"}) == "1 of 3 done. Next: lab01.drain"
    assert standing(lab, {"lab01.drain", "lab01.park"}) == "2 of 3 done. Next: lab01.spare_the_db"
    assert standing(lab, set(lab)) == "3 of 3 done. That is the whole lab"


def test_labs_and_notebooks_share_one_file(course, monkeypatch):
    write_passed("lab02.b")
    monkeypatch.chdir(course / "notebooks")
    write_passed("lab01.a")
    assert read_passed() == {"lab01.a", "lab02.b"}
    assert progress_file() == course / "progress.json"


def test_elsewhere_it_is_the_working_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert progress_file() == tmp_path / "progress.json"


def test_off_means_neither_written_nor_read(course, registry, monkeypatch):
    write_passed("lab01.drain")
    monkeypatch.setenv("SEVENWAYS_PROGRESS", "off")
    assert read_passed() == frozenset()
    check("lab02.hand_off", 1)
    monkeypatch.delenv("SEVENWAYS_PROGRESS")
    assert read_passed() == {"lab01.drain"}


@pytest.mark.parametrize("damage", ["", "[]", "{}", '{"passed": 3}'])
def test_a_damaged_file_counts_as_none(course, damage):
    (course / "progress.json").write_text(damage)
    assert read_passed() == frozenset()


def test_the_table_says_what_is_solved_in_text_and_html(course, registry):
    write_passed("lab01.drain")
    table = checks.progress()
    assert repr(table) == "lab01  1 of 1  ✓ drain\nlab02  0 of 1  – hand_off"
    html = table._repr_html_()
    assert "✓ drain" in html and "– hand_off" in html and 'scope="row"' in html


def test_without_labs_it_says_so():
    assert repr(Progress((), frozenset())) == "No labs yet."


def test_tasks_and_predictions_share_one_file_and_leave_each_other_alone(course):
    write_passed("lab01.drain")
    write_prediction("01.window", "60")
    write_prediction("01.asks-again", "nothing")
    write_passed("lab01.late")
    assert read_passed() == {"lab01.drain", "lab01.late"}
    assert read_predictions() == {"01.asks-again": "nothing", "01.window": "60"}
    write_prediction("01.window", None)
    assert read_predictions() == {"01.asks-again": "nothing"}
    assert read_passed() == {"lab01.drain", "lab01.late"}


@pytest.mark.parametrize("damage", ["", "[]", "{}", '{"predictions": 3}'])
def test_damaged_predictions_count_as_none(course, damage):
    (course / "progress.json").write_text(damage)
    assert read_predictions() == {}
