"""Handlers of other designs than the reference's: one charge that reads every envelope, and what else one might do in it."""

import base64
import json
import os
import urllib.request
from functools import cache

import boto3

dynamodb, sqs = boto3.client("dynamodb"), boto3.client("sqs")
seen = set()


@cache
def client(service):
    """One client a service and environment: to make one takes as long as three calls."""
    return boto3.client(service)


def checkout_topic(event, context):
    client("sns").publish(
        TopicArn="arn:aws:sns:us-east-1:123456789012:orders.fifo",
        Message=json.dumps(event),
        MessageGroupId=event["customer"],
        MessageDeduplicationId=f"{event['order']}-{event['total']}",
    )


def checkout_kinesis(event, context):
    client("kinesis").put_record(
        StreamName="orders", PartitionKey=event[os.environ.get("PARTITION", "customer")], Data=json.dumps(event)
    )


def checkout_event(event, context):
    """The event alone; nobody writes a row."""
    entry = {"EventBusName": "shop", "Source": "shop", "DetailType": "OrderPlaced", "Detail": json.dumps(event)}
    client("events").put_events(Entries=[entry])


def checkout_swapped(event, context):
    """Still two writes, the other way round."""
    entry = {"EventBusName": "shop", "Source": "shop", "DetailType": "OrderPlaced", "Detail": json.dumps(event)}
    client("events").put_events(Entries=[entry])
    row = {name: {"N": str(value)} if isinstance(value, int) else {"S": value} for name, value in event.items()}
    dynamodb.put_item(TableName="orders", Item=row)


def orders_of(event):
    """(id for a partial response, group, name of the message, order) of each record."""
    if "detail" in event:
        yield None, None, event["id"], event["detail"]
    for record in event.get("Records", ()):
        if "kinesis" in record:
            order = json.loads(base64.b64decode(record["kinesis"]["data"]))
            yield record["kinesis"]["sequenceNumber"], order["customer"], record["eventID"], order
        elif "dynamodb" in record:
            image = record["dynamodb"]["NewImage"]
            yield (
                record["dynamodb"]["SequenceNumber"],
                None,
                record["eventID"],
                {name: next(iter(value.values())) for name, value in image.items()},
            )
        else:
            body = json.loads(record["body"])
            order = body.get("detail", body)
            yield record["messageId"], record["attributes"].get("MessageGroupId"), record["messageId"], order


def charge(event, context):
    """`KEY`: order, message, none, memory or claim. `PARTIAL`: report failures, and take nothing of a failed group."""
    failed, stopped = [], set()
    for record_id, group, message, order in orders_of(event):
        try:
            if group is not None and group in stopped:
                raise RuntimeError("not before the one in front")
            take(order, message)
        except Exception:
            if not os.environ.get("PARTIAL"):
                raise
            stopped.add(group)
            failed.append({"itemIdentifier": record_id})
    return {"batchItemFailures": failed}


def take(order, message):
    how = os.environ.get("KEY", "order")
    if not os.environ.get("AS_READ"):
        order = {**order, "total": int(order["total"]), "number": int(order["number"])}
    if os.environ.get("PARK") and order["total"] <= 0:
        url = sqs.get_queue_url(QueueName="parked")["QueueUrl"]
        sqs.send_message(QueueUrl=url, MessageBody=json.dumps(order))
        return
    if how == "memory" and order["order"] in seen:
        return
    if how == "claim" and not claimed(order["order"]):
        return
    if how == "claim-message" and not claimed(message):
        return
    key = {"order": order["order"], "message": message}.get(how)
    headers = {"Idempotency-Key": key} if key else {}
    request = urllib.request.Request("https://payments.example/charge", json.dumps(order).encode(), headers)
    urllib.request.urlopen(request, timeout=float(os.environ.get("TIMEOUT", "8"))).read()
    seen.add(order["order"])
    names = {f"#{name}": name for name in ("number", "total", "country", "state")}
    dynamodb.update_item(
        TableName="orders",
        Key={"customer": {"S": order["customer"]}, "order": {"S": order["order"]}},
        UpdateExpression="SET #number = :number, #total = :total, #country = :country, #state = :state",
        ExpressionAttributeNames=names,
        ExpressionAttributeValues={
            ":number": {"N": str(order["number"])},
            ":total": {"N": str(order["total"])},
            ":country": {"S": order["country"]},
            ":state": {"S": "paid"},
        },
    )


def claimed(name):
    """Whether this run is the first to claim it."""
    try:
        dynamodb.put_item(
            TableName="claims",
            Item={"name": {"S": name}},
            ConditionExpression="attribute_not_exists(#n)",
            ExpressionAttributeNames={"#n": "name"},
        )
    except dynamodb.exceptions.ConditionalCheckFailedException:
        return False
    return True


def charge_silently(event, context):
    """Takes the money, and writes into no row that it is paid."""
    for record in event["Records"]:
        order = json.loads(record["body"])
        order["number"], order["total"] = int(order["number"]), int(order["total"])
        headers = {"Idempotency-Key": order["order"]}
        request = urllib.request.Request("https://payments.example/charge", json.dumps(order).encode(), headers)
        urllib.request.urlopen(request, timeout=8).read()


def recommend_whatever(event, context):
    """Says of each click that it has been seen, also of one without a page."""
    for record in event["Records"]:
        print("seen", base64.b64decode(record["kinesis"]["data"]).decode())
