"""The map counts what the progress file holds, and its static twin counts nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sevenways import course_map
from sevenways.checks.progress import progress_file, write_quiz


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workbook's notebooks folder, where a kernel would be."""
    for name in ("notebooks", "labs"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    monkeypatch.delenv("SEVENWAYS_PROGRESS", raising=False)
    return tmp_path


def test_nothing_is_done_at_first(desk: Path) -> None:
    assert all(row.lab.done == row.quiz.done == row.predictions.done == 0 for row in course_map().rows)
    assert all(min(row.lab.total, row.quiz.total, row.predictions.total) > 0 for row in course_map().rows)


def test_solved_tasks_and_right_answers_are_counted(desk: Path) -> None:
    from sevenways.checks.registry import registry
    from sevenways.widgets.questions import find

    tasks = [check.name for check in registry.all() if check.lab == "lab01"]
    progress_file().write_text(json.dumps({"passed": [*tasks, "lab01.gone"], "quizzes": [find("01")[0].id]}))
    row = course_map().rows[1]
    assert str(row.lab) == f"✓ {len(tasks)} of {len(tasks)}", "a task that the course no longer has is not counted"
    assert str(row.quiz) == f"1 of {len(find('01'))}"
    assert str(row.quiz) in course_map()._repr_markdown_()


def test_a_right_answer_in_a_quiz_is_kept_and_a_wrong_one_is_not(desk: Path) -> None:
    from sevenways import quiz

    asked = quiz("01")
    wrong = next(choice for choice in asked.questions[0].choices if not choice.right)
    asked.choices[0].value = wrong
    assert course_map().rows[1].quiz.done == 0
    asked.choices[0].value = next(choice for choice in asked.questions[0].choices if choice.right)
    assert course_map().rows[1].quiz.done == 1


def test_predictions_made_are_counted_right_or_wrong_and_not_when_taken_back(desk: Path) -> None:
    from sevenways import predict
    from sevenways.widgets.predicted import of_unit

    first, second = of_unit("01")[:2]
    predict(first.id).options.value = first.right
    other = predict(second.id)
    other.options.value = next(choice for choice in second.choices if not choice.right)
    assert str(course_map().rows[1].predictions) == f"2 of {len(of_unit('01'))}"
    assert f"| 2 of {len(of_unit('01'))} |" in course_map()._repr_markdown_()
    other.options.value = None
    assert course_map().rows[1].predictions.done == 1


def test_a_build_sees_no_learner(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_quiz("01.batch-fails-whole")
    monkeypatch.setenv("SEVENWAYS_PROGRESS", "off")
    assert all(row.quiz.done == 0 for row in course_map().rows)
