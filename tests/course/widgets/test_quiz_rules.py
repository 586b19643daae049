"""A quiz asks for transfer: nothing in it was asked before, and its form gives no answer away."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import ceil
from pathlib import Path

import pytest

from sevenways.widgets.predicted import Prediction, all_predictions
from sevenways.widgets.questions import Question, all_questions, find

ROOT = Path(__file__).parents[3]
UNITS = sorted({question.unit for question in all_questions()})
MOST_SHARED_WORDS = 0.28  # of all words of two items. Those that were the same question in other words had more.


def longest_is_right(questions: Sequence[Question]) -> int:
    """How often somebody would be right who takes the longest choice."""
    return sum(
        max(question.choices, key=lambda choice: (len(choice.text), choice.right)).right for question in questions
    )


def by_chance(questions: Sequence[Question]) -> int:
    """How often somebody would be right who throws dice, rounded up."""
    return ceil(sum(1 / len(question.choices) for question in questions))


def words(item: Question | Prediction) -> set[str]:
    text = " ".join([item.text, *(choice.text for choice in item.choices)])
    return set(re.findall(r"[a-z0-9-]+", text.lower()))


def repeated(questions: Iterable[Question], others: Iterable[Question | Prediction]) -> list[str]:
    """A line for each item that is too much like another."""
    pairs = [(one, other) for one in questions for other in others if one is not other]
    shared = [
        (one.id, other.id, len(words(one) & words(other)) / len(words(one) | words(other))) for one, other in pairs
    ]
    return [f"{one} is {share:.0%} the same as {other}" for one, other, share in shared if share > MOST_SHARED_WORDS]


@pytest.mark.parametrize("unit", UNITS)
def test_the_longest_choice_is_right_no_more_often_than_by_chance(unit: str) -> None:
    assert longest_is_right(find(unit)) <= by_chance(find(unit))


@pytest.mark.parametrize("unit", UNITS)
def test_no_question_of_a_unit_repeats_a_prediction_or_another_question(unit: str) -> None:
    own = [question for question in all_questions() if question.unit == unit]
    asked = [prediction for prediction in all_predictions() if prediction.unit == unit]
    assert repeated(own, [*own, *asked]) == []


@pytest.mark.parametrize("unit", UNITS)
def test_a_question_that_stands_in_a_lesson_is_not_asked_again_at_its_end(unit: str) -> None:
    (path,) = (ROOT / "content" / "lessons").glob(f"{unit}-*.py")
    between = re.findall(r'^quiz\("(\d\d\..+?)"\)', path.read_text(), re.MULTILINE)
    assert [id for id in between for question in find(id) if question.final] == []


def test_a_quiz_that_gives_itself_away_is_caught() -> None:
    questions = [
        replace(
            each,
            choices=tuple(replace(choice, text=choice.text * (99 if choice.right else 1)) for choice in each.choices),
        )
        for each in find("01")
    ]
    assert longest_is_right(questions) == len(questions) > by_chance(questions)


def test_a_question_in_other_words_is_caught() -> None:
    asked = find("01")[0]
    again = replace(asked, id="01.again", text=f"Once more: {asked.text}")
    (found,) = repeated([again], [asked])
    assert found.startswith("01.again is 9") and found.endswith(f"% the same as {asked.id}")
