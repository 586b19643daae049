"""Answers of SNS recorded on AWS, August 2023 to February 2026, that are easy to get wrong: facts from public snapshots."""

import json

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.engine.delivery.stage import bodies, queue
from tests.engine.delivery.topic_stage import publish, received, sns, subscribe, topic

QUEUES = "arn:aws:sqs:us-east-1:123456789012:"
DLQ = {"deadLetterTargetArn": f"{QUEUES}dlq"}
FIFO_DLQ = {"deadLetterTargetArn": f"{QUEUES}dlq.fifo"}
ATTRIBUTES = {
    "attr1": {"DataType": "Number", "StringValue": "111"},
    "attr2": {"DataType": "Binary", "BinaryValue": b"\x02"},
}


def refused(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return caught.value.response


def words(call, **arguments):
    """Code and message."""
    error = refused(call, **arguments)["Error"]
    return error["Code"], error["Message"]


# ---------------------------------------------------------------------- dead letters


def test_a_dead_letter_is_the_envelope_whatever_the_endpoint(cloud):
    users, dlq = topic(), queue("dlq")
    subscribe(users, "arn:aws:lambda:us-east-1:123456789012:function:gone", RedrivePolicy=DLQ)
    subscribe(users, f"{QUEUES}gone", RedrivePolicy=DLQ)
    publish(users, "test_redrive_policy", attributes={"attr1": 1})
    cloud.run()
    letters = received(dlq)
    assert len(letters) == 2
    for letter in letters:
        assert "MessageAttributes" not in letter
        body = json.loads(letter["Body"])
        assert body["Type"] == "Notification" and body["Message"] == "test_redrive_policy"
        assert body["MessageAttributes"] == {"attr1": {"Type": "Number", "Value": "1"}}


def test_a_raw_dead_letter_keeps_body_and_attributes(cloud):
    users, dlq = topic(), queue("dlq")
    subscribe(users, f"{QUEUES}gone", RawMessageDelivery="true", RedrivePolicy=DLQ)
    sns().publish(TopicArn=users, Message="hello", MessageAttributes=ATTRIBUTES)
    cloud.run()
    (letter,) = received(dlq)
    assert (letter["Body"], letter["MessageAttributes"]) == ("hello", ATTRIBUTES)


def test_a_fifo_dead_letter_keeps_the_publishers_ids(cloud):
    users, dlq = topic("users.fifo"), queue("dlq.fifo")
    subscribe(users, f"{QUEUES}gone.fifo", RedrivePolicy=FIFO_DLQ)
    publish(users, "x", MessageGroupId="complexMessageGroupId", MessageDeduplicationId="MessageDeduplicationId-1")
    cloud.run()
    (letter,) = received(dlq)
    found = {name: letter["Attributes"][name] for name in ("MessageGroupId", "MessageDeduplicationId")}
    assert found == {
        "MessageGroupId": "complexMessageGroupId",
        "MessageDeduplicationId": "MessageDeduplicationId-1",
    }


def test_two_subscriptions_with_one_fifo_dead_letter_queue_leave_one_letter(cloud):
    users, dlq = topic("users.fifo"), queue("dlq.fifo")
    for name in ("gone", "lost"):
        subscribe(users, f"{QUEUES}{name}.fifo", RawMessageDelivery="true", RedrivePolicy=FIFO_DLQ)
    publish(users, "x", MessageGroupId="g", MessageDeduplicationId="d")
    cloud.run()
    assert bodies(dlq) == ["x"]


# ---------------------------------------------------------------------- PublishBatch


@pytest.mark.parametrize(
    ("second", "error"),
    [
        ({}, ("InvalidParameter", "Invalid parameter: The MessageGroupId parameter is required for FIFO topics")),
        (
            {"MessageGroupId": "g"},
            (
                "InvalidParameter",
                "Invalid parameter: The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided "
                "explicitly",
            ),
        ),
        (
            {"MessageGroupId": "g", "MessageDeduplicationId": "2", "MessageStructure": "json"},
            ("InvalidParameter", "Invalid parameter: Message Structure - No default entry in JSON message body"),
        ),
    ],
)
def test_one_bad_entry_fails_the_whole_batch(cloud, second, error):
    users, seen = topic("users.fifo"), queue("seen.fifo")
    subscribe(users, seen)
    entries = [{"Id": "1", "Message": "x", "MessageGroupId": "g", "MessageDeduplicationId": "1"}]
    entries.append({"Id": "2", "Message": '{"wrong": "y"}', **second})
    assert words(sns().publish_batch, TopicArn=users, PublishBatchRequestEntries=entries) == error
    cloud.run()
    assert bodies(seen) == []


def test_batches_and_their_ids(cloud):
    users = topic()

    def batch(*ids, message="x"):
        entries = [{"Id": each, "Message": message} for each in ids]
        return words(sns().publish_batch, TopicArn=users, PublishBatchRequestEntries=entries)

    head, long = "The Id of a batch entry in the batch request", "a" * 81
    assert batch("message.id") == ("InvalidBatchEntryId", f"{head} contains an impermissible character: message.id")
    assert batch(long) == ("InvalidBatchEntryId", f"{head} is too long: {long}")
    assert batch("a", "b", message="x" * 140_000) == (
        "BatchRequestTooLong",
        "The length of all the messages put together is more than the limit.",
    )


# ---------------------------------------------------------------------- message attributes


INVALID = (
    "The message attribute 'attr1' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and "
    "String."
)
EMPTY = "The message attribute 'attr1' must contain non-empty message attribute value for message attribute type '{}'."
FIELD = "The message attribute 'attr1' with type '{}' must use field '{}'."


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("attr1", {"DataType": "String", "StringValue": ""}, EMPTY.format("String")),
        ("attr1", {"DataType": "String"}, EMPTY.format("String")),
        ("attr1", {"DataType": "Binary", "BinaryValue": b""}, EMPTY.format("Binary")),
        ("attr1", {"DataType": "String", "BinaryValue": b"123"}, FIELD.format("String", "String")),
        ("attr1", {"DataType": "Number", "BinaryValue": b"123"}, FIELD.format("Number", "String")),
        ("attr1", {"DataType": "Binary", "StringValue": "123"}, FIELD.format("Binary", "Binary")),
        ("attr1", {"DataType": "InvalidType", "StringValue": "123"}, INVALID),
        ("attr1", {"DataType": "String.", "StringValue": "123"}, INVALID),
        ("attr1", {"DataType": "Stringprefixed", "StringValue": "123"}, INVALID),
        ("a" * 257, {"DataType": "String", "StringValue": "123"}, "Length of message attribute name must be less than 256 bytes."),
        (
            "a^*?",
            {"DataType": "String", "StringValue": "123"},
            "Invalid non-alphanumeric character '#x5E' was found in the message attribute name. Can only include alphanumeric "
            "characters, hyphens, underscores, or dots.",
        ),
        (".abc", {"DataType": "String", "StringValue": "123"}, "Invalid message attribute name starting with character '.' was found."),
        ("abc.", {"DataType": "String", "StringValue": "123"}, "Invalid message attribute name ending with character '.' was found."),
        ("a..bc", {"DataType": "String", "StringValue": "123"}, "Message attribute name can not have successive '.' character."),
    ],
)  # fmt: skip
def test_bad_message_attributes_one_by_one_and_in_a_batch(cloud, name, value, message):
    users = topic()
    assert words(sns().publish, TopicArn=users, Message="x", MessageAttributes={name: value}) == (
        "ParameterValueInvalid", message,
    )  # fmt: skip
    entries = [{"Id": "1", "Message": "x", "MessageAttributes": {name: value}}, {"Id": "3", "Message": "y"}]
    assert words(sns().publish_batch, TopicArn=users, PublishBatchRequestEntries=entries) == (
        "ParameterValueInvalid", message,
    )  # fmt: skip


def test_an_attribute_without_a_type_breaks_the_model(cloud):
    users = topic()
    client = boto3.client("sns", region_name="us-east-1", config=Config(parameter_validation=False))
    answer = words(client.publish, TopicArn=users, Message="x", MessageAttributes={"attr1": {"StringValue": "value"}})
    assert answer == (
        "ValidationError",
        "1 validation error detected: Value null at 'messageAttributes.attr1.member.dataType' failed to satisfy constraint: "
        "Member must not be null",
    )


@pytest.mark.parametrize("kind", ["String.prefixed", "String.  prefixed."])
def test_a_type_may_have_a_name_of_ones_own(cloud, kind):
    sns().publish(
        TopicArn=topic(), Message="x", MessageAttributes={"attr1": {"DataType": kind, "StringValue": "prefixed-1"}}
    )


# ---------------------------------------------------------------------- topics


def test_a_topic_is_found_again_with_fewer_tags_or_attributes(cloud):
    tags = [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]
    made = sns().create_topic(Name="t", Attributes={"DisplayName": "Value1"}, Tags=tags)["TopicArn"]
    for again in (
        {"Tags": tags},
        {"Tags": tags[:1]},
        {"Tags": []},
        {},
        {"Attributes": {"DisplayName": "Value1"}},
        {"Attributes": {"FifoTopic": "false"}},
    ):
        assert sns().create_topic(Name="t", **again)["TopicArn"] == made
    head = "Invalid parameter: {} Reason: Topic already exists with different {}"
    for different in (
        {"DisplayName": "Value2"},
        {"SignatureVersion": "2"},
        {"SignatureVersion": "2", "DisplayName": "Value1"},
    ):
        assert words(sns().create_topic, Name="t", Attributes=different)[1] == head.format("Attributes", "attributes")
    other = [{"Key": "c", "Value": "1"}]
    assert words(sns().create_topic, Name="t", Tags=other)[1] == head.format("Tags", "tags")


def test_a_tag_key_comes_once(cloud):
    twice = [{"Key": "k1", "Value": "v1"}, {"Key": "k2", "Value": "v2"}, {"Key": "k2", "Value": "v2"}]
    error = ("InvalidParameter", "Invalid parameter: Duplicated keys are not allowed.")
    assert words(sns().tag_resource, ResourceArn=topic(), Tags=twice) == error
    assert words(sns().create_topic, Name="other", Tags=twice) == error


@pytest.mark.parametrize(
    ("name", "fifo"), [("a" * 257, "false"), ("test.fifo", "false"), ("test", "true"), ("a b", "false")]
)
def test_a_bad_name_is_called_so(cloud, name, fifo):
    error = ("InvalidParameter", "Invalid parameter: Topic Name")
    assert words(sns().create_topic, Name=name, Attributes={"FifoTopic": fifo}) == error


def test_an_error_has_one_message_and_counts_the_parts_of_an_arn(cloud):
    answer = refused(sns().publish, TopicArn="randomstring:not", Message="x")
    assert answer["Error"] == {
        "Type": "Sender",
        "Code": "InvalidParameter",
        "Message": "Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 2",
    }
    assert "message" not in answer
    assert words(sns().unsubscribe, SubscriptionArn="randomstring")[1].endswith("not 1")
    missing = refused(sns().get_topic_attributes, TopicArn=f"{topic()}x")
    assert missing["Error"] == {"Type": "Sender", "Code": "NotFound", "Message": "Topic does not exist"}
    assert missing["ResponseMetadata"]["HTTPStatusCode"] == 404


def test_a_fifo_topics_dead_letters_go_to_a_fifo_queue(cloud):
    users = topic("users.fifo")
    queue("dlq"), queue("seen.fifo")
    with pytest.raises(ClientError, match=r"must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic\.$"):
        subscribe(users, f"{QUEUES}seen.fifo", RedrivePolicy=DLQ)


# ---------------------------------------------------------------------- what topics and subscriptions say, October 2023 to October 2025


def test_the_effective_policy_of_a_topic_is_that_of_http(cloud):
    told = sns().get_topic_attributes(TopicArn=topic(FifoTopic="false"))["Attributes"]
    assert json.loads(told["EffectiveDeliveryPolicy"]) == {
        "http": {
            "defaultHealthyRetryPolicy": {
                "minDelayTarget": 20, "maxDelayTarget": 20, "numRetries": 3, "numMaxDelayRetries": 0, "numNoDelayRetries": 0,
                "numMinDelayRetries": 0, "backoffFunction": "linear",
            },
            "disableSubscriptionOverrides": False,
            "defaultRequestPolicy": {"headerContentType": "text/plain; charset=UTF-8"},
        }
    }  # fmt: skip
    assert not {"FifoTopic", "FifoThroughputScope"} & told.keys()
    told = sns().get_topic_attributes(TopicArn=topic("users.fifo"))["Attributes"]
    assert told["FifoTopic"] == "true" and "FifoThroughputScope" not in told


def test_a_subscription_says_who_subscribed(cloud):
    told = sns().get_subscription_attributes(SubscriptionArn=subscribe(topic(), f"{QUEUES}q"))["Attributes"]
    assert told["SubscriptionPrincipal"].startswith("arn:aws:iam::123456789012:user/")


def test_subscribing_again_compares_with_the_defaults(cloud):
    users = topic()
    first = subscribe(users, f"{QUEUES}q", RawMessageDelivery="True")
    for attributes in ({"RawMessageDelivery": "true", "FilterPolicyScope": "MessageAttributes"}, {}):
        assert subscribe(users, f"{QUEUES}q", **attributes) == first
    _, message = words(
        sns().subscribe, TopicArn=users, Protocol="sqs", Endpoint=f"{QUEUES}q",
        Attributes={"RawMessageDelivery": "false", "FilterPolicyScope": "MessageBody"},
    )  # fmt: skip
    assert message == "Invalid parameter: Attributes Reason: Subscription already exists with different attributes"


def test_raw_delivery_is_true_or_false(cloud):
    there = subscribe(topic(), f"{QUEUES}q")
    for value in ("yes", ""):
        assert words(
            sns().set_subscription_attributes,
            SubscriptionArn=there,
            AttributeName="RawMessageDelivery",
            AttributeValue=value,
        ) == (
            "InvalidParameter",
            f"Invalid parameter: RawMessageDelivery: Invalid value [{value}]. Must be true or false.",
        )


def test_a_fifo_topic_s_standard_queue_has_a_standard_dead_letter_queue(cloud):
    users = topic("users.fifo")
    change = {"AttributeName": "RedrivePolicy", "AttributeValue": json.dumps(DLQ)}
    sns().set_subscription_attributes(SubscriptionArn=subscribe(users, f"{QUEUES}q"), **change)
    there = subscribe(users, f"{QUEUES}q.fifo")
    assert (
        "must use a FIFO queue as DLQ" in words(sns().set_subscription_attributes, SubscriptionArn=there, **change)[1]
    )


@pytest.mark.parametrize(
    ("arn", "message"),
    [
        ("randomstring", "SubscriptionArn Reason: An ARN must have at least 6 elements, not 1"),
        ("arn:aws:sns:us-east-1:123456789012:users", "SubscriptionId"),
    ],
)
def test_what_no_subscription_can_be(cloud, arn, message):
    assert words(sns().unsubscribe, SubscriptionArn=arn) == ("InvalidParameter", f"Invalid parameter: {message}")


def test_what_no_token_can_be(cloud):
    users = topic()
    assert words(sns().confirm_subscription, TopicArn=users, Token="randomtoken") == (
        "InvalidParameter",
        "Invalid token",
    )
    for arn in (users, f"{users}-gone"):
        answer = words(sns().confirm_subscription, TopicArn=arn, Token="51b2ff3edb475b7d")
        assert answer == ("InvalidParameter", "Invalid parameter: Token")


def test_a_topic_of_another_region_and_nobody(cloud):
    users = topic()
    far = boto3.client("sns", region_name="eu-central-1")
    entries = [{"Id": "1", "Message": "x"}]
    for call, more in (
        (far.publish, {"Message": "x"}),
        (far.publish_batch, {"PublishBatchRequestEntries": entries}),
        (far.set_topic_attributes, {"AttributeName": "DisplayName", "AttributeValue": "x"}),
        (far.get_topic_attributes, {}),
        (far.subscribe, {"Protocol": "email", "Endpoint": "someone@example.com"}),
        (far.list_subscriptions_by_topic, {}),
        (far.delete_topic, {}),
    ):
        assert words(call, TopicArn=users, **more) == ("InvalidParameter", "Invalid parameter: TopicArn")
    endpoint = "arn:aws:sns:us-east-1:123456789012:endpoint/APNS/app/none"
    assert words(sns().publish, TargetArn=endpoint, Message="x") == (
        "InvalidParameter", "Invalid parameter: TargetArn Reason: No endpoint found for the target arn specified",
    )  # fmt: skip


@pytest.mark.parametrize("number", ["+15--551234567", "NAA+15551234567", "+15551234567.", "/+15551234567"])
def test_what_no_phone_can_be(cloud, number):
    answer = words(sns().subscribe, TopicArn=topic(), Protocol="sms", Endpoint=number)
    assert answer == ("InvalidParameter", f"Invalid SMS endpoint: {number}")


def test_a_page_of_subscriptions_has_a_token_only_when_there_are_more(cloud):
    users = topic()
    for number in range(101):
        subscribe(users, f"{QUEUES}q{number}")
    pages = list(sns().get_paginator("list_subscriptions_by_topic").paginate(TopicArn=users))
    assert [len(page["Subscriptions"]) for page in pages] == [100, 1]
    sns().unsubscribe(SubscriptionArn=pages[1]["Subscriptions"][0]["SubscriptionArn"])
    assert "NextToken" not in sns().list_subscriptions_by_topic(TopicArn=users)
