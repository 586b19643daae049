"""Right answers to lab 02 that are unlike the solution's."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest

from sevenways.checks.registry import registry
from sevenways.checks.verdict import judge


def keeps_with_a_delay(function):
    """The operator comes the next morning: a message that is hidden for a quarter of an hour is there by then."""
    sqs = boto3.client("sqs")
    queue = sqs.create_queue(QueueName="failed", Attributes={"DelaySeconds": "900"})["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    boto3.client("lambda").update_function_configuration(FunctionName=function, DeadLetterConfig={"TargetArn": arn})
    return queue


def asks_first(event, context):
    aws_lambda = boto3.client("lambda")
    for order in event["orders"]:
        for kind in ("DryRun", "Event"):
            aws_lambda.invoke(FunctionName="invoice", InvocationType=kind, Payload=json.dumps({"order": order}))


def hands_itself_the_rest(event, context):
    """Each run hands one order over, and the others to a run of its own, as an event."""
    first, *rest = event["orders"]
    aws_lambda = boto3.client("lambda")
    aws_lambda.invoke(FunctionName="invoice", InvocationType="Event", Payload=json.dumps({"order": first}))
    if rest:
        aws_lambda.invoke(FunctionName="checkout", InvocationType="Event", Payload=json.dumps({"orders": rest}))


def threads_that_are_waited_for(event, context):
    with ThreadPoolExecutor() as pool:
        for order in event["orders"]:
            given = {"FunctionName": "invoice", "InvocationType": "Event", "Payload": json.dumps({"order": order})}
            pool.submit(boto3.client("lambda").invoke, **given)


def old_ones_to_a_queue(function):
    """What is too old is kept for somebody to look at, and nobody is sent it."""
    sqs, aws_lambda = boto3.client("sqs"), boto3.client("lambda")
    queue = sqs.create_queue(QueueName="late")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    aws_lambda.put_function_event_invoke_config(
        FunctionName=function, MaximumEventAgeInSeconds=300, DestinationConfig={"OnFailure": {"Destination": arn}}
    )


@pytest.mark.parametrize(
    ("check", "answer"),
    [
        ("lab02.keep_failures", keeps_with_a_delay),
        ("lab02.hand_off", asks_first),
        ("lab02.hand_off", hands_itself_the_rest),
        ("lab02.hand_off", threads_that_are_waited_for),
        ("lab02.too_late", old_ones_to_a_queue),
    ],
)
def test_another_answer_passes(check, answer):
    assert str(judge(registry, check, (answer,))) == f"✓ {check}"
