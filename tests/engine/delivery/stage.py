"""What the delivery tests share: a function from a piece of source, a queue, a mapping, messages; and what the trace says of them."""

import io
import json
import textwrap
import zipfile
from collections import Counter
from contextlib import suppress
from typing import Any

from motoclock.trace import Kind
from tests.clients import client

ROLE = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


def sqs():
    return client("sqs")


def lam():
    return client("lambda")


def function(source: str, name: str = "work", timeout: int = 3, **configuration: Any) -> str:
    """A function whose `handler(event, context)` is in `source`. Returns its ARN."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo("main.py"), textwrap.dedent(source))
    iam = client("iam")
    with suppress(iam.exceptions.EntityAlreadyExistsException):
        iam.create_role(RoleName="tests", AssumeRolePolicyDocument=json.dumps(ROLE))
    return lam().create_function(
        FunctionName=name, Handler="main.handler", Runtime="python3.13", Role="arn:aws:iam::123456789012:role/tests", Timeout=timeout,
        Code={"ZipFile": packed.getvalue()}, **configuration,
    )["FunctionArn"]  # fmt: skip


def queue(name: str = "orders", **attributes: Any) -> str:
    """A queue; attributes as in CreateQueue, RedrivePolicy as a dict. Returns its URL."""
    texts = {key: json.dumps(value) if isinstance(value, dict) else str(value) for key, value in attributes.items()}
    if name.endswith(".fifo"):
        texts.setdefault("FifoQueue", "true")
    return sqs().create_queue(QueueName=name, Attributes=texts)["QueueUrl"]


def arn_of(url: str) -> str:
    return sqs().get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def queue_with_dlq(max_receive_count: int = 3, name: str = "orders", **attributes: Any) -> tuple[str, str]:
    suffix = ".fifo" if name.endswith(".fifo") else ""
    dlq = queue(f"{name.removesuffix('.fifo')}-dlq{suffix}")
    redrive = {"deadLetterTargetArn": arn_of(dlq), "maxReceiveCount": max_receive_count}
    return queue(name, RedrivePolicy=redrive, **attributes), dlq


def mapping(url: str, name: str = "work", **settings: Any) -> str:
    """An event source mapping. Returns its UUID."""
    return lam().create_event_source_mapping(EventSourceArn=arn_of(url), FunctionName=name, **settings)["UUID"]


def send(url: str, bodies: list, group: Any = None, **entry: Any) -> list[str]:
    """Send each body (JSON unless it is text) in batches of ten. `group`: a function of the body. Returns the message ids."""
    ids = []
    for start in range(0, len(bodies), 10):
        entries = []
        for number, body in enumerate(bodies[start : start + 10], start):
            one = {"Id": str(number), "MessageBody": body if isinstance(body, str) else json.dumps(body), **entry}
            if group is not None:
                one |= {"MessageGroupId": group(body), "MessageDeduplicationId": f"dedup-{number}-{body}"}
            entries.append(one)
        answer = sqs().send_message_batch(QueueUrl=url, Entries=entries)
        assert not answer.get("Failed"), answer["Failed"]
        ids += [done["MessageId"] for done in answer["Successful"]]
    return ids


def counts(url: str) -> tuple[int, int]:
    """Visible and in-flight messages."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = sqs().get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return int(found[names[0]]), int(found[names[1]])


def bodies(url: str) -> list[str]:
    """The bodies that can be received now, in order of receipt; they stay in flight."""
    found = []
    while messages := sqs().receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        found += [message["Body"] for message in messages]
    return found


def happened(cloud, kind: Kind) -> list:
    return cloud.trace.of_kind(kind)


def starts(cloud) -> list[float]:
    """The virtual seconds at which invocations started."""
    return [round(event.at, 3) for event in happened(cloud, Kind.INVOKED)]


def runs_per_message(cloud) -> Counter:
    """How many invocations each message id was part of."""
    return Counter(one for event in happened(cloud, Kind.INVOKED) for one in event.detail.message_ids)
