"""Map: how many iterations at once, in which order, and what a failing one does."""

import boto3
import pytest

from motoclock.trace import Kind


def waits(field="ItemProcessor", mode=None, **more):
    processor = {"StartAt": "W", "States": {"W": {"Type": "Wait", "SecondsPath": "$", "End": True}}}
    if mode:
        processor["ProcessorConfig"] = {"Mode": mode, "ExecutionType": "STANDARD"}
    return {"M": {"Type": "Map", field: processor, "ItemsPath": "$.items", "End": True, **more}}


def most_at_once(cloud, state="W"):
    now, most = 0, 0
    for event in cloud.trace.of_kind(Kind.ENTERED, Kind.EXITED):
        if event.detail.state == state:
            now += 1 if event.kind is Kind.ENTERED else -1
            most = max(most, now)
    return most


@pytest.mark.parametrize("field", ["ItemProcessor", "Iterator"])
def test_results_come_in_the_order_of_the_items(machines, cloud, field):
    assert machines.run(waits(field), {"items": [5, 3, 9, 1]})["output"] == [5, 3, 9, 1]
    assert cloud.elapsed == 9


def test_max_concurrency_bounds_the_iterations_at_once(machines, cloud):
    machines.run(waits(MaxConcurrency=2), {"items": [10, 10, 10, 10, 10]})
    assert most_at_once(cloud) == 2
    assert cloud.elapsed == 30


def test_an_inline_map_runs_forty_iterations_at_once(machines, cloud):
    machines.run(waits(), {"items": [10] * 100})
    assert most_at_once(cloud) == 40
    assert cloud.elapsed == 30


def test_one_at_a_time_takes_a_list_of_any_length(machines, cloud):
    found = machines.run(waits(MaxConcurrency=1), {"items": [1] * 600})
    assert found["status"] == "SUCCEEDED"
    assert cloud.elapsed == 600


def test_no_items_give_no_results(machines):
    assert machines.run(waits(), {"items": []})["output"] == []


def test_the_item_selector_sees_item_and_index(machines):
    selector = {"index.$": "$$.Map.Item.Index", "value.$": "$$.Map.Item.Value", "order.$": "$.order"}
    processor = {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}
    states = {
        "M": {"Type": "Map", "ItemProcessor": processor, "ItemsPath": "$.items", "ItemSelector": selector, "End": True}
    }
    output = machines.run(states, {"items": ["a", "b"], "order": 7})["output"]
    assert output == [{"index": 0, "value": "a", "order": 7}, {"index": 1, "value": "b", "order": 7}]


def failing(**more):
    states = {
        "C": {
            "Type": "Choice",
            "Choices": [{"Variable": "$", "NumericLessThan": 0, "Next": "F"}],
            "Default": "W",
        },
        "F": {"Type": "Fail", "Error": "Negative", "Cause": "less than nothing"},
        "W": {"Type": "Wait", "SecondsPath": "$", "End": True},
    }
    return {
        "Type": "Map",
        "ItemProcessor": {"StartAt": "C", "States": states},
        "ItemsPath": "$.items",
        "End": True,
        **more,
    }


def test_a_failing_iteration_stops_the_others_and_fails_the_map_with_its_error(machines, cloud):
    found = machines.run({"M": failing()}, {"items": [100, 100, -1]})
    assert (found["status"], found["error"], found["cause"]) == ("FAILED", "Negative", "less than nothing")
    assert cloud.elapsed == 0
    types = machines.types(found["executionArn"])
    assert types.count("MapIterationFailed") == 1
    assert types.count("MapIterationAborted") == 2
    assert types[-2:] == ["MapStateFailed", "ExecutionFailed"]


def test_a_map_can_catch_and_retry_as_a_whole(machines, cloud):
    catch = [{"ErrorEquals": ["Negative"], "ResultPath": "$.error", "Next": "Done"}]
    retry = [{"ErrorEquals": ["Negative"], "MaxAttempts": 2, "IntervalSeconds": 4}]
    states = {"M": failing(Catch=catch, Retry=retry), "Done": {"Type": "Succeed"}}
    output = machines.run(states, {"items": [-1]})["output"]
    assert output["error"]["Error"] == "Negative"
    assert cloud.elapsed == 4 + 8


def test_a_distributed_map_runs_more_than_forty_at_once_and_counts_its_items(machines, cloud):
    found = machines.run(waits(mode="DISTRIBUTED"), {"items": [10] * 100})
    assert found["output"] == [10] * 100
    assert cloud.elapsed == 10
    run = machines.client.list_map_runs(executionArn=found["executionArn"])["mapRuns"][0]
    counts = machines.client.describe_map_run(mapRunArn=run["mapRunArn"])["itemCounts"]
    assert (counts["total"], counts["succeeded"], counts["failed"]) == (100, 100, 0)


@pytest.mark.parametrize(
    ("tolerated", "status"),
    [({}, "FAILED"), ({"ToleratedFailureCount": 1}, "SUCCEEDED"), ({"ToleratedFailurePercentage": 10}, "FAILED")],
)
def test_a_distributed_map_fails_beyond_its_tolerated_failures(machines, tolerated, status):
    state = failing(**tolerated)
    state["ItemProcessor"]["ProcessorConfig"] = {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}
    found = machines.run({"M": state}, {"items": [1, -1, 1, 1]})
    assert found["status"] == status
    if status == "FAILED":
        assert found["error"] == "States.ExceedToleratedFailureThreshold"


def test_iterations_call_services_in_a_fixed_order(machines, cloud):
    queue = boto3.client("sqs").create_queue(QueueName="q")["QueueUrl"]
    send = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage",
        "Parameters": {"QueueUrl": queue, "MessageBody.$": "States.JsonToString($)"},
        "End": True,
    }
    processor = {"StartAt": "S", "States": {"S": send}}
    machine = machines.make({"M": {"Type": "Map", "ItemProcessor": processor, "ItemsPath": "$.items", "End": True}})
    machines.start(machine, {"items": [3, 1, 2]})
    cloud.run()
    sent = cloud.trace.of_kind(Kind.SENT)
    assert [event.detail.label for event in sent] == ["3", "1", "2"]
    assert {event.detail.sender for event in sent} == {machine}


def test_what_a_failure_cuts_short_is_written_into_the_history(machines, cloud):
    """Recorded in July 2024: each sibling as aborted with its iteration, the task that failed last, by itself."""
    queue = boto3.client("sqs").create_queue(QueueName="q")["QueueUrl"]
    ask = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {"QueueUrl": queue, "MessageBody.$": "$$.Task.Token"},
        "TimeoutSeconds": 5,
        "End": True,
    }
    choose = {"Type": "Choice", "Choices": [{"Variable": "$", "NumericEquals": 1, "Next": "Ask"}], "Default": "Rest"}
    each = {"StartAt": "C", "States": {"C": choose, "Ask": ask, "Rest": {"Type": "Wait", "Seconds": 99, "End": True}}}
    execution = machines.start(machines.make({"M": {"Type": "Map", "ItemProcessor": each, "End": True}}), [1, 2])
    cloud.run(seconds=200)
    assert machines.types(execution)[-6:] == [
        "MapIterationFailed",
        "WaitStateAborted",
        "MapIterationAborted",
        "TaskStateAborted",
        "MapStateFailed",
        "ExecutionFailed",
    ]
