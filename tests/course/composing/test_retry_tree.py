"""The retry tree: the product of the settings beside the counts of the run."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import boto3
import pytest

from sevenways.cloud import Cloud
from sevenways.draw.retry_tree import read_layers, retry_tree

from . import handlers

LAYERS = {"orders": 4, "inner": 2, "payments.example": 3}


def storm(down_s: float = 3600.0, messages: int = 2):
    with Cloud(seed=1) as cloud:
        provider = cloud.downstream("https://payments.example", capacity=None, error_rate=1.0)
        cloud.at(down_s, lambda: setattr(provider, "error_rate", 0.0))
        sqs = boto3.client("sqs")
        sqs.create_queue(QueueName="parked")
        policy = {"deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:parked", "maxReceiveCount": 4}
        url = sqs.create_queue(
            QueueName="orders", Attributes={"VisibilityTimeout": "30", "RedrivePolicy": json.dumps(policy)}
        )["QueueUrl"]
        cloud.deploy(handlers.calls_the_caller_twice, name="outer")
        cloud.deploy(handlers.calls_three_times, name="inner")
        boto3.client("lambda").create_event_source_mapping(
            EventSourceArn="arn:aws:sqs:us-east-1:123456789012:orders", FunctionName="outer", BatchSize=1
        )
        for n in range(messages):
            sqs.send_message(QueueUrl=url, MessageBody=f"order-{n}")
        cloud.run()
        return cloud.trace


@pytest.fixture(scope="module")
def trace():
    return storm()


def test_the_counts_are_the_product_when_everything_fails(trace):
    messages, layers = read_layers(trace, LAYERS)
    assert messages == 2
    assert [(layer.word, layer.tries, layer.failed) for layer in layers] == [
        ("receives", 8, 0),
        ("runs", 16, 16),
        ("calls", 48, 48),
    ]


def test_the_text_has_the_product_the_counts_and_the_busiest_moment(trace):
    lines = retry_tree(trace, LAYERS).text.splitlines()
    assert lines[0] == "4 × 2 × 3 = 24: at most 24 calls of payments.example for one message, 48 for 2 messages"
    assert lines[3] == "  ×3 calls of payments.example; counted: 48 calls of payments.example, 48 failed"
    assert re.fullmatch(r"  at the busiest, \d+ calls within .+", lines[4])


def test_the_tree_has_a_dot_for_each_try_and_a_second_cue_for_what_failed(trace):
    picture = retry_tree(trace, LAYERS, outcome="2 parked")
    ElementTree.fromstring(picture.svg)
    assert picture.text.startswith("2 parked\n") and ">2 parked<" in picture.svg
    assert picture.svg.count("<circle") == 1 + 4 + 8 + 24 + 2  # and two in the legend
    assert picture.svg.count("l4,4m0,-4l-4,4") == 24 + 1


def test_a_tree_from_the_settings_says_of_no_single_try_what_came_of_it():
    """Of two messages some tries were answered; a green dot would say that one message was answered as often as there are dots."""
    picture = retry_tree(storm(down_s=20), LAYERS)
    assert "l4,4m0,-4l-4,4" not in picture.svg and "failed, as all" not in picture.svg
    (failed,) = re.findall(r">(\d+) failed<", picture.svg)[-1:]
    assert 0 < int(failed) < 48


@pytest.mark.parametrize(("many", "cue"), [(20, "<path"), (90, ">720<")])
def test_more_than_can_be_drawn_one_by_one_are_ticks_and_then_a_band(trace, many, cue):
    picture = retry_tree(trace, {"orders": 4, "inner": 2, "payments.example": many})
    ElementTree.fromstring(picture.svg)
    assert cue in picture.svg and picture.svg.count("<circle") <= 1 + 4 + 8 + 1
    assert f"= {4 * 2 * many:,}:" in picture.text


def test_nothing_counted_is_no_error():
    with Cloud(seed=1) as idle:
        picture = retry_tree(idle.trace, LAYERS)
    ElementTree.fromstring(picture.svg)
    assert "counted: no receives of orders" in picture.text


@pytest.mark.parametrize(
    ("factors", "sentence"),
    [
        ({}, "has no layer to draw"),
        ({"orders": 0}, "orders is tried a whole number of times, at least once, and not 0"),
    ],
)
def test_nonsense_is_a_sentence(factors, sentence):
    with pytest.raises(ValueError, match=sentence):
        retry_tree([], factors)


def test_the_legend_shows_the_signs_of_the_tree(trace):
    """A solid disc with a cross beside "failed", as in the tree; hatched only where the tree has a hatched band."""
    svg = retry_tree(trace, LAYERS).svg
    assert svg.count("<circle") == 1 + 4 + 8 + 24 + 2 and svg.count("l4,4m0,-4l-4,4") == 24 + 1
    assert "url(#" not in svg
