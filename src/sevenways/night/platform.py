"""The platform that the night shift inherits: a table, a Pipe, a bus with rules, a topic, a state machine, a stream, nine functions."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import boto3

from motoclock.world import ACCOUNT, REGION
from sevenways.cloud import Cloud
from sevenways.night import shop

ROLE = f"arn:aws:iam::{ACCOUNT}:role/platform"
FORTNIGHT_S = "1209600"
TILL = (
    "checkout",
    "orders",
    "shop",
    "placed",
    "charge",
    "payments.example",
)  # the names on the way from an order to its payment
PAYMENT_TAKEN = {"source": ["shop"], "detail-type": ["PaymentTaken"]}
_FIELDS = (("order", "S"), ("customer", "S"), ("number", "N"), ("total", "N"), ("country", "S"))
ROW_AS_ORDER = "{" + ", ".join(f'"{name}": <$.dynamodb.NewImage.{name}.{kind}>' for name, kind in _FIELDS) + "}"


@cache
def client(service: str) -> Any:
    """A boto3 client for what the night itself does. It reaches the Cloud that is open, may outlive it, and takes long to make."""
    return boto3.client(service)


def arn(service: str, name: str) -> str:
    """The ARN of a thing in this account."""
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{name}"


def deploy_platform(cloud: Cloud) -> None:
    """The whole platform, as Ada left it."""
    deploy_till(cloud)
    deploy_house(cloud)


def deploy_till(cloud: Cloud) -> None:
    """From the order to the payment: checkout, the table of orders, the bus, charge."""
    for handler in (shop.checkout, shop.charge):
        cloud.deploy(handler, timeout=10)
    client("dynamodb").create_table(
        TableName="orders",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "customer", "KeyType": "HASH"}, {"AttributeName": "order", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("customer", "order")],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
    client("events").create_event_bus(Name="shop")
    put_rule("placed", arn("lambda", "function:charge"), {"source": ["shop"], "detail-type": ["OrderPlaced"]})


def deploy_house(cloud: Cloud, bad_click: str = "") -> None:
    """What follows a payment: packing, label, refund, invoice, letters, fraud check; and the clicks, of which one may be bad."""
    for handler in (shop.pack, shop.refund, shop.label_ready, shop.invoice, shop.newsletter, shop.fraud):
        cloud.deploy(handler, timeout=10)
    cloud.deploy(shop.recommend, timeout=10, environment={"BAD_CLICK": bad_click})
    sqs, sns, kinesis = client("sqs"), client("sns"), client("kinesis")
    aws_lambda = client("lambda")
    sqs.create_queue(QueueName="failed-invoices", Attributes={"MessageRetentionPeriod": FORTNIGHT_S})
    labels = sqs.create_queue(QueueName="labels")["QueueUrl"]
    client("pipes").create_pipe(
        Name="paid",
        RoleArn=ROLE,
        Source=stream_of_orders(),
        Target=arn("events", "event-bus/shop"),
        SourceParameters=only("MODIFY"),
        TargetParameters={
            "InputTemplate": ROW_AS_ORDER,
            "EventBridgeEventBusParameters": {"Source": "shop", "DetailType": "PaymentTaken"},
        },
    )
    machine = client("stepfunctions").create_state_machine(
        name="fulfil", definition=json.dumps(_fulfil(labels)), roleArn=ROLE
    )["stateMachineArn"]
    topic = sns.create_topic(Name="news")["TopicArn"]
    put_rule("fulfil", machine, PAYMENT_TAKEN, RoleArn=ROLE, InputPath="$.detail")
    put_rule("news", topic, PAYMENT_TAKEN)
    put_rule("invoice", arn("lambda", "function:invoice"), PAYMENT_TAKEN)
    for name in ("newsletter", "fraud"):
        sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=arn("lambda", f"function:{name}"))
    failed = {"OnFailure": {"Destination": arn("sqs", "failed-invoices")}}
    aws_lambda.put_function_event_invoke_config(FunctionName="invoice", DestinationConfig=failed)
    kinesis.create_stream(StreamName="clicks", ShardCount=1)
    aws_lambda.create_event_source_mapping(
        EventSourceArn=arn("kinesis", "stream/clicks"), FunctionName="recommend", StartingPosition="TRIM_HORIZON"
    )


def stream_of_orders() -> str:
    """The ARN of the table's stream."""
    return client("dynamodb").describe_table(TableName="orders")["Table"]["LatestStreamArn"]


def only(change: str) -> dict[str, object]:
    """A Pipe's source parameters: from the table's stream, this kind of change only."""
    return {
        "DynamoDBStreamParameters": {"StartingPosition": "TRIM_HORIZON", "BatchSize": 10},
        "FilterCriteria": {"Filters": [{"Pattern": json.dumps({"eventName": [change]})}]},
    }


def put_rule(name: str, target: str, pattern: Mapping[str, object], bus: str = "shop", **more: object) -> str:
    """A rule with one target; returns the rule's ARN."""
    events = client("events")
    made = events.put_rule(Name=name, EventPattern=json.dumps(pattern), EventBusName=bus)["RuleArn"]
    events.put_targets(Rule=name, EventBusName=bus, Targets=[{"Id": "1", "Arn": target, **more}])
    return made


def _fulfil(labels: str) -> dict[str, object]:
    """Pack, then wait an hour at most for Parcelwing's label; without one, refund."""

    def task(name: str, then: str) -> dict[str, object]:
        return {"Type": "Task", "Resource": arn("lambda", f"function:{name}"), "Next": then}

    label = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "TimeoutSeconds": 3600,
        "ResultPath": "$.label",
        "Parameters": {"QueueUrl": labels, "MessageBody": {"token.$": "$$.Task.Token", "order.$": "$.order"}},
        "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Refund"}],
        "Next": "Done",
    }
    return {
        "StartAt": "Pack",
        "States": {
            "Pack": task("pack", "Label"),
            "Label": label,
            "Refund": task("refund", "Undone"),
            "Undone": {"Type": "Fail", "Error": "NoLabel"},
            "Done": {"Type": "Succeed"},
        },
    }
