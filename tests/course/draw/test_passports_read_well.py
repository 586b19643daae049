"""A passport is plain sentences, named by what names its message, and folded before it is taller than a screen."""

import re
from xml.etree import ElementTree

import boto3
import pytest

from motoclock.trace import Called, Delivered, Dropped, Kind, Matched, Refused, Retried, Sent
from sevenways import Cloud, draw
from sevenways.draw.naming import called
from sevenways.draw.palette import ORANGE, SKY
from sevenways.draw.picture import HIGHEST
from tests.course.draw import stories
from tests.course.draw.stories import QUEUE, Story

BUS = "arn:aws:events:us-east-1:123456789012:event-bus/shop"
RULE = "arn:aws:events:us-east-1:123456789012:rule/shop/parcels"
WAREHOUSE = "arn:aws:events:us-east-1:123456789012:api-destination/warehouse/1"


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("order-0", "order-0"),
        ('OrderPlaced {"id": "order-0", "total": 0, "address": {"coun…', "OrderPlaced order-0"),
        ('{"user": "user-0", "country": "DE", "email": "user-0@mail.e…', "user-0"),
        ('{"order": "order-6", "total": -1}', "order-6"),
        ('{"total": 5, "order": "order-6"}', "order-6"),
        ('[{"orderId": 17}]', "17"),
        ('{"visitor": "visitor-2", "page": "home"}', "visitor-2"),
        ('{"page": "home"}', "home"),
        ('{"total": 5}', "total 5"),
        ("{}", "{}"),
        ('{"deep": {"er": []}}', '{"deep": {"er": []}}'),
        ("a {brace} in a text", "a {brace} in a text"),
        ("", ""),
    ],
)
def test_a_message_is_called_by_what_names_it(label, name):
    assert called(label) == name


def refused(attempts: int) -> Story:
    """An event whose target is down, with pauses that double, until it is taken."""
    story, at, why = Story(), 0.0, "warehouse.example refused the connection: it is down"
    body = 'OrderPlaced {"id": "order-0", "total": 0, "address": {"coun…'
    story.tell(0, Sent(body, 300), BUS, "e")
    story.tell(0, Matched(BUS, (WAREHOUSE,)), RULE, "e")
    for attempt in range(1, attempts + 1):
        story.tell(at, Refused(WAREHOUSE, why, attempt, True), RULE, "e")
        story.tell(at, Retried(WAREHOUSE, attempt + 1, 10.0, why), RULE, "e")
        at += 10
    story.tell(at, Delivered(WAREHOUSE, attempts + 1, "", ""), RULE, "e")
    return story


def test_a_refusal_says_its_reason_once_and_when_it_goes_on():
    assert draw.passport(refused(3).trace(), "e").text.splitlines() == [
        "Passport of OrderPlaced order-0 (message e)",
        "In the end the rule parcels delivered it.",
        'Its body: OrderPlaced {"id": "order-0", "total": 0, "address": {"coun…',
        "0:00  sent to shop",
        "0:00  matched the rule parcels, for warehouse",
        "0:00  warehouse did not take it: warehouse.example refused the connection: it is down; attempt 2 planned for 0:10",
        "0:10  warehouse did not take it at attempt 2, as before; attempt 3 planned for 0:20",
        "0:20  warehouse did not take it at attempt 3, as before; attempt 4 planned for 0:30",
        "0:30  the rule parcels delivered it to warehouse at attempt 4",
    ]


def test_a_last_attempt_promises_no_further_one():
    story, why = Story(), "no answer in 5 s"
    story.tell(0, Sent("OrderPlaced order-0", 300), BUS, "e")
    story.tell(5, Refused(WAREHOUSE, why, 1, retryable=True), RULE, "e")
    story.tell(5, Dropped(f"given up after 1 attempt, and there is no dead-letter queue: {why}"), RULE, "e")
    assert draw.passport(story.trace(), "e").text.splitlines()[-2:] == [
        "0:05  warehouse did not take it: no answer in 5 s",
        "0:05  lost: given up after 1 attempt, and there is no dead-letter queue: no answer in 5 s",
    ]


def test_a_message_that_was_named_as_failed_to_a_mapping_that_does_not_read_it_says_so():
    story = Story()
    story.send(0, "order-3")
    story.receive(0, ["order-3"], 1, 30, "charge")
    story.run(0, 2, Kind.SUCCEEDED, ["order-3"], unread_ids=("order-3",))
    assert (
        "0:02  charge returned after 2 s and named this message in batchItemFailures, which its mapping does not read"
        in draw.passport(story.trace(), "order-3").text
    )


def height(picture) -> float:
    return float(re.findall(r'viewBox="0 0 \S+ (\S+)"', picture.svg)[0])


def words(picture) -> str:
    return " ".join(text.text for text in ElementTree.fromstring(picture.svg).iter("{http://www.w3.org/2000/svg}text"))


def test_equal_attempts_are_folded_in_a_picture_and_told_in_its_twin():
    picture = draw.passport(refused(30).trace(), "e")
    assert height(picture) <= HIGHEST
    assert "… 29 more like this, 0:10 to 4:50" in words(picture)
    assert "at attempt 17, as before" in picture.text


def test_a_life_without_a_pattern_is_told_from_both_ends():
    story = Story()
    for number in range(60):
        story.tell(number, Sent("order-0", 10), f"{QUEUE}-{number}", "a")
    picture = draw.passport(story.trace(), "a")
    assert height(picture) <= HIGHEST
    assert re.search(r"… \d+ further events, 0:\d\d to 0:\d\d", words(picture))
    assert words(picture).rindex("orders-59") > words(picture).index("further events")
    assert len(picture.text.splitlines()) < 45


def test_no_life_is_taller_than_a_screen():
    story = Story()
    story.send(0, "a")
    for number in range(4):
        story.receive(30 * number, ["a"], number + 1, 30 * number + 30, "charge")
        for second in (0, 1, 3, 7, 15, 29):
            story.throttle(30 * number + second, ["a"])
        story.give_back(30 * number + 30, ["a"])
    picture = draw.passport(story.trace(), "a")
    assert height(picture) <= HIGHEST
    assert "throttled" in words(picture) and "visible again" in words(picture)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (Called("POST", "https://letters.example/", 0, 0.0, 1, "news", "connection refused: it is down"),
         "news called letters.example: no answer (connection refused: it is down)"),
        (Called("POST", "https://letters.example/", 0, 5.0, 1, "news"), "news called letters.example: no answer within 5 s"),
        (Called("POST", "https://letters.example/", 500, 2.0, 1, "news", "error rate"),
         "news called letters.example: it answered 500 after 2 s (error rate)"),
        (Called("POST", "https://letters.example/", 200, 0.0, 1, None), "a cell called letters.example: it answered 200 at once"),
    ],
)  # fmt: skip
def test_a_call_that_nobody_answered_has_no_status(call, said):
    story = Story()
    story.send(0, "a")
    story.run(0, 1, Kind.SUCCEEDED, ["a"], run="one")
    story.tell(0.5, call, "letters.example", None, "one")
    assert said in draw.passport(story.trace(), "a").text.splitlines()[-2]


def test_what_took_no_time_was_at_once():
    story = Story()
    story.send(0, "a")
    story.run(0, 0.0, Kind.SUCCEEDED, ["a"])
    text = draw.passport(story.trace(), "a").text
    assert "returned without an error at once" in text and " 0 s" not in text


def test_where_a_life_ends_is_a_sentence():
    handled = draw.passport(stories.rush(), "order-0").text.splitlines()[1]
    assert handled == "Received once and given to charge once. In the end it was handled and deleted from orders."
    story = Story()
    story.send(0, "a")
    assert draw.passport(story.trace(), "a").text.splitlines()[1] == "In the end it waits in orders."
    story.receive(1, ["a"])
    assert draw.passport(story.trace(), "a").text.splitlines()[1] == (
        "Received once, and no function ever started on it. In the end it is in flight, taken from orders."
    )


# ---------------------------------------------------------------------- two environments at once


def takes_two_seconds(event, context):
    import time

    time.sleep(2)


def test_while_one_environment_has_it_a_second_one_that_is_to_try_later_makes_it_no_waiting_message():
    with Cloud(seed=5, duplicates=1.0) as cloud:
        work = cloud.deploy(takes_two_seconds, timeout=10, reserved_concurrency=1)
        event = '{"order": "order-0"}'
        boto3.client("lambda").invoke(FunctionName=work, InvocationType="Event", Payload=event)
        cloud.run()
        passport = cloud.passport(order="order-0")
    rails = re.findall(r'<(?:line|path)[^>]*stroke="(#\w+)"[^>]*stroke-width="5"', passport.svg)
    _heading, _verdict, _body, *told = passport.text.splitlines()
    first, returned, again = (
        next(n for n, row in enumerate(told) if what in row and n > after)
        for what, after in (("started", 0), ("returned", 0), ("started", 1))
    )
    assert any("throttled" in row for row in told[first:returned])
    assert set(rails[first:returned]) == {SKY}
    assert rails[returned] == ORANGE, "the second run is still to come"
    assert rails[again] == SKY
