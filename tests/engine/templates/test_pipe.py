"""pipe.yaml: a queue, a pipe with a filter, a state machine written by SAM."""

import json

import boto3
import pytest

from motoclock import Cloud
from tests.engine.templates.sam import bodies, stack


@pytest.fixture
def cloud():
    with Cloud() as cloud:
        yield cloud


def test_orders_go_through_the_pipe_and_refunds_do_not(cloud):
    made = stack("pipe")
    for kind in ("order", "refund", "order"):
        boto3.client("sqs").send_message(QueueUrl=made["SourceUrl"], MessageBody=json.dumps({"kind": kind}))
    cloud.run()
    assert [json.loads(body)["kind"] for body in bodies(made["AcceptedUrl"])] == ["order", "order"]


def test_the_pipe_is_what_the_template_says(cloud):
    made = stack("pipe")
    pipe = boto3.client("pipes").describe_pipe(Name=made["PipeName"])
    assert pipe["Target"] == made["MachineArn"]
    assert pipe["SourceParameters"]["SqsQueueParameters"] == {"BatchSize": 5}
    assert pipe["TargetParameters"] == {"StepFunctionStateMachineParameters": {"InvocationType": "FIRE_AND_FORGET"}}
