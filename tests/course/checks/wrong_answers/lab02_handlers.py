"""Handlers of the wrong answers to lab 02. A file of their own, since the file is what is deployed."""

import json
import threading
import time
import urllib.request

import boto3

MADE = set()


def _aws_lambda():
    return boto3.client("lambda")


def waits(basket, context):
    for order in basket["orders"]:
        _aws_lambda().invoke(FunctionName="invoice", Payload=json.dumps({"order": order}))


def hands_over_the_basket(basket, context):
    _aws_lambda().invoke(FunctionName="invoice", InvocationType="Event", Payload=json.dumps(basket))


def hands_over_the_first(basket, context):
    order = {"order": basket["orders"][0]}
    _aws_lambda().invoke(FunctionName="invoice", InvocationType="Event", Payload=json.dumps(order))


def leaves_it_to_a_thread(event, context):
    def later():
        for order in event["orders"]:
            boto3.client("lambda").invoke(FunctionName="invoice", Payload=json.dumps({"order": order}))

    threading.Timer(5, later).start()
    return "thank you"


def dry_run(basket, context):
    client = _aws_lambda()
    for order in basket["orders"]:
        client.invoke(FunctionName="invoice", InvocationType="DryRun", Payload=json.dumps({"order": order}))


def hands_over_what_it_guesses(basket, context):
    for n in range(10):
        order = {"order": f"order-{n}"}
        _aws_lambda().invoke(FunctionName="invoice", InvocationType="Event", Payload=json.dumps(order))


def hands_over_twice(basket, context):
    client = _aws_lambda()
    for order in basket["orders"] * 2:
        client.invoke(FunctionName="invoice", InvocationType="Event", Payload=json.dumps({"order": order}))


def _make(order):
    urllib.request.urlopen("https://pdf.example/invoices", data=order["order"].encode()).read()


def remembers_in_memory(order, context):
    if order["order"] in MADE:
        return
    _make(order)
    MADE.add(order["order"])


def _claim(key):
    dynamodb = boto3.client("dynamodb")
    item = {"order_id": {"S": key}}
    try:
        dynamodb.put_item(TableName="invoices", Item=item, ConditionExpression="attribute_not_exists(order_id)")
    except dynamodb.exceptions.ConditionalCheckFailedException:
        return False
    return True


def by_request_id(order, context):
    if _claim(context.aws_request_id):
        _make(order)


def looks_then_writes(order, context):
    dynamodb = boto3.client("dynamodb")
    key = {"order_id": {"S": order["order"]}}
    if "Item" in dynamodb.get_item(TableName="invoices", Key=key):
        return
    _make(order)
    dynamodb.put_item(TableName="invoices", Item=key)


def claims_for_a_second(order, context):
    """A claim that is no longer good while the PDF, which takes two, is being made."""
    dynamodb = boto3.client("dynamodb")
    try:
        dynamodb.put_item(
            TableName="invoices",
            Item={"order_id": {"S": order["order"]}, "until": {"N": str(time.time() + 1)}, "done": {"BOOL": False}},
            ConditionExpression="attribute_not_exists(order_id) OR (done = :no AND #until < :now)",
            ExpressionAttributeNames={"#until": "until"},
            ExpressionAttributeValues={":no": {"BOOL": False}, ":now": {"N": str(time.time())}},
        )
    except dynamodb.exceptions.ConditionalCheckFailedException:
        return
    _make(order)
    dynamodb.put_item(TableName="invoices", Item={"order_id": {"S": order["order"]}, "done": {"BOOL": True}})


def never_gives_back(order, context):
    if _claim(order["order"]):
        _make(order)


def waits_for_a_better_day(order, context):
    if _claim(order["order"]):
        while True:
            try:
                _make(order)
                return
            except OSError:
                time.sleep(60)


def swallows(order, context):
    if _claim(order["order"]):
        try:
            _make(order)
        except OSError as error:
            print("no luck", error)


def tries_and_swallows(order, context):
    """Three tries bring it through the day of one failure in four; whatever the third one says is lost."""
    if _claim(order["order"]):
        for _ in range(3):
            try:
                return _make(order)
            except OSError as error:
                print("no luck", error)
    return None
