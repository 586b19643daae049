"""Handlers of the wrong answers to lab 00. A file of their own, since the file is what is deployed."""

import time
import urllib.request


def old_label(event, context):
    print(f"Marigold Books: {event['order']}")


def new_label(event, context):
    print(f"Marigold Books, since 1998: {event['order']}")


def label_without_order(event, context):
    print("Marigold Books, since 1998: ")


def label_of_a_record(event, context):
    print(f"Marigold Books, since 1998: {event['Records'][0]['body']}")


def send(event, context):
    urllib.request.urlopen("https://letters.example/letters", data=event["order"].encode()).read()


def swallow(event, context):
    try:
        send(event, context)
    except OSError as error:
        print("never mind", error)


def sleep_it_out(event, context):
    time.sleep(130)
    send(event, context)


def send_twice(event, context):
    send(event, context)
    send(event, context)


def send_the_event(event, context):
    urllib.request.urlopen("https://letters.example/letters", data=str(event).encode()).read()


def call_itself_again(event, context):
    import json

    import boto3

    try:
        send(event, context)
    except OSError:
        boto3.client("lambda").invoke(
            FunctionName="newsletter", InvocationType="Event", Payload=json.dumps(event).encode()
        )


def fail_in_any_case(event, context):
    try:
        send(event, context)
    except OSError as error:
        print(error)
    raise RuntimeError("once more")


def try_without_a_pause(event, context):
    while True:
        try:
            send(event, context)
            return
        except OSError:
            pass
