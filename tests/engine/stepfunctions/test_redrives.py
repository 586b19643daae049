"""Redriving: where an execution goes on, what it does not do again, and until when."""

import boto3
import pytest
from botocore.exceptions import ClientError

from motoclock.facts import stepfunctions as facts
from motoclock.facts.shapes import DAY_S
from motoclock.trace import Kind
from tests.engine.stepfunctions import handlers

QUEUE = "https://sqs.us-east-1.amazonaws.com/123456789012/q"
ECHO = "arn:aws:lambda:us-east-1:123456789012:function:echo"


@pytest.fixture(autouse=True)
def queue(cloud):
    boto3.client("sqs").create_queue(QueueName="q")


def sent(cloud):
    return [event.detail.label for event in cloud.trace.of_kind(Kind.SENT)]


def send(body, **more):
    parameters = {"QueueUrl": QUEUE, "MessageBody.$": body}
    resource = "arn:aws:states:::sqs:sendMessage"
    return {"Type": "Task", "Resource": resource, "Parameters": parameters, "ResultPath": None, **more}


def send_then_call_for_negative_items():
    """Each item is sent to the queue; a negative one then needs the function `echo`, which may not be there."""
    choice = {"Type": "Choice", "Choices": [{"Variable": "$", "NumericLessThan": 0, "Next": "Call"}], "Default": "Done"}
    states = {
        "Send": send("States.JsonToString($)", Next="Which"),
        "Which": choice,
        "Call": {"Type": "Task", "Resource": ECHO, "End": True},
        "Done": {"Type": "Pass", "End": True},
    }
    return {"StartAt": "Send", "States": states}


def mapped(mode="INLINE", **more):
    processor = send_then_call_for_negative_items()
    if mode == "DISTRIBUTED":
        processor["ProcessorConfig"] = {"Mode": mode, "ExecutionType": "STANDARD"}
    return {"M": {"Type": "Map", "ItemProcessor": processor, "MaxConcurrency": 1, "End": True, **more}}


def failed_then_redriven(machines, cloud, states, value, **more):
    execution = machines.start(machines.make(states, **more), value)
    cloud.run()
    assert machines.look(execution)["status"] == "FAILED"
    cloud.deploy(handlers.echo)
    machines.client.redrive_execution(executionArn=execution)
    cloud.run()
    return machines.look(execution)


def test_a_map_goes_on_with_the_iterations_that_did_not_succeed(machines, cloud):
    found = failed_then_redriven(machines, cloud, mapped(), [1, -2, 3])
    assert found["output"] == [1, -2, 3]
    assert sent(cloud) == ["1", "-2", "3"]  # the second goes on at its call, the third had not begun
    assert found["redriveCount"] == 1


def test_a_parallel_goes_on_with_the_branches_that_did_not_succeed(machines, cloud):
    good = {"StartAt": "S", "States": {"S": send("$.id", End=True)}}
    bad = {
        "StartAt": "W",
        "States": {
            "W": {"Type": "Wait", "Seconds": 5, "Next": "C"},
            "C": {"Type": "Task", "Resource": ECHO, "End": True},
        },
    }
    found = failed_then_redriven(
        machines, cloud, {"P": {"Type": "Parallel", "Branches": [good, bad], "End": True}}, {"id": "7"}
    )
    assert found["output"] == [{"id": "7"}, {"id": "7"}]
    assert sent(cloud) == ["7"]
    assert 5 < cloud.elapsed < 6


def test_nested_parts_go_on_where_they_ended(machines, cloud):
    inner = {"StartAt": "M", "States": mapped()}
    states = {"O": {"Type": "Map", "ItemProcessor": inner, "MaxConcurrency": 1, "End": True}}
    found = failed_then_redriven(machines, cloud, states, [[1, 2], [3, -4]])
    assert found["output"] == [[1, 2], [3, -4]]
    assert sent(cloud) == ["1", "2", "3", "-4"]


def test_an_iteration_keeps_the_variables_it_had(machines, cloud):
    states = {
        "A": {"Type": "Pass", "QueryLanguage": "JSONata", "Assign": {"was": "{% $states.input %}"}, "Next": "C"},
        "C": {"Type": "Task", "Resource": ECHO, "Next": "B"},
        "B": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $was * 10 %}", "End": True},
    }
    states = {"M": {"Type": "Map", "ItemProcessor": {"StartAt": "A", "States": states}, "End": True}}
    assert failed_then_redriven(machines, cloud, states, [1, 2])["output"] == [10, 20]


def test_a_retry_of_the_map_after_a_redrive_begins_all_iterations_anew(machines, cloud):
    states = mapped(Retry=[{"ErrorEquals": ["States.ALL"], "MaxAttempts": 1}])
    execution = machines.start(machines.make(states), [1, -2])
    cloud.run()
    assert sent(cloud) == ["1", "-2"] * 2
    machines.client.redrive_execution(executionArn=execution)
    cloud.run()
    assert sent(cloud) == ["1", "-2"] * 2 + ["1", "-2"]


def test_a_stopped_map_goes_on_too(machines, cloud):
    each = {"StartAt": "W", "States": {"W": {"Type": "Wait", "SecondsPath": "$", "End": True}}}
    execution = machines.start(machines.make({"M": {"Type": "Map", "ItemProcessor": each, "End": True}}), [1, 100])
    cloud.run(seconds=50)
    machines.client.stop_execution(executionArn=execution)
    machines.client.redrive_execution(executionArn=execution)
    cloud.run()
    assert machines.look(execution)["output"] == [1, 100]
    assert cloud.elapsed == 150
    assert machines.types(execution).count("MapIterationSucceeded") == 2


def test_an_execution_that_timed_out_can_be_redriven(machines, cloud):
    states = {"W": {"Type": "Wait", "Seconds": 60, "End": True}}
    execution = machines.start(machines.make(states, TimeoutSeconds=30))
    cloud.run()
    assert (machines.look(execution)["status"], machines.look(execution)["redriveStatus"]) == (
        "TIMED_OUT",
        "REDRIVABLE",
    )
    machines.client.redrive_execution(executionArn=execution)
    cloud.run()
    found = machines.look(execution)
    assert (found["status"], found["redriveCount"], cloud.elapsed) == ("TIMED_OUT", 1, 60)
    assert [type_ for type_ in machines.types(execution) if type_.startswith("Execution")] == [
        "ExecutionStarted",
        "ExecutionTimedOut",
        "ExecutionRedriven",
        "ExecutionTimedOut",
    ]


def test_fourteen_days_after_its_end_it_is_too_late(machines, cloud):
    execution = machines.run({"F": {"Type": "Fail"}})["executionArn"]
    for _ in range(2):
        cloud.run(seconds=facts.REDRIVE_WITHIN_DAYS.value * DAY_S / 2)
    assert machines.look(execution)["redriveStatus"] == "REDRIVABLE"
    cloud.run(seconds=1)
    found = machines.look(execution)
    assert found["redriveStatus"] == "NOT_REDRIVABLE"
    assert found["redriveStatusReason"] == "Execution redrivable period exceeded"
    with pytest.raises(ClientError) as refused:
        machines.client.redrive_execution(executionArn=execution)
    assert refused.value.response["Error"]["Code"] == "ExecutionNotRedrivable"


def test_what_runs_or_succeeded_is_not_redrivable(machines, cloud):
    execution = machines.start(machines.make({"W": {"Type": "Wait", "Seconds": 5, "End": True}}))
    assert machines.look(execution)["redriveStatusReason"] == "Execution is RUNNING and cannot be redriven"
    cloud.run()
    assert machines.look(execution)["redriveStatusReason"] == "Execution is SUCCEEDED and cannot be redriven"


def test_a_redrive_of_what_was_stopped_before_it_began_runs_once(machines, cloud):
    """Both beginnings stand in line then; the first has nothing to do any more."""
    execution = machines.start(machines.make({"Send": send("States.JsonToString($)", End=True)}), 7)
    machines.client.stop_execution(executionArn=execution)
    machines.client.redrive_execution(executionArn=execution)
    cloud.run()
    assert machines.look(execution)["status"] == "SUCCEEDED"
    assert sent(cloud) == ["7"]
