"""Express machines: quick, forgotten at once, and without the patterns that wait."""

import json

import boto3
import pytest
from botocore.exceptions import ClientError

from motoclock import Cloud
from motoclock.trace import Kind
from tests.engine.stepfunctions import handlers
from tests.engine.stepfunctions.conftest import ROLE, Machines

WAIT = {"W": {"Type": "Wait", "Seconds": 2, "End": True}}


def code(error):
    return error.value.response["Error"]["Code"]


def test_start_sync_execution_answers_with_the_output_and_takes_its_time(machines, cloud):
    machine = machines.make(WAIT, type="EXPRESS")
    answer = machines.client.start_sync_execution(stateMachineArn=machine, input='{"a": 1}')
    assert (answer["status"], json.loads(answer["output"])) == ("SUCCEEDED", {"a": 1})
    assert cloud.elapsed == 2
    assert answer["billingDetails"]["billedDurationInMilliseconds"] == 2000
    assert answer["executionArn"].startswith("arn:aws:states:us-east-1:123456789012:express:machine:")


def test_a_failure_is_an_answer_too(machines):
    machine = machines.make({"F": {"Type": "Fail", "Error": "Broken", "Cause": "c"}}, type="EXPRESS")
    answer = machines.client.start_sync_execution(stateMachineArn=machine)
    assert (answer["status"], answer["error"], answer["cause"]) == ("FAILED", "Broken", "c")


def test_a_handler_waits_for_a_synchronous_execution(machines, cloud):
    machine = machines.make(WAIT, type="EXPRESS")
    arn = cloud.deploy(handlers.start_and_wait, timeout=10)
    answer = boto3.client("lambda").invoke(FunctionName=arn, Payload=json.dumps({"machine": machine}))
    assert json.load(answer["Payload"]) == "SUCCEEDED"
    assert cloud.elapsed >= 2


def test_an_express_execution_is_timed_out_after_five_minutes(machines, cloud):
    machine = machines.make({"W": {"Type": "Wait", "Seconds": 400, "End": True}}, type="EXPRESS")
    assert machines.client.start_sync_execution(stateMachineArn=machine)["status"] == "TIMED_OUT"
    assert cloud.elapsed == 300


def test_a_loop_without_a_wait_ends(machines):
    machine = machines.make({"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "A"}}, type="EXPRESS")
    assert machines.client.start_sync_execution(stateMachineArn=machine)["status"] == "TIMED_OUT"


def test_the_same_name_starts_another_execution(machines):
    machine = machines.make(WAIT, type="EXPRESS")
    assert machines.start(machine, name="one") != machines.start(machine, name="one")


def test_nothing_is_left_to_look_at(machines, cloud):
    machine = machines.make(WAIT, type="EXPRESS")
    execution = machines.start(machine)
    cloud.run()
    for call in (
        machines.client.describe_execution,
        machines.client.get_execution_history,
        machines.client.stop_execution,
    ):
        with pytest.raises(ClientError) as refused:
            call(executionArn=execution)
        assert code(refused) == "InvalidArn"
    with pytest.raises(ClientError) as refused:
        machines.client.list_executions(stateMachineArn=machine)
    assert code(refused) == "StateMachineTypeNotSupported"
    assert cloud.trace.of_kind(Kind.EXITED)[-1].detail.execution == execution


def test_a_standard_machine_does_not_run_synchronously(machines):
    with pytest.raises(ClientError) as refused:
        machines.client.start_sync_execution(stateMachineArn=machines.make(WAIT))
    assert code(refused) == "StateMachineTypeNotSupported"


@pytest.mark.parametrize(
    "state",
    [
        {
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            "Parameters": {},
            "End": True,
        },
        {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2", "Parameters": {}, "End": True},
        {"Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:a", "End": True},
        {
            "Type": "Map",
            "ItemProcessor": {
                "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
                "StartAt": "W",
                "States": WAIT,
            },
            "End": True,
        },
    ],
    ids=["token", "sync", "activity", "distributed"],
)
def test_what_only_standard_machines_can_is_refused(machines, state):
    with pytest.raises(ClientError, match="Express state machine does not support") as refused:
        machines.make({"S": state}, type="EXPRESS")
    assert code(refused) == "InvalidDefinition"


def test_an_asynchronous_start_may_run_twice():
    with Cloud(duplicates=1.0) as cloud:
        machines = Machines(cloud)
        machines.start(machines.make(WAIT, type="EXPRESS"))
        cloud.run()
        entered = [event for event in cloud.trace.of_kind(Kind.ENTERED) if event.detail.state == "W"]
        assert len(entered) == 2
        assert len({event.detail.execution for event in entered}) == 1


def test_the_log_group_keeps_what_the_level_asks_for(machines, cloud):
    logs = boto3.client("logs")
    logs.create_log_group(logGroupName="/aws/vendedlogs/machine")
    group = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/vendedlogs/machine:*"
    logging = {
        "level": "ALL",
        "includeExecutionData": True,
        "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": group}}],
    }
    machine = machines.make(WAIT, type="EXPRESS", loggingConfiguration=logging)
    machines.start(machine, {"a": 1})
    cloud.run()
    lines = [
        json.loads(event["message"])
        for event in logs.filter_log_events(logGroupName="/aws/vendedlogs/machine")["events"]
    ]
    assert [line["type"] for line in lines] == [
        "ExecutionStarted",
        "WaitStateEntered",
        "WaitStateExited",
        "ExecutionSucceeded",
    ]
    assert lines[0]["details"] == {"input": '{"a": 1}', "inputDetails": {"truncated": False}, "roleArn": ROLE}
