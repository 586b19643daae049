"""Handlers of lab 00's worlds: deployed as a file, so nothing of the checks goes with them."""

import time
import urllib.request


def charge(event, context):
    time.sleep(2)
    print("charged", event.get("order"))


def pack(event, context):
    time.sleep(1)
    print("packed", event.get("order"))


def newsletter(event, context):
    time.sleep(1)
    print("thanked the buyer of", event.get("order"))


def send_letter(event, context):
    time.sleep(2)
    urllib.request.urlopen("https://letters.example/letters", data=event["order"].encode()).read()


def pack_old_label(event, context):
    time.sleep(1)
    print(f"Marigold Books: {event['order']}")
