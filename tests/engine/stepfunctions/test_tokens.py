"""Waiting for a task token: who may answer, what a run does meanwhile, heartbeats and timeouts."""

import json

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.stepfunctions.models import stepfunctions_backends

from tests.engine.stepfunctions import handlers


@pytest.fixture
def queue():
    return boto3.client("sqs").create_queue(QueueName="desk")["QueueUrl"]


def ask(queue, **more):
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {"QueueUrl": queue, "MessageBody": {"token.$": "$$.Task.Token"}},
        **more,
    }


def token_from(queue):
    message = boto3.client("sqs").receive_message(QueueUrl=queue)["Messages"][0]
    boto3.client("sqs").delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return json.loads(message["Body"])["token"]


def test_a_run_ends_while_somebody_thinks_and_a_cell_can_answer_later(machines, cloud, queue):
    execution = machines.start(machines.make({"Ask": ask(queue, End=True)}))
    cloud.run()
    assert cloud.elapsed == 0
    assert machines.look(execution)["status"] == "RUNNING"
    cloud.run(seconds=3600)
    machines.client.send_task_success(taskToken=token_from(queue), output='{"approved": true}')
    cloud.run()
    found = machines.look(execution)
    assert found["output"] == {"approved": True}
    assert (found["stopDate"] - found["startDate"]).total_seconds() == 3600


def test_a_handler_can_answer(machines, cloud):
    arn = cloud.deploy(handlers.approve)
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
        "Parameters": {"FunctionName": arn, "Payload": {"token.$": "$$.Task.Token"}},
        "End": True,
    }
    assert machines.run({"Ask": task})["output"] == {"by": "handler"}


def test_a_failure_that_is_sent_is_the_states_error_and_can_be_caught(machines, cloud):
    arn = cloud.deploy(handlers.decline)
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
        "Parameters": {"FunctionName": arn, "Payload": {"token.$": "$$.Task.Token"}},
        "Catch": [{"ErrorEquals": ["Declined"], "Next": "Done"}],
        "End": True,
    }
    assert machines.run({"Ask": task, "Done": {"Type": "Succeed"}})["output"] == {
        "Error": "Declined",
        "Cause": "too dear",
    }


def test_timeout_seconds_gives_up_on_the_answer(machines, cloud, queue):
    execution = machines.start(machines.make({"Ask": ask(queue, TimeoutSeconds=600, End=True)}))
    cloud.run()
    assert machines.look(execution)["status"] == "RUNNING"
    cloud.run(seconds=600)
    found = machines.look(execution)
    assert (found["status"], found["error"]) == ("FAILED", "States.Timeout")


def test_a_missed_heartbeat_is_caught_as_heartbeat_timeout_and_reported_as_timeout(machines, cloud, queue):
    caught = [{"ErrorEquals": ["States.HeartbeatTimeout"], "Next": "Late"}]
    states = {"Ask": ask(queue, HeartbeatSeconds=10, Catch=caught, End=True), "Late": {"Type": "Succeed"}}
    execution = machines.start(machines.make(states))
    cloud.run(seconds=30)
    found = machines.look(execution)
    assert found["output"]["Error"] == "States.Timeout"
    assert (found["stopDate"] - found["startDate"]).total_seconds() == 10


def test_heartbeats_keep_the_task_alive_until_one_is_missed(machines, cloud, queue):
    execution = machines.start(machines.make({"Ask": ask(queue, HeartbeatSeconds=10, End=True)}))
    cloud.run()
    token = token_from(queue)
    for _ in range(12):
        cloud.run(seconds=9)
        machines.client.send_task_heartbeat(taskToken=token)
    assert machines.look(execution)["status"] == "RUNNING"
    cloud.run(seconds=30)
    found = machines.look(execution)
    assert found["error"] == "States.Timeout"
    assert (found["stopDate"] - found["startDate"]).total_seconds() == 118


def test_each_attempt_has_a_token_of_its_own(machines, cloud, queue):
    retry = [{"ErrorEquals": ["Declined"], "IntervalSeconds": 5}]
    execution = machines.start(machines.make({"Ask": ask(queue, Retry=retry, End=True)}))
    cloud.run()
    first = token_from(queue)
    machines.client.send_task_failure(taskToken=first, error="Declined")
    cloud.run()
    second = token_from(queue)
    assert second != first
    with pytest.raises(ClientError, match="does not exist anymore"):
        machines.client.send_task_success(taskToken=first, output="{}")
    machines.client.send_task_success(taskToken=second, output="2")
    cloud.run()
    assert machines.look(execution)["output"] == 2


def test_a_token_is_good_for_one_answer(machines, cloud, queue):
    machines.start(machines.make({"Ask": ask(queue, End=True)}))
    cloud.run()
    token = token_from(queue)
    machines.client.send_task_success(taskToken=token, output="{}")
    with pytest.raises(ClientError) as refused:
        machines.client.send_task_success(taskToken=token, output="{}")
    assert refused.value.response["Error"]["Code"] == "TaskTimedOut"
    cloud.run()
    with pytest.raises(ClientError) as refused:
        machines.client.send_task_failure(taskToken=token)
    assert refused.value.response["Error"]["Code"] == "TaskTimedOut"


def test_answers_that_make_no_sense_are_refused(machines, cloud, queue):
    machines.start(machines.make({"Ask": ask(queue, End=True)}))
    cloud.run()
    with pytest.raises(ClientError) as refused:
        machines.client.send_task_success(taskToken="nothing", output="{}")
    assert refused.value.response["Error"]["Code"] == "InvalidToken"
    with pytest.raises(ClientError) as refused:
        machines.client.send_task_success(taskToken=token_from(queue), output="{")
    assert refused.value.response["Error"]["Code"] == "InvalidOutput"


def test_an_answer_after_the_execution_was_stopped_comes_too_late(machines, cloud, queue):
    execution = machines.start(machines.make({"Ask": ask(queue, End=True)}))
    cloud.run()
    machines.client.stop_execution(executionArn=execution, error="Enough", cause="of this")
    with pytest.raises(ClientError, match="does not exist anymore"):
        machines.client.send_task_success(taskToken=token_from(queue), output="{}")


def test_a_token_is_known_for_as_long_as_its_execution_and_no_longer(machines, cloud):
    """What finds a task by its token must not grow for ever: it goes with the execution, ninety days after the end."""
    queue = boto3.client("sqs").create_queue(QueueName="gone")["QueueUrl"]
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {"QueueUrl": queue, "MessageBody.$": "$$.Task.Token"},
        "End": True,
    }
    machine = machines.make({"T": task})
    tokens = stepfunctions_backends["123456789012"]["us-east-1"].task_tokens
    machines.start(machine, name="same")
    cloud.run()
    (token,) = [message["Body"] for message in boto3.client("sqs").receive_message(QueueUrl=queue)["Messages"]]
    machines.client.send_task_success(taskToken=token, output="{}")
    cloud.run()
    with pytest.raises(machines.client.exceptions.TaskTimedOut):
        machines.client.send_task_success(taskToken=token, output="{}")
    assert len(tokens) == 1
    cloud.run(seconds=91 * 86_400)
    machines.start(machine, name="same")
    cloud.run()
    assert len(tokens) == 1
    with pytest.raises(machines.client.exceptions.InvalidToken):
        machines.client.send_task_success(taskToken=token, output="{}")


@pytest.mark.parametrize("answer", ["success", "failure"])
def test_who_waits_for_a_nested_execution_can_be_answered_before_that_ends(machines, cloud, queue, answer):
    """Recorded on AWS in July 2024: the nested execution has its parent's token, and goes on."""
    send = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage",
        "Parameters": {"QueueUrl": queue, "MessageBody": {"token.$": "$.token"}},
        "Next": "Wait",
    }
    child = machines.make({"Send": send, "Wait": {"Type": "Wait", "Seconds": 500, "End": True}}, name="child")
    start = {
        "Type": "Task",
        "Resource": "arn:aws:states:::states:startExecution.sync:2",
        "Parameters": {"StateMachineArn": child, "Input": {"token.$": "$$.Task.Token"}},
        "End": True,
    }
    execution = machines.start(machines.make({"Start": start}))
    cloud.run(seconds=10)
    if answer == "success":
        machines.client.send_task_success(taskToken=token_from(queue), output='"early"')
    else:
        machines.client.send_task_failure(taskToken=token_from(queue), error="Early")
    cloud.run(seconds=1)
    found = machines.look(execution)
    assert found.get("output", found.get("error")) == {"success": "early", "failure": "Early"}[answer]
    [nested] = machines.client.list_executions(stateMachineArn=child)["executions"]
    assert nested["status"] == "RUNNING"
