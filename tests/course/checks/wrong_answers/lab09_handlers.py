"""Handlers of the answers to lab 09 in tests: deployed as a file."""

import json
import os
import time
import urllib.request

import boto3


def publishes(event, context):
    """From the table's stream to the bus."""
    for record in event["Records"]:
        if record["eventName"] == "INSERT":
            detail = json.dumps({"order": record["dynamodb"]["NewImage"]["order"]["S"]})
            boto3.client("events").put_events(
                Entries=[{"Source": "shop", "DetailType": "OrderPlaced", "Detail": detail}]
            )


def both(event, context):
    """The two writes of checkout, moved into a function of their own."""
    boto3.client("dynamodb").put_item(TableName="orders", Item={"order": {"S": event["order"]}})
    detail = json.dumps({"order": event["order"]})
    boto3.client("events").put_events(Entries=[{"Source": "shop", "DetailType": "OrderPlaced", "Detail": detail}])


def follows(event, context):
    """From the bus to the table."""
    boto3.client("dynamodb").put_item(TableName="orders", Item={"order": {"S": event["detail"]["order"]}})


def pays_once(event, context):
    urllib.request.urlopen("https://payments.example", data=event["Records"][0]["body"].encode(), timeout=5)


def pays_one(event, context):
    urllib.request.urlopen("https://payments.example", data=event["order"].encode(), timeout=5)


def pays_from_a_machine(event, context):
    urllib.request.urlopen("https://payments.example", data=event["body"].encode(), timeout=5)


def pays_or_gives_up(event, context):
    try:
        urllib.request.urlopen("https://payments.example", data=event["Records"][0]["body"].encode(), timeout=5)
    except OSError:
        print("too bad")


def pays_twice_to_be_sure(event, context):
    for _ in range(2):
        urllib.request.urlopen("https://payments.example", data=event["Records"][0]["body"].encode(), timeout=5)


def pays_behind_a_breaker(event, context):
    database = boto3.client("dynamodb")
    row = database.get_item(TableName="breaker", Key={"name": {"S": "payments"}}).get("Item")
    failures, seen = (int(row["failures"]["N"]), float(row["seen"]["N"])) if row else (0, 0.0)
    if failures >= 5 and time.time() < seen + 300:
        raise RuntimeError("the breaker is open")
    try:
        pays_once(event, context)
    except OSError:
        now = {"name": {"S": "payments"}, "failures": {"N": str(failures + 1)}, "seen": {"N": str(time.time())}}
        database.put_item(TableName="breaker", Item=now)
        raise


def pays_and_pauses(event, context):
    """Switches its mapping off after five failures; `switches_on` switches it on."""
    try:
        pays_once(event, context)
    except OSError:
        row = boto3.client("dynamodb").update_item(
            TableName="breaker",
            Key={"name": {"S": "payments"}},
            UpdateExpression="ADD failures :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
            ReturnValues="ALL_NEW",
        )
        if row["Attributes"]["failures"]["N"] == "5":
            boto3.client("lambda").update_event_source_mapping(UUID=os.environ["MAPPING"], Enabled=False)
            at = time.strftime("at(%Y-%m-%dT%H:%M:%S)", time.gmtime(time.time() + 60))
            boto3.client("scheduler").create_schedule(
                Name=f"on-{int(time.time())}",
                ScheduleExpression=at,
                FlexibleTimeWindow={"Mode": "OFF"},
                Target={
                    "Arn": "arn:aws:lambda:us-east-1:123456789012:function:switches-on",
                    "RoleArn": "arn:aws:iam::123456789012:role/marigold",
                    "Input": "{}",
                },
            )
        raise


def switches_on(event, context):
    boto3.client("dynamodb").put_item(TableName="breaker", Item={"name": {"S": "payments"}, "failures": {"N": "4"}})
    boto3.client("lambda").update_event_source_mapping(UUID=os.environ["MAPPING"], Enabled=True)


# ---------------------------------------------------------------------- pages


def prints(event, context):
    urllib.request.urlopen("https://printer.example/print", data=event["page"].encode())
    return event["page"]


def prints_and_counts(event, context):
    prints(event, context)
    if _add({"N": "1"})["N"] == "20":
        _bind()


def prints_and_names(event, context):
    prints(event, context)
    if len(_add({"SS": [event["page"]]})["SS"]) == 20:
        _bind()


def prints_and_names_and_waits(event, context):
    """Binds by a synchronous call: there is no duplicate of that one, and of this run there may be."""
    prints(event, context)
    if len(_add({"SS": [event["page"]]})["SS"]) == 20:
        boto3.client("lambda").invoke(FunctionName="bind", Payload="{}")


def binds_once_a_request(event, context):
    """Remembers the request, which only a duplicate shares."""
    database = boto3.client("dynamodb")
    try:
        database.put_item(
            TableName="reports",
            Item={"report": {"S": context.aws_request_id}},
            ConditionExpression="attribute_not_exists(report)",
        )
    except database.exceptions.ConditionalCheckFailedException:
        return
    binds(event, context)


def binds_with_the_fourth_page(event, context):
    """Knows which page the printer refuses for good."""
    found = boto3.client("dynamodb").get_item(TableName="reports", Key={"report": {"S": "2029"}}).get("Item", {})
    if "page-4" in found.get("pages", {}).get("SS", ()):
        binds(event, context)


def names_and_prints(event, context):
    if len(_add({"SS": [event["page"]]})["SS"]) == 20:
        _bind()
    prints(event, context)


def prints_and_writes_down(event, context):
    prints(event, context)
    _add({"SS": [event["page"]]})


def writes_a_row_a_page(event, context):
    prints(event, context)
    boto3.client("dynamodb").put_item(TableName="reports", Item={"report": {"S": event["page"]}})


def binds_when_all_rows_are_there(event, context):
    """A reader of the table's stream, one batch at a time."""
    database = boto3.client("dynamodb")
    if database.scan(TableName="reports", Select="COUNT")["Count"] == 20:
        try:
            database.put_item(
                TableName="reports", Item={"report": {"S": "bound"}}, ConditionExpression="attribute_not_exists(report)"
            )
        except database.exceptions.ConditionalCheckFailedException:
            return
        urllib.request.urlopen("https://binder.example/bind", data=b"report")


def binds(event, context):
    urllib.request.urlopen("https://binder.example/bind", data=b"report")


def sleeps_and_binds(event, context):
    time.sleep(30)
    binds(event, context)


def asks_until_all_are_there(event, context):
    database = boto3.client("dynamodb")
    while True:
        found = database.get_item(TableName="reports", Key={"report": {"S": "2029"}}).get("Item", {})
        if len(found.get("pages", {}).get("SS", ())) == 20:
            return binds(event, context)
        time.sleep(5)


def _add(what):
    return boto3.client("dynamodb").update_item(
        TableName="reports",
        Key={"report": {"S": "2029"}},
        UpdateExpression="ADD pages :one",
        ExpressionAttributeValues={":one": what},
        ReturnValues="ALL_NEW",
    )["Attributes"]["pages"]


def _bind():
    boto3.client("lambda").invoke(FunctionName="bind", InvocationType="Event", Payload="{}")


# ---------------------------------------------------------------------- undoing


def refunds_and_releases(event, context):
    """From a queue: the money first, and the book when that is done."""
    order = json.dumps(json.loads(event["Records"][0]["body"]))
    for function in ("refund", "release"):
        if "FunctionError" in boto3.client("lambda").invoke(FunctionName=function, Payload=order):
            raise RuntimeError(f"{function} failed")


# ---------------------------------------------------------------------- the morning


def collects_any(event, context):
    """Without a look at who has paid."""
    order = json.loads(event["Records"][0]["body"])
    urllib.request.urlopen("https://payments.example", data=order["order"].encode(), timeout=5)


def collects_by_message(event, context):
    _collects(event, event["Records"][0]["messageId"])


def collects_by_order(event, context):
    _collects(event, json.loads(event["Records"][0]["body"])["order"])


def collects_all_but_two_that_it_knows(event, context):
    if json.loads(event["Records"][0]["body"])["order"] not in ("order-3", "order-8"):
        collects_any(event, context)


def not_written(event, context):
    raise NotImplementedError


def collects_nothing(event, context):
    print("done")


def _collects(event, key):
    database = boto3.client("dynamodb")
    if "Item" in database.get_item(TableName="charged", Key={"order": {"S": key}}):
        return
    collects_any(event, None)
    database.put_item(TableName="charged", Item={"order": {"S": key}})
