"""X-Ray's header on messages that services send, as recorded on AWS in August 2023 and November 2025: facts from public snapshots."""

import re

import boto3
import pytest

HEADER = "Root=1-3152b799-8954dae64eda91bc9a23a7e8;Parent=7fa8c0f79203be72;Sampled=1"


@pytest.fixture
def queue(cloud):
    boto3.client("sqs").create_queue(QueueName="q")
    return "arn:aws:sqs:us-east-1:123456789012:q"


def received(cloud):
    cloud.run()
    [message] = boto3.client("sqs").receive_message(QueueUrl="q", MessageSystemAttributeNames=["All"])["Messages"]
    return message["Attributes"]


@pytest.mark.parametrize("raw", ["false", "true"])
def test_sns_hands_on_the_header_of_publish(cloud, queue, raw):
    sns = boto3.client("sns")
    topic = sns.create_topic(Name="t")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue, Attributes={"RawMessageDelivery": raw})
    sns.meta.events.register("before-send.sns.Publish", lambda request, **_: request.headers.update(TRACED))
    sns.publish(TopicArn=topic, Message="m")
    assert received(cloud)["AWSTraceHeader"] == HEADER


TRACED = {"X-Amzn-Trace-Id": HEADER}


def test_without_one_there_is_none(cloud, queue):
    sns = boto3.client("sns")
    topic = sns.create_topic(Name="t")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
    sns.publish(TopicArn=topic, Message="m")
    assert "AWSTraceHeader" not in received(cloud)


def fail(event, context):
    raise ValueError("no")


def test_an_event_in_a_dead_letter_queue_has_one(cloud, queue):
    cloud.deploy(fail)
    lam = boto3.client("lambda")
    lam.update_function_configuration(FunctionName="fail", DeadLetterConfig={"TargetArn": queue})
    lam.put_function_event_invoke_config(FunctionName="fail", MaximumRetryAttempts=0)
    lam.invoke(FunctionName="fail", InvocationType="Event")
    assert_traced(received(cloud))


def test_so_has_a_record_in_a_destination(cloud, queue):
    cloud.deploy(fail)
    lam = boto3.client("lambda")
    destination = {"OnFailure": {"Destination": queue}}
    lam.put_function_event_invoke_config(FunctionName="fail", MaximumRetryAttempts=0, DestinationConfig=destination)
    lam.invoke(FunctionName="fail", InvocationType="Event")
    assert_traced(received(cloud))


def assert_traced(attributes):
    form = r"Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0"
    assert re.fullmatch(form, attributes["AWSTraceHeader"])
