"""What the EventBridge tests share: rules, targets, events, and what the trace says of them."""

import json
from typing import Any

from motoclock.trace import Kind
from tests.clients import client
from tests.engine.delivery.stage import sqs

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/tests"
PLACED = {"detail-type": ["OrderPlaced"]}


def events():
    return client("events")


def rule(
    *targets: str | dict, name: str = "placed", pattern: dict | None = PLACED, bus: str = "default", **more: Any
) -> str:
    """A rule with targets, each an ARN or a dict as PutTargets takes it. Returns its ARN."""
    settings = {"EventPattern": json.dumps(pattern)} if pattern is not None else {}
    arn = events().put_rule(Name=name, EventBusName=bus, **settings, **more)["RuleArn"]
    if targets:
        full = [
            {"Id": f"t{number}", **(target if isinstance(target, dict) else {"Arn": target})}
            for number, target in enumerate(targets)
        ]
        events().put_targets(Rule=name, EventBusName=bus, Targets=full)
    return arn


def put(*details: Any, kind: str = "OrderPlaced", source: str = "shop", **entry: Any) -> list[str]:
    """One event for each detail. Returns their ids."""
    ids = []
    for start in range(0, len(details), 10):
        entries = [
            {"Source": source, "DetailType": kind, "Detail": json.dumps(detail), **entry}
            for detail in details[start : start + 10]
        ]
        answer = events().put_events(Entries=entries)
        assert answer["FailedEntryCount"] == 0, answer
        ids += [one["EventId"] for one in answer["Entries"]]
    return ids


def messages(url: str) -> list[dict]:
    """The messages that can be received now, whole."""
    found = []
    while (
        got := sqs()
        .receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"])
        .get("Messages")
    ):
        found += got
    return found


def contents(url: str) -> list[Any]:
    """The bodies of those messages, read as JSON."""
    return [json.loads(message["Body"]) for message in messages(url)]


def attributes(message: dict) -> dict[str, str]:
    return {name: value["StringValue"] for name, value in message.get("MessageAttributes", {}).items()}


def happened(cloud, *kinds: Kind, at: str = "") -> list:
    """The events of these kinds whose resource ends so."""
    return [event for event in cloud.trace.of_kind(*kinds) if event.resource.endswith(at)]
