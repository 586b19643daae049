"""A picture can be seen without scrolling: what would be taller is folded, the most telling part first, and its twin says all."""

import re

import pytest

from motoclock.trace import Kind
from sevenways import draw
from tests.course.draw.paper import height_of, words_off_the_paper
from tests.course.draw.stories import Story

ARN = "arn:aws:sqs:us-east-1:123456789012:queue-{}"


def queues(number: int) -> Story:
    """So many queues; the one with the number n holds n messages for a while, and hands over each one in the end."""
    story = Story()
    for queue in range(1, number + 1):
        names = [f"q{queue}-{n}" for n in range(queue)]
        for name in names:
            story.send(queue, name, ARN.format(queue))
        story.receive(100 + queue, names, queue=ARN.format(queue))
        story.delete(110 + queue, names, queue=ARN.format(queue))
    return story


def plots(svg: str) -> list[str]:
    """The titles of the panels that have a plot: they are set in a larger size."""
    return re.findall(r'font-size="13"[^>]*font-weight="600">([^<]*)<', svg)


@pytest.mark.parametrize("number", [1, 3, 4, 5, 8, 13, 20])
def test_a_backlog_of_many_stores_draws_the_fullest_and_names_the_others(number):
    picture = draw.backlog(queues(number).trace())
    assert height_of(picture.svg) <= 704
    assert words_off_the_paper(picture.svg) == []
    for queue in range(1, number + 1):
        assert f"queue-{queue} (queue)" in picture.svg
        assert f"queue-{queue} (queue): " in picture.text
    drawn = plots(picture.svg)
    assert len(drawn) >= min(number, 3) or number == 20
    assert drawn == [f"queue-{queue} (queue)" for queue in range(number - len(drawn) + 1, number + 1)]


def test_few_stores_keep_their_full_height():
    assert height_of(draw.backlog(queues(2).trace()).svg) == 12 + 2 * (30 + 18 + 100 + 34) + 4


@pytest.mark.parametrize(("functions", "lanes"), [(1, 30), (2, 20), (5, 6), (6, 5), (8, 3), (3, 40)])
def test_a_timeline_of_many_lanes_stays_on_a_screen(functions, lanes):
    story = Story()
    for function in range(functions):
        for lane in range(lanes):
            name = f"arn:aws:lambda:us-east-1:123456789012:function:f{function}"
            story.run(lane, 10, Kind.SUCCEEDED, [], f"f{function}-{lane}", function=name)
    picture = draw.timeline(story.trace())
    assert height_of(picture.svg) <= 770  # one function with thirty lanes is the tallest
    assert words_off_the_paper(picture.svg) == []
    for function in range(functions):
        assert f"f{function}: {lanes} invocations" in picture.text
