"""Two worlds compared: only what differs, and both lives."""

from __future__ import annotations

from xml.etree import ElementTree

import boto3

from sevenways.cloud import Cloud
from sevenways.draw.two_worlds import differing_numbers, differing_settings, two_worlds, world_of

from . import handlers


def world(visibility="30", handler=handlers.works, parked=False):
    """One message through a queue; closed when it is returned."""
    with Cloud(seed=1) as cloud:
        sqs = boto3.client("sqs")
        url = sqs.create_queue(QueueName="orders", Attributes={"VisibilityTimeout": visibility})["QueueUrl"]
        if parked:
            sqs.create_queue(QueueName="parked")
        cloud.deploy(handler, name="charge", timeout=3)
        boto3.client("lambda").create_event_source_mapping(
            EventSourceArn="arn:aws:sqs:us-east-1:123456789012:orders", FunctionName="charge"
        )
        sqs.send_message(QueueUrl=url, MessageBody='{"order": "order-3"}')
        cloud.run(100)
    return cloud


def test_only_the_settings_that_differ_are_told():
    one, other = world("30"), world("60", parked=True)
    found = differing_settings(one.account(), other.account())
    assert [(each.name, each.one, each.other) for each in found] == [
        ("queue orders", "visibility 30 s", "visibility 1 min"),
        ("queue parked", "not there", "visibility 30 s"),
    ]


def test_only_the_numbers_that_differ_and_all_that_were_counted_by_hand():
    one, other = world_of("one", world(), rows=1), world_of("other", world(handler=handlers.breaks), rows=1)
    numbers = {each.name: (each.one, each.other) for each in differing_numbers(one, other)}
    assert numbers["rows"] == ("1", "1")
    assert numbers["processed"] == ("1", "0") and numbers["of them failed"] == ("0", "4")
    assert "lost" not in numbers
    assert two_worlds(one, other).text.splitlines()[0].endswith("no settings and 7 numbers differ")


def test_the_two_lives_stand_side_by_side():
    one, other = world_of("calm", world()), world_of("broken", world(handler=handlers.breaks))
    picture = two_worlds(one, other, order="order-3")
    ElementTree.fromstring(picture.svg)
    calm, broken = picture.text.split("\ncalm: ")[1].split("\nbroken: ")
    assert "deleted it from orders: done" in calm
    assert broken.count("charge failed after") == 4
    assert picture.svg.count(">calm<") == picture.svg.count(">broken<") == 2


def test_a_name_that_nobody_has_is_a_sentence_and_no_error():
    one = world_of("one", world())
    picture = two_worlds(one, one, order="order-9")
    assert picture.text.count('No message has the word "order-9".') == 2
    assert "no settings and no numbers differ" in picture.text
    ElementTree.fromstring(picture.svg)


def test_what_says_nothing_about_the_difference_is_left_out():
    """Other consumers handle other copies; and what is in a stream without a reader waits for nothing."""

    def stored(table: bool):
        with Cloud(seed=1) as cloud:
            if table:
                boto3.client("dynamodb").create_table(
                    TableName="orders",
                    KeySchema=[{"AttributeName": "order", "KeyType": "HASH"}],
                    AttributeDefinitions=[{"AttributeName": "order", "AttributeType": "S"}],
                    BillingMode="PAY_PER_REQUEST",
                    StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
                )
                boto3.client("dynamodb").put_item(TableName="orders", Item={"order": {"S": "order-3"}})
            cloud.deploy(handlers.works, name="charge", timeout=3)
            boto3.client("lambda").invoke(FunctionName="charge", InvocationType="Event", Payload='{"Records": []}')
            cloud.run(100)
        return cloud

    numbers = {
        each.name: (each.one, each.other)
        for each in differing_numbers(world_of("one", stored(True)), world_of("other", stored(False)))
    }
    assert numbers["in a stream, unread"] == ("1", "0")
    assert not {"waiting", "processed"} & set(numbers)
