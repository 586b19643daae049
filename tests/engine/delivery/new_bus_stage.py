"""What the tests of the new event buses share: a bus, its subscribers, events."""

import json
from typing import Any

from tests import clients
from tests.engine.delivery.stage import arn_of, queue

ROLE = "arn:aws:iam::123456789012:role/tests"
GONE = "arn:aws:sqs:us-east-1:123456789012:gone"


def client():
    return clients.client("eventbridgev2")


def bus(name: str = "orders", days: int | None = None) -> str:
    """An active bus. Returns its ARN."""
    settings = {"StorageConfiguration": {"RetentionPeriodInDays": days}} if days else {}
    arn = client().create_event_bus(Name=name, **settings)["EventBusArn"]
    client().get_waiter("event_bus_active").wait(EventBusArn=arn)
    return arn


def subscriber(
    bus_arn: str, target: str, name: str = "all", pattern: dict | None = None, invoke: dict | None = None, **more: Any
) -> str:
    """A subscriber; `pattern` is a DATA filter, `invoke` the block of parameters. Returns its ARN."""
    if pattern is not None:
        more["FilterConfiguration"] = {"Filters": [{"Scope": "DATA", "Pattern": json.dumps(pattern)}]}
    invoke = {"TargetArn": target, "RoleArn": ROLE, **(invoke or {})}
    return client().create_subscriber(Name=name, EventBusArn=bus_arn, InvokeConfiguration=invoke, **more)[
        "SubscriberArn"
    ]


def put(bus_arn: str, *details: Any, group: str | None = None, token: str | None = None, **more: Any) -> list[dict]:
    """One event for each detail. Returns the entries of the answer."""
    system = {"EventGroupId": group, "DeduplicationId": token}
    system = {key: value for key, value in system.items() if value is not None}
    entries = [
        {"Source": "shop", "DetailType": "OrderPlaced", "Detail": json.dumps(detail)}
        | ({"SystemMetadata": system} if system else {})
        for detail in details
    ]
    return client().put_events(EventBusArn=bus_arn, Entries=entries, **more)["Entries"]


def queue_arn(name: str, **attributes: Any) -> str:
    return arn_of(queue(name, **attributes))
