"""Handlers of lab 03's worlds: deployed as a file, so nothing of the checks goes with them."""

import json
import time
import urllib.request


def users_in(event):
    """The users of an event, from a topic or from a queue, wrapped or raw."""
    for record in event["Records"]:
        text = record["Sns"]["Message"] if "Sns" in record else record["body"]
        user = json.loads(text)
        yield json.loads(user["Message"]) if "TopicArn" in user else user


def serve(event, context):
    for user in users_in(event):
        print("served", user["user"])


def greet(event, context):
    """user-4 has no name, so the letter to her fails at every run."""
    for user in users_in(event):
        if user["user"] == "user-4":
            raise ValueError("user-4 has no name")
        print("served", user["user"])


def send_letter(event, context):
    for user in users_in(event):
        time.sleep(1)
        urllib.request.urlopen("https://mailer.example/letters", data=user["user"].encode()).read()
