"""What SNS refuses at its edges: quotas, malformed names of things, attributes that can't be."""

import pytest

from motoclock.facts import sns as facts
from tests.engine.delivery.topic_stage import FUNCTIONS, QUEUES, sns, subscribe, topic
from tests.engine.refusals import refused as refusal


def test_a_topic_has_so_many_filter_policies_and_no_more(cloud):
    users, one = topic(), {"FilterPolicy": '{"a": ["x"]}'}
    most = facts.FILTERS_PER_TOPIC_MAX.value
    client = sns()
    subscriptions = [
        client.subscribe(TopicArn=users, Protocol="sqs", Endpoint=f"{QUEUES}q{number}", Attributes=one)[
            "SubscriptionArn"
        ]
        for number in range(most)
    ]
    assert refusal(subscribe, users, f"{QUEUES}late", **one)[0] == "FilterPolicyLimitExceeded"
    plain = subscribe(users, f"{QUEUES}plain")
    set_filter = {"SubscriptionArn": plain, "AttributeName": "FilterPolicy", "AttributeValue": one["FilterPolicy"]}
    assert refusal(sns().set_subscription_attributes, **set_filter)[0] == "FilterPolicyLimitExceeded"
    sns().set_subscription_attributes(**{**set_filter, "SubscriptionArn": subscriptions[0]})  # has one already
    sns().unsubscribe(SubscriptionArn=subscriptions[1])
    sns().set_subscription_attributes(**set_filter)


@pytest.mark.parametrize(
    ("operation", "arguments", "says"),
    [
        ("publish", {"Message": "x"}, "TopicArn or TargetArn"),
        ("publish", {"TopicArn": "users", "Message": "x"}, "An ARN must have at least 6 elements"),
        ("unsubscribe", {"SubscriptionArn": "PendingConfirmation"}, "An ARN must have at least 6 elements"),
        ("create_topic", {"Name": "a", "Attributes": {"DisplayName": "a" * 101}}, "DisplayName"),
        ("create_topic", {"Name": "a", "Attributes": {"TracingConfig": "On"}}, "PassThrough or Active"),
        ("create_topic", {"Name": "a", "Attributes": {"MaximumMessageSize": "1023"}}, "MaximumMessageSize"),
        ("create_topic", {"Name": "a", "Attributes": {"MaximumMessageSize": "1048577"}}, "MaximumMessageSize"),
    ],
)
def test_what_is_refused(cloud, operation, arguments, says):
    code, message = refusal(getattr(sns(), operation), **arguments)
    assert code == "InvalidParameter" and says in message
    assert sns().list_topics()["Topics"] == []


@pytest.mark.parametrize(
    ("protocol", "endpoint"),
    [
        ("sqs", "arn:aws:sqs:orders"),
        ("sqs", "orders"),
        ("sqs", f"{FUNCTIONS}f"),
        ("lambda", f"{QUEUES}orders"),
        ("sqs", QUEUES),
    ],
)
def test_an_endpoint_that_is_no_arn_of_its_protocol(cloud, protocol, endpoint):
    assert refusal(subscribe, topic(), endpoint, protocol)[0] == "InvalidParameter"


@pytest.mark.parametrize("name", ["users", "users.fifo"])
def test_a_topic_is_born_fifo_or_not(cloud, name):
    change = {"TopicArn": topic(name), "AttributeName": "FifoTopic", "AttributeValue": "true"}
    assert refusal(sns().set_topic_attributes, **change) == ("InvalidParameter", "Invalid parameter: AttributeName")


def test_a_raised_size_and_the_wrong_subscribers_exclude_each_other(cloud):
    large = topic("large", MaximumMessageSize=facts.MESSAGE_SIZE_MAX_BYTES.value)
    assert "protocol email" in refusal(subscribe, large, "me@shop.example", "email")[1]
    client = sns()
    for number in range(facts.MESSAGE_SIZE_RAISED_SUBSCRIPTIONS_MAX.value):
        client.subscribe(TopicArn=large, Protocol="sqs", Endpoint=f"{QUEUES}q{number}")
    assert "more than 100" in refusal(subscribe, large, f"{FUNCTIONS}f")[1]
    sns().set_topic_attributes(
        TopicArn=large, AttributeName="MaximumMessageSize", AttributeValue=str(facts.MESSAGE_SIZE_DEFAULT_BYTES.value)
    )
    subscribe(large, f"{FUNCTIONS}f")
