"""The functions that lab 06 deploys: plain Lambda handlers. A file of their own, since the file is what is deployed."""

import base64
import json
import time

CLICK_S = 0.2  # what a recommendation takes


def follow(event, context):
    """A tenth of a second a click, and a line for each."""
    for record in event["Records"]:
        time.sleep(0.1)
        click = json.loads(base64.b64decode(record["kinesis"]["data"]))
        print("saw", click["visitor"], click["number"])


def recommend(event, context):
    """A fifth of a second a click."""
    for record in event["Records"]:
        time.sleep(CLICK_S)
        print("recommended", base64.b64decode(record["kinesis"]["data"]).decode())


def look(event, context):
    """A hundredth of a second a batch."""
    time.sleep(0.01)
