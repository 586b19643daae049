"""Names and values in any language, and characters that are none, are drawn as they are."""

import re
import xml.etree.ElementTree as ElementTree

import boto3
import pytest

from motoclock.account.model import Account, Edge, EdgeKind, Node, NodeKind
from sevenways import draw
from sevenways.draw import graphviz_svg

TEXTS = [
    "München",
    "größe & <weite>",
    "grosse",
    "grösse",
    "日本語のキュー",
    "очередь",
    "λ → μ",
    "صف انتظار",
    "naïve e\u0301te",
    "👩\u200d🔧 😀",
]


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def account(*names: str) -> Account:
    nodes = [Node(f"arn{place}", NodeKind.QUEUE, name, (name,)) for place, name in enumerate(names)]
    edges = [Edge(nodes[0].arn, node.arn, EdgeKind.SUBSCRIPTION, node.name) for node in nodes[1:]]
    return Account(tuple(nodes), tuple(edges))


@pytest.mark.parametrize("text", TEXTS)
def test_a_name_is_drawn_letter_by_letter_and_nothing_is_printed(text: str, capfd: pytest.CaptureFixture[str]) -> None:
    picture = draw.diagram(account(text))
    assert texts(picture.svg).count(text) == 2
    assert text in picture.text
    assert capfd.readouterr() == ("", "")


def test_texts_that_look_alike_without_accents_are_not_mixed_up() -> None:
    names = ["grosse", "größe", "grösse", "grosse."]
    drawn = texts(draw.diagram(account(*names)).svg)
    assert [drawn.count(name) for name in names] == [
        2,
        3,
        3,
        3,
    ]  # each node's name and fact, and the label of its arrow


def test_the_same_account_gives_the_same_bytes() -> None:
    once = draw.diagram(account(*TEXTS)).svg
    graphviz_svg.layout.cache_clear()
    assert draw.diagram(account(*TEXTS)).svg == once


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x01b", r"a\x01b"),
        ("a\x85b", r"a b"),
        ("a\nb", "a b"),
        ("a\ud800b", r"a\ud800b"),
        ("a\uffffb", r"a\uffffb"),
        ("\x7f", r"\x7f"),
    ],
)
def test_what_is_no_letter_is_written_as_python_writes_it(text: str, shown: str) -> None:
    assert shown in texts(draw.diagram(account(text)).svg)


def test_a_wide_letter_gets_more_room() -> None:
    def width(name: str) -> float:
        """Of the box: the picture itself is drawn on paper of one width."""
        corners = re.findall(r'points="([^"]+)"', draw.diagram(account(name)).svg)[1]
        return max(float(corner.partition(",")[0]) for corner in corners.split())

    assert width("日" * 30) > 1.3 * width("n" * 30)


def test_the_other_pictures_hold_no_character_that_xml_forbids(cloud) -> None:
    url = boto3.client("sqs").create_queue(QueueName="q")["QueueUrl"]
    sent = boto3.client("sqs").send_message(QueueUrl=url, MessageBody="größe")["MessageId"]
    cloud.at(1, lambda: None, label="bad \x00\x1b[31m\ud83d label")
    cloud.run()
    for picture in (cloud.timeline(), cloud.backlog(), cloud.passport(sent), cloud.passport("größe")):
        ElementTree.fromstring(picture.svg)


def test_what_a_learner_writes_into_an_account_is_drawn(cloud) -> None:
    events = boto3.client("events")
    events.put_rule(Name="staedte", EventPattern='{"detail": {"stadt": ["München", "東京"]}}')
    queue = boto3.client("sqs").create_queue(QueueName="q")["QueueUrl"]
    arn = boto3.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"][
        "QueueArn"
    ]
    events.put_targets(Rule="staedte", Targets=[{"Id": "1", "Arn": arn}])
    cloud.downstream("https://größe.example")
    drawn = " ".join(texts(cloud.diagram().svg))
    assert "München" in drawn
    assert "größe.example" in drawn
