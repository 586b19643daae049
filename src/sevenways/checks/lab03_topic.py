"""The topic of lab 03, queues that subscribe to it, and what is found in them: for all its checks."""

import json
from collections import Counter
from typing import Any

from motoclock.arn import Arn
from motoclock.wording import listed, name_of
from sevenways.checks.registry import Observation
from sevenways.checks.trial import client
from sevenways.cloud import Cloud


def topic() -> str:
    return client("sns").create_topic(Name="user-created")["TopicArn"]


def queue(name: str, **attributes: str) -> str:
    """A queue, as its ARN."""
    sqs = client("sqs")
    url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def url(queue: str) -> str:
    return client("sqs").get_queue_url(QueueName=name_of(queue))["QueueUrl"]


def delete(queue: str) -> None:
    client("sqs").delete_queue(QueueUrl=url(queue))


def let_in(queue: str, topic: str) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    client("sqs").set_queue_attributes(QueueUrl=url(queue), Attributes={"Policy": policy})


def subscribe(topic: str, endpoint: str, **attributes: str) -> str:
    return client("sns").subscribe(
        TopicArn=topic,
        Protocol=Arn.of(endpoint).service,
        Endpoint=endpoint,
        Attributes=attributes,
        ReturnSubscriptionArn=True,
    )["SubscriptionArn"]


def connect(queue: str, function: str) -> None:
    client("lambda").create_event_source_mapping(EventSourceArn=queue, FunctionName=function)


def users(number: int) -> list[dict[str, Any]]:
    return [{"user": f"user-{n}", "email": f"user-{n}@mail.example"} for n in range(number)]


def publish(topic: str, users: list[dict[str, Any]]) -> list[str]:
    """Publish each user; returns their names."""
    sns = client("sns")
    for user in users:
        sns.publish(TopicArn=topic, Message=json.dumps(user))
    return [user["user"] for user in users]


def served(cloud: Cloud, function: str) -> Counter[str]:
    return Counter(line.message.removeprefix("served ") for line in cloud.logs(function).printed)


def waiting(queue: str) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    counts = client("sqs").get_queue_attributes(QueueUrl=url(queue), AttributeNames=names)["Attributes"]
    return sum(map(int, counts.values()))


def in_queue(queue: str) -> list[dict[str, Any]]:
    """The users in a queue, wrapped or raw."""
    found = [json.loads(body) for body in found_in(url(queue))]
    return [json.loads(each["Message"]) if "TopicArn" in each else each for each in found]


def found_in(url: str) -> list[str]:
    """All bodies that can be received from a queue now."""
    sqs, found = client("sqs"), []
    try:
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            found += [each["Body"] for each in messages]
    except sqs.exceptions.ClientError as error:
        raise Observation(f"no queue was found at “{url}”: {error.response['Error']['Message']}") from error
    return found


def named(names: list[str]) -> str:
    return listed(names, 3)
