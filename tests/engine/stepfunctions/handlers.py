"""Handlers that the state machines of these tests call. The file is what gets deployed."""

import json
import time

import boto3


class PaymentRefused(Exception):
    pass


def echo(event, context):
    return event


def slow(event, context):
    time.sleep(event["seconds"])
    return "done"


def refuse(event, context):
    raise PaymentRefused("no money")


def crash(event, context):
    raise ValueError("a bug")


def approve(event, context):
    boto3.client("stepfunctions").send_task_success(taskToken=event["token"], output=json.dumps({"by": "handler"}))


def decline(event, context):
    boto3.client("stepfunctions").send_task_failure(taskToken=event["token"], error="Declined", cause="too dear")


def start_and_wait(event, context):
    answer = boto3.client("stepfunctions").start_sync_execution(stateMachineArn=event["machine"], input="{}")
    return answer["status"]


def start(event, context):
    boto3.client("stepfunctions").start_execution(
        stateMachineArn=event["machine"], input=json.dumps({"from": "handler"})
    )


def pack(event, context):
    client = boto3.client("stepfunctions")
    task = client.get_activity_task(activityArn=event["activity"])
    time.sleep(2)
    client.send_task_success(
        taskToken=task["taskToken"], output=json.dumps({**json.loads(task["input"]), "by": "handler"})
    )


def big(event, context):
    return "x" * 300_000


def large(event, context):
    return "x" * 300_000
