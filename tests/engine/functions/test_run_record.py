"""What `run()` says about what went wrong: in one line, and as data."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator

import boto3
import pytest
from IPython.lib.pretty import pretty

from motoclock import Cloud
from motoclock.run_record import Ended, Failure, RunRecord


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with Cloud() as cloud:
        yield cloud


def charge(event, context):
    return event["bdy"]


def sleepy(event, context):
    import time

    time.sleep(60)


def hand_over(function: str, number: int = 1) -> None:
    for n in range(number):
        boto3.client("lambda").invoke(FunctionName=function, InvocationType="Event", Payload=json.dumps({"body": n}))


def test_a_run_with_nothing_wrong_says_what_it_always_said(cloud: Cloud) -> None:
    assert repr(cloud.run(seconds=5)) == "5 s passed, 0 invocations; stopped at 5 s, as asked"


def test_errors_are_named_with_their_function_and_its_log(cloud: Cloud) -> None:
    cloud.deploy(charge)
    hand_over("charge")
    record = cloud.run()
    assert (
        "3 invocations, 3 failed: KeyError 'bdy' in charge (cloud.logs('charge')), 1 lost at charge; no work is left"
        in repr(record)
    )
    assert record.failures == (Failure("charge", "KeyError", "'bdy'", 3),)
    assert record.failed == 3
    assert record.lost == (("charge", 1),)


def test_only_what_this_run_saw_is_named(cloud: Cloud) -> None:
    cloud.deploy(charge)
    hand_over("charge")
    cloud.run()
    assert cloud.run(seconds=1).failures == ()


def test_a_timeout_is_told_by_its_length_and_not_by_a_request_id(cloud: Cloud) -> None:
    cloud.deploy(sleepy, timeout=2)
    hand_over("sleepy")
    assert "3 failed: timed out after 2 s in sleepy (cloud.logs('sleepy'))" in repr(cloud.run())


def test_throttles_are_counted_by_function(cloud: Cloud) -> None:
    cloud.deploy(sleepy, timeout=100, reserved_concurrency=1)
    hand_over("sleepy", 2)
    record = cloud.run(seconds=30)
    assert record.throttled[0][0] == "sleepy"
    assert f"{record.throttled[0][1]:,} throttled in sleepy" in repr(record)


def test_dead_letters_are_counted_by_the_queue_that_has_them(cloud: Cloud) -> None:
    sqs = boto3.client("sqs")
    sqs.create_queue(QueueName="orders-dlq")
    redrive = {"deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:orders-dlq", "maxReceiveCount": 1}
    url = sqs.create_queue(QueueName="orders", Attributes={"RedrivePolicy": json.dumps(redrive)})["QueueUrl"]
    cloud.deploy(charge)
    boto3.client("lambda").create_event_source_mapping(
        EventSourceArn="arn:aws:sqs:us-east-1:123456789012:orders", FunctionName="charge"
    )
    sqs.send_message(QueueUrl=url, MessageBody="order-0")
    record = cloud.run()
    assert record.dead_lettered == (("orders-dlq", 1),)
    assert "1 failed: KeyError 'bdy' in charge (cloud.logs('charge')), 1 dead-lettered to orders-dlq;" in repr(record)


def test_a_message_that_grew_too_old_is_lost(cloud: Cloud) -> None:
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="orders", Attributes={"MessageRetentionPeriod": "60"})["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="order-0")
    assert (
        repr(cloud.run(seconds=61))
        == "1 min 1 s passed, 0 invocations, 1 lost at orders; stopped at 1 min 1 s, as asked"
    )


def test_a_long_message_stays_one_line_and_the_rest_is_counted() -> None:
    failures = tuple(Failure(name, "ValueError", "all\nis " + "long " * 40, 1) for name in ("a", "b", "c"))
    said = repr(RunRecord(1, 3, Ended.AT_REST, "no work is left", failures))
    assert "\n" not in said
    assert len(said) < 300
    assert "and 1 other error (cloud.logs('a') and cloud.logs('b'))" in said


def test_ctrl_c_says_where_it_stopped_and_that_one_can_go_on(cloud: Cloud) -> None:
    cloud.at(5, lambda: os.kill(os.getpid(), signal.SIGINT))
    with pytest.raises(KeyboardInterrupt, match=r"stopped by you at 5 s; cloud.run\(\) goes on from here"):
        cloud.run(60)
    assert cloud.run(10).ended is Ended.AS_ASKED
    assert cloud.elapsed == 15


def test_in_a_notebook_the_line_is_broken_between_words():
    failures = tuple(Failure(f"a-function-{n}", "FileNotFoundError", "no thank-you.html in templates", 3) for n in "ab")
    record = RunRecord(182.0, 6, Ended.AT_REST, "no work is left", failures, lost=(("newsletter", 1),))
    shown = pretty(record)
    assert "\n" not in repr(record) and shown.split() == repr(record).split()
    assert max(map(len, shown.splitlines())) <= 72 and len(shown.splitlines()) > 2
    assert all(line.startswith("  ") for line in shown.splitlines()[1:])
    assert pretty(RunRecord(1.0, 0, Ended.AS_ASKED, "as asked")) == "1 s passed, 0 invocations; as asked"
