"""The bus of lab 04, its rules and targets, and what an operator finds: for all its checks."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from motoclock.world import ACCOUNT
from sevenways.checks.lines import kind_of
from sevenways.checks.registry import Observation
from sevenways.checks.trial import client, prepare
from sevenways.cloud import Cloud
from sevenways.learners_code import error_in_words

BUS, ROLE = "shop", f"arn:aws:iam::{ACCOUNT}:role/call-the-warehouse"


def make_bus() -> str:
    return client("events").create_event_bus(Name=BUS)["EventBusArn"]


def rule(name: str, text: str) -> str:
    return client("events").put_rule(Name=name, EventBusName=BUS, EventPattern=text)["RuleArn"]


def target(rule: str, target: dict[str, Any]) -> None:
    call("the target", client("events").put_targets, Rule=rule, EventBusName=BUS, Targets=[target])


def put(detail: Mapping[str, Any], kind: str = "OrderPlaced") -> None:
    entry = {"EventBusName": BUS, "Source": "marigold.checkout", "DetailType": kind, "Detail": json.dumps(detail)}
    client("events").put_events(Entries=[entry])


def plain_target() -> dict[str, Any]:
    """The warehouse as a target that gets the whole event."""
    events = client("events")
    key = {"ApiKeyAuthParameters": {"ApiKeyName": "x-api-key", "ApiKeyValue": "a secret"}}
    connection = events.create_connection(Name="warehouse", AuthorizationType="API_KEY", AuthParameters=key)
    destination = events.create_api_destination(
        Name="warehouse",
        ConnectionArn=connection["ConnectionArn"],
        InvocationEndpoint="https://warehouse.example/parcels",
        HttpMethod="POST",
    )
    return {"Id": "warehouse", "Arn": destination["ApiDestinationArn"], "RoleArn": ROLE}


def shaped_target() -> dict[str, Any]:
    transformer = {"InputPathsMap": {"id": "$.detail.id"}, "InputTemplate": '{"parcel_id": <id>}'}
    return {**plain_target(), "InputTransformer": transformer}


def changed(cloud: Cloud, function: Any, target: dict[str, Any]) -> dict[str, Any]:
    chosen = prepare(cloud, function, dict(target))
    if not isinstance(chosen, dict):
        raise Observation(f"{function.__name__} was expected to return the target, and returned {kind_of(chosen)}")
    return chosen


def call(what: str, call: Callable[..., Any], **arguments: Any) -> Any:
    try:
        return call(**arguments)
    except (ClientError, BotoCoreError) as error:
        raise Observation(f"{what} was refused: {error_in_words(error)}") from error


def as_json(pattern: Any) -> str:
    if isinstance(pattern, str):
        return pattern
    if not isinstance(pattern, dict):
        raise Observation(f"a pattern is a dict or JSON text, and this is {kind_of(pattern)}")
    return json.dumps(pattern)


def printed(cloud: Cloud, function: str) -> list[str]:
    return [line.message.strip() for line in cloud.logs(function).printed]


def parked() -> list[tuple[str, str]]:
    """(queue, body) of every message that an operator finds in the account's queues."""
    sqs = client("sqs")
    found = []
    for url in sqs.list_queues().get("QueueUrls", []):
        ask = {"QueueUrl": url, "MaxNumberOfMessages": 10, "VisibilityTimeout": 3600}
        while messages := sqs.receive_message(**ask).get("Messages"):
            found += [(url.rpartition("/")[2], message["Body"]) for message in messages]
    return found


def queues_with(order: str, parked: list[tuple[str, str]]) -> list[str]:
    return [queue for queue, body in parked if f'"{order}"' in body]


def parcel_in(request: Any) -> str | None:
    """The parcel_id that a request names, if it is one for the warehouse."""
    try:
        wanted = json.loads(request.text)
    except ValueError:
        return None
    return wanted.get("parcel_id") if isinstance(wanted, dict) else None
