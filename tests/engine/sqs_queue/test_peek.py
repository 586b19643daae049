"""`cloud.peek`: what is there, and that looking changes nothing."""

import boto3
import pytest

from motoclock import Cloud, CloudClosed
from tests.engine.delivery.stage import queue, send, sqs


def test_it_shows_what_is_there_and_changes_nothing(cloud):
    url = queue("orders", VisibilityTimeout=30)
    send(url, ["first", "second", "<third>"])
    sqs().send_message(QueueUrl=url, MessageBody="later", DelaySeconds=60)
    sqs().receive_message(QueueUrl=url)
    cloud.run(seconds=5)
    before = len(cloud.trace)
    found = cloud.peek("orders")
    assert [(one.body, one.state, one.age_s, one.receives) for one in found] == [
        ("first", "in flight", 5.0, 1),
        ("second", "ready", 5.0, 0),
        ("<third>", "ready", 5.0, 0),
        ("later", "delayed", 5.0, 0),
    ]
    assert len(cloud.trace) == before
    assert [one["Body"] for one in sqs().receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]] == [
        "second",
        "<third>",
    ]


def test_by_url_or_arn(cloud):
    url = queue("orders")
    send(url, ["a"])
    names = ("orders", url, "arn:aws:sqs:us-east-1:123456789012:orders")
    assert [[one.body for one in cloud.peek(name)] for name in names] == [["a"]] * 3


def test_a_message_whose_time_has_come_is_shown_as_it_is_now(cloud):
    url = queue("orders", VisibilityTimeout=10)
    send(url, ["a"])
    sqs().receive_message(QueueUrl=url)
    cloud.run(seconds=10)
    assert [(one.state, one.receives) for one in cloud.peek(url)] == [("ready", 1)]


def test_text_and_table_say_the_same(cloud):
    url = queue("orders")
    send(url, [f"<b>{n}</b>" for n in range(25)])
    found = cloud.peek(url)
    assert repr(found).splitlines()[0] == "orders: 25 messages: 25 ready; the first 20 are shown"
    assert (
        len(repr(found).splitlines()) == 22
        and "<b>" not in found._repr_html_()
        and "&lt;b&gt;19" in found._repr_html_()
    )
    assert repr(cloud.peek(queue("empty"))) == "empty: no messages"


def test_what_is_no_queue_is_a_sentence(cloud):
    with pytest.raises(ValueError, match=r"No queue is called 'orders'\. There is none\."):
        cloud.peek("orders")
    queue("bills")
    with pytest.raises(ValueError, match=r"No queue is called 'orders'\. There are: bills\."):
        cloud.peek("orders")
    with pytest.raises(TypeError, match="not 7"):
        cloud.peek(7)


def test_of_the_open_cloud_only():
    with Cloud() as cloud:
        boto3.client("sqs").create_queue(QueueName="orders")
    with pytest.raises(CloudClosed):
        cloud.peek("orders")
