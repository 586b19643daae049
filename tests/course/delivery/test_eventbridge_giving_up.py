"""Retries of a delivery, and where an event goes that a target does not take."""

import pytest
from botocore.exceptions import ClientError

from motoclock.facts import eventbridge as facts
from motoclock.trace import Kind
from tests.engine.delivery.events_stage import ACCOUNT, attributes, events, happened, messages, put, rule
from tests.engine.delivery.stage import arn_of, counts, function, queue, sqs

MISSING = f"arn:aws:sqs:us-east-1:{ACCOUNT}:gone"


def with_dead_letters(arn: str, **more) -> tuple[dict, str]:
    url = queue("dead")
    return {"Arn": arn, "DeadLetterConfig": {"Arn": arn_of(url)}, **more}, url


def test_a_missing_target_goes_to_the_dead_letter_queue_at_once(cloud):
    target, dead = with_dead_letters(MISSING)
    arn = rule(target)
    (event_id,) = put({"id": "order-0"})
    assert cloud.run().seconds < 1
    (message,) = messages(dead)
    assert event_id in message["Body"]
    said = attributes(message)
    assert set(said) == set(facts.DLQ_ATTRIBUTES.value) - {"EXHAUSTED_RETRY_CONDITION"}
    assert said["RULE_ARN"] == arn
    assert said["TARGET_ARN"] == MISSING
    assert said["ERROR_CODE"] == "NO_RESOURCE"
    assert said["RETRY_ATTEMPTS"] == "0"
    assert not happened(cloud, Kind.RETRIED)


def test_a_queue_deleted_later_parks_its_events(cloud):
    url = queue()
    target, dead = with_dead_letters(arn_of(url))
    rule(target)
    put({})
    sqs().delete_queue(QueueUrl=url)
    cloud.run()
    assert counts(dead) == (1, 0)
    assert cloud.summary()["dead_lettered"] == 1


def test_without_a_dead_letter_queue_the_event_is_lost(cloud):
    rule(MISSING)
    put({})
    cloud.run()
    assert cloud.summary()["lost"] == 1


def test_with_a_missing_dead_letter_queue_the_event_is_lost(cloud):
    target, dead = with_dead_letters(MISSING)
    rule(target)
    sqs().delete_queue(QueueUrl=dead)
    put({})
    cloud.run()
    assert len(happened(cloud, Kind.DROPPED, at="rule/placed")) == 1
    assert cloud.summary()["lost"] == 1


@pytest.mark.cloud(strict_permissions=True)
def test_a_missing_permission_is_not_tried_again(cloud):
    arn = function("def handler(event, context): return None")
    rule(arn)
    put({})
    assert cloud.run().invocations == 0
    (refused,) = happened(cloud, Kind.REFUSED)
    assert not refused.detail.retryable
    assert happened(cloud, Kind.UNPERMITTED)[0].detail.principal == "events.amazonaws.com"


def test_a_missing_permission_is_named_and_the_event_delivered_all_the_same(cloud):
    rule(arn_of(queue()))
    put({}, {})
    cloud.run()
    (missing,) = happened(cloud, Kind.UNPERMITTED)
    assert (missing.detail.action, missing.resource[-11:]) == ("sqs:SendMessage", "rule/placed")


@pytest.mark.parametrize("policy", [{"MaximumRetryAttempts": 186}, {"MaximumEventAgeInSeconds": 86_401}])
def test_a_retry_policy_has_bounds(cloud, policy):
    with pytest.raises(ClientError) as error:
        rule({"Arn": MISSING, "RetryPolicy": policy})
    assert error.value.response["Error"]["Code"] == "ValidationException"


def test_a_fifo_queue_is_refused_as_dead_letter_queue(cloud):
    url = queue("dead.fifo")
    with pytest.raises(ClientError) as error:
        rule({"Arn": MISSING, "DeadLetterConfig": {"Arn": arn_of(url)}})
    assert error.value.response["Error"]["Code"] == "ValidationException"


def test_the_dead_letters_of_one_target_leave_the_others_alone(cloud):
    good = queue("good")
    target, dead = with_dead_letters(MISSING)
    rule(target, arn_of(good))
    put({}, {})
    cloud.run()
    assert (counts(good), counts(dead)) == ((2, 0), (2, 0))
    summary = cloud.summary()
    assert (summary["sent"], summary["copies"], summary["dead_lettered"], summary["waiting"]) == (2, 4, 2, 2)


def test_an_oversized_event_for_a_queue_is_not_tried_again(cloud):
    url = queue(MaximumMessageSize=1024)
    target, dead = with_dead_letters(arn_of(url))
    rule(target)
    put({"text": "x" * 2000})
    cloud.run()
    assert counts(url) == (0, 0)
    assert events().list_targets_by_rule(Rule="placed")["Targets"][0]["Arn"] == arn_of(url)
    assert attributes(messages(dead)[0])["ERROR_CODE"] == "INVALID_PARAMETER"
