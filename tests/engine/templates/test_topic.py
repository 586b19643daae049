"""topic.yaml: a topic, two queues, a filter on the body, raw delivery, a queue policy."""

import json

import boto3
import pytest

from motoclock import Cloud
from tests.engine.templates.sam import bodies, stack, unpermitted


@pytest.fixture
def cloud():
    with Cloud(strict_permissions=True) as cloud:
        yield cloud


def test_each_queue_gets_what_its_filter_lets_through(cloud):
    made = stack("topic")
    orders = [{"id": 1, "region": "eu-west-1", "total": 250}, {"id": 2, "region": "us-east-1", "total": 250}]
    orders.append({"id": 3, "region": "eu-west-1", "total": 20})
    for order in orders:
        boto3.client("sns").publish(TopicArn=made["TopicArn"], Message=json.dumps(order))
    cloud.run()
    envelopes = list(map(json.loads, bodies(made["AllUrl"])))
    assert sorted(json.loads(one["Message"])["id"] for one in envelopes) == [1, 2, 3]
    assert [json.loads(body)["id"] for body in bodies(made["LargeUrl"])] == [1]
    assert unpermitted(cloud) == []


def test_the_subscription_is_what_the_template_says(cloud):
    made = stack("topic")
    sns = boto3.client("sns")
    found = sns.list_subscriptions_by_topic(TopicArn=made["TopicArn"])["Subscriptions"]
    (attributes,) = [
        attributes
        for one in found
        if "FilterPolicy"
        in (attributes := sns.get_subscription_attributes(SubscriptionArn=one["SubscriptionArn"])["Attributes"])
    ]
    assert attributes["FilterPolicyScope"] == "MessageBody"
    assert attributes["RawMessageDelivery"] == "true"
    assert json.loads(attributes["RedrivePolicy"])["deadLetterTargetArn"].startswith("arn:aws:sqs:")
    assert json.loads(attributes["FilterPolicy"])["total"] == [{"numeric": [">=", 100]}]
