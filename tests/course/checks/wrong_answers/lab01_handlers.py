"""Handlers for lab 01, plausible and mostly wrong, in a file of their own: this file is what is deployed."""

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
