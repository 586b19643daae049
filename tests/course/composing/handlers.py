"""Functions of these tests' worlds: deployed as a file."""

import urllib.request

import boto3


def works(event, context):
    return event


def breaks(event, context):
    raise ConnectionError("down")


def breaks_at_seven(event, context):
    if event == 7:
        raise ValueError("unreadable")
    return event


def calls_three_times(event, context):
    for attempt in range(3):
        try:
            return urllib.request.urlopen("https://payments.example", data=b"{}").status
        except OSError:
            if attempt == 2:
                raise


def calls_the_caller_twice(event, context):
    for _ in range(2):
        if "FunctionError" not in boto3.client("lambda").invoke(FunctionName="inner", Payload="{}"):
            return
    raise RuntimeError("inner failed")
