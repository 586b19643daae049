"""What SNS refuses first, and what a standard queue gets from a FIFO topic, recorded on AWS: facts from public snapshots."""

import json

import boto3
import pytest

from tests.engine.refusals import refused

QUEUE = "arn:aws:sqs:us-east-1:123456789012:q"


@pytest.fixture
def sns(cloud):
    return boto3.client("sns")


def test_a_structure_without_a_default_is_refused_before_an_entry_without_a_group(sns):
    """August 2023."""
    topic = sns.create_topic(Name="t.fifo", Attributes={"FifoTopic": "true"})["TopicArn"]
    entry = {"Id": "1", "Message": json.dumps({"sqs": "m"}), "MessageStructure": "json"}
    words = "Invalid parameter: Message Structure - No default entry in JSON message body"
    assert refused(sns.publish_batch, TopicArn=topic, PublishBatchRequestEntries=[entry]) == ("InvalidParameter", words)


def test_statements_that_cant_be_added(sns):
    """December 2025."""
    topic = sns.create_topic(Name="t")["TopicArn"]
    given = {"TopicArn": topic, "Label": "l", "AWSAccountId": ["111111111111"], "ActionName": ["Publish"]}
    sns.add_permission(**given)
    taken = "InvalidParameter", "Invalid parameter: Statement already exists"
    assert refused(sns.add_permission, **given) == taken
    outside = "InvalidParameter", "Invalid parameter: Policy statement action out of service scope!"
    assert refused(sns.add_permission, **{**given, "Label": "m", "ActionName": ["Nothing"]}) == outside


@pytest.mark.parametrize("inner", ["suffix", "not-an-operator"])
def test_a_bad_pattern_is_refused_before_a_nested_one(sns, inner):
    """December 2024."""
    topic = sns.create_topic(Name="t")["TopicArn"]
    given = {"TopicArn": topic, "Protocol": "sqs", "Endpoint": QUEUE}
    code, words = refused(sns.subscribe, **given, Attributes={"FilterPolicy": json.dumps({"key": {inner: "value"}})})
    assert (code, words.splitlines()[0]) == (
        "InvalidParameter",
        f'Invalid parameter: Attributes Reason: FilterPolicy: "{inner}" must be an object or an array',
    )
    nested = {"key": {"below": ["value"]}}
    assert "nested" in refused(sns.subscribe, **given, Attributes={"FilterPolicy": json.dumps(nested)})[1]


def test_a_fifo_topic_keeps_the_group_from_a_standard_queue(cloud, sns):
    """August 2025."""
    sqs = boto3.client("sqs")
    sqs.create_queue(QueueName="q")
    sqs.create_queue(QueueName="q.fifo", Attributes={"FifoQueue": "true"})
    topic = sns.create_topic(Name="t.fifo", Attributes={"FifoTopic": "true"})["TopicArn"]
    for arn in (QUEUE, f"{QUEUE}.fifo"):
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    sns.publish(TopicArn=topic, Message="m", MessageGroupId="g", MessageDeduplicationId="d")
    cloud.run()
    found = [
        sqs.receive_message(QueueUrl=name, MessageSystemAttributeNames=["All"])["Messages"][0]["Attributes"]
        for name in ("q", "q.fifo")
    ]
    assert "MessageGroupId" not in found[0]
    assert found[1]["MessageGroupId"] == "g"


def test_a_policy_that_is_no_json(sns):
    """October 2025 and January 2026: the parser's words, and its place without the text."""
    topic = sns.create_topic(Name="t")["TopicArn"]
    given = {"TopicArn": topic, "Protocol": "sqs", "Endpoint": QUEUE}
    where = "\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: {}]"
    token = "Unrecognized token 'invalid': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
    assert refused(sns.subscribe, **given, Attributes={"FilterPolicy": "invalid"}) == (
        "InvalidParameter",
        f"Invalid parameter: Attributes Reason: FilterPolicy: failed to parse JSON. {token}{where.format(8)}",
    )
    arn = sns.subscribe(**given, ReturnSubscriptionArn=True)["SubscriptionArn"]
    name = "Unexpected character ('i' (code 105)): was expecting double-quote to start field name"
    for attribute in ("FilterPolicy", "RedrivePolicy"):
        asked = {"SubscriptionArn": arn, "AttributeName": attribute, "AttributeValue": "{invalidjson}"}
        assert refused(sns.set_subscription_attributes, **asked) == (
            "InvalidParameter",
            f"Invalid parameter: {attribute}: failed to parse JSON. {name}{where.format(2)}",
        )


def test_a_filter_policy_is_shown_as_sns_writes_it(sns):
    """May 2024."""
    topic = sns.create_topic(Name="t")["TopicArn"]
    given = {"TopicArn": topic, "Protocol": "sqs", "Endpoint": QUEUE}
    words = 'Empty arrays are not allowed\n at [Source: (String)"{"key":[]}"; line: 1, column: 10]'
    assert refused(sns.subscribe, **given, Attributes={"FilterPolicy": '{"key": []}'})[1] == (
        f"Invalid parameter: Attributes Reason: FilterPolicy: {words}"
    )
