"""The words of each picture: what a learner reads, and what a screen reader hears."""

import re

import pytest

from motoclock.trace import Accepted, Called, Delivered, Filtered, Kind, Marked, Sent
from sevenways import Cloud, draw
from tests.course.draw import stories
from tests.course.draw.stories import FUNCTION, QUEUE, Story
from tests.engine.delivery import stage


def test_a_diagram_tells_each_flow_in_a_line():
    assert draw.diagram(stories.shop()).text.splitlines() == [
        "Diagram at 0:42: 5 resources, 4 connections",
        "your cell --sends, 40 so far--> orders (queue: visibility 30 s; 3 waiting, 2 in flight)",
        "orders --redrive, after 3 receives, 4 so far--> "
        "orders-dlq (dead-letter queue: visibility 30 s, keeps messages 14 d; 4 waiting, 0 in flight)",
        "orders --mapping, batch 10, maximum concurrency 3, partial batch responses, 51 so far--> "
        "charge (function: timeout 30 s, reserved concurrency 5; 17 runs, 3 failed)",
        "charge --calls, 12 refused, 57 so far--> "
        "db.example (downstream system: latency 0.5 s, capacity 3 at once; 57 requests, 12 refused)",
    ]


def test_a_warning_stands_on_its_connection():
    account = stories.shop()
    edge = account.edges[1]
    warned = type(account)(
        account.nodes, (type(edge)(edge.source, edge.target, edge.kind, warning="charge lets nobody in"),)
    )
    assert "WARNING: charge lets nobody in" in draw.diagram(warned).text
    assert "! charge lets nobody in" in draw.diagram(warned).svg


def test_a_timeline_lists_runs_until_there_are_too_many():
    few = draw.timeline(stories.charged_twice(rounds=2)).text
    assert "    0:00 to 0:30  timed out  10 messages: order-0, order-1, order-2 and 7 more  cold start 0.2 s" in few
    many = draw.timeline(stories.rush()).text
    assert "  environment 1: 0:00 to 0:33.2, 9 invocations: 8 succeeded, 1 failed" in many
    crowd = draw.timeline(stories.rush(200, 60)).text
    assert "in 60 lanes of one environment each" in crowd


def test_functions_that_are_many_lanes_together_are_drawn_as_numbers_of_runs():
    story = Story()
    for name, lanes in (("charge", 20), ("invoice", 20), ("newsletter", 1)):
        function = FUNCTION.replace("charge", name)
        for place in range(lanes):
            story.run(0, 1, Kind.SUCCEEDED, [f"{name}-{place}"], f"{name}-{place}", function=function)
    svg = draw.timeline(story.trace()).svg
    assert svg.count(">20 at once</text>") == 2 and svg.count(">environment") == 1


def test_throttles_have_a_lane_of_their_own():
    story = Story()
    story.throttle(1, ["order-0"])
    story.throttle(2, ["order-0"])
    picture = draw.timeline(story.trace())
    assert "throttled 2 x from 0:01 to 0:02" in picture.text
    assert "throttled 2 x" in picture.svg


def test_lanes_can_be_message_groups():
    story = Story()
    story.run(0, 1, Kind.SUCCEEDED, ["a", "b"], groups=("customer-1", "customer-2"))
    assert "group customer-2" in draw.timeline(story.trace(), by="group").text
    with pytest.raises(ValueError, match="environment"):
        draw.timeline(story.trace(), by="queue")


def test_marks_of_the_scenario_are_on_the_axis():
    story = Story()
    story.send(0, "a")
    story.tell(30, Marked("db.example is down"), "cloud")
    story.run(60, 1, Kind.SUCCEEDED, ["a"])
    assert "db.example is down" in draw.timeline(story.trace()).svg
    svg = draw.backlog(story.trace()).svg
    assert "db.example is down" in svg
    before_the_heading = svg[svg.index("stroke-dasharray") : svg.index("orders (queue)</text>")]
    assert '<rect x="8"' in before_the_heading, "paper over the line, so that it does not strike the words through"


def test_a_backlog_follows_the_messages():
    assert draw.backlog(stories.poisoned()).text.splitlines()[1:] == [
        "orders (queue): 15 messages came in",
        "      0:00  in flight 15",
        "    0:02.5  in flight 10, done 5",
        "      1:00  in flight 10, done 5",
        "      2:00  in flight 10, done 5",
        "      3:00  dead-lettered 10, done 5",
        "  in the end: in flight 0 (at most 15), dead-lettered 10, done 5",
    ]


def test_a_blip_does_not_fill_a_pixel_of_a_long_backlog():
    """In a day of retries a pixel is minutes: it shows what was so for most of them, and not what was so at their end."""
    story = Story()
    story.send(0, "order-0")
    for minute in range(1, 24 * 60):
        story.receive(60 * minute, ["order-0"], minute, 60 * minute + 0.5)
        story.give_back(60 * minute + 0.5, ["order-0"])
    svg = draw.backlog(story.trace()).svg
    (waiting,) = re.findall(r'd="M([^"]*)z" [^>]*>\s*<title>waiting: at most 1</title>', svg)
    assert len(waiting.split("L")) <= 6, "a blip cut a notch into the band"


def test_a_backlog_of_one_store_is_asked_for_by_name():
    assert "10 messages came in" in draw.backlog(stories.poisoned(), "orders-dlq").text
    assert draw.backlog(stories.poisoned(), "orders-dlg").text == "Backlog: no message was sent to orders-dlg."


def test_a_passport_says_what_happened_and_why():
    assert draw.passport(stories.poisoned(), "order-0").text.splitlines()[1:] == [
        "Received 3 times and given to charge 3 times. In the end it rests in the dead-letter queue orders-dlq.",
        "0:00  sent to orders",
        "0:00  received for charge, 1st time; hidden until 1:00",
        "0:00  charge started (batch of 10, environment charge-1, cold start)",
        "0:02  charge failed after 2 s, ValueError: card refused; the batch of 10 fails as a whole",
        "1:00  visible again in orders: nobody deleted it in time",
        "1:00  received for charge, 2nd time; hidden until 2:00",
        "1:00  charge started (batch of 10, environment charge-1)",
        "1:02  charge failed after 2 s, ValueError: card refused; the batch of 10 fails as a whole",
        "2:00  visible again in orders: nobody deleted it in time",
        "2:00  received for charge, 3rd time; hidden until 3:00",
        "2:00  charge started (batch of 10, environment charge-1)",
        "2:02  charge failed after 2 s, ValueError: card refused; the batch of 10 fails as a whole",
        "3:00  moved to orders-dlq: received 3 times",
    ]


def test_only_a_queue_hides_what_is_in_flight():
    story = Story()
    story.tell(0, Accepted("order-0", 10), stories.INVOICE, "a")
    story.run(0, 1, Kind.SUCCEEDED, ["a"], function=stories.INVOICE)
    assert "in flight: a function has it" in draw.passport(story.trace(), "a").svg
    assert "in flight: hidden from others" in draw.passport(stories.poisoned(), "order-0").svg


def test_a_passports_title_names_the_message_and_its_twin_has_the_body():
    one = "314cde99-18dd-4edf-9416-8ab58a601d6a"
    story = Story()
    story.send(0, one, label='{"user": "user-0", "country": "DE", "email": "user-0@mail.example"}')
    picture = draw.passport(story.trace(), one)
    assert f">user-0 (message {one})</text>" in picture.svg
    assert 'Its body: {"user": "user-0"' in picture.text


def test_a_long_life_says_once_what_repeats():
    lines = draw.passport(stories.four_days(), "order-0").text.splitlines()
    assert len(lines) < 20
    assert any("… the same 4 steps, 1,150 more times, 5:00 to 3 d 23:55:00" in line for line in lines)
    assert "expired in orders" in lines[-1]


def test_a_passport_accepts_the_start_of_an_id():
    trace = stories.poisoned()
    assert draw.passport(trace, "order-7") == draw.passport(trace, "order-7")
    assert draw.passport(trace, "order-1").text.startswith("Passport of order-1 ")  # whole ids win over longer ones
    assert draw.passport(trace, "order").text == '15 messages have an id that starts with "order".'
    assert draw.passport(trace, "invoice").text == 'No message has the id or the body "invoice".'
    assert draw.passport(trace, "").text.startswith("A passport is that of one message")


def test_a_passport_follows_hops_and_leaves_out_siblings():
    topic, other = "arn:aws:sns:us-east-1:123456789012:users", "arn:aws:sqs:us-east-1:123456789012:billing"
    story = Story()
    story.tell(0, Sent("user-0", 10), topic, "m")
    for new, queue in (("m-1", QUEUE), ("m-2", other)):
        story.tell(0, Delivered(queue, 1, new, f"{topic}:{new}"), topic, "m")
        story.send(0, new, queue, sender=topic, origins=("m",), label="user-0")
    assert draw.passport(story.trace(), "m-1").text.splitlines()[2:] == [
        "0:00  sent to users",
        "0:00  users delivered it to orders",
    ]
    assert len(draw.passport(story.trace(), "m").text.splitlines()) == 2 + 3


def test_a_call_is_told_only_where_it_is_known_whose_it_was():
    story = Story()
    call = Called("GET", "https://db.example/a", 503, 0.5, 4, "charge")
    story.run(0, 1, Kind.SUCCEEDED, ["a"], run="one")
    story.run(2, 1, Kind.SUCCEEDED, ["b", "c"], run="two")
    story.tell(0.5, call, "db.example", None, "one")
    story.tell(2.5, call, "db.example", None, "two")
    assert "charge called db.example: it answered 503 after 0.5 s" in draw.passport(with_sends(story, "abc"), "a").text
    assert "db.example" not in draw.passport(with_sends(story, "abc"), "b").text


def with_sends(story, names):
    for name in names:
        story.send(0, name)
    return story.trace()


def test_a_summary_adds_up():
    for trace in (
        stories.charged_twice(),
        stories.poisoned(),
        stories.rush(),
        stories.four_days(),
        stories.asynchronous(),
    ):
        s = draw.summary(trace)
        places = ("processed", "dead_lettered", "lost", "filtered", "purged", "waiting", "in_flight")
        assert s["copies"] == sum(s[place] for place in places)


def test_a_summary_counts_what_it_says():
    s = draw.summary(stories.poisoned())
    assert (s["sent"], s["processed"], s["dead_lettered"], s["duplicates"]) == (15, 5, 10, 10)
    assert (s["invocations"], s["errors"], s["peak_concurrency"], s["p50_s"]) == (4, 3, 2, 2.5)
    assert draw.summary(stories.charged_twice())["duplicates"] == 10
    assert draw.summary(stories.four_days())["lost"] == draw.summary(stories.four_days())["expired"] == 1


def test_a_summary_is_a_table_in_words_and_in_html():
    s = draw.summary(stories.poisoned())
    assert "dead-lettered                        10" in repr(s)
    html = s._repr_html_()
    assert html.count("<table") == html.count("display:inline-block") == 3  # on a phone one below another
    assert re.sub("<[^>]*>", "", html).startswith("Messagessent15")
    assert set(s) == set(dict(s))
    assert "purged" not in repr(s)  # nothing was: not worth a line


def test_costs_come_from_the_facts_table():
    from motoclock.costs import costs
    from motoclock.facts import prices

    lines = {(line.service, line.what): line for line in costs(stories.poisoned())}
    assert lines["Lambda", "requests"].units == 4
    assert (
        lines["SQS", "requests"].units == 15 + 2 + 2 + 1
    )  # sends; one receive of ten and one of five, twice ten more; one delete
    assert lines["SQS", "requests"].usd == pytest.approx(20 * prices.SQS_STANDARD_PER_M.value / 1e6)


@pytest.mark.parametrize(
    ("sizes", "batched", "requests"),
    [([100] * 10, True, 1), ([100] * 10, False, 10), ([64 * 1024 + 1] * 2, False, 4), ([33 * 1024] * 2, True, 2)],
)
def test_a_batch_is_one_request_for_each_started_64_kib(sizes, batched, requests):
    from motoclock.costs import costs

    with Cloud() as cloud:
        url = stage.queue()
        entries = [{"Id": str(n), "MessageBody": "x" * size} for n, size in enumerate(sizes)]
        if batched:
            stage.sqs().send_message_batch(QueueUrl=url, Entries=entries)
        else:
            for entry in entries:
                stage.sqs().send_message(QueueUrl=url, MessageBody=entry["MessageBody"])
        assert [line.units for line in costs(cloud.trace)] == [requests]


@pytest.mark.parametrize(("name", "group", "extra"), [("a", None, []), ("a", "g", [2]), ("a.fifo", "g", [])])
def test_a_fair_queue_pays_more_for_each_request(name, group, extra):
    from motoclock.costs import costs

    with Cloud() as cloud:
        url = stage.queue(name)
        more = {} if group is None else {"MessageGroupId": group}
        for n in range(2):
            dedup = {"MessageDeduplicationId": str(n)} if name.endswith(".fifo") else {}
            stage.sqs().send_message(QueueUrl=url, MessageBody="x", **more, **dedup)
        assert [line.units for line in costs(cloud.trace) if line.what == "fair-queue requests"] == extra


def test_filters_say_what_becomes_of_the_message():
    story = Story()
    story.send(0, "a")
    story.tell(0, Filtered("type is sign-up, not order", FUNCTION), QUEUE, "a")
    said = draw.passport(story.trace(), "a").text
    assert "filtered out for charge: type is sign-up, not order; a queue's message is deleted" in said
