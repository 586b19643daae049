"""Which statements let a service in: principals, actions, resources, conditions. Asked of the engine directly."""

import json

import boto3
import pytest

from motoclock import Cloud
from motoclock.delivery.parcels import Undeliverable
from motoclock.delivery.permissions import require
from motoclock.trace import Kind
from tests.engine.delivery.stage import arn_of, function, queue

TOPIC = "arn:aws:sns:us-east-1:123456789012:orders"
OTHER = "arn:aws:sns:us-east-1:123456789012:others"
SNS = "sns.amazonaws.com"


@pytest.fixture
def cloud():
    with Cloud(strict_permissions=True) as cloud:
        yield cloud


def let(url: str, **statement) -> None:
    whole = {
        "Effect": "Allow",
        "Principal": {"Service": SNS},
        "Action": "sqs:SendMessage",
        "Resource": "*",
        **statement,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [whole]})
    boto3.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})


def may(cloud, target: str, source: str = TOPIC, principal: str = SNS) -> bool:
    try:
        require(cloud._world, principal, target, source)
    except Undeliverable as error:
        assert (error.code, error.retryable) == ("NO_PERMISSIONS", False)
        return False
    return True


CASES = [
    ({}, True),
    ({"Principal": "*"}, True),
    ({"Principal": {"AWS": "*"}}, True),
    ({"Principal": {"Service": ["events.amazonaws.com", SNS]}}, True),
    ({"Principal": {"Service": "events.amazonaws.com"}}, False),
    ({"Principal": {"AWS": "arn:aws:iam::123456789012:root"}}, False),
    ({"Action": "sqs:*"}, True),
    ({"Action": "SQS:sendmessage"}, True),
    ({"Action": ["sqs:ReceiveMessage"]}, False),
    ({"Resource": "arn:aws:sqs:us-east-1:123456789012:orders"}, True),
    ({"Resource": "arn:aws:sqs:us-east-1:123456789012:other*"}, False),
    ({"Condition": {"ArnEquals": {"aws:SourceArn": TOPIC}}}, True),
    ({"Condition": {"ArnEquals": {"aws:SourceArn": OTHER}}}, False),
    ({"Condition": {"ArnLike": {"AWS:SourceArn": "arn:aws:sns:*:*:ord*"}}}, True),
    ({"Condition": {"StringEquals": {"aws:SourceArn": "arn:aws:sns:*:*:ord*"}}}, False),
    ({"Condition": {"StringLike": {"aws:SourceArn": [OTHER, "*:orders"]}}}, True),
    ({"Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}}, True),
    ({"Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}}}, False),
    ({"Condition": {"StringNotEquals": {"aws:SourceAccount": "111122223333"}}}, True),
    ({"Condition": {"ArnNotLike": {"aws:SourceArn": "*:orders"}}}, False),
    ({"Condition": {"Bool": {"aws:SecureTransport": "true"}}}, True),
    ({"Condition": {"Bool": {"aws:SecureTransport": True}}}, True),
    ({"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}, False),
    ({"Condition": {"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}}}, True),
    ({"Condition": {"Null": {"aws:SourceArn": "false"}}}, True),
    ({"Condition": {"ArnEquals": {"aws:SourceArn": TOPIC}, "StringEquals": {"aws:SourceAccount": "1"}}}, False),
]


@pytest.mark.parametrize(("statement", "is_let_in"), CASES, ids=lambda case: json.dumps(case)[:60])
def test_a_queue_lets_in_whom_its_policy_names(cloud, statement, is_let_in):
    url = queue()
    let(url, **statement)
    assert may(cloud, arn_of(url)) is is_let_in


def test_a_queue_without_a_policy_lets_nobody_in(cloud):
    assert not may(cloud, arn_of(queue()))


def test_a_deny_outweighs_an_allow(cloud):
    url = queue()
    statements = [
        {"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*"},
        {"Effect": "Deny", "Principal": {"Service": SNS}, "Action": "sqs:SendMessage", "Resource": "*"},
    ]
    policy = json.dumps({"Statement": statements})
    boto3.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    assert not may(cloud, arn_of(url))


def test_a_deny_of_unencrypted_calls_denies_nothing(cloud):
    """The usual statement of security guides: AWS's own services always use TLS."""
    url = queue()
    unencrypted = {"Bool": {"aws:SecureTransport": "false"}}
    statements = [
        {"Effect": "Allow", "Principal": {"Service": SNS}, "Action": "sqs:SendMessage", "Resource": "*"},
        {"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": "*", "Condition": unencrypted},
    ]
    policy = json.dumps({"Statement": statements})
    boto3.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    assert may(cloud, arn_of(url))


def test_a_function_lets_in_whom_add_permission_names(cloud):
    arn = function("def handler(event, context): pass")
    assert not may(cloud, arn)
    permission = {"Action": "lambda:InvokeFunction", "Principal": SNS, "SourceArn": TOPIC}
    boto3.client("lambda").add_permission(FunctionName="work", StatementId="s", **permission)
    assert (may(cloud, arn), may(cloud, arn, source=OTHER)) == (True, False)
    boto3.client("lambda").remove_permission(FunctionName="work", StatementId="s")
    assert not may(cloud, arn)


def test_a_permission_for_an_alias_is_for_the_alias(cloud):
    arn = function("def handler(event, context): pass")
    client = boto3.client("lambda")
    client.publish_version(FunctionName="work")
    client.create_alias(FunctionName="work", Name="live", FunctionVersion="1")
    client.add_permission(
        FunctionName="work", Qualifier="live", StatementId="s", Action="lambda:InvokeFunction", Principal=SNS
    )
    assert (may(cloud, f"{arn}:live"), may(cloud, arn)) == (True, False)


def test_a_topic_lets_the_account_publish_but_no_service(cloud):
    sns = boto3.client("sns")
    arn = sns.create_topic(Name="orders")["TopicArn"]
    rule = "arn:aws:events:us-east-1:123456789012:rule/paid"
    assert not may(cloud, arn, source=rule, principal="events.amazonaws.com")
    statement = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sns:Publish"}
    policy = json.dumps({"Statement": [{**statement, "Resource": arn}]})
    sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)
    assert may(cloud, arn, source=rule, principal="events.amazonaws.com")


def test_streams_and_state_machines_have_no_policies_to_ask(cloud):
    assert may(cloud, "arn:aws:kinesis:us-east-1:123456789012:stream/clicks")
    assert may(cloud, "arn:aws:states:us-east-1:123456789012:stateMachine:ship")


def test_advice_is_given_once_a_pair():
    with Cloud() as cloud:
        target = arn_of(queue())
        for source in (TOPIC, TOPIC, OTHER):
            require(cloud._world, SNS, target, source)
        noted = cloud.trace.of_kind(Kind.UNPERMITTED)
        assert [event.detail.source for event in noted] == [TOPIC, OTHER]
        assert noted[0].detail.action == "sqs:SendMessage"
