"""State machines in the diagram, in the costs, in passports: what they reach, who starts them, what their steps cost."""

import json
import subprocess
import sys

import boto3
import pytest

from motoclock.account import EdgeKind
from motoclock.costs import costs
from motoclock.facts import prices
from tests.engine.stepfunctions import handlers


@pytest.fixture
def queue():
    return boto3.client("sqs").create_queue(QueueName="desk")["QueueUrl"]


def send(queue, **more):
    parameters = {"QueueUrl": queue, "MessageBody.$": "States.JsonToString($)"}
    return {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Parameters": parameters, **more}


def call(function, **more):
    parameters = {"FunctionName": function}
    return {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": parameters, **more}


def edges(cloud):
    name = {node.arn: node.name for node in cloud.account().nodes}
    return {(name[edge.source], name[edge.target]): (edge.kind, edge.count) for edge in cloud.account().edges}


def units(cloud):
    return {line.what: line.units for line in costs(cloud.trace) if line.service == "Step Functions"}


def test_a_machine_leads_to_what_its_tasks_name_and_counts_what_it_did(machines, cloud, queue):
    refuse = cloud.deploy(handlers.refuse)
    cloud.downstream("https://shop.example")
    made = boto3.client("events").create_connection(
        Name="shop",
        AuthorizationType="API_KEY",
        AuthParameters={"ApiKeyAuthParameters": {"ApiKeyName": "k", "ApiKeyValue": "v"}},
    )
    http = {
        "ApiEndpoint": "https://shop.example/x",
        "Method": "GET",
        "Authentication": {"ConnectionArn": made["ConnectionArn"]},
    }
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "Http"}]
    states = {
        "Send": send(queue, Next="Call"),
        "Call": call("refuse", Retry=[{"ErrorEquals": ["States.ALL"]}], Catch=catch, Next="Http"),
        "Http": {"Type": "Task", "Resource": "arn:aws:states:::http:invoke", "Parameters": http, "Next": "Work"},
        "Work": {"Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:pack", "End": True},
    }
    machines.run(states)
    assert refuse.endswith(":refuse")
    assert edges(cloud) == {
        ("your cell", "machine"): (EdgeKind.STARTS, 1),
        ("machine", "desk"): (EdgeKind.SENDS, 1),
        ("machine", "refuse"): (EdgeKind.INVOKES, 4),
        ("machine", "shop.example"): (EdgeKind.CALLS, 1),
        ("machine", "pack"): (EdgeKind.SENDS, 1),
    }
    (node,) = (node for node in cloud.account().nodes if node.name == "machine")
    assert (node.facts, node.counts) == (("standard", "4 states"), (("executions", 1), ("failed", 1), ("retries", 3)))
    assert "machine (state machine: standard, 4 states" in repr(cloud.diagram())


def test_what_is_named_at_run_time_is_seen_once_it_was_reached(machines, cloud, queue):
    parameters = {"QueueUrl.$": "$.queue", "MessageBody": "hello"}
    states = {
        "S": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Parameters": parameters, "End": True}
    }
    machine = machines.make(states)
    assert edges(cloud) == {}
    machines.start(machine, {"queue": queue})
    cloud.run()
    assert edges(cloud)["machine", "desk"] == (EdgeKind.SENDS, 1)


def test_functions_and_machines_start_machines(machines, cloud):
    child = machines.make({"S": {"Type": "Succeed"}}, name="child")
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::states:startExecution",
        "Parameters": {"StateMachineArn": child},
        "End": True,
    }
    machine = machines.make({"C": task})
    arn = cloud.deploy(handlers.start)
    boto3.client("lambda").invoke(FunctionName=arn, Payload=json.dumps({"machine": machine}))
    cloud.run()
    found = edges(cloud)
    assert (found["start", "machine"], found["machine", "child"]) == ((EdgeKind.STARTS, 1), (EdgeKind.STARTS, 1))


def test_each_state_and_each_retry_of_a_standard_execution_is_a_transition(machines, cloud):
    cloud.deploy(handlers.refuse)
    machines.run(
        {
            "P": {"Type": "Pass", "Next": "Call"},
            "Call": call("refuse", Retry=[{"ErrorEquals": ["States.ALL"]}], End=True),
        }
    )
    assert units(cloud) == {"transitions": 2 + 3}
    (line,) = (line for line in costs(cloud.trace) if line.service == "Step Functions")
    assert line.usd == 5 * prices.STEPFUNCTIONS_PER_1000.value / 1000


@pytest.mark.parametrize(("seconds", "billed_s"), [(0, 0.1), (2, 2)])
def test_an_express_execution_costs_a_request_and_gigabyte_seconds(machines, cloud, seconds, billed_s):
    machine = machines.make({"W": {"Type": "Wait", "Seconds": seconds, "End": True}}, type="EXPRESS")
    answer = machines.client.start_sync_execution(stateMachineArn=machine)
    assert units(cloud) == {"express requests": 1, "express GB-seconds": billed_s * 64 / 1024}
    assert answer["billingDetails"] == {
        "billedMemoryUsedInMB": 64,
        "billedDurationInMilliseconds": round(billed_s * 1000),
    }


@pytest.mark.parametrize(
    ("type_", "found"),
    [
        ("STANDARD", {"transitions": 3}),
        ("EXPRESS", {"transitions": 1, "express requests": 2, "express GB-seconds": 2 * 0.1 / 16}),
    ],
)
def test_children_of_a_distributed_map_cost_what_their_type_costs(machines, cloud, type_, found):
    config = {"Mode": "DISTRIBUTED", "ExecutionType": type_}
    processor = {"ProcessorConfig": config, "StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}
    machines.run({"M": {"Type": "Map", "ItemProcessor": processor, "End": True}}, [1, 2])
    assert units(cloud) == found
    assert [node.counts for node in cloud.account().nodes if node.name == "machine"] == [(("executions", 1),)]


def test_a_message_says_which_machine_sent_it(machines, cloud, queue):
    machines.run({"S": send(queue, End=True)}, {"id": 7})
    message = boto3.client("sqs").receive_message(QueueUrl=queue)["Messages"][0]
    assert "machine sent it to desk" in repr(cloud.passport(message["MessageId"]))


def test_the_first_machine_does_not_bring_ec2_along_and_moto_batch_is_whole_later():
    """It took two thirds of the first machine's time. In a process of its own: other tests may have loaded it."""
    program = (
        "import sys; from motoclock.extras.stepfunctions import interpreter; interpreter.load();"
        "assert 'moto.ec2' not in sys.modules and 'moto.batch' not in sys.modules;"
        "from moto.batch.models import JobStatus, batch_backends;"
        "from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import state_task_service_batch as used;"
        "assert used.JobStatus is JobStatus"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
