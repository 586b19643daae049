"""Queues in pictures, summaries, bills and metrics."""

import pytest

from motoclock.facts import prices
from motoclock.metrics import points
from tests.engine.kinesis_queues.stage import acknowledge, dead_lettered, kinesis, on_demand, put, queue, receive, stage

ONCE = {"TargetType": "BUILT_IN", "MaxReceiveCount": 1}


def one_of_each(cloud):
    """A queue with a dead letter, a record in flight, one that waits and one that is done."""
    arn = stage(DeadLetterConfiguration=ONCE)
    put(data=b"poison")
    dead_lettered(cloud, arn, 1)
    put("done", b"done")
    acknowledge(arn, receive(arn))
    put("taken", b"taken")
    receive(arn)
    put("waiting", b"waiting")
    return arn


def test_the_diagram_has_the_queue_behind_its_stream(cloud):
    one_of_each(cloud)
    text = str(cloud.diagram())
    assert (
        "clicks --feeds, 4 so far--> work (queue: visibility 30 s, dead letters after 1 receive; "
        "1 waiting, 1 in flight, 1 dead-lettered)"
    ) in text
    assert "3 resources, 2 connections" in text


def test_the_diagram_says_what_is_set(cloud):
    queue(on_demand(), start={"Type": "TRIM_HORIZON"}, DeadLetterConfiguration={"TargetType": "NONE"})
    text = str(cloud.diagram())
    assert "feeds, from the oldest record" in text and "no dead letters" in text


def test_a_restored_record_makes_no_thing_of_its_own_in_the_diagram(cloud):
    arn = stage(DeadLetterConfiguration=ONCE)
    put()
    dead_lettered(cloud, arn, 1)
    letters = [{"ReceiptHandle": one["ReceiptHandle"]} for one in receive(arn, dead=True)]
    kinesis().restore_dead_letter_queue_records(QueueARN=arn, Entries=letters)
    assert "3 resources, 2 connections" in str(cloud.diagram())


def test_the_backlog_shows_the_queue_by_name_and_by_arn(cloud):
    arn = one_of_each(cloud)
    text = str(cloud.backlog("work"))
    assert "in the end: waiting 1, in flight 1, dead-lettered 1, done 1" in text
    assert "work (queue): 4 messages came in" in str(cloud.backlog(arn))
    assert "clicks" not in str(cloud.backlog())


def test_the_passport_tells_the_way_from_the_stream_to_the_dead_letters(cloud):
    one_of_each(cloud)
    told = [line.split("  ")[-1] for line in str(cloud.passport("poison")).splitlines()[2:]]
    assert told == [
        "sent to clicks, group visitor-0",
        "clicks delivered it to work",
        "received by hand, 1st time; hidden until 0:01",
        "visible again in work: nobody acknowledged it in time",
        "moved to work's dead letters: received once and never acknowledged",
    ]
    assert "a cell acknowledged it in work: done" in str(cloud.passport("done"))


def test_the_summary_adds_up(cloud):
    one_of_each(cloud)
    numbers = cloud.summary()
    names = ("sent", "copies", "processed", "dead_lettered", "waiting", "in_flight")
    assert [numbers[name] for name in names] == [4, 4, 1, 1, 1, 1]


def test_a_record_from_before_two_queues_is_one_copy_that_nobody_has(cloud):
    stream = on_demand()
    put(data=b"before")
    for name in ("work", "audit"):
        queue(stream, name)
    put(data=b"after")
    assert (cloud.summary()["sent"], cloud.summary()["copies"]) == (2, 3)


def test_what_receives_return_is_paid_as_data_that_leaves_the_stream(cloud):
    arn = stage()
    put(data=b"x" * 1_000_000)
    before = cloud.summary()["cost_usd"]
    receive(arn, WaitTimeSeconds=1)
    assert cloud.elapsed == 0
    gigabytes = (1_000_000 + len("visitor-0")) / 1e9
    paid = cloud.summary()["cost_usd"] - before
    assert paid == pytest.approx(gigabytes * prices.KINESIS_ON_DEMAND_OUT_PER_GB.value)


def test_metrics_count_receives_and_acknowledgements_by_the_queue(cloud):
    arn = one_of_each(cloud)
    receive(arn, dead=True)
    seen = [point for point in points(cloud.trace) if point.name.endswith("QueueRecords")]
    assert {point.dimensions for point in seen} == {(("QueueId", arn.rsplit("/")[-1]), ("QueueName", "work"))}
    names = [point.name for point in seen]
    assert (names.count("ReceivedQueueRecords"), names.count("AcknowledgedQueueRecords")) == (3, 1)
    assert sum(point.name == "IncomingRecords" for point in points(cloud.trace)) == 4
