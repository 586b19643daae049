"""What the tests of topics and destinations share beside stage.py: topics, subscriptions, and what came of a message."""

import json
from collections import Counter
from typing import Any

from motoclock.trace import Kind
from tests.clients import client
from tests.engine.delivery.stage import arn_of, lam, sqs

ENDS = {
    Kind.DELIVERED: "delivered",
    Kind.FILTERED: "filtered",
    Kind.DEAD_LETTERED: "dead-lettered",
    Kind.DROPPED: "dropped",
}
QUEUES = "arn:aws:sqs:us-east-1:123456789012:"
FUNCTIONS = "arn:aws:lambda:us-east-1:123456789012:function:"


def sns():
    return client("sns")


def topic(name: str = "users", **attributes: Any) -> str:
    """A topic; FIFO when its name says so. Returns its ARN."""
    texts = {key: str(value) if not isinstance(value, dict) else json.dumps(value) for key, value in attributes.items()}
    if name.endswith(".fifo"):
        texts.setdefault("FifoTopic", "true")
    return sns().create_topic(Name=name, Attributes=texts)["TopicArn"]


def subscribe(topic_arn: str, endpoint: str, protocol: str = "", **attributes: Any) -> str:
    """A subscription; `endpoint` is an ARN, a queue's URL, or what the protocol wants. Returns its ARN."""
    if endpoint.startswith("https://sqs."):
        endpoint = arn_of(endpoint)
    protocol = protocol or (endpoint.split(":")[2] if endpoint.startswith("arn:") else endpoint.split(":")[0])
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in attributes.items()}
    return sns().subscribe(
        TopicArn=topic_arn, Protocol=protocol, Endpoint=endpoint, Attributes=texts, ReturnSubscriptionArn=True
    )["SubscriptionArn"]


def publish(topic_arn: str, message: Any = "hello", **more: Any) -> str:
    """Publish text, or JSON. `more` may hold `attributes`, a dict of texts and numbers. Returns the message id."""
    attributes = {
        name: value if isinstance(value, dict) else
        {"DataType": "String" if isinstance(value, str) else "Number", "StringValue": str(value)}
        for name, value in more.pop("attributes", {}).items()
    }  # fmt: skip
    text = message if isinstance(message, str) else json.dumps(message)
    return sns().publish(TopicArn=topic_arn, Message=text, MessageAttributes=attributes, **more)["MessageId"]


def fates(cloud, topic_arn: str) -> Counter:
    """How each (message, subscriber) of a topic ended, counted; "pending" for those that have not."""
    ends: dict[tuple[str, str], str] = {}
    for event in cloud.trace:
        if event.resource == topic_arn and event.kind in ENDS:
            consumer = getattr(event.detail, "consumer", None) or getattr(event.detail, "target", None)
            if consumer is not None:
                key = (event.message_id, consumer)
                assert key not in ends or ends[key] == ENDS[event.kind] == "delivered", f"{event} after {ends[key]}"
                ends[key] = ENDS[event.kind]
    return Counter(ends.values())


def received(url: str, **options: Any) -> list[dict[str, Any]]:
    """The messages that can be received now, as ReceiveMessage gives them."""
    found: list[dict[str, Any]] = []
    options = {"MessageAttributeNames": ["All"], "AttributeNames": ["All"], **options}
    while messages := sqs().receive_message(QueueUrl=url, MaxNumberOfMessages=10, **options).get("Messages"):
        found += messages
    return found


def allow(url: str, source_arn: str, service: str = "sns.amazonaws.com") -> None:
    """The queue policy that a service needs."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sqs:SendMessage",
        "Resource": arn_of(url),
    }
    statement["Condition"] = {"ArnEquals": {"aws:SourceArn": source_arn}}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs().set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})


def invoke(name: str = "work", event: Any = None, **arguments: Any) -> str:
    """InvocationType Event. Returns the request id."""
    answer = lam().invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps(event), **arguments)
    return answer["ResponseMetadata"]["RequestId"]
