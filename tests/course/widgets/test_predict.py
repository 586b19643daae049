"""Predictions: their data, the widget that asks them, and the table at a unit's end."""

import json

import pytest

from sevenways.widgets import predict, predictions
from sevenways.widgets.hindsight import Hindsight
from sevenways.widgets.predicted import all_predictions, find, of_unit, read
from sevenways.widgets.questions import beliefs

PREDICTIONS = all_predictions()
UNITS = sorted({prediction.unit for prediction in PREDICTIONS})
each_prediction = pytest.mark.parametrize("prediction", PREDICTIONS, ids=lambda prediction: prediction.id)
each_unit = pytest.mark.parametrize("unit", UNITS)

WITH_A_CELL, WITHOUT = read(
    "09-made-up",
    """
[[predictions]]
id = "with-a-cell"
text = "How many?"
shows = "3"
[[predictions.choices]]
text = "two"
belief = "m1"
because = "There is a third."
[[predictions.choices]]
text = "`three`"
right = true

[[predictions]]
id = "without"
text = "And
why?"
answer = "It is what AWS does."
[[predictions.choices]]
text = "so"
right = true
[[predictions.choices]]
text = "thus"
because = "Thus is another word."
""".replace("And\nwhy?", "And why?"),
)


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course folder, seen from its notebooks, with progress on. Returns the file."""
    for folder in ("labs", "notebooks"):
        (tmp_path / folder).mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    monkeypatch.delenv("SEVENWAYS_PROGRESS")
    return tmp_path / "progress.json"


def take(asked, letter):
    """Click a choice as a learner does: its button."""
    asked.options.children["abcd".index(letter)].index = 0


# ------------------------------------------------------------------------------------------------ the data


@each_prediction
def test_a_prediction_has_one_right_choice_and_a_sentence_about_each_other_one(prediction):
    assert 2 <= len(prediction.choices) <= 4
    assert len([choice for choice in prediction.choices if choice.right]) == 1
    assert len({choice.text for choice in prediction.choices}) == len(prediction.choices)
    for choice in prediction.choices:
        assert bool(choice.because) != choice.right, "the lesson explains what is right, and the data what is wrong"
        assert choice.right or (choice.because.endswith((".", "?")) and not choice.because[0].islower())
        assert choice.belief is None or (choice.belief in beliefs() and not choice.right)


@each_prediction
def test_a_prediction_is_answered_by_a_cell_or_by_its_own_words(prediction):
    assert bool(prediction.shows) != bool(prediction.answer)
    assert prediction.text.endswith("?")


def test_ids_are_unique():
    assert len({prediction.id for prediction in PREDICTIONS}) == len(PREDICTIONS)


@each_unit
def test_no_letter_of_a_unit_is_right_too_often(unit):
    letters = [prediction.letter(prediction.right) for prediction in of_unit(unit)]
    assert max(map(letters.count, letters)) <= -(-len(letters) // 2), letters
    if len(letters) >= 4:
        assert set(letters) == set("abcd"), letters


@each_unit
def test_the_longest_choice_of_a_unit_is_not_the_right_one_too_often(unit):
    asked = of_unit(unit)
    longest = [max(prediction.choices, key=lambda choice: len(choice.text)).right for prediction in asked]
    assert sum(longest) <= -(-len(asked) // 2)


# ---------------------------------------------------------------------------------------------- the widget


def test_no_choice_can_be_told_from_the_others_by_having_a_reason_or_none():
    """ "47" among "1: slow is not wrong" and "10: the batch with it" need not be thought about."""
    betrayed = {}
    for prediction in all_predictions():
        reasons = [":" in choice.text for choice in prediction.choices]
        odd = [choice for choice, has in zip(prediction.choices, reasons, strict=True) if reasons.count(has) == 1]
        if odd and len(reasons) > 2:
            betrayed[prediction.id] = odd[0].right
    assert sum(betrayed.values()) <= len(betrayed) / 3, [id for id, right in betrayed.items() if right]


def test_at_first_nothing_is_taken_and_nothing_can_be_taken_back():
    asked = predict("01.asks-again")
    assert asked.options.value is None
    assert asked.again.layout.display == "none"
    assert "Take one" in asked.said.value


def test_one_click_commits_and_tells_nothing():
    asked = predict("01.asks-again")
    said = set()
    for letter in "abcd":
        take(asked, letter)
        said.add(asked.said.value.replace(f"You say {letter}.", "You say."))
        assert all(button.disabled for button in asked.options.children)
        asked.again.click()
        assert not any(button.disabled for button in asked.options.children)
    assert len(said) == 1, "what is said after a right choice differs from what is said after a wrong one"
    assert "✓" not in said.pop()


def test_without_a_cell_committing_reveals_the_answer():
    from sevenways.widgets.predict import Predict

    wrong, right = Predict(WITHOUT), Predict(WITHOUT)
    assert "AWS does" not in wrong.said.value
    take(wrong, "b")
    assert "✗ You say b. It is a: so." in wrong.said.value
    assert "Thus is another word. It is what AWS does." in wrong.said.value
    take(right, "a")
    assert "✓ You say a. So it is." in right.said.value
    assert "Thus" not in right.said.value


def test_a_prediction_is_kept_by_its_words_and_shown_again(course):
    take(predict("01.asks-again"), "c")
    words = find("01.asks-again").choices[2].text
    assert json.loads(course.read_text(encoding="utf-8")) == {"predictions": {"01.asks-again": words}}
    again = predict("01.asks-again")
    assert "You say c." in again.said.value
    assert again.options.value.text == words
    again.again.click()
    assert json.loads(course.read_text(encoding="utf-8")) == {"predictions": {}}
    assert predict("01.asks-again").options.value is None


def test_a_choice_that_this_edition_does_not_have_counts_as_not_made(course):
    course.write_text(json.dumps({"predictions": {"01.asks-again": "something else"}}), encoding="utf-8")
    assert predict("01.asks-again").options.value is None
    assert predictions("01").made == {}


def test_asking_again_writes_nothing(course):
    predict("01.asks-again")
    assert not course.exists()


def test_with_progress_off_nothing_is_kept(course, monkeypatch):
    monkeypatch.setenv("SEVENWAYS_PROGRESS", "off")
    take(predict("01.asks-again"), "a")
    assert not course.exists()
    assert predict("01.asks-again").options.value is None


@each_prediction
def test_the_static_twin_is_question_and_choices_and_the_same_after_a_choice(prediction):
    asked = predict(prediction.id)
    before = asked._repr_mimebundle_()
    take(asked, "b")
    after = asked._repr_mimebundle_()
    for kind in ("text/plain", "text/html"):
        assert before[kind] == after[kind]
        assert "a) " in before[kind] and "Predict." in before[kind]
        assert not any(choice.because and choice.because in before[kind] for choice in prediction.choices)
        assert not prediction.answer or prediction.answer not in before[kind]


def test_an_unknown_prediction_gets_a_sentence_with_the_nearest_names():
    with pytest.raises(ValueError, match=r"There is no prediction '01.ask-again'\. Did you mean 01.asks-again"):
        predict("01.ask-again")
    with pytest.raises(ValueError, match=r"There are no predictions of a unit '1'\. Did you mean (10 or )?01"):
        predictions("1")


# ------------------------------------------------------------------------------------------- at a unit's end


def hindsight(**made):
    return Hindsight("09", (WITH_A_CELL, WITHOUT), {f"09.{id.replace('_', '-')}": text for id, text in made.items()})


def test_what_was_said_stands_beside_what_happened():
    table = hindsight(with_a_cell="two", without="so")
    assert table.headline == "You made 2 of 2 predictions, and 1 of them came true."
    assert repr(table).splitlines()[1:4] == [
        "✗ 09.with-a-cell: How many?",
        "    you said: two",
        "    what happened: three",
    ]
    html = table._repr_html_()
    assert '<td style="text-align:left"><code>three</code></td>' in html
    assert '<a href="09-made-up.ipynb#cell-id=predict-09-with-a-cell">see again</a>' in html


def test_that_a_wrong_one_costs_nothing_is_said_in_words_and_in_html_before_the_first_and_after_the_last():
    for table in (hindsight(), hindsight(with_a_cell="two", without="so")):
        for twin in (repr(table), table._repr_html_()):
            assert "A prediction that went wrong costs nothing: it is where you learn." in twin


def test_the_belief_behind_a_wrong_one_is_said_and_none_behind_a_right_one():
    assert hindsight(with_a_cell="two").misled() == {beliefs()["m1"]: ["09.with-a-cell"]}
    assert beliefs()["m1"] in hindsight(with_a_cell="two")._repr_html_()
    assert hindsight(with_a_cell="`three`").misled() == {}


def test_what_was_skipped_is_not_answered():
    table = hindsight(without="so")
    assert "– 09.with-a-cell: How many?" in repr(table)
    for twin in (repr(table), table._repr_html_()):
        assert "three" not in twin and "two" not in twin


@each_unit
def test_before_the_first_a_unit_tells_nothing(unit):
    table = predictions(unit)
    assert table.made == {}
    assert repr(table).startswith(table.headline)
    assert repr(table).count("\n") == 0
    assert f"asks for {len(of_unit(unit))} predictions" in table.headline
    assert "<table" not in table._repr_html_()
