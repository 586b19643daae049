"""Handlers for lab 01, plausible and mostly wrong, in a file of their own: this file is what is deployed."""

import time
import urllib.error
import urllib.request

import boto3


def pay(record):
    urllib.request.urlopen("https://payments.example/charges", data=record["body"].encode()).read()


def raises(event, context):
    for record in event["Records"]:
        pay(record)


def reports(event, context):
    failures = []
    for record in event["Records"]:
        try:
            pay(record)
        except OSError:
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def swallows(event, context):
    for record in event["Records"]:
        try:
            pay(record)
        except OSError as error:
            print("could not charge", record["body"], error)


def deletes_first(event, context):
    sqs = boto3.client("sqs")
    queue = sqs.get_queue_url(QueueName="orders")["QueueUrl"]
    for record in event["Records"]:
        sqs.delete_message(QueueUrl=queue, ReceiptHandle=record["receiptHandle"])
        pay(record)


def misspells(event, context):
    failures = []
    for record in event["Records"]:
        try:
            pay(record)
        except OSError:
            failures.append({"itemidentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def tries_until_it_works(event, context):
    for record in event["Records"]:
        while True:
            try:
                pay(record)
                break
            except OSError:
                pass


def gives_up_on_a_card(event, context):
    failures = []
    for record in event["Records"]:
        try:
            pay(record)
        except urllib.error.HTTPError as error:
            if error.code != 402:
                failures.append({"itemIdentifier": record["messageId"]})
        except OSError:
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def charges_the_first_alone(event, context):
    first, *others = event["Records"]
    try:
        pay(first)
    except OSError:
        others.append(first)
    return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in others]}


def charges_nobody_new(event, context):
    """Half of the orders are passed over, a half of these in silence."""
    failures = []
    for record in event["Records"]:
        number = int(record["body"].removeprefix("order-"))
        try:
            if number % 4 == 1:
                raise OSError("a customer we don't know")
            if number % 4 != 3:
                pay(record)
        except OSError:
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def is_slow(event, context):
    time.sleep(70)


# Two that are right, and different from the reference answer.


def watches_the_clock(event, context):
    failures = []
    for record in event["Records"]:
        try:
            if context.get_remaining_time_in_millis() < 10_000:
                raise OSError("no time left")
            pay(record)
        except OSError:
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def deletes_each(event, context):
    sqs = boto3.client("sqs")
    queue = sqs.get_queue_url(QueueName="orders")["QueueUrl"]
    failed = 0
    for record in event["Records"]:
        try:
            pay(record)
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=record["receiptHandle"])
        except OSError:
            failed += 1
    if failed:
        raise RuntimeError(f"{failed} orders were refused")
