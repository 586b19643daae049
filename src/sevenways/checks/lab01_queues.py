"""The queues of lab 01, and what is found in them: for all its checks."""

import json
from collections import defaultdict
from typing import Any

from motoclock.trace import Kind
from motoclock.wording import moment, name_of
from sevenways.checks.registry import Observation
from sevenways.checks.trial import client, observe
from sevenways.cloud import Cloud


def orders(number: int) -> list[str]:
    return [f"order-{n}" for n in range(number)]


def queue(name: str, **attributes: str) -> str:
    return client("sqs").create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]


def arn(queue: str) -> str:
    attributes = client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    return attributes["Attributes"]["QueueArn"]


def redrive_to(queue: str, receives: int) -> str:
    return json.dumps({"deadLetterTargetArn": arn(queue), "maxReceiveCount": receives})


def send(queue: str, bodies: list[str]) -> None:
    for start in range(0, len(bodies), 10):
        entries = [{"Id": str(n), "MessageBody": body} for n, body in enumerate(bodies[start : start + 10])]
        client("sqs").send_message_batch(QueueUrl=queue, Entries=entries)


def sent_by(cloud: Cloud, call: Any) -> int:
    """How many messages a call put into queues."""
    before = len(cloud.trace.of_kind(Kind.SENT))
    call()
    return len(cloud.trace.of_kind(Kind.SENT)) - before


def messages_in(queue: str) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
    return sum(map(int, found.values()))


def hiding_stays(queue: str, seconds: int) -> None:
    """After an answer, where the task says that the queue's visibility timeout is not hers to change."""
    found = client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["VisibilityTimeout"])["Attributes"]
    hides = int(found["VisibilityTimeout"])
    observe(
        hides == seconds, f"{name_of(arn(queue))} hid messages for {hides} s afterwards; that has to stay {seconds} s"
    )


def holds(queue: str, body: str) -> bool:
    sqs = client("sqs")
    while messages := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
        if any(message["Body"] == body for message in messages):
            return True
    return False


def charges(cloud: Cloud) -> dict[str, list[float]]:
    """order -> the moments at which it was charged, as the function's log has it."""
    found: dict[str, list[float]] = defaultdict(list)
    for line in cloud.logs("charge").printed:
        words = line.message.split()
        if len(words) == 2 and words[0] == "charged":
            found[words[1]].append(line.at)
    return found


def nobody_pays_twice(charged: dict[str, list[float]], when: str = "") -> None:
    for order, moments in charged.items():
        if len(moments) > 1:
            raise Observation(f"{when}{order} was charged at {moment(moments[0])} and again at {moment(moments[1])}")
