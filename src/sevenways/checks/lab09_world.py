"""Queues, tables, mappings and rules of lab 09: for all its checks."""

import json
from typing import Any

from sevenways.checks.trial import client


def send_order(url: str, number: int, total: int) -> None:
    client("sqs").send_message(QueueUrl=url, MessageBody=json.dumps({"order": f"order-{number}", "total": total}))


def make_table(name: str, key: str) -> str:
    made = client("dynamodb").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
    return made["TableDescription"]["LatestStreamArn"]


def make_queue(name: str, parked_in: str = "", receives: int = 5) -> str:
    settings = {"VisibilityTimeout": "60", "MessageRetentionPeriod": "1209600"}
    if parked_in:
        policy = {"deadLetterTargetArn": f"arn:aws:sqs:us-east-1:123456789012:{parked_in}", "maxReceiveCount": receives}
        settings["RedrivePolicy"] = json.dumps(policy)
    return client("sqs").create_queue(QueueName=name, Attributes=settings)["QueueUrl"]


def exists(queue: str) -> bool:
    return any(url.endswith(f"/{queue}") for url in client("sqs").list_queues().get("QueueUrls", ()))


def map_to(queue: str, function: str) -> None:
    client("lambda").create_event_source_mapping(
        EventSourceArn=f"arn:aws:sqs:us-east-1:123456789012:{queue}", FunctionName=function, BatchSize=1
    )


def rule_to(function: str, pattern: dict[str, Any]) -> None:
    made = client("events").put_rule(Name=function, EventPattern=json.dumps(pattern))["RuleArn"]
    target = f"arn:aws:lambda:us-east-1:123456789012:function:{function}"
    client("events").put_targets(Rule=function, Targets=[{"Id": function, "Arn": target}])
    client("lambda").add_permission(
        FunctionName=function,
        StatementId="rule",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=made,
    )
