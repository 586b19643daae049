"""Executions and their API: names, listing, stopping, redriving, nesting, worlds."""

import gc
import json

import boto3
import pytest
from botocore.exceptions import ClientError

from motoclock import Cloud
from motoclock.facts import stepfunctions as facts
from motoclock.facts.shapes import DAY_S
from motoclock.trace import Kind
from tests.engine.stepfunctions import handlers
from tests.engine.stepfunctions.conftest import Machines

WAIT = {"W": {"Type": "Wait", "Seconds": 100, "End": True}}


def code(error):
    return error.value.response["Error"]["Code"]


def test_the_same_name_and_input_answer_for_the_running_execution(machines):
    machine = machines.make(WAIT)
    assert machines.start(machine, {"a": 1}, name="order-7") == machines.start(machine, {"a": 1}, name="order-7")


def test_the_same_name_with_another_input_or_after_the_end_already_exists(machines, cloud):
    machine = machines.make(WAIT)
    machines.start(machine, {"a": 1}, name="order-7")
    with pytest.raises(ClientError) as refused:
        machines.start(machine, {"a": 2}, name="order-7")
    assert code(refused) == "ExecutionAlreadyExists"
    cloud.run()
    with pytest.raises(ClientError) as refused:
        machines.start(machine, {"a": 1}, name="order-7")
    assert code(refused) == "ExecutionAlreadyExists"


def test_without_a_name_each_start_is_an_execution_of_its_own(machines):
    machine = machines.make(WAIT)
    first, second = machines.start(machine), machines.start(machine)
    assert first != second
    assert first.startswith("arn:aws:states:us-east-1:123456789012:execution:machine:")


def test_input_must_be_json_of_at_most_256_kib(machines):
    machine = machines.make(WAIT)
    with pytest.raises(ClientError) as refused:
        machines.client.start_execution(stateMachineArn=machine, input="{")
    assert code(refused) == "InvalidExecutionInput"
    with pytest.raises(ClientError) as refused:
        machines.start(machine, "x" * 262_144)
    assert code(refused) == "ValidationException"


def test_executions_are_listed_newest_first_and_by_status(machines, cloud):
    machine = machines.make(WAIT)
    first = machines.start(machine)
    cloud.run()
    second = machines.start(machine)
    listed = machines.client.list_executions(stateMachineArn=machine)["executions"]
    assert [execution["executionArn"] for execution in listed] == [second, first]
    running = machines.client.list_executions(stateMachineArn=machine, statusFilter="RUNNING")["executions"]
    assert [execution["executionArn"] for execution in running] == [second]
    page = machines.client.list_executions(stateMachineArn=machine, maxResults=1)
    assert len(page["executions"]) == 1 and page["nextToken"]


def test_stopping_takes_effect_at_once(machines, cloud):
    execution = machines.start(machines.make(WAIT))
    cloud.run(seconds=10)
    machines.client.stop_execution(executionArn=execution, error="Enough", cause="changed my mind")
    found = machines.look(execution)
    assert (found["status"], found["error"], found["cause"]) == ("ABORTED", "Enough", "changed my mind")
    assert (found["stopDate"] - found["startDate"]).total_seconds() == 10
    assert machines.types(execution)[-1] == "ExecutionAborted"
    cloud.run()
    assert cloud.elapsed == 10
    assert machines.types(execution)[-1] == "ExecutionAborted"


def test_stopping_before_the_first_step_leaves_nothing_running(machines, cloud):
    execution = machines.start(machines.make(WAIT))
    machines.client.stop_execution(executionArn=execution)
    cloud.run()
    assert cloud.elapsed == 0
    assert machines.types(execution) == ["ExecutionStarted", "ExecutionAborted"]


def test_stopping_lets_a_running_function_finish_and_forgets_its_answer(machines, cloud):
    slow = cloud.deploy(handlers.slow, timeout=60)
    task = {"Type": "Task", "Resource": slow, "End": True}
    execution = machines.start(machines.make({"T": task}), {"seconds": 30})
    cloud.run(seconds=5)
    machines.client.stop_execution(executionArn=execution)
    cloud.run()
    assert len(cloud.trace.of_kind(Kind.SUCCEEDED)) == 1
    assert machines.look(execution)["status"] == "ABORTED"
    assert machines.types(execution)[-1] == "ExecutionAborted"


def test_stopping_during_a_retrys_wait_ends_it(machines, cloud):
    refuse = cloud.deploy(handlers.refuse)
    task = {
        "Type": "Task",
        "Resource": refuse,
        "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 500}],
        "End": True,
    }
    execution = machines.start(machines.make({"T": task}))
    cloud.run(seconds=10)
    machines.client.stop_execution(executionArn=execution)
    cloud.run()
    assert cloud.elapsed == 10


def test_a_redrive_begins_at_the_state_that_failed_with_the_input_it_had(machines, cloud):
    queue = boto3.client("sqs").create_queue(QueueName="q")["QueueUrl"]
    parameters = {"QueueUrl": queue, "MessageBody.$": "States.JsonToString($)"}
    send = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage",
        "Parameters": parameters,
        "ResultPath": None,
    }
    call = {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:echo", "End": True}
    states = {
        "Send": {**send, "Next": "Shape"},
        "Shape": {"Type": "Pass", "Result": {"n": 2}, "Next": "Call"},
        "Call": call,
    }
    execution = machines.start(machines.make(states), {"n": 1})
    cloud.run()
    found = machines.look(execution)
    assert (found["status"], found["redriveStatus"], found["redriveCount"]) == ("FAILED", "REDRIVABLE", 0)
    cloud.deploy(handlers.echo)
    machines.client.redrive_execution(executionArn=execution)
    cloud.run()
    found = machines.look(execution)
    assert (found["status"], found["output"], found["redriveCount"]) == ("SUCCEEDED", {"n": 2}, 1)
    assert found["redriveStatus"] == "NOT_REDRIVABLE"
    assert len(cloud.trace.of_kind(Kind.SENT)) == 1
    types = machines.types(execution)
    assert types.index("ExecutionRedriven") == types.index("ExecutionFailed") + 1
    with pytest.raises(ClientError) as refused:
        machines.client.redrive_execution(executionArn=execution)
    assert code(refused) == "ExecutionNotRedrivable"


def test_a_failure_can_be_redriven_for_fourteen_days(machines, cloud):
    execution = machines.start(machines.make({"F": {"Type": "Fail"}}))
    cloud.run(seconds=14 * 86_400 + 1)
    assert machines.look(execution)["redriveStatus"] == "NOT_REDRIVABLE"


def nested(machine, suffix, **more):
    return {
        "Type": "Task",
        "Resource": f"arn:aws:states:::states:startExecution{suffix}",
        "Parameters": {"StateMachineArn": machine, "Input": {"from": "parent"}},
        **more,
    }


def test_sync_waits_for_the_nested_execution(machines, cloud):
    child = machines.make({"W": {"Type": "Wait", "Seconds": 50, "End": True}}, name="child")
    text = machines.run({"C": nested(child, ".sync", End=True)}, name="one")["output"]
    value = machines.run({"C": nested(child, ".sync:2", End=True)}, name="two")["output"]
    started = machines.run({"C": nested(child, "", End=True)}, name="three")["output"]
    assert json.loads(text["Output"]) == {"from": "parent"}
    assert value["Output"] == {"from": "parent"}
    assert set(started) == {"ExecutionArn", "StartDate", "SdkHttpMetadata", "SdkResponseMetadata"}


def test_a_failing_nested_execution_is_states_task_failed(machines):
    child = machines.make({"F": {"Type": "Fail", "Error": "Broken"}}, name="child")
    catch = [{"ErrorEquals": ["States.TaskFailed"], "Next": "Done"}]
    states = {"C": nested(child, ".sync:2", Catch=catch, End=True), "Done": {"Type": "Succeed"}}
    output = machines.run(states, name="parent")["output"]
    assert output["Error"] == "States.TaskFailed"
    assert '"Broken"' in output["Cause"]


def test_stopping_the_parent_stops_the_nested_execution(machines, cloud):
    child = machines.make(WAIT, name="child")
    execution = machines.start(machines.make({"C": nested(child, ".sync", End=True)}, name="parent"))
    cloud.run(seconds=10)
    machines.client.stop_execution(executionArn=execution)
    cloud.run()
    assert cloud.elapsed == 10
    listed = machines.client.list_executions(stateMachineArn=child)["executions"]
    assert [execution["status"] for execution in listed] == ["ABORTED"]


def test_a_handler_can_start_executions(machines, cloud):
    machine = machines.make({"S": {"Type": "Succeed"}})
    starter = cloud.deploy(handlers.start)
    boto3.client("lambda").invoke(FunctionName=starter, Payload=json.dumps({"machine": machine}))
    cloud.run()
    execution = machines.client.list_executions(stateMachineArn=machine)["executions"][0]["executionArn"]
    assert machines.look(execution)["output"] == {"from": "handler"}


def test_an_update_leaves_running_executions_on_their_definition(machines, cloud):
    machine = machines.make(
        {"W": {"Type": "Wait", "Seconds": 10, "Next": "P"}, "P": {"Type": "Pass", "Result": "old", "End": True}}
    )
    old = machines.start(machine)
    definition = {"StartAt": "P", "States": {"P": {"Type": "Pass", "Result": "new", "End": True}}}
    machines.client.update_state_machine(stateMachineArn=machine, definition=json.dumps(definition))
    new = machines.start(machine)
    cloud.run()
    assert (machines.look(old)["output"], machines.look(new)["output"]) == ("old", "new")


def test_versions_and_aliases_start_what_they_name(machines, cloud):
    def definition(result):
        return json.dumps({"StartAt": "P", "States": {"P": {"Type": "Pass", "Result": result, "End": True}}})

    machine = machines.make({"P": {"Type": "Pass", "Result": "one", "End": True}}, publish=True)
    machines.client.update_state_machine(stateMachineArn=machine, definition=definition("two"))
    route = [{"stateMachineVersionArn": f"{machine}:1", "weight": 100}]
    alias = machines.client.create_state_machine_alias(name="live", routingConfiguration=route)["stateMachineAliasArn"]
    executions = [machines.start(arn) for arn in (machine, f"{machine}:1", alias)]
    cloud.run()
    assert [machines.look(execution)["output"] for execution in executions] == ["two", "one", "one"]


def test_a_machine_is_made_once(machines):
    assert machines.make(WAIT) == machines.make(WAIT)
    with pytest.raises(ClientError) as refused:
        machines.make({"S": {"Type": "Succeed"}})
    assert code(refused) == "StateMachineAlreadyExists"


@pytest.mark.parametrize(
    ("definition", "word"),
    [
        ("{", "INVALID_JSON_DESCRIPTION"),
        ({"StartAt": "A", "States": {"B": {"Type": "Succeed"}}}, "MISSING_TRANSITION_TARGET"),
        ({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}}, "MISSING_TRANSITION_TARGET"),
        ({"StartAt": "A", "States": {"A": {"Type": "Pass"}}}, "SCHEMA_VALIDATION_FAILED"),
        ({"StartAt": "A", "States": {"A": {"Type": "Dance", "End": True}}}, "SCHEMA_VALIDATION_FAILED"),
    ],
)
def test_a_definition_that_cannot_run_is_refused(machines, definition, word):
    text = definition if isinstance(definition, str) else json.dumps(definition)
    with pytest.raises(ClientError, match=word) as refused:
        machines.client.create_state_machine(name="m", definition=text, roleArn="arn:aws:iam::123456789012:role/r")
    assert code(refused) == "InvalidDefinition"
    assert machines.client.validate_state_machine_definition(definition=text)["result"] == "FAIL"


def test_an_execution_outlives_a_world_that_was_parked(machines, cloud):
    execution = machines.start(machines.make(WAIT))
    cloud.run(seconds=40)
    with Cloud(seed=1) as other:
        machine = boto3.client("stepfunctions").create_state_machine(
            name="machine",
            definition=json.dumps({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 5, "End": True}}}),
            roleArn="arn:aws:iam::123456789012:role/r",
        )["stateMachineArn"]
        inner = boto3.client("stepfunctions").start_execution(stateMachineArn=machine)["executionArn"]
        other.run()
        assert machines.look(inner)["status"] == "SUCCEEDED"
        assert other.elapsed == 5
        boto3.client("stepfunctions").start_execution(stateMachineArn=machine)
    assert machines.look(execution)["status"] == "RUNNING"
    cloud.run()
    assert machines.look(execution)["status"] == "SUCCEEDED"
    assert cloud.elapsed == 100


def test_the_service_starts_machines_without_boto3(machines, cloud):
    machine = machines.make({"S": {"Type": "Succeed"}})
    service = cloud._world.services.state_machines
    execution = service.start_execution(machine, '{"by": "rule"}')
    cloud.run()
    assert machines.look(execution)["output"] == {"by": "rule"}
    assert [each.status for each in service.executions()] == ["SUCCEEDED"]


def test_test_state_runs_one_state_by_itself(machines, cloud):
    state = {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericEquals": 1, "Next": "One"}], "Default": "Many"}
    role = "arn:aws:iam::123456789012:role/r"
    found = machines.client.test_state(definition=json.dumps(state), roleArn=role, input='{"n": 1}')
    assert (found["status"], found["nextState"]) == ("SUCCEEDED", "One")
    with pytest.raises(ClientError, match="TestState API does not support Map or Parallel states"):
        machines.client.test_state(definition='{"Type": "Map"}', roleArn=role, input="[]")
    task = {"Type": "Task", "Resource": cloud.deploy(handlers.refuse), "End": True}
    found = machines.client.test_state(definition=json.dumps(task), roleArn=role, input="{}")
    assert (found["status"], found["error"]) == ("FAILED", "PaymentRefused")


def test_a_closed_world_changes_no_other_when_its_executions_are_collected(capfd):
    queue_task = {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "End": True}
    with Cloud() as first:
        machines = Machines(first)
        queue = boto3.client("sqs").create_queue(QueueName="q")["QueueUrl"]
        parameters = {"QueueUrl": queue, "MessageBody": {"token.$": "$$.Task.Token"}}
        branches = [
            {"StartAt": "Ask", "States": {"Ask": {**queue_task, "Parameters": parameters}}},
            {"StartAt": "W", "States": WAIT},
        ]
        machines.start(machines.make({"P": {"Type": "Parallel", "Branches": branches, "End": True}}))
        first.run(seconds=5)
    before = len(first.trace)
    with Cloud() as second:
        del machines
        gc.collect()
        second.run()
        assert len(second.trace) == 0
    assert len(first.trace) == before
    assert capfd.readouterr().err == ""


def test_an_execution_can_be_started_at_a_virtual_time(machines, cloud):
    machine = machines.make({"S": {"Type": "Succeed"}})
    cloud.at(60, lambda: machines.start(machine, name="later"))
    cloud.run()
    found = machines.look(machine.replace(":stateMachine:", ":execution:") + ":later")
    assert (found["status"], found["startDate"].minute) == ("SUCCEEDED", 1)


def test_a_failing_execution_writes_nothing_to_the_learners_screen(machines, capfd):
    machines.run({"P": {"Type": "Pass", "Parameters": {"a.$": "$.missing"}, "End": True}})
    printed = capfd.readouterr()
    assert (printed.out, printed.err) == ("", "")


def test_ninety_days_after_its_end_an_execution_is_forgotten_and_its_name_is_free(machines, cloud):
    machine = machines.make({"S": {"Type": "Succeed"}})
    execution = machines.start(machine, {"a": 1}, name="order-7")
    for _ in range(15):
        cloud.run(seconds=facts.HISTORY_KEPT_DAYS.value * DAY_S / 15)
    assert machines.look(execution)["status"] == "SUCCEEDED"
    assert machines.types(execution)
    with pytest.raises(ClientError, match="Execution Already Exists"):
        machines.start(machine, {"a": 1}, name="order-7")
    cloud.run(seconds=1)
    for call in (machines.client.describe_execution, machines.client.get_execution_history):
        with pytest.raises(ClientError) as refused:
            call(executionArn=execution)
        assert code(refused) == "ExecutionDoesNotExist"
    assert machines.client.list_executions(stateMachineArn=machine)["executions"] == []
    other = machines.start(machine, {"a": 2}, name="order-7")
    cloud.run()
    assert (other, machines.look(other)["output"]) == (execution, {"a": 2})


def test_an_execution_says_which_version_and_alias_it_was_started_with(machines, cloud):
    machine = machines.make({"S": {"Type": "Succeed"}}, publish=True)
    first = f"{machine}:1"
    route = [{"stateMachineVersionArn": first, "weight": 100}]
    alias = machines.client.create_state_machine_alias(name="live", routingConfiguration=route)["stateMachineAliasArn"]
    executions = [machines.start(arn) for arn in (machine, first, alias)]
    told = [
        (found["stateMachineArn"], found.get("stateMachineVersionArn"), found.get("stateMachineAliasArn"))
        for found in map(machines.look, executions)
    ]
    assert told == [(machine, None, None), (machine, first, None), (machine, first, alias)]
    for arn, number in ((machine, 3), (first, 2), (alias, 1)):
        assert len(machines.client.list_executions(stateMachineArn=arn)["executions"]) == number


def test_versions_are_published_listed_and_deleted(machines):
    machine = machines.make({"P": {"Type": "Pass", "Result": 1, "End": True}})
    publish = machines.client.publish_state_machine_version
    first = publish(stateMachineArn=machine)["stateMachineVersionArn"]
    assert publish(stateMachineArn=machine)["stateMachineVersionArn"] == first == f"{machine}:1"
    changed = json.dumps({"StartAt": "S", "States": {"S": {"Type": "Succeed"}}})
    machines.client.update_state_machine(stateMachineArn=machine, definition=changed)
    second = publish(stateMachineArn=machine)["stateMachineVersionArn"]
    machines.client.create_state_machine_alias(
        name="live", routingConfiguration=[{"stateMachineVersionArn": second, "weight": 100}]
    )
    with pytest.raises(ClientError) as refused:
        machines.client.delete_state_machine_version(stateMachineVersionArn=second)
    assert code(refused) == "ConflictException"
    machines.client.delete_state_machine_version(stateMachineVersionArn=first)
    listed = machines.client.list_state_machine_versions(stateMachineArn=machine)["stateMachineVersions"]
    assert [each["stateMachineVersionArn"] for each in listed] == [second]
    with pytest.raises(ClientError, match="StateMachineDoesNotExist"):
        machines.start(first)


def test_deleting_a_machine_ends_its_executions_at_their_next_transition(machines, cloud):
    states = {"W": {"Type": "Wait", "Seconds": 100, "Next": "S"}, "S": {"Type": "Succeed"}}
    machine = machines.make(states)
    execution = machines.start(machine)
    cloud.run(seconds=5)
    machines.client.delete_state_machine(stateMachineArn=machine)
    assert machines.look(execution)["status"] == "RUNNING"
    cloud.run()
    assert (machines.look(execution)["status"], cloud.elapsed) == ("ABORTED", 100)
    assert machines.types(execution)[-2:] == ["WaitStateExited", "ExecutionAborted"]


@pytest.mark.parametrize("field", ["Retry", "Catch"])
def test_states_all_stands_in_the_last_rule(machines, field):
    more = {"Next": "S"} if field == "Catch" else {}
    rules = [{"ErrorEquals": ["States.ALL"], **more}, {"ErrorEquals": ["A"], **more}]
    branch = {"StartAt": "F", "States": {"F": {"Type": "Fail"}}}
    states = {"P": {"Type": "Parallel", "Branches": [branch], field: rules, "End": True}, "S": {"Type": "Succeed"}}
    with pytest.raises(ClientError, match=f"States.ALL must be in the last of the {field} rules"):
        machines.make(states)
    machines.make(states | {"P": {**states["P"], field: rules[::-1]}})


def test_a_definition_that_was_refused_changes_no_later_one(machines):
    with pytest.raises(ClientError):
        machines.make({"P": {"Type": "Pass", "ResultPath": "$.x", "End": True}}, QueryLanguage="JSONata")
    found = machines.run({"P": {"Type": "Pass", "Parameters": {"n.$": "$.n"}, "End": True}}, {"n": 7})
    assert found["output"] == {"n": 7}
