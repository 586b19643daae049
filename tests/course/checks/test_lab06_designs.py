"""Lab 06 judges invariants: designs other than the reference answer pass, too."""

import hashlib

import boto3
import pytest

from motoclock.world import current_world
from sevenways.checks.registry import registry
from sevenways.checks.verdict import judge

from .wrong_answers import lab06 as wrong
from .wrong_answers import lab06_handlers as handlers


@pytest.mark.parametrize(
    "park",
    [handlers.parks_the_record, handlers.parks_its_place, handlers.parks_its_text, handlers.parks_its_text_in_json],
)
def test_a_handler_may_park_the_bad_click_itself(park):
    assert str(judge(registry, "lab06.bad_click", (dict, park))) == "✓ lab06.bad_click"


def by_digest(click):
    return hashlib.sha256(click["visitor"].encode()).hexdigest()


def by_hash_of_a_number(click):
    return str(hash(int(click["visitor"].removeprefix("visitor-"))))


def by_the_first_eight(click):
    return hashlib.md5(click["visitor"].encode()).hexdigest()[:8]


def with_a_prefix(click):
    return f"key-{click['visitor']}"


@pytest.mark.parametrize("key_of", [by_digest, by_hash_of_a_number, by_the_first_eight, with_a_prefix])
def test_a_key_may_be_made_of_the_visitor_if_every_process_makes_the_same(key_of):
    assert str(judge(registry, "lab06.pick_a_key", (key_of,))) == "✓ lab06.pick_a_key"
    assert "hash" not in vars(hashlib) and "hash" not in globals()


@pytest.mark.parametrize(
    ("name", "answer", "picture"),
    [
        ("lab06.keep_up", wrong.two_lanes, "Iterator age of recommend"),
        ("lab06.third_reader", wrong.shares, "Iterator age of fraud, marketing, recommend"),
        ("lab06.plan", wrong.for_the_writers, "Iterator age of fraud, marketing, recommend"),
        ("lab06.plan", wrong.for_the_average, "1 shard, 1 of them busy"),
    ],
)
def test_the_picture_under_the_verdict_shows_what_its_sentence_says(name, answer, picture):
    assert judge(registry, name, (answer,)).shown().text.startswith(picture)


@pytest.mark.parametrize(
    ("options", "note_clicks"),
    [
        ({**wrong.REPORT, "BisectBatchOnFunctionError": True}, handlers.reports_whatever_fails),
        ({"BatchSize": 1}, handlers.raises_for_a_bad_click),
    ],
)
def test_a_handler_may_leave_every_failure_to_the_mapping(options, note_clicks):
    options = {**wrong.TO_QUEUE, "MaximumRetryAttempts": 3, **options}
    assert str(judge(registry, "lab06.bad_click", (lambda: options, note_clicks))) == "✓ lab06.bad_click"


def waits_for_the_shards(stream, mapping_id):
    """AWS makes shards in half a minute or so; who waits for them has lost nothing but time."""
    kinesis, aws_lambda = boto3.client("kinesis"), boto3.client("lambda")
    kinesis.update_shard_count(StreamName=stream, TargetShardCount=2, ScalingType="UNIFORM_SCALING")
    kinesis.get_waiter("stream_exists").wait(StreamName=stream)
    aws_lambda.update_event_source_mapping(UUID=mapping_id, ParallelizationFactor=4)


def waits_for_the_consumer(stream_arn):
    kinesis, aws_lambda = boto3.client("kinesis"), boto3.client("lambda")
    consumer = kinesis.register_stream_consumer(StreamARN=stream_arn, ConsumerName="marketing")["Consumer"]
    current_world().clock.sleep(10)
    aws_lambda.create_event_source_mapping(
        EventSourceArn=consumer["ConsumerARN"], FunctionName="marketing", StartingPosition="TRIM_HORIZON"
    )


@pytest.mark.parametrize(
    ("name", "answer"), [("lab06.keep_up", waits_for_the_shards), ("lab06.third_reader", waits_for_the_consumer)]
)
def test_an_answer_may_wait_for_what_it_made(name, answer):
    assert str(judge(registry, name, (answer,))) == f"✓ {name}"
