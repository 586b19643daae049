"""Activities: who polls, what a poll without work does, answers, heartbeats, timeouts."""

import json

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.engine.stepfunctions import handlers


@pytest.fixture
def activity(machines):
    return machines.client.create_activity(name="pack")["activityArn"]


def work(activity, **more):
    return {"P": {"Type": "Task", "Resource": activity, "End": True, **more}}


def poll(machines, activity, **more):
    return machines.client.get_activity_task(activityArn=activity, **more)


def test_a_run_ends_while_nobody_works_and_a_cell_can_be_the_worker(machines, cloud, activity):
    execution = machines.start(machines.make(work(activity)), {"order": 7})
    cloud.run()
    assert (cloud.elapsed, machines.look(execution)["status"]) == (0, "RUNNING")
    cloud.run(seconds=3600)
    task = poll(machines, activity, workerName="Ada")
    assert json.loads(task["input"]) == {"order": 7}
    machines.client.send_task_success(taskToken=task["taskToken"], output='{"packed": true}')
    cloud.run()
    assert machines.look(execution)["output"] == {"packed": True}
    events = machines.history(execution)
    assert [event["type"] for event in events[2:5]] == ["ActivityScheduled", "ActivityStarted", "ActivitySucceeded"]
    assert events[3]["activityStartedEventDetails"]["workerName"] == "Ada"


def test_a_poll_is_held_for_a_minute_and_answers_without_a_token(machines, cloud, activity):
    answer = poll(machines, activity)
    assert not answer.get("taskToken")
    assert cloud.elapsed == 60


def test_a_poll_from_a_cell_lets_time_pass_until_work_comes(machines, cloud, activity):
    machine = machines.make({"W": {"Type": "Wait", "Seconds": 40, "Next": "P"}, **work(activity)})
    machines.start(machine)
    assert poll(machines, activity)["taskToken"]
    assert cloud.elapsed == 40


def test_a_handler_can_be_the_worker(machines, cloud, activity):
    worker = cloud.deploy(handlers.pack, timeout=120)
    boto3.client("lambda").invoke(
        FunctionName=worker, InvocationType="Event", Payload=json.dumps({"activity": activity})
    )
    cloud.at(30, lambda: machines.start(machines.make(work(activity)), {"order": 7}, name="order"))
    cloud.run()
    machine = machines.client.list_state_machines()["stateMachines"][0]["stateMachineArn"]
    execution = machines.client.list_executions(stateMachineArn=machine)["executions"][0]["executionArn"]
    found = machines.look(execution)
    assert found["output"] == {"order": 7, "by": "handler"}
    assert 2 < (found["stopDate"] - found["startDate"]).total_seconds() < 3


def test_each_task_goes_to_one_worker_oldest_first(machines, cloud, activity):
    machine = machines.make(work(activity))
    for n in (1, 2):
        machines.start(machine, {"n": n})
    cloud.run()
    assert [json.loads(poll(machines, activity)["input"])["n"] for _ in range(2)] == [1, 2]
    assert "taskToken" not in poll(machines, activity)


def test_a_failure_that_a_worker_sends_is_the_states_error(machines, cloud, activity):
    catch = [{"ErrorEquals": ["Broken"], "ResultPath": "$.error", "Next": "Done"}]
    states = work(activity, Catch=catch) | {"Done": {"Type": "Succeed"}}
    execution = machines.start(machines.make(states), {"order": 7})
    token = poll(machines, activity)["taskToken"]
    machines.client.send_task_failure(taskToken=token, error="Broken", cause="dropped")
    cloud.run()
    assert machines.look(execution)["output"] == {"order": 7, "error": {"Error": "Broken", "Cause": "dropped"}}
    assert "ActivityFailed" in machines.types(execution)


def test_a_retry_is_a_new_task_with_a_new_token(machines, cloud, activity):
    states = work(activity, Retry=[{"ErrorEquals": ["Broken"]}])
    machines.start(machines.make(states))
    first = poll(machines, activity)["taskToken"]
    machines.client.send_task_failure(taskToken=first, error="Broken")
    second = poll(machines, activity)["taskToken"]
    assert (cloud.elapsed, first == second) == (1, False)


@pytest.mark.parametrize("taken", [False, True], ids=["nobody took it", "the worker never answers"])
def test_timeout_seconds_ends_the_wait(machines, cloud, activity, taken):
    execution = machines.start(machines.make(work(activity, TimeoutSeconds=100)))
    task = poll(machines, activity) if taken else None
    cloud.run(seconds=101)
    found = machines.look(execution)
    assert (found["error"], (found["stopDate"] - found["startDate"]).total_seconds()) == ("States.Timeout", 100)
    assert ("ActivityStarted" in machines.types(execution)) is taken
    assert machines.types(execution)[-2:] == ["ActivityTimedOut", "ExecutionFailed"]
    if taken:
        with pytest.raises(ClientError, match="does not exist anymore"):
            machines.client.send_task_success(taskToken=task["taskToken"], output="{}")
    else:
        assert "taskToken" not in poll(machines, activity)


def test_heartbeats_count_from_the_moment_a_worker_took_the_task(machines, cloud, activity):
    execution = machines.start(machines.make(work(activity, HeartbeatSeconds=10)))
    cloud.run(seconds=300)
    token = poll(machines, activity)["taskToken"]
    for _ in range(5):
        cloud.run(seconds=9)
        machines.client.send_task_heartbeat(taskToken=token)
    assert machines.look(execution)["status"] == "RUNNING"
    cloud.run(seconds=60)
    found = machines.look(execution)
    assert (found["error"], (found["stopDate"] - found["startDate"]).total_seconds()) == ("States.Timeout", 355)


def test_a_missed_heartbeat_can_be_caught_by_its_own_name(machines, cloud, activity):
    catch = [{"ErrorEquals": ["States.HeartbeatTimeout"], "Next": "Done"}]
    states = work(activity, HeartbeatSeconds=10, Catch=catch) | {"Done": {"Type": "Succeed"}}
    execution = machines.start(machines.make(states))
    poll(machines, activity)
    cloud.run(seconds=20)
    assert machines.look(execution)["status"] == "SUCCEEDED"


def test_a_stopped_execution_takes_its_task_back(machines, cloud, activity):
    execution = machines.start(machines.make(work(activity)))
    cloud.run()
    machines.client.stop_execution(executionArn=execution)
    assert "taskToken" not in poll(machines, activity)
    assert machines.types(execution)[-1] == "ExecutionAborted"


def test_an_activity_is_made_once_and_listed_and_deleted(machines, activity):
    assert machines.client.create_activity(name="pack")["activityArn"] == activity
    assert machines.client.describe_activity(activityArn=activity)["name"] == "pack"
    assert [each["name"] for each in machines.client.list_activities()["activities"]] == ["pack"]
    machines.client.delete_activity(activityArn=activity)
    for call in (machines.client.describe_activity, machines.client.get_activity_task):
        with pytest.raises(ClientError) as refused:
            call(activityArn=activity)
        assert refused.value.response["Error"]["Code"] == "ActivityDoesNotExist"


def test_a_task_of_an_activity_that_is_gone_fails(machines, activity):
    machines.client.delete_activity(activityArn=activity)
    found = machines.run(work(activity))
    assert (found["status"], found["error"]) == ("FAILED", "States.Runtime")
    assert f"The activity {activity} does not exist." in found["cause"]
