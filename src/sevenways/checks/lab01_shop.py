"""The functions that lab 01 deploys: plain Lambda handlers. A file of their own, since the file is what is deployed."""

import json
import time
import urllib.request


def charge(event, context):
    """Three seconds an order."""
    for record in event["Records"]:
        time.sleep(3)
        print("charged", record["body"])


def store(event, context):
    """One request to the orders database for each order, one after another."""
    for record in event["Records"]:
        urllib.request.urlopen("https://db.example/orders", data=record["body"].encode()).read()


def charge_and_report(event, context):
    """order-7 fails at every try; what failed is reported."""
    failures = []
    for record in event["Records"]:
        if record["body"] == "order-7":
            failures.append({"itemIdentifier": record["messageId"]})
        else:
            print("charged", record["body"])
    return {"batchItemFailures": failures}


def note(event, context):
    """A placed order takes three seconds, everything after it one."""
    for record in event["Records"]:
        print(json.dumps([record["messageId"], record["body"]]))
        time.sleep(3 if record["body"].startswith("placed") else 1)
