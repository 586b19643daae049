"""One late event does not press everything else against the edge: the axis leaves out the long empty stretch and says so."""

import re
from itertools import pairwise

import pytest

from motoclock.trace import Kind
from motoclock.wording import DAY, HOUR
from sevenways import draw
from sevenways.draw.axis import axis_over
from tests.course.draw.paper import words_off_the_paper
from tests.course.draw.stories import Story


def evening(*late: float, orders: int = 30) -> Story:
    """An order a minute, each done after ten seconds, and further ones that come late."""
    story = Story()
    for number, at in enumerate([*(60.0 * n for n in range(orders)), *late]):
        name = f"order-{number}"
        story.send(at, name)
        story.receive(at, [name], visible_at=at + 60)
        story.run(at, 10, Kind.SUCCEEDED, [name])
        story.delete(at + 10, [name])
    return story


def words(svg: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)<", svg)


@pytest.mark.parametrize("late", [(5 * DAY,), (HOUR * 20,), (5 * DAY, 5 * DAY + 60), (2 * DAY, 9 * DAY)])
def test_an_evening_before_a_late_order_keeps_most_of_the_axis(late):
    axis = axis_over(list(evening(*late).trace()))
    assert axis.x(30 * 60) - axis.x(0) > 0.65 * (axis.right - axis.left)
    places = [axis.x(at) for at in (0, 60, 1800, *late, late[-1] + 10)]
    assert places == sorted(places) and places[-1] <= axis.right
    assert axis.x(late[0]) - axis.x(30 * 60) >= 20
    assert len(axis.breaks) == len(set(round(at / DAY) for at in late))


def test_the_picture_shows_where_and_how_much_is_left_out():
    trace = evening(5 * DAY).trace()
    for picture in (draw.backlog(trace), draw.timeline(trace)):
        assert "5 d left out" in words(picture.svg)
        assert "5 d" in words(picture.svg)
        assert "(nothing happens from 29:10 to 5 d: 5 d left out on the axis)" in picture.text
        assert words_off_the_paper(picture.svg) == []


def test_labels_on_a_broken_axis_keep_apart():
    axis = axis_over(list(evening(5 * DAY, 5 * DAY + 60, 9 * DAY).trace()))
    reaches = sorted([axis._reach(*tick) for tick in axis.ticks()] + axis._labels_of_breaks())
    assert all(one[1] <= other[0] for one, other in pairwise(reaches))
    assert {"5 d", "9 d"} <= {label for _at, label in axis.ticks()}


@pytest.mark.parametrize(
    "story",
    [
        evening(50 * 60),  # a pause that one can see beside the rest
        evening(2 * HOUR),
        evening(3 * HOUR, 6 * HOUR, 9 * HOUR),  # no stretch is long beside the others
        evening(4 * DAY, orders=1),  # nothing much beside the wait: the wait is the picture
        evening(*(at + 60 * n for at in (3 * DAY, 5 * DAY) for n in range(4)), orders=1),
    ],
    ids=["50 minutes", "two hours", "every three hours", "one order", "three days, and two"],
)
def test_a_pause_that_belongs_to_the_picture_is_drawn(story):
    assert axis_over(list(story.trace())).breaks == ()


def test_an_axis_without_a_break_is_what_it_was():
    axis = axis_over(list(evening(50 * 60).trace()))
    assert axis.breaks_in_words == []
    assert axis.x(axis.first) == axis.left and axis.x(axis.last) == pytest.approx(axis.right)
    assert axis.x(1800) == pytest.approx(axis.left + 1800 / axis.last * (axis.right - axis.left))


@pytest.mark.parametrize("last", [0.001, 0.5, 7.25, 59.999, 3599.0, 86399.5])
def test_the_last_label_is_on_the_paper(last):
    """A world that ends a moment after its last event has a tick at the very edge."""
    story = Story()
    story.send(0.0, "order-0")
    story.send(last, "order-1")
    for picture in (draw.timeline, draw.backlog):
        assert words_off_the_paper(picture(story.trace()).svg) == []
