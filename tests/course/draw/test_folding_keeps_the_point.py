"""A life that is too tall keeps its hops, its failures with a new reason and its ends; and a verdict agrees with itself."""

import re
from xml.etree import ElementTree

from motoclock.trace import Accepted, Checkpointed, Delivered, Dropped, Kind, Matched, Mode, Retried, Sent
from sevenways import draw
from sevenways.draw.palette import ORANGE, SKY
from sevenways.draw.picture import HIGHEST
from sevenways.draw.told import folded, read_life
from tests.course.draw.paper import height_of
from tests.course.draw.stories import DLQ, QUEUE, Story

ACCOUNT = "us-east-1:123456789012"
BUS = f"arn:aws:events:{ACCOUNT}:event-bus/default"
TABLE = f"arn:aws:dynamodb:{ACCOUNT}:table/orders/stream/2030"
PIPE = f"arn:aws:pipes:{ACCOUNT}:pipe/outbox"
TOPIC = f"arn:aws:sns:{ACCOUNT}:users"


def function(name: str) -> str:
    return f"arn:aws:lambda:{ACCOUNT}:function:{name}"


def danced() -> Story:
    """Four functions, each told of by an event that the one before has sent; the last of them fails three times."""
    story, words = Story(), ("placed", "reserved", "charged", "missing")
    for step, (word, name) in enumerate(zip(words, ("reserve", "take-money", "pack", "refund"), strict=True)):
        at, event, target, rule = float(step), f"{word}-id", function(name), f"arn:aws:events:{ACCOUNT}:rule/{name}"
        before = (f"in-{step - 1}",) if step else ()
        sender = function(("reserve", "take-money", "pack")[step - 1]) if step else None
        told = Sent(f'{word} {{"order": "order-7"}}', 100, sender=sender, origins=before)
        story.tell(at, told, BUS, event, f"in-{step - 1}" if step else None)
        story.tell(at, Matched(BUS, (target,)), rule, event)
        story.tell(at + 0.1, Accepted("order-7", 80, sender=rule, origins=(event,)), target, f"in-{step}", f"in-{step}")
        story.tell(at + 0.1, Delivered(target, 1, f"in-{step}", f"{target}:in"), rule, event)
        for attempt in range(1, 4 if name == "refund" else 2):
            when = at + 0.1 + 60 * (attempt - 1)
            fails = name == "refund"
            story.run(when, 0.9, Kind.FAILED if fails else Kind.SUCCEEDED, [f"in-{step}"], function=target, source="invoke",
                      mode=Mode.ASYNCHRONOUS, attempt=attempt, run=f"in-{step}")  # fmt: skip
            if fails and attempt < 3:
                story.tell(
                    when + 0.9, Retried(target, attempt + 1, 59.1, "ValueError"), target, f"in-{step}", f"in-{step}"
                )
    story.tell(124.5, Dropped("given up after 3 runs"), function("refund"), "in-3", "in-3")
    return story


def words(picture) -> str:
    return " ".join(
        text.text or "" for text in ElementTree.fromstring(picture.svg).iter("{http://www.w3.org/2000/svg}text")
    )


def test_a_passport_keeps_each_hop_the_failure_and_the_end():
    picture = draw.passport(danced().trace(), order="placed")
    seen = words(picture)
    for point in (
        "reserve sent reserved order-7 to default",
        "take-money sent charged order-7 to default",
        "pack sent missing order-7 to default",
        "the rule refund delivered it to refund",
        "refund failed after 0.9 s, ValueError: card refused",
        "lost: given up after 3 runs",
    ):
        assert point in seen, point
    assert height_of(picture.svg) <= HIGHEST and "further event" not in seen


def test_what_is_not_told_is_counted_where_it_was():
    life = read_life(danced().trace(), order="placed")
    for most in range(4, len(life.rows) + 1):
        rows = folded(life.rows, lambda rows, most=most: len(rows) <= most)
        unsaid = sum(int(number) for row in rows for number in re.findall(r"… (\d+) (?:more|further)", row.text))
        assert len([row for row in rows if row.kind]) + unsaid == len(life.rows) and len(rows) <= most
        assert rows[0].kind is Kind.SENT and rows[-1].kind is Kind.DROPPED


def test_a_run_that_is_counted_still_colours_the_rail_and_a_later_one_leaves_it_waiting():
    svg = draw.passport(danced().trace(), order="placed").svg
    assert "in flight: a function has it" in svg
    rails = re.findall(r'<path [^>]*stroke="(#\w+)"[^>]*stroke-width="5"', svg)
    told = re.findall(r">([^<>]*)<", svg)
    rows = [
        text for text in told if re.search(r" sent | delivered |sent to|failed after|planned|returned|lost: ", text)
    ]
    delivered, failed = (
        next(n for n, row in enumerate(rows) if row.startswith(start))
        for start in ("the rule reserve", "attempt 2 at refund planned")
    )
    assert "more" in rows[failed] and (rails[delivered], rails[failed]) == (SKY, ORANGE)


def test_a_second_failure_is_told_as_long_as_its_reason_is_new():
    life = read_life(danced().trace(), order="placed")
    rows = folded(life.rows, lambda rows: len(rows) <= 10)
    assert sum(row.kind is Kind.FAILED for row in rows) == 1
    assert sum(row.kind in (Kind.SENT, Kind.DELIVERED) for row in rows) == 8


# ---------------------------------------------------------------------- the verdict


def test_a_verdict_tells_a_message_from_what_followed_from_it():
    assert draw.passport(danced().trace(), order="placed").text.splitlines()[1] == (
        "Given to reserve, take-money, pack and refund 6 times. In the end reserve handled it. "
        "What followed from it: 2 messages were handled by take-money and pack, and a message was lost at refund."
    )


def test_of_what_followed_the_message_that_led_to_it_is_told_apart():
    verdict = draw.passport(danced().trace(), "missing-id").text.splitlines()[1]
    assert "In the end it was lost at refund. What it came from: 3 messages were handled by" in verdict


def test_copies_are_told_as_copies():
    story = Story()
    story.tell(0, Sent("user-0", 10), TOPIC, "m")
    for new, queue in (("m-1", QUEUE), ("m-2", DLQ), ("m-3", f"{QUEUE}-3")):
        story.tell(0, Delivered(queue, 1, new, f"{TOPIC}:{new}"), TOPIC, "m")
        story.send(0, new, queue, sender=TOPIC, origins=("m",), label="user-0")
    story.receive(1, ["m-1"])
    story.delete(2, ["m-1"])
    assert (
        draw.passport(story.trace(), "m")
        .text.splitlines()[1]
        .endswith(
            "In the end a copy was handled and deleted from orders, and 2 copies wait in orders-dlq and orders-3."
        )
    )


def stored(outbox: bool) -> Story:
    """A function is run for an order, puts a row, and fails for good; `outbox`: a pipe reads the row."""
    story, checkout = Story(), function("checkout")
    story.tell(0, Accepted('{"order": "order-3"}', 80), checkout, "a", "a")
    story.run(0, 1, Kind.FAILED, ["a"], function=checkout, source="invoke", mode=Mode.ASYNCHRONOUS, run="a")
    story.tell(0.5, Sent("INSERT order-3", 100, sender=checkout, origins=("a",)), TABLE, "row", "a")
    story.tell(1, Dropped("given up after 1 run"), checkout, "a", "a")
    if outbox:
        story.tell(2, Sent("OrderPlaced order-3", 100, sender=PIPE, origins=("row",)), BUS, "e")
        story.tell(2, Delivered(BUS, 1, "e", ""), PIPE, "row")
        story.tell(2, Checkpointed("shard-0", "1", PIPE), TABLE, "row")
    return story


def test_a_record_that_nobody_reads_waits_for_nothing():
    verdict = draw.passport(stored(outbox=False).trace(), "a").text.splitlines()[1]
    assert verdict.endswith(
        "In the end it was lost at checkout. What followed from it: a message is kept in orders, which nobody reads."
    )


def test_what_a_pipe_has_passed_on_has_not_ended_there():
    assert "outbox" not in draw.passport(stored(outbox=True).trace(), "a").text.splitlines()[1]
