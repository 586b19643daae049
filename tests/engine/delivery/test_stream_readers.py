"""A shard of a table's stream serves two readers; more of them slow each other down.

Source: DynamoDB Streams API reference, LimitExceededException: "more than 2 processes reading from the same streams shard at the same
time" may be throttled; a mapping polls a shard four times a second. Modelled: together they poll as often as two would.
"""

import math

import boto3
import pytest

from motoclock import Cloud
from motoclock.facts import dynamodb_streams, stream_mapping
from motoclock.trace import Kind
from tests.engine.delivery.stage import arn_of, function, lam, queue
from tests.engine.delivery.stream_stage import OK, read_by
from tests.engine.dynamodb_stream.stage import iterator, put, streams, table

EVERY_S = 1 / stream_mapping.DYNAMODB_POLLS_PER_S.value
READERS = dynamodb_streams.READERS_PER_SHARD_MAX.value
ALMOST = 1e-6


@pytest.fixture
def cloud():
    with Cloud(seed=1) as opened:
        yield opened


def readers(number: int, arn: str) -> list[str]:
    """So many functions that read the stream. Returns the ids of their mappings."""
    ids = []
    for one in range(number):
        function(OK, name=f"reader-{one}")
        ids.append(read_by(arn, f"reader-{one}"))
    return ids


def write(cloud, start_s: float = 1.0, seconds: float = 5.0, every_s: float = 0.03) -> None:
    """A change every few hundredths of a second, off the beat of the polls."""
    for number in range(int(seconds / every_s)):
        cloud.at(start_s + number * every_s, lambda key=f"{start_s:g}-{number}": put(key))


def lags_s(cloud, name: str, since_s: float = 0.0) -> list[float]:
    """How long each change waited for this function, of those that were made since then."""
    sent = {event.message_id: event.at for event in cloud.trace.of_kind(Kind.SENT) if event.at >= since_s}
    return [
        event.at - sent[one]
        for event in cloud.trace.of_kind(Kind.INVOKED)
        if event.detail.function == name
        for one in event.detail.message_ids
        if one in sent
    ]


def most_s(cloud, number: int, since_s: float = 0.0) -> float:
    return max(max(lags_s(cloud, f"reader-{one}", since_s)) for one in range(number))


def polls(cloud, name: str) -> set[float]:
    """When a function's mapping polled. What is written at the moment of a poll is got by the same turn."""
    return {event.at for event in cloud.trace.of_kind(Kind.READ) if (event.detail.reader or "").endswith(f":{name}")}


@pytest.mark.parametrize("number", [1, 2])
def test_two_readers_keep_up(cloud, number):
    """No change waits longer than a poll comes round."""
    readers(number, table())
    write(cloud)
    cloud.run()
    assert most_s(cloud, number) <= EVERY_S + ALMOST


def test_a_second_reader_costs_the_first_nothing():
    def of_first(number: int) -> list[float]:
        with Cloud(seed=1) as opened:
            readers(number, table())
            write(opened)
            opened.run()
            return lags_s(opened, "reader-0")

    assert of_first(1) == of_first(2)


@pytest.mark.parametrize("number", [3, 4, 6])
def test_each_reader_more_makes_all_of_them_later(cloud, number):
    readers(number, table())
    write(cloud)
    cloud.run()
    turns = math.ceil(number / READERS)  # until each of them has polled
    assert EVERY_S * (turns - 1) + ALMOST < most_s(cloud, number) <= EVERY_S * turns + ALMOST
    told = [len(polls(cloud, f"reader-{one}")) for one in range(number)]
    assert max(told) - min(told) <= 2  # none starves
    everything = len(lags_s(cloud, "reader-0"))
    assert everything == int(5 / 0.03)
    assert {len(lags_s(cloud, f"reader-{one}")) for one in range(number)} == {everything}


def test_the_shard_is_polled_as_often_as_two_may(cloud):
    readers(5, table())
    write(cloud)
    cloud.run()
    times = [at for one in range(5) for at in polls(cloud, f"reader-{one}") if 2 <= at < 5]
    assert len(times) == pytest.approx(3 * READERS / EVERY_S, abs=1)


def test_a_reader_that_leaves_makes_room(cloud):
    ids = readers(3, table())
    write(cloud, start_s=1)
    cloud.run(seconds=7)
    assert most_s(cloud, 3) > EVERY_S + ALMOST
    lam().delete_event_source_mapping(UUID=ids[2])
    write(cloud, start_s=10)
    cloud.run()
    assert most_s(cloud, 2, since_s=10) <= EVERY_S + ALMOST


def test_a_disabled_mapping_reads_nothing_and_slows_nobody(cloud):
    ids = readers(3, table())
    lam().update_event_source_mapping(UUID=ids[2], Enabled=False)
    write(cloud)
    cloud.run()
    assert most_s(cloud, 2) <= EVERY_S + ALMOST
    assert lags_s(cloud, "reader-2") == []


def test_a_third_table_reader_that_is_a_pipe_counts(cloud):
    arn = table()
    readers(2, arn)
    role = "arn:aws:iam::123456789012:role/tests"
    parameters = {"DynamoDBStreamParameters": {"StartingPosition": "TRIM_HORIZON"}}
    boto3.client("pipes").create_pipe(
        Name="p", RoleArn=role, Source=arn, Target=arn_of(queue()), SourceParameters=parameters
    )
    write(cloud)
    cloud.run()
    assert most_s(cloud, 2) > EVERY_S + ALMOST


def test_readers_of_two_tables_don_t_meet(cloud):
    tables = ("orders", "refunds")
    for name in tables:
        arn = table(name)
        for one in range(2):
            function(OK, name=f"{name}-{one}")
            read_by(arn, f"{name}-{one}")
    for number in range(100):
        cloud.at(1 + number * 0.03, lambda key=f"{number}": [put(key, name) for name in tables])
    cloud.run()
    assert max(max(lags_s(cloud, f"{name}-{one}")) for name in tables for one in range(2)) <= EVERY_S + ALMOST


def test_reading_by_hand_takes_nothing_from_the_mappings(cloud):
    arn = table()
    readers(2, arn)
    write(cloud)
    for number in range(50):
        cloud.at(1 + number * 0.1, lambda: streams().get_records(ShardIterator=iterator(arn)))
    cloud.run()
    assert most_s(cloud, 2) <= EVERY_S + ALMOST
