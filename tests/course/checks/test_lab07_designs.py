"""Lab 07 judges invariants: designs other than the reference answer pass, too."""

import json

import boto3
import pytest

from sevenways.checks.registry import registry
from sevenways.checks.verdict import judge

from .wrong_answers import lab07_handlers as handlers
from .wrong_answers.lab07 import (
    FAILED,
    PACK,
    arn,
    behind,
    chained,
    chains_to_a_queue,
    hands_over,
    lam,
    let_send,
    on,
    parks,
    queue,
    sqs,
    tells,
    to_the_operator,
)

FROM_LAMBDA = {"source": ["lambda"]}
AS_A_NOTE = {
    "InputPathsMap": {"event": "$.detail.requestPayload", "error": "$.detail.responsePayload.errorType"},
    "InputTemplate": '{"event": <event>, "error": <error>}',
}


def chains_over_a_queue(cloud):
    chains_to_a_queue(cloud)
    lam().create_event_source_mapping(EventSourceArn=arn("sqs", "paid"), FunctionName="pack")


def filters_in_a_topic(cloud):
    sns = boto3.client("sns")
    topic = sns.create_topic(Name="charged")["TopicArn"]
    lam().add_permission(
        FunctionName="pack", StatementId="topic", Action="lambda:InvokeFunction", Principal="sns.amazonaws.com"
    )
    policy = {"FilterPolicyScope": "MessageBody", "FilterPolicy": '{"responsePayload": {"status": ["paid"]}}'}
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=PACK, Attributes=policy)
    on("OnSuccess", topic)(cloud)


def notes_over_a_topic(cloud):
    sns, url = boto3.client("sns"), queue()
    topic = sns.create_topic(Name="failed")["TopicArn"]
    let_send("sns", topic, "operator", url)
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn("sqs", "operator"))
    on("OnFailure", topic)(cloud)
    return url


def dead_letters_of_charge(cloud):
    chained(handlers.relays)(cloud)
    lam().update_function_configuration(FunctionName="charge", DeadLetterConfig={"TargetArn": FAILED})


def dead_letters_of_the_queue(cloud):
    behind(handlers.waits_and_packs)(cloud)
    redrive = json.dumps({"deadLetterTargetArn": FAILED, "maxReceiveCount": 3})
    orders = sqs().get_queue_url(QueueName="orders")["QueueUrl"]
    sqs().set_queue_attributes(QueueUrl=orders, Attributes={"RedrivePolicy": redrive})


@pytest.mark.parametrize(
    ("check", "answers"),
    [
        ("lab07.chain", (chains_over_a_queue, hands_over, handlers.pack_from_a_queue)),
        ("lab07.declined_stays", (filters_in_a_topic,)),
        ("lab07.park", (tells(handlers.tells_the_cause),)),
        ("lab07.park", (notes_over_a_topic,)),
        ("lab07.park", (to_the_operator(FROM_LAMBDA),)),
        ("lab07.park", (to_the_operator(FROM_LAMBDA, InputTransformer=AS_A_NOTE),)),
        ("lab07.from_a_queue", (chained(handlers.relays, parks(FAILED), batch=10),)),
        ("lab07.from_a_queue", (dead_letters_of_charge,)),
        ("lab07.from_a_queue", (dead_letters_of_the_queue,)),
        ("lab07.no_loop", (handlers.counts_receives,)),
        ("lab07.no_loop", (handlers.waits_between_tries,)),
        ("lab07.round_the_bus", (lambda: {"detail-type": ["OrderPlaced"], "source": ["marigold.checkout"]},)),
    ],
)
def test_another_design_passes(check, answers):
    assert str(judge(registry, check, answers)) == f"✓ {check}"
