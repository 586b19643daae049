"""A picture can be seen without scrolling: what would be taller is folded, the most telling part first, and its twin says all."""

import re

import pytest

from motoclock.account import Account
from motoclock.account.model import Edge, EdgeKind, Node, NodeKind
from motoclock.trace import Kind
from sevenways import draw
from sevenways.draw.dot import depth, source
from sevenways.draw.graphviz_svg import finished, layout
from sevenways.draw.palette import WIDTH
from sevenways.draw.picture import HIGHEST
from tests.course.draw import stories
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
    assert height_of(picture.svg) <= HIGHEST + 4 or number == 20
    assert words_off_the_paper(picture.svg) == []
    for queue in range(1, number + 1):
        assert f"queue-{queue} (queue)" in picture.svg
        assert f"queue-{queue} (queue): " in picture.text
    drawn = plots(picture.svg)
    assert len(drawn) >= {1: 1, 20: 1}.get(number, 2)
    assert drawn == [f"queue-{queue} (queue)" for queue in range(number - len(drawn) + 1, number + 1)]


def test_few_stores_keep_their_full_height():
    assert height_of(draw.backlog(queues(2).trace()).svg) == 12 + 2 * (30 + 18 + 100 + 34) + 4


@pytest.mark.parametrize(("functions", "lanes"), [(1, 30), (2, 20), (5, 6), (6, 5), (8, 3), (3, 40)])
def test_a_timeline_of_many_lanes_stays_on_a_screen(functions, lanes):
    story = Story()
    for function in range(functions):
        for lane in range(lanes):
            name = f"arn:aws:lambda:us-east-1:123456789012:function:f{function}"
            story.run(lane, 10 + lane % 2, Kind.SUCCEEDED, [], f"f{function}-{lane}", function=name)
    picture = draw.timeline(story.trace())
    assert height_of(picture.svg) <= max(HIGHEST + 16, 98 * functions)  # a function needs some room of its own
    assert words_off_the_paper(picture.svg) == []
    for function in range(functions):
        assert f"f{function}: {lanes} invocations" in picture.text


def chain(length: int, *further: tuple[int, int]) -> Account:
    """Things one after another, each with settings worth a line; `further` arrows lead from one to another."""
    kinds = [
        NodeKind.TABLE,
        NodeKind.PIPE,
        NodeKind.BUS,
        NodeKind.RULE,
        NodeKind.TOPIC,
        NodeKind.QUEUE,
        NodeKind.FUNCTION,
    ]
    nodes = [Node(f"n{n}", kinds[n % 7], f"thing-{n}", ("visibility 30 s",), (("runs", n),)) for n in range(length)]
    steps = [(n, n + 1) for n in range(length - 1)] + list(further)
    warning = "thing does not let events.amazonaws.com sns:Publish: AWS would refuse"
    edges = [
        Edge(f"n{one}", f"n{other}", EdgeKind.TARGET, "delivered", 1, warning if one % 3 else "")
        for one, other in steps
    ]
    return Account(tuple(nodes), tuple(edges))


def test_lanes_that_look_alike_are_folded_where_not_all_have_room():
    story = Story()
    story.run(0, 30, Kind.SUCCEEDED, ["first"], "charge-0")
    for lane in range(1, 26):
        for at in (5, 20):
            story.run(at, 2, Kind.FAILED, [f"order-{lane}"], f"charge-{lane}")
    picture = draw.timeline(story.trace())
    assert height_of(picture.svg) <= 200
    assert ">… 24 more like this, 0:05 to 0:22<" in picture.svg
    assert "environment 1<" in picture.svg and "environment 2<" in picture.svg and "environment 3<" not in picture.svg
    assert "environment 26: 0:05 to 0:22, 2 invocations: 2 failed" in picture.text
    few = draw.timeline(stories.rush(10, 5)).svg
    assert "more like this" not in few and "environment 5<" in few


@pytest.mark.parametrize(
    "account",
    [chain(3), chain(6), chain(8), chain(8, (7, 0)), chain(8, (2, 6)), chain(7, (3, 3), (4, 2)), chain(9, (0, 8))],
    ids=["3", "6", "8", "a circle", "a short cut", "a loop", "from first to last"],
)
def test_a_long_chain_goes_on_in_the_next_row(account):
    svg = draw.diagram(account).svg
    assert height_of(svg) <= 770  # from top to bottom it would be up to 1,500
    assert f'viewBox="0 0 {WIDTH} ' in svg
    assert all(f">thing&#45;{n}<" in svg for n in range(len(account.nodes)))


def test_what_fits_one_row_is_one_row():
    account = chain(3)
    assert draw.diagram(account).svg.count("<path") == finished(layout(source(account, "LR")), "", "").count("<path")
    assert depth(account) == 2 and depth(chain(8, (7, 0))) == 7 and depth(Account()) == 0
