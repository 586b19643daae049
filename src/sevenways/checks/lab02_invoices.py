"""The invoices of lab 02: orders handed over, what Lambda did with them, and what an operator finds in a queue."""

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

from motoclock.trace import Event, Invoked, Kind
from motoclock.wording import listed
from sevenways.checks.registry import Observation
from sevenways.checks.trial import client
from sevenways.cloud import Cloud


def numbered(number: int, first: int = 0) -> list[str]:
    return [f"order-{n}" for n in range(first, first + number)]


def hand_over(orders: Iterable[str], function: str = "invoice") -> dict[str, str]:
    """Hand the orders over. Returns order -> request id."""
    aws_lambda = client("lambda")
    return {
        order: aws_lambda.invoke(FunctionName=function, InvocationType="Event", Payload=json.dumps({"order": order}))[
            "ResponseMetadata"
        ]["RequestId"]
        for order in orders
    }


def runs_for(cloud: Cloud, message_id: str | None) -> int:
    return sum(message_id in event.what.message_ids for event in cloud.trace.of(Invoked))


def all_given_up(cloud: Cloud) -> list[Event]:
    """Events that Lambda gave up, whether or not a queue has kept them."""
    ends = (*cloud.trace.of_kind(Kind.DROPPED), *cloud.trace.of_kind(Kind.DEAD_LETTERED))
    return sorted(ends, key=lambda event: event.at)


def found_in(url: Any) -> list[str]:
    """The bodies that an operator finds in a queue."""
    if not isinstance(url, str):
        return []
    sqs = client("sqs")
    try:
        return [each["Body"] for each in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])]
    except sqs.exceptions.ClientError as error:
        raise Observation(f"no queue was found at “{url}”: {error.response['Error']['Message']}") from error


def original(body: str) -> Any:
    """The event in a message: the body itself, the requestPayload of a destination's record, either in an envelope of a topic."""
    try:
        told = json.loads(body)
    except ValueError:
        return body
    if isinstance(told, dict) and "TopicArn" in told:
        return original(told["Message"])
    return told["requestPayload"] if isinstance(told, dict) and "requestPayload" in told else told


def made_or_refused(order: str, cloud: Cloud, made: Counter[str]) -> Any:
    """The PDF service of task 2: order-7 is refused during the first half minute."""
    if order == "order-7" and cloud.elapsed < 30:
        return 500, {}, "not yet"
    made[order] += 1
    return None


def make_table(name: str, key: str) -> None:
    client("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )


def some(names: list[str]) -> str:
    return listed(names, 3)
