"""What was lost in lab 03, where it rests, and whose it was."""

import json

from motoclock.trace import DeadLettered, Delivered, Dropped
from motoclock.wording import name_of
from sevenways.cloud import Cloud


def resting_place(cloud: Cloud, topic: str, of_sns: bool) -> str:
    """Where a message is that was not found: with those that SNS could not hand over, or with those that a handler could not do."""
    ways = (DeadLettered,) if of_sns else (DeadLettered, Delivered)  # by a destination, too
    kept = [event for event in cloud.trace.of(*ways) if (event.resource == topic) is of_sns]
    if kept:
        return f"in {name_of(kept[0].what.target)}, which is not among the queues that were returned"
    lost = [event for event in cloud.trace.of(Dropped) if (event.resource == topic) is of_sns]
    return f"in no queue{f': {lost[-1].what.text}' if lost else ''}"


def user_of(body: str) -> str:
    """Whose message this is: a Lambda event, a destination's record, an envelope or raw."""
    told = json.loads(body)
    if "requestPayload" in told:
        told = told["requestPayload"]
    if "Records" in told:
        told = json.loads(told["Records"][0]["Sns"]["Message"])
    elif "TopicArn" in told:
        told = json.loads(told["Message"])
    return told.get("user", "something else")
