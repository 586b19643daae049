"""The certificate says what the learner's file says, and nothing else."""

import json

import pytest

from sevenways.checks.progress import FILE
from sevenways.way.certificate import HONEST, certificate
from sevenways.way.units import UNITS


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """A folder of one's own, in which progress is kept."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SEVENWAYS_PROGRESS", raising=False)
    return tmp_path / FILE


def test_nothing_passed_is_said_to_be_nothing(kept):
    empty = certificate()
    assert empty.sentence.startswith("Nothing has been passed here yet")
    assert (empty.tasks.done, empty.questions.done, empty.predictions.done) == (0, 0, 0)


def test_what_was_passed_is_counted_and_strangers_are_not(kept):
    kept.write_text(
        json.dumps(
            {
                "passed": ["lab01.drain", "lab10.one_write", "lab99.never"],
                "quizzes": ["10.the-clinic", "77.nobody"],
                "predictions": {"10.brake": "Seven", "77.nobody": "x"},
            }
        )
    )
    page = certificate("Mary <b>")
    assert (page.tasks.done, page.questions.done, page.predictions.done) == (2, 1, 1)
    assert "2 of " in page.sentence and "1 of " in page.sentence
    assert "10 · The night shift: lab 1 of 8, quiz 1 of 5" in repr(page)
    assert "Mary &lt;b&gt;" in page._repr_html_() and "Mary <b>" not in page._repr_html_()


def test_it_is_honest_and_names_every_unit(kept):
    page = certificate()
    assert HONEST in repr(page) and HONEST in page._repr_html_()
    assert all(unit.name in repr(page) for unit in UNITS)
