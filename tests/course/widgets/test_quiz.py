"""The quiz widget and its questions."""

import re

import pytest

from sevenways.widgets import quiz
from sevenways.widgets.questions import all_questions, beliefs, find

QUESTIONS = all_questions()
UNITS = sorted({question.unit for question in QUESTIONS})
each_question = pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.id)


@each_question
def test_a_question_has_one_right_choice_and_each_wrong_one_names_a_belief(question):
    assert len([choice for choice in question.choices if choice.right]) == 1
    assert 2 <= len(question.choices) <= 5
    for choice in question.choices:
        assert (choice.belief is None) == choice.right
        assert choice.right or choice.belief in beliefs()


@each_question
def test_every_choice_gets_one_sentence(question):
    for choice in question.choices:
        assert choice.because.endswith(".") and not choice.because[0].islower()
        assert ". " not in choice.because
    assert len({choice.text for choice in question.choices}) == len(question.choices)


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_ends_with_three_to_five_questions_whose_right_choice_is_not_always_the_same_letter(unit):
    finals = find(unit)
    assert 3 <= len(finals) <= 5
    assert len({[choice.right for choice in question.choices].index(True) for question in finals}) > 1


def test_ids_are_unique_and_every_belief_is_revealed_by_some_choice():
    assert len({question.id for question in QUESTIONS}) == len(QUESTIONS)
    revealed = {choice.belief for question in QUESTIONS for choice in question.choices if choice.belief}
    assert revealed - beliefs().keys() == set()
    if "07" in UNITS:
        assert beliefs().keys() - revealed - {"x1", "x24"} == set()  # broken by predictions of units 01 and 08


def test_the_numbers_of_the_beliefs_are_those_of_the_course_plan():
    names, first = list(beliefs()), [f"m{n}" for n in range(1, 21)] + [f"x{n}" for n in range(1, 15)]
    assert names[: len(first)] == first
    later = [f"x{n}" for n in range(15, 40)]  # of later units, and of later revisions
    assert names[len(first) :] == [name for name in later if name in names]


def test_a_choice_gets_its_sentence_and_the_right_one_says_so():
    asked = quiz("01.batch-fails-whole")
    (question,) = asked.questions
    for choice in question.choices:
        asked.choices[0].value = choice
        said = asked.feedback[0].value
        assert ("✓ Right." in said) == choice.right
        assert ("✗ Not so." in said) != choice.right


def test_nothing_is_chosen_and_nothing_said_at_first():
    asked = quiz("01")
    assert [buttons.value for buttons in asked.choices] == [None] * len(asked.questions)
    assert {feedback.value for feedback in asked.feedback} == {""}


def test_a_unit_shows_its_final_questions_and_not_those_from_between():
    assert len(quiz("01").questions) == len(find("01"))
    assert "01.batch-fails-whole" not in {question.id for question in quiz("01").questions}


def test_the_static_twin_lists_choices_and_gives_the_answer_in_a_fold_only():
    bundle = quiz("01.batch-fails-whole")._repr_mimebundle_()
    before, fold, after = re.split(r"<details>|</details>", bundle["text/html"])
    for seen in (bundle["text/plain"], before, after):
        assert "✓" not in seen
        assert "fails as a whole" not in seen
    for twin in (bundle["text/plain"], before):
        assert "A. Only the fourth" in twin
    right, *wrong = fold.split("<li>")[1:]
    assert right.startswith("✓ B. A batch fails as a whole")
    assert [each[:4] for each in wrong] == ["✗ A.", "✗ C."]
    again = quiz("01.batch-fails-whole")._repr_mimebundle_()
    assert (bundle["text/plain"], bundle["text/html"]) == (again["text/plain"], again["text/html"])


def test_an_unknown_quiz_gets_a_sentence_with_the_nearest_names():
    with pytest.raises(ValueError, match=r"There is no quiz '01.batch-fail'. Did you mean 01.batch-fails-whole"):
        quiz("01.batch-fail")


def test_every_choice_is_a_stop_of_the_tab_key_and_taking_one_lets_go_of_the_others():
    options = quiz("01.batch-fails-whole").choices[0]
    buttons = options.children
    assert len(buttons) == 3
    assert all(len(button.options) == 1 for button in buttons)
    for button in (buttons[2], buttons[0]):
        button.index = 0
        assert [one.index for one in buttons] == [0 if one is button else None for one in buttons]
        assert options.value is button.value


def test_what_was_answered_right_before_is_answered_when_the_lesson_is_opened_again(monkeypatch, tmp_path):
    monkeypatch.delenv("SEVENWAYS_PROGRESS", raising=False)
    monkeypatch.chdir(tmp_path)
    first, second, *_ = quiz("01").choices
    right = [next(choice for choice in question.choices if choice.right) for question in find("01")]
    wrong = next(choice for choice in find("01")[1].choices if not choice.right)
    first.value, second.value = right[0], wrong
    again = quiz("01")
    assert [buttons.value for buttons in again.choices[:2]] == [right[0], None], "a wrong answer isn't kept"
    assert "✓ Right." in again.feedback[0].value and again.feedback[1].value == ""
    again.choices[0].value = next(choice for choice in find("01")[0].choices if not choice.right)
    assert "✗ Not so." in again.feedback[0].value
