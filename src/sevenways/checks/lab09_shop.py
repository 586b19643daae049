"""Handlers of lab 09's worlds: deployed as a file, so nothing of the checks goes with them."""

import json
import os
import re
import urllib.request

import boto3


def warehouse(event, context):
    """Hears of an order from the bus."""
    print("heard", event["detail"]["order"])


def order(event, context):
    """The middle layer of task 2: calls `charge`, and again."""
    for _ in range(int(os.environ["TRIES"])):
        answer = boto3.client("lambda").invoke(FunctionName="charge", Payload=json.dumps(event["Records"][0]["body"]))
        if "FunctionError" not in answer:
            return
    raise RuntimeError("charge failed")


def charge(order, context):
    """The inner layer of task 2: posts to the provider, and again."""
    tries = int(os.environ["TRIES"])
    for attempt in range(tries):
        try:
            return urllib.request.urlopen("https://payments.example", data=order.encode(), timeout=5).status
        except OSError:
            if attempt + 1 == tries:
                raise


def step(event, context):
    """A step of task 4: told by its name. Finds the order in whatever it is given, and says what came of it."""
    order = re.search(r"order-\d+", json.dumps(event))[0]
    answer = (
        urllib.request.urlopen(f"https://shop.example/{context.function_name}", data=order.encode(), timeout=5)
        .read()
        .decode()
    )
    if answer == "down":
        raise ConnectionError("refunds are down")
    if answer != "done":
        raise ValueError(answer)
    return {"order": order}


def collect(event, context):
    """Task 5 as it was on the night before: an order below zero fails, and what is charged is written down afterwards."""
    order = json.loads(event["Records"][0]["body"])
    if order["total"] < 0:
        raise ValueError("a total below zero")
    urllib.request.urlopen("https://payments.example", data=order["order"].encode(), timeout=5)
    boto3.client("dynamodb").put_item(TableName="charged", Item={"order": {"S": order["order"]}})
