"""What was lost in lab 03, where it rests, and whose it was."""

import json

from motoclock.trace import Accepted, DeadLettered, Delivered, Dropped, Sent
from motoclock.wording import moment, name_of
from sevenways.cloud import Cloud


def handed_to(cloud: Cloud, topic: str, published: int) -> tuple[str, str]:
    """The ids of the message that was published so many messages after the first: the topic's, and Lambda's for its event."""
    of_topic = [event.message_id or "" for event in cloud.trace.of(Sent) if event.resource == topic][published]
    of_lambda = (event.message_id or "" for event in cloud.trace.of(Accepted) if of_topic in event.what.origins)
    return of_topic, next(of_lambda, "")


def resting_place(cloud: Cloud, message: str, returned: set[str]) -> str:
    """Where a message is that was not found, by the id it had where it was lost. `returned`: the names of the operator's queues."""
    parked = [
        (name_of(event.what.target), event.at) for event in cloud.trace.of(DeadLettered) if event.message_id == message
    ]
    told = [  # of a failure, by a destination
        (name_of(event.what.target), event.at)
        for event in cloud.trace.of(Delivered)
        if event.message_id == message and event.what.why
    ]
    kept = parked + told
    for name, _ in kept:
        if name not in returned:
            return f"is in {name}, which is not among the queues that were returned"
    for name, at in kept:
        return f"came to {name} at {moment(at)}, and is not there any more"
    lost = [event for event in cloud.trace.of(Dropped) if event.message_id == message]
    return f"is in no queue{f': {lost[-1].what.text}' if lost else ''}"


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
