"""The nine functions of the platform, as the night shift finds them: what is wrong with it is wrong on purpose."""

import base64
import json
import os
import time
import urllib.request
from functools import cache

import boto3


@cache
def client(service):
    """One client a service and environment, made when it is first needed."""
    return boto3.client(service)


def checkout(event, context):
    """The shop calls it for each order: a row for the shop, and an event for everybody else."""
    client("dynamodb").put_item(
        TableName="orders",
        Item={
            "customer": {"S": event["customer"]},
            "order": {"S": event["order"]},
            "number": {"N": str(event["number"])},
            "total": {"N": str(event["total"])},
            "country": {"S": event["country"]},
            "state": {"S": "placed"},
        },
    )
    entry = {"EventBusName": "shop", "Source": "shop", "DetailType": "OrderPlaced", "Detail": json.dumps(event)}
    client("events").put_events(Entries=[entry])


def charge(event, context):
    """Take the money of one order, then write into its row that it is paid."""
    order = event["detail"]
    request = urllib.request.Request("https://payments.example/charge", data=json.dumps(order).encode())
    urllib.request.urlopen(request, timeout=3).read()
    client("dynamodb").update_item(
        TableName="orders",
        Key={"customer": {"S": order["customer"]}, "order": {"S": order["order"]}},
        UpdateExpression="SET #state = :paid",
        ExpressionAttributeNames={"#state": "state"},
        ExpressionAttributeValues={":paid": {"S": "paid"}},
    )
    print("charged", order["order"])


def pack(event, context):
    time.sleep(0.3)
    print("packed", event["order"])
    return event


def refund(event, context):
    print("refunded", event["order"])
    return event


def label_ready(event, context):
    """Parcelwing has a label: hand it to the execution that waits for it."""
    label = json.dumps({"label": event["detail"]["label"]})
    client("stepfunctions").send_task_success(taskToken=event["detail"]["token"], output=label)


def invoice(event, context):
    if not event["detail"]["country"]:
        raise ValueError("no address")
    print("invoiced", event["detail"]["order"])
    return {"invoice": event["detail"]["order"]}


def newsletter(event, context):
    """A letter for each order, whether a topic or a queue hands it over."""
    for record in event["Records"]:
        told = json.loads(record["Sns"]["Message"] if "Sns" in record else record["body"])
        print("letter", told["detail"]["order"])


def fraud(event, context):
    raise RuntimeError("fraud-check is broken tonight")


def recommend(event, context):
    for record in event["Records"]:
        click = base64.b64decode(record["kinesis"]["data"]).decode()
        if click == os.environ.get("BAD_CLICK"):
            raise ValueError(f"{click} has no page")
        print("seen", click)
