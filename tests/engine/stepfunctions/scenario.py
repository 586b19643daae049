"""A machine that uses everything that could differ between two runs: waits, maps, branches, jitter, ids, tokens, JSONata, variables."""

import json
from typing import Any

import boto3

from motoclock import Cloud


def start(cloud: Cloud) -> str:
    sqs, states = boto3.client("sqs"), boto3.client("stepfunctions")
    queue = sqs.create_queue(QueueName="q")["QueueUrl"]
    made = states.create_state_machine(
        name="m", definition=json.dumps(definition(queue)), roleArn="arn:aws:iam::123456789012:role/r"
    )
    items = json.dumps({"items": [{"s": s} for s in (5, 3, 9, 1, 2, 7)]})
    return states.start_execution(stateMachineArn=made["stateMachineArn"], input=items)["executionArn"]


def definition(queue: str) -> dict[str, Any]:
    send = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage",
        "Parameters": {"QueueUrl": queue, "MessageBody.$": "$"},
        "End": True,
    }
    jitter = {"ErrorEquals": ["Broken"], "MaxAttempts": 4, "JitterStrategy": "FULL"}
    broken = {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "Broken"}}}
    each = {
        "StartAt": "Pause",
        "States": {"Pause": {"Type": "Wait", "SecondsPath": "$.s", "Next": "Send"}, "Send": send},
    }
    branches = [
        {"StartAt": name, "States": {name: {"Type": "Wait", "Seconds": seconds, "End": True}}}
        for name, seconds in (("A", 10), ("B", 20))
    ]
    return {
        "StartAt": "Wait",
        "States": {
            "Wait": {"Type": "Wait", "Seconds": 3600, "Next": "Map"},
            "Map": {
                "Type": "Map",
                "ItemsPath": "$.items",
                "MaxConcurrency": 4,
                "ItemProcessor": each,
                "Next": "Parallel",
            },
            "Parallel": {"Type": "Parallel", "Branches": branches, "Next": "Try"},
            "Try": {
                "Type": "Parallel",
                "Branches": [broken],
                "Retry": [jitter],
                "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Ids"}],
                "Next": "Ids",
            },
            "Ids": {
                "Type": "Pass",
                "QueryLanguage": "JSONata",
                "Assign": {"b": "{% $uuid() %}", "a": "{% $random() %}", "c": "{% $now() %}", "d": 1},
                "Output": {},
                "Next": "Draw",
            },
            "Draw": {
                "Type": "Pass",
                "Parameters": {"n.$": "States.MathRandom(1, 1000000)", "id.$": "States.UUID()"},
                "Next": "Ask",
            },
            "Ask": {
                "Type": "Task",
                "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
                "Parameters": {"QueueUrl": queue, "MessageBody": {"token.$": "$$.Task.Token"}},
                "TimeoutSeconds": 60,
                "End": True,
            },
        },
    }


def record(seed: int) -> str:
    """The history and the trace of one run, as text."""
    with Cloud(seed=seed) as cloud:
        execution = start(cloud)
        cloud.run(seconds=5000)
        states = boto3.client("stepfunctions")
        events = states.get_execution_history(executionArn=execution, maxResults=1000)["events"]
        return "\n".join([*map(repr, events), *map(repr, cloud.trace)])
