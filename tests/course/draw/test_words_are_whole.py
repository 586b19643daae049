"""What a picture says is not cut off with three dots where it could go on in the next line, and stays on its paper."""

import re

import pytest

from sevenways.choosing.guide import QUESTIONS, STRIKES, all_answers
from sevenways.choosing.ways import WAYS
from sevenways.draw.column import stacked, text_picture
from sevenways.draw.guide import choose, decision_tree, so_far
from tests.course.draw.paper import height_of, words_off_the_paper


def words(svg: str) -> str:
    return " ".join(re.findall(r"<text[^>]*>([^<]*)<", svg))


def test_a_verdict_says_each_reason_in_full():
    for answers in all_answers():
        svg = choose(**answers).svg
        said = words(svg).replace("&amp;", "&")
        assert "..." not in svg
        assert words_off_the_paper(svg) == []
        assert height_of(svg) <= 700
        for question in (question for question, given in answers.items() if given):
            for way, strike in STRIKES.get((question, True), {}).items():
                assert way in WAYS and strike.because in said


def test_so_do_the_answers_so_far_and_the_tree():
    everything = so_far(dict.fromkeys(QUESTIONS, True)).svg
    assert "..." not in everything and words_off_the_paper(everything) == []
    assert words_off_the_paper(decision_tree().svg) == []


@pytest.mark.parametrize("line", ["one long line of many words " * 20, "  indented " + "x" * 400, "short"])
def test_text_without_a_picture_of_its_own_goes_on_in_the_next_line(line):
    svg = stacked([text_picture(f"first\n{line}")], "title")
    assert words_off_the_paper(svg) == []
    assert re.sub(r"\s", "", "".join(re.findall(r"<tspan[^>]*>([^<]*)<", svg))) == re.sub(r"\s", "", f"first{line}")
