"""The policy that AddPermission writes, and a batch's words, as recorded on AWS in April 2024: facts from public snapshots."""

import json

import boto3
import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def sqs(cloud):
    return boto3.client("sqs")


@pytest.fixture
def url(sqs):
    return sqs.create_queue(QueueName="q")["QueueUrl"]


def policy(sqs, url):
    return json.loads(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]["Policy"])


def test_a_policy_that_aws_begins_has_the_older_version(sqs, url):
    sqs.add_permission(QueueUrl=url, Label="l", AWSAccountIds=["111111111111"], Actions=["ReceiveMessage"])
    assert policy(sqs, url)["Version"] == "2008-10-17"
    own = {"Version": "2012-10-17", "Statement": [{"Sid": "s", "Effect": "Allow", "Principal": "*", "Action": "sqs:*"}]}
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(own)})
    sqs.add_permission(QueueUrl=url, Label="l", AWSAccountIds=["111111111111"], Actions=["ReceiveMessage"])
    assert policy(sqs, url)["Version"] == "2012-10-17"
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
    sqs.add_permission(QueueUrl=url, Label="l", AWSAccountIds=["111111111111"], Actions=["ReceiveMessage"])
    assert policy(sqs, url)["Version"] == "2008-10-17"


def test_a_label_that_is_not_there(sqs, url):
    with pytest.raises(ClientError) as caught:
        sqs.remove_permission(QueueUrl=url, Label="l")
    error = caught.value.response["Error"]
    assert error["Code"] == "InvalidParameterValue"
    assert error["Message"] == "Value l for parameter Label is invalid. Reason: can't find label."


def test_a_batch_says_of_a_long_message_what_sendmessage_does_not(sqs):
    url = sqs.create_queue(QueueName="small", Attributes={"MaximumMessageSize": "1024"})["QueueUrl"]
    entries = [{"Id": "1", "MessageBody": "x" * 1025}, {"Id": "2", "MessageBody": "x"}]
    [failed] = sqs.send_message_batch(QueueUrl=url, Entries=entries)["Failed"]
    words = "One or more parameters cannot be validated. Reason: Message must be shorter than 1024 bytes."
    assert failed == {"Id": "1", "SenderFault": True, "Code": "InvalidParameterValue", "Message": words}
    with pytest.raises(ClientError, match="One or more parameters are invalid"):
        sqs.send_message(QueueUrl=url, MessageBody="x" * 1025)
