"""The guide asks one question at a time, and what it shows is what `decide` says."""

from __future__ import annotations

from sevenways.choosing.guide import QUESTIONS, STRIKES, all_answers, decide, struck_by
from sevenways.choosing.ways import WAYS
from sevenways.widgets.guide import guide


def click(given: bool, asked) -> None:
    (asked.yes if given else asked.no).click()


def test_each_path_ends_at_the_verdict_of_its_answers():
    """Each answer is given, all that can follow is looked at, and it is taken back."""
    asked, ends = guide(), []

    def see_all() -> None:
        if asked.asks is None:
            verdict = decide(asked.answers)
            assert (verdict.first or "no single one") in asked.question.value
            assert asked.shown.text.count("✗") == len(verdict.struck)
            assert ("What would change its mind:" in asked.shown.text) == bool(verdict.reversals)
            ends.append(dict(asked.answers))
            return
        for given in (True, False):
            click(given, asked)
            see_all()
            asked.back.click()

    see_all()
    assert sorted(ends, key=str) == sorted(all_answers(), key=str)


def test_each_answer_strikes_out_at_once_and_says_why():
    asked = guide()
    assert (
        QUESTIONS["several_consumers"] in asked.question.value
        and "8 of 8 are left before the first answer" in asked.shown.text
    )
    asked.yes.click()
    assert QUESTIONS["order_kept"] in asked.question.value
    assert "4 of 8 are left after 1 answer." in asked.shown.text
    assert "✗ SQS: consumers of one queue share its messages [S1]" in asked.shown.text
    asked.no.click()
    assert "4 of 8 are left after 2 answers." in asked.shown.text


def test_an_answer_can_be_taken_back_to_the_first_question():
    asked = guide()
    assert asked.back.disabled
    asked.yes.click()
    asked.yes.click()
    asked.back.click()
    assert asked.asks == "order_kept" and struck_by(asked.answers).keys() == STRIKES["several_consumers", True].keys()
    asked.back.click()
    assert asked.answers == {} and asked.back.disabled and not asked.yes.disabled


def test_after_the_verdict_only_the_way_back_is_open():
    asked = guide()
    for _ in QUESTIONS:
        asked.no.click()
    assert asked.yes.disabled and asked.no.disabled and not asked.back.disabled
    asked.yes.click()
    assert len(asked.answers) == len(QUESTIONS)


def test_the_twin_names_each_question_and_each_strike_and_does_not_change():
    asked = guide()
    twin = repr(asked)
    assert all(question in twin and question in asked._repr_html_() for question in QUESTIONS.values())
    assert all(strike.because in twin for who in STRIKES.values() for strike in who.values())
    assert all(way in twin for way in WAYS)
    asked.yes.click()
    assert repr(asked) == twin
