"""The words on a diagram's arrows lie beside their own arrow, however the arrows fan out, and nothing covers them."""

import re
from html import unescape
from math import hypot

import boto3
import pytest

from motoclock.account import Account
from motoclock.account.lives import State
from motoclock.account.model import Edge, EdgeKind, Node, NodeKind
from sevenways import Cloud, draw
from sevenways.draw.arrow_labels import beside_their_arrows
from sevenways.draw.canvas import text_width
from sevenways.draw.dot import source
from sevenways.draw.graphviz_svg import layout


def bus_with_an_archive() -> Account:
    """A bus, two rules, and an archive: of the three arrows that leave the bus, one has no words."""
    nodes = [
        Node("cell", NodeKind.CELL, "your cell"),
        Node("shop", NodeKind.BUS, "shop", counts=(("events", 10),)),
        Node("orders", NodeKind.RULE, "charge-orders", ("detail-type: OrderPlaced",)),
        Node("news", NodeKind.RULE, "news", ("detail-type: orderPlaced",)),
        Node("all", NodeKind.ARCHIVE, "everything", counts=(("events", 10),)),
    ]
    edges = [
        Edge("cell", "shop", EdgeKind.SENDS, "sends", 10),
        Edge("shop", "orders", EdgeKind.RULE, "", 10),
        Edge("shop", "news", EdgeKind.RULE),
        Edge("shop", "all", EdgeKind.TARGET, "archived", 10),
    ]
    return Account(tuple(nodes), tuple(edges))


def fan(width: int) -> Account:
    """A topic with so many subscribers, each arrow with words of three lines."""
    nodes = [Node("topic", NodeKind.TOPIC, "users")]
    nodes += [Node(f"f{n}", NodeKind.FUNCTION, f"subscriber-{n}") for n in range(width)]
    edges = [
        Edge("topic", f"f{n}", EdgeKind.SUBSCRIPTION, "delivered", 3, facts=("body {country:[DE,AT]}", f"{n} filtered out"))
        for n in range(width)
    ]  # fmt: skip
    return Account(tuple(nodes), tuple(edges))


def bad_day() -> Account:
    """A topic whose arrows fan out steeply, since what they lead to is high: two subscribers, and a queue for what each did not get."""
    counts = ((State.WAITING, 0), (State.IN_FLIGHT, 0))
    nodes = [
        Node("topic", NodeKind.TOPIC, "user-created", counts=(("published", 1),)),
        Node("fraud", NodeKind.QUEUE, "fraud-check", ("does not exist",)),
        Node("welcome", NodeKind.FUNCTION, "welcome", ("timeout 3 s",), (("runs", 3), ("failed", 3))),
        Node("lost-1", NodeKind.DEAD_LETTER_QUEUE, "welcome-undelivered", ("visibility 30 s",), counts),
        Node("lost-2", NodeKind.DEAD_LETTER_QUEUE, "fraud-check-undelivered", ("visibility 30 s",), counts),
    ]
    edges = [
        Edge("topic", "fraud", EdgeKind.SUBSCRIPTION, "subscribed"),
        Edge("topic", "lost-1", EdgeKind.REDRIVE, "undeliverable to welcome"),
        Edge("topic", "lost-2", EdgeKind.REDRIVE, "undeliverable to fraud-check", 1),
        Edge("topic", "welcome", EdgeKind.SUBSCRIPTION, "delivered", 1),
    ]
    return Account(tuple(nodes), tuple(edges))


def arrows(svg: str) -> list[tuple[list, tuple | None]]:
    """Of each arrow its points, and the box around its words."""
    found = []
    for group in re.findall(r'<g id="\w+" class="edge">(.*?)</g>', svg, re.DOTALL):
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", re.search(r' d="([^"]+)"', group)[1])]
        ends = list(zip(numbers[::2], numbers[1::2], strict=True))
        points = []
        for a, b, c, d in (ends[n : n + 4] for n in range(0, len(ends) - 3, 3)):
            for t in (n / 40 for n in range(41)):
                u = 1 - t
                points.append(
                    tuple(u**3 * a[i] + 3 * u * u * t * b[i] + 3 * u * t * t * c[i] + t**3 * d[i] for i in (0, 1))
                )
        words = re.findall(r'<text [^>]*x="([-\d.]+)" y="([-\d.]+)"[^>]*font-size="([\d.]+)"[^>]*>([^<]+)<', group)
        lines = [
            (float(x), float(y), text_width(unescape(text), float(size)), float(size)) for x, y, size, text in words
        ]
        box = (
            min(x for x, *_ in lines),
            min(y - size for _x, y, _w, size in lines),
            max(x + wide for x, _y, wide, _s in lines),
            max(y for _x, y, *_ in lines),
        ) if lines else None  # fmt: skip
        found.append((points, box))
    return found


def apart(box: tuple, points: list) -> float:
    left, top, right, bottom = box
    return min(hypot(max(left - x, x - right, 0), max(top - y, y - bottom, 0)) for x, y in points)


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize(
    "account", [bus_with_an_archive(), bad_day(), fan(2), fan(4), fan(6)], ids=["archive", "bad day", "2", "4", "6"]
)
def test_words_are_nearer_to_their_own_arrow_than_to_any_other(account, direction):
    found = arrows(layout(source(account, direction)))
    for own, words in found:
        if words:
            mine = apart(words, own)
            others = [apart(words, other) for other, _words in found if other is not own]
            assert mine <= 16 and mine < min(others, default=100), (words, mine, others)
            assert mine >= 1, (words, "on their own arrow")


def test_words_that_lie_well_stay_where_dot_put_them():
    one = Account(bus_with_an_archive().nodes[:2], bus_with_an_archive().edges[:1])
    svg = layout(source(one, "LR"))
    ((points, words),) = arrows(svg)
    assert apart(words, points) < 16
    assert beside_their_arrows(svg) == svg


def test_a_target_without_retries_says_so_in_plain_words():
    with Cloud() as cloud:
        events, function = boto3.client("events"), cloud.deploy(charge)
        events.put_rule(Name="orders", EventPattern='{"source": ["shop"]}')
        target = {"Id": "1", "Arn": function, "RetryPolicy": {"MaximumRetryAttempts": 0}}
        events.put_targets(Rule="orders", Targets=[target])
        text = draw.diagram(cloud.account()).text
        events.put_targets(Rule="orders", Targets=[target | {"RetryPolicy": {"MaximumRetryAttempts": 1}}])
        assert ("no retries" in text, "at most" in text) == (True, False)
        assert "at most 1 retry-" in draw.diagram(cloud.account()).text


def charge(event, context):
    pass


@pytest.mark.parametrize(("anchor", "x"), [("middle", 108), ("start", 90)])
def test_words_lie_on_no_thing_wherever_they_are_anchored(anchor, x):
    """dot sets plain words around their middle, and those of a table from their left end."""
    svg = (
        f'<g id="n1" class="node"><polygon points="0,0 100,0 100,100 0,100"/></g>'
        f'<g id="n2" class="node"><polygon points="180,0 280,0 280,100 180,100"/></g>'
        f'<g id="e1" class="edge"><path fill="none" d="M100,50C125,50 150,50 175,50"/>'
        f'<text text-anchor="{anchor}" x="{x}" y="46" font-size="11.00">caught</text></g>'
    )
    moved = re.search(r'<text [^>]*x="([-\d.]+)" y="([-\d.]+)"', beside_their_arrows(svg))
    wide = text_width("caught", 11)
    left = float(moved[1]) - (wide / 2 if anchor == "middle" else 0)
    assert left >= 100 and left + wide <= 180
