"""Lab 09 judges invariants: designs other than the reference answer pass, too."""

import json

import boto3
import pytest

from sevenways.checks.lab09_world import make_table
from sevenways.checks.registry import registry
from sevenways.checks.verdict import judge

from .wrong_answers import lab09_handlers as handlers
from .wrong_answers.lab09 import (
    ROLE,
    WAITS_ONCE,
    all_at_once,
    arn,
    caught,
    lam,
    lives_on,
    machine,
    nothing,
    outbox,
    receives,
    states_of,
    step_by_step_in_one_go,
    task,
    tell,
    the_table_follows_uninvited,
    tries,
    url_of,
    waits_for_refunds,
    with_handler,
    write,
)


def a_mapping_that_publishes(cloud, stream):
    cloud.deploy(handlers.publishes, name="publishes")
    lam().create_event_source_mapping(EventSourceArn=stream, FunctionName="publishes", StartingPosition="TRIM_HORIZON")


def the_table_follows_the_event(cloud, stream):
    the_table_follows_uninvited(cloud, stream)
    lam().add_permission(
        FunctionName="follows", StatementId="rule", Action="lambda:InvokeFunction", Principal="events.amazonaws.com"
    )


def a_row_and_what_to_say_at_once(order, aws=boto3.client):
    """A transactional outbox: two tables, one call."""
    item = {"order": {"S": order["order"]}}
    puts = [{"Put": {"TableName": table, "Item": item}} for table in ("orders", "outbox")]
    aws("dynamodb").transact_write_items(TransactItems=puts)


def a_table_for_what_to_say(cloud, stream):
    outbox(cloud, make_table("outbox", "order"))


def one_try_each(cloud):
    tries(1, 1)


def patient(cloud):
    tries(1, 1)
    receives(3, visibility=300)


def a_function_of_its_own(cloud):
    cloud.deploy(handlers.pays_once, name="order", timeout=10)


def mapping_of(function):
    return lam().list_event_source_mappings(FunctionName=function)["EventSourceMappings"][0]["UUID"]


def paused_by_a_breaker(cloud):
    boto3.client("dynamodb").create_table(
        TableName="breaker",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "name", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "name", "AttributeType": "S"}],
    )
    mapping = {"MAPPING": mapping_of("order")}
    lam().update_event_source_mapping(UUID=mapping["MAPPING"], ScalingConfig={"MaximumConcurrency": 2})
    cloud.deploy(handlers.pays_and_pauses, name="order", timeout=10, environment=mapping)
    cloud.deploy(handlers.switches_on, name="switches-on", environment=mapping)
    receives(10)


def a_machine_with_one_retry(cloud):
    lam().delete_event_source_mapping(UUID=mapping_of("order"))
    cloud.deploy(handlers.pays_from_a_machine, name="pay", timeout=10)
    again = {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 30, "BackoffRate": 2, "MaxAttempts": 5}
    definition = {"StartAt": "Pay", "States": {"Pay": task("pay", InputPath="$[0]", End=True, Retry=[again])}}
    made = boto3.client("stepfunctions").create_state_machine(
        name="pay", definition=json.dumps(definition), roleArn=ROLE
    )
    boto3.client("pipes").create_pipe(
        Name="to-the-machine",
        RoleArn=ROLE,
        Source=arn("sqs", "orders"),
        Target=made["stateMachineArn"],
        SourceParameters={"SqsQueueParameters": {"BatchSize": 1}},
        TargetParameters={"StepFunctionStateMachineParameters": {"InvocationType": "FIRE_AND_FORGET"}},
    )


def by_a_map(cloud, pages):
    retry = [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 4}]
    processor = {"StartAt": "Page", "States": {"Page": task("page", End=True, Retry=retry)}}
    states = {
        "Pages": {
            "Type": "Map",
            "ItemsPath": "$.pages",
            "MaxConcurrency": 5,
            "ItemProcessor": processor,
            "Next": "Bind",
        },
        "Bind": task("bind", End=True),
    }
    steps = boto3.client("stepfunctions")
    definition = json.dumps({"StartAt": "Pages", "States": states})
    made = steps.create_state_machine(name="report", definition=definition, roleArn=ROLE)["stateMachineArn"]
    steps.start_execution(stateMachineArn=made, input=json.dumps({"pages": [{"page": page} for page in pages]}))


def by_the_tables_stream(cloud, pages):
    stream = boto3.client("dynamodb").describe_table(TableName="reports")["Table"]["LatestStreamArn"]
    lam().create_event_source_mapping(EventSourceArn=stream, FunctionName="bind", StartingPosition="TRIM_HORIZON")
    all_at_once(cloud, pages)


def redrives(error):
    """An operator who redrives what has failed with this error, or all that has failed."""

    def operator(cloud):
        steps = boto3.client("stepfunctions")
        failed = steps.list_executions(stateMachineArn=arn("states", "stateMachine:saga"), statusFilter="FAILED")
        for one in failed["executions"]:
            if error in (None, steps.describe_execution(executionArn=one["executionArn"])["error"]):
                steps.redrive_execution(executionArn=one["executionArn"])

    return operator


def a_queue_before_the_refund(cloud):
    sqs = boto3.client("sqs")
    sqs.create_queue(QueueName="dead")
    policy = {"deadLetterTargetArn": arn("sqs", "dead"), "maxReceiveCount": 20}
    sqs.create_queue(QueueName="refunds", Attributes={"VisibilityTimeout": "60", "RedrivePolicy": json.dumps(policy)})
    cloud.deploy(handlers.refunds_and_releases, name="undo", timeout=10)
    lam().create_event_source_mapping(EventSourceArn=arn("sqs", "refunds"), FunctionName="undo", BatchSize=1)
    later = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage",
        "Parameters": {"QueueUrl": url_of("refunds"), "MessageBody": {"order.$": "$.order"}},
        "Next": "Sorry",
    }
    return machine(states_of(Pack=task("pack", End=True, Catch=caught("Later")), Later=later))(cloud)


def by_hand(cloud):
    sqs = boto3.client("sqs")
    paid = {item["order"]["S"] for item in boto3.client("dynamodb").scan(TableName="charged")["Items"]}
    for one in sqs.receive_message(QueueUrl=url_of("parked"), MaxNumberOfMessages=10)["Messages"]:
        order = json.loads(one["Body"])
        if order["order"] not in paid:
            body = json.dumps({**order, "total": abs(order["total"])})
            sqs.send_message(QueueUrl=url_of("orders"), MessageBody=body)
        sqs.delete_message(QueueUrl=url_of("parked"), ReceiptHandle=one["ReceiptHandle"])


@pytest.mark.parametrize(
    ("name", "answers"),
    [
        ("lab09.one_write", (write, outbox)),
        ("lab09.one_write", (write, a_mapping_that_publishes)),
        ("lab09.one_write", (a_row_and_what_to_say_at_once, a_table_for_what_to_say)),
        ("lab09.one_write", (tell, the_table_follows_the_event)),
        pytest.param("lab09.calm", (one_try_each,), marks=pytest.mark.proof),
        pytest.param("lab09.calm", (patient,), marks=pytest.mark.proof),
        ("lab09.calm", (a_function_of_its_own,)),
        ("lab09.calm", (paused_by_a_breaker,)),
        pytest.param("lab09.calm", (a_machine_with_one_retry,), marks=pytest.mark.proof),
        ("lab09.whole_report", (handlers.prints, handlers.binds, by_a_map)),
        pytest.param(
            "lab09.whole_report",
            (handlers.writes_a_row_a_page, handlers.binds_when_all_rows_are_there, by_the_tables_stream),
            marks=pytest.mark.proof,
        ),
        ("lab09.undone", (machine(states_of(7)), nothing)),
        ("lab09.undone", (machine(states_of(3)), redrives("ConnectionError"))),
        ("lab09.undone", (machine(states_of(3)), redrives(None))),
        ("lab09.undone", (a_queue_before_the_refund, nothing)),
        ("lab09.runbook", (with_handler(handlers.collects_by_order),)),
        ("lab09.runbook", (by_hand,)),
    ],
    ids=lambda value: value if isinstance(value, str) else value[-1].__name__,
)
def test_another_design_passes(name, answers):
    assert str(judge(registry, name, answers)) == f"✓ {name}"


def test_a_checkout_that_holds_its_death_back_has_died_all_the_same():
    verdict = judge(registry, "lab09.one_write", (lives_on, nothing))
    assert "order-3 has a row and was never heard of; checkout died on the way" in verdict.sentence


@pytest.mark.parametrize("saga", [waits_for_refunds, machine(WAITS_ONCE)], ids=["before the orders", "in the machine"])
def test_the_outage_of_refunds_is_not_waited_out(saga):
    """It begins with the first refund, whenever that is."""
    assert "order-7 was charged, and neither packed nor refunded; refund was tried 4 times" in (
        judge(registry, "lab09.undone", (saga, nothing)).sentence
    )


def without_names(states):
    """The same machine, whose executions have no name of their own."""

    def saga(cloud):
        machine(states)(cloud)
        start = boto3.client("stepfunctions").start_execution
        return lambda order: start(stateMachineArn=arn("states", "stateMachine:saga"), input=json.dumps(order))

    return saga


@pytest.mark.parametrize("saga", [machine(states_of(3)), without_names(states_of(3))], ids=["named", "without a name"])
def test_the_execution_of_the_order_at_fault_is_shown(saga):
    verdict = judge(registry, "lab09.undone", (saga, nothing))
    assert "order-7 was charged, and neither packed nor refunded" in verdict.sentence
    assert "and its execution says FAILED" in verdict.sentence
    assert "Refund (Task): failed" in verdict.shown().text
    assert "3 retries" in verdict.shown().text


def test_where_no_machine_ran_the_world_is_shown():
    verdict = judge(registry, "lab09.undone", (step_by_step_in_one_go, nothing))
    assert "order-2 was not packed" in verdict.sentence
    assert verdict.shown is None
