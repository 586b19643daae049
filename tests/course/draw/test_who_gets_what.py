"""Who gets what: a mark for each message and subscription, and the reason under it."""

import json

import boto3

from sevenways import Cloud
from sevenways.draw.who_gets_what import who_gets_what


def subscribed(sns, topic, name, **attributes):
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=attributes)
    return url


def test_every_message_and_every_reason():
    with Cloud(seed=1) as cloud:
        sns = boto3.client("sns")
        topic = sns.create_topic(Name="users")["TopicArn"]
        policy = json.dumps({"country": ["DE"]})
        subscribed(sns, topic, "german", FilterPolicy=policy, FilterPolicyScope="MessageBody")
        subscribed(sns, topic, "everybody", RawMessageDelivery="true")
        gone = subscribed(sns, topic, "gone")
        boto3.client("sqs").delete_queue(QueueUrl=gone)
        for country in ("DE", "AT", "FR", "AT"):
            sns.publish(TopicArn=topic, Message=json.dumps({"country": country}))
        cloud.run()
        picture = who_gets_what(cloud.trace, cloud.account(), ["attribute plan: gold"])
    lines = picture.text.splitlines()
    assert lines[0] == "Who gets what: 4 messages, 3 subscriptions"
    assert lines[1] == '  0  {"country": "DE"} · attribute plan: gold'
    assert "german (body {country:[DE]}) gets 1: 0" in lines
    assert '  not 1 and 3: country: the body has "AT", and the policy wants "DE"' in lines
    assert "everybody (no filter: everything, raw) gets 4: 0, 1, 2 and 3" in lines
    assert "gone (no filter: everything) gets 0" in lines
    assert any(line.startswith("  not 0, 1, 2 and 3: given up at once, and there is no dead-letter") for line in lines)
    assert all(words in picture.svg for words in ("gets 4", "Why not?", "filtered out", "undeliverable, lost"))
    assert 'role="img"' in picture.svg and "in the dead-letter queue" not in picture.svg


def test_a_topic_that_nobody_has_used():
    with Cloud(seed=1) as cloud:
        boto3.client("sns").create_topic(Name="users")
        picture = who_gets_what(cloud.trace, cloud.account())
    assert picture.text == "Who gets what: no messages, no subscriptions"
    assert "Why not?" not in picture.svg


def test_a_timeline_calls_the_copies_of_a_topic_by_what_was_published():
    with Cloud(seed=1) as cloud:
        sns = boto3.client("sns")
        topic = sns.create_topic(Name="users")["TopicArn"]
        sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=cloud.deploy(passes))
        sns.publish(TopicArn=topic, Message="user-0")
        cloud.run()
        text = cloud.timeline().text
    assert "user-0" in text and "EventSource" not in text


def passes(event, context):
    return None
