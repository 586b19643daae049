"""Messages on their way through several services: a passport to the end, each copy in one place, no circle without an end."""

import json

import boto3
import pytest

from motoclock.trace import Kind
from sevenways import Cloud
from tests.engine.delivery.events_stage import ACCOUNT, ROLE, events, put, rule
from tests.engine.delivery.new_bus_stage import bus, client, subscriber
from tests.engine.delivery.new_bus_stage import put as put_on
from tests.engine.delivery.stage import arn_of, counts, function, lam, mapping, queue, queue_with_dlq, send

LAMBDA = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function"
PLACES = ("processed", "dead_lettered", "lost", "filtered", "purged", "waiting", "in_flight")


@pytest.fixture
def cloud():
    with Cloud() as opened:
        yield opened


def machine(states: dict, name: str = "ship") -> str:
    definition = json.dumps({"StartAt": next(iter(states)), "States": states})
    made = boto3.client("stepfunctions").create_state_machine(name=name, definition=definition, roleArn=ROLE)
    return made["stateMachineArn"]


def task(api: str, **parameters) -> dict:
    return {"Type": "Task", "Resource": f"arn:aws:states:::{api}", "Parameters": parameters, "End": True}


def conserved(cloud) -> bool:
    summary = cloud.summary()
    return summary["copies"] == sum(summary[place] for place in PLACES)


def shop() -> str:
    """Topic, queue, function, asynchronous function, destination, bus, rule, state machine, queue. Returns the id of the order."""
    inbox, shipped = queue("inbox", VisibilityTimeout=30), queue("shipped")
    topic = boto3.client("sns").create_topic(Name="orders")["TopicArn"]
    boto3.client("sns").subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=arn_of(inbox), Attributes={"RawMessageDelivery": "true"}
    )
    function(
        """
        import boto3
        def handler(event, context):
            for record in event["Records"]:
                boto3.client("lambda").invoke(FunctionName="charge", InvocationType="Event", Payload=record["body"])
        """,
        "relay",
    )
    function("def handler(event, context): return {'charged': event['n']}", "charge")
    mapping(inbox, "relay")
    arn = events().create_event_bus(Name="shop")["EventBusArn"]
    lam().put_function_event_invoke_config(FunctionName="charge", DestinationConfig={"OnSuccess": {"Destination": arn}})
    ship = machine({"Send": task("sqs:sendMessage", QueueUrl=shipped, **{"MessageBody.$": "$.detail.responsePayload"})})
    rule({"Arn": ship, "RoleArn": ROLE}, name="charged", pattern={"source": ["lambda"]}, bus="shop")
    return boto3.client("sns").publish(TopicArn=topic, Message='{"n": 1}')["MessageId"]


def test_a_passport_follows_an_order_from_the_topic_to_the_last_queue_and_back(cloud):
    order = shop()
    cloud.run()
    there = cloud.passport(order).text
    hops = (
        "inbox",
        "relay started",
        "accepted for charge",
        "to shop",
        "execution of ship started",
        "ship sent charged 1 to shipped",
    )
    assert [hop for hop in hops if hop not in there] == []
    last = [event for event in cloud.trace.of_kind(Kind.SENT) if event.resource.endswith(":shipped")]
    back = cloud.passport(last[0].message_id).text
    assert "sent to orders" in back and "ship entered Send" in back
    assert conserved(cloud)


def test_what_a_state_machine_sends_is_a_message_of_its_own(cloud):
    shop()
    cloud.run()
    summary = cloud.summary()
    assert (summary["sent"], summary["processed"], summary["waiting"]) == (4, 3, 1)  # order, charge, record, parcel


def test_no_step_of_another_order_is_in_a_passport(cloud):
    done = queue("done")
    states = {"Send": task("sqs:sendMessage", QueueUrl=done, MessageBody="x")}
    rule({"Arn": machine(states), "RoleArn": ROLE})
    first, second = put({"n": 1}, {"n": 2})
    cloud.run()
    for order in (first, second):
        lines = cloud.passport(order).text.splitlines()
        assert sum("execution of ship started" in line for line in lines) == 1
        assert sum("ship entered Send" in line for line in lines) == 1


def test_a_failed_execution_is_in_the_passport_of_what_started_it(cloud):
    inbox = queue("inbox", VisibilityTimeout=30)
    fail = machine({"Stop": {"Type": "Fail", "Error": "Declined"}})
    source = f"""
        import boto3
        def handler(event, context):
            boto3.client("stepfunctions").start_execution(stateMachineArn="{fail}")
        """
    function(source)
    mapping(inbox)
    (order,) = send(inbox, ["order-1"])
    cloud.run()
    text = cloud.passport(order).text
    assert (
        "an execution of ship failed: Declined" in text
        and "deleted from inbox, and an execution of ship failed." in text
    )


def test_a_function_that_is_called_works_for_what_its_caller_was_given(cloud):
    inbox, done = queue("inbox", VisibilityTimeout=30), queue("done")
    function(
        "import boto3\ndef handler(event, context): boto3.client('lambda').invoke(FunctionName='inner', Payload='{}')",
        "outer",
    )
    function(
        f"import boto3\ndef handler(event, context): boto3.client('sqs').send_message(QueueUrl='{done}', MessageBody='x')",
        "inner",
    )
    mapping(inbox, "outer")
    (order,) = send(inbox, ["order-1"])
    cloud.run()
    assert "inner sent x to done" in cloud.passport(order).text


def test_an_event_that_a_state_machine_invokes_with_is_not_the_cells(cloud):
    function("def handler(event, context): pass")
    call = task("lambda:invoke", FunctionName="work", InvocationType="Event", Payload={})
    rule({"Arn": machine({"Call": call}), "RoleArn": ROLE})
    (order,) = put({"n": 1})
    cloud.run()
    text = cloud.diagram().text
    assert "ship --invokes, 1 so far--> work" in text and "your cell --invokes" not in text
    assert "work started" in cloud.passport(order).text
    assert cloud.summary()["sent"] == 2


def test_a_rule_of_a_classic_bus_reaches_a_new_bus(cloud):
    new, inbox = bus("new"), queue("inbox")
    subscriber(new, arn_of(inbox))
    rule({"Arn": new, "RoleArn": ROLE})
    (order,) = put({"n": 1})
    cloud.run()
    assert counts(inbox) == (1, 0) and conserved(cloud)
    assert "delivered it to inbox" in cloud.passport(order).text
    assert cloud.summary()["sent"] == 1


def test_a_rule_whose_new_bus_is_gone_gives_up_with_a_sentence(cloud):
    new, dead = bus("new"), queue("dead")
    rule({"Arn": new, "RoleArn": ROLE, "DeadLetterConfig": {"Arn": arn_of(dead)}})
    client().delete_event_bus(EventBusArn=new)
    cloud.run(seconds=60)
    put({"n": 1})
    cloud.run()
    assert counts(dead) == (1, 0) and conserved(cloud)


@pytest.mark.parametrize("circle", ["two new buses", "a classic bus between"])
def test_an_event_that_comes_back_to_a_new_bus_is_stopped(cloud, circle):
    first, dead = bus("first"), arn_of(queue("dead"))
    if circle == "two new buses":
        second = bus("second")
        subscriber(second, first, OnFailureConfiguration={"Arn": dead})
    else:
        second = events().create_event_bus(Name="classic")["EventBusArn"]
        target = {"Arn": first, "RoleArn": ROLE, "DeadLetterConfig": {"Arn": dead}}
        rule(target, bus="classic", pattern={"source": ["shop"]})
    subscriber(first, second, OnFailureConfiguration={"Arn": dead})
    put_on(first, {"n": 1})
    assert cloud.run().seconds < 1
    (moved,) = cloud.trace.of_kind(Kind.DEAD_LETTERED)
    assert "has been on the event bus first before: a loop" in moved.detail.reason
    assert conserved(cloud)


@pytest.mark.parametrize("raised", ["BaseException('x')", "GeneratorExit()", "__import__('asyncio').CancelledError()"])
def test_what_is_no_exception_fails_the_run_of_the_function_only(cloud, raised):
    inbox, dead = queue_with_dlq(1, "inbox", VisibilityTimeout=30)
    function(f"def handler(event, context): raise {raised}")
    mapping(inbox)
    send(inbox, ["order-1"])
    cloud.run()
    assert counts(dead) == (1, 0)
    assert cloud.trace.of_kind(Kind.FAILED)[0].detail.error_type == "Runtime.ExitError"


def test_what_was_deleted_is_drawn_as_what_it_was(cloud):
    inbox, activity = queue("inbox", VisibilityTimeout=30), boto3.client("stepfunctions").create_activity(name="pack")
    function("def handler(event, context): pass")
    mapping(inbox)
    ship = machine({"Pack": {"Type": "Task", "Resource": activity["activityArn"], "End": True}})
    boto3.client("stepfunctions").start_execution(stateMachineArn=ship)
    lam().delete_function(FunctionName="work")
    cloud.run()
    text = cloud.diagram().text
    assert "work (function: does not exist)" in text and "--sends, 1 so far--> pack (activity)" in text
    boto3.client("stepfunctions").delete_activity(activityArn=activity["activityArn"])
    assert "pack (activity: does not exist)" in cloud.diagram().text


def test_a_stack_brings_a_new_bus_its_subscriber_and_an_activity(cloud):
    resources = {
        "Bus": {"Type": "AWS::EventsV2::EventBus", "Properties": {"Name": "orders"}},
        "Inbox": {"Type": "AWS::SQS::Queue"},
        "All": {
            "Type": "AWS::EventsV2::Subscriber",
            "Properties": {
                "Name": "all",
                "EventBusArn": {"Ref": "Bus"},
                "InvokeConfiguration": {"TargetArn": {"Fn::GetAtt": ["Inbox", "Arn"]}, "RoleArn": ROLE},
            },
        },
        "Pack": {"Type": "AWS::StepFunctions::Activity", "Properties": {"Name": "pack"}},
    }
    stacks = boto3.client("cloudformation")
    stacks.create_stack(StackName="shop", TemplateBody=json.dumps({"Resources": resources}))
    put_on(client().list_event_buses()["EventBuses"][0]["EventBusArn"], {"n": 1})
    cloud.run()
    assert cloud.summary()["waiting"] == 1
    assert [one["name"] for one in boto3.client("stepfunctions").list_activities()["activities"]] == ["pack"]
    stacks.delete_stack(StackName="shop")
    cloud.run(seconds=60)
    assert client().list_event_buses()["EventBuses"] == []
    assert boto3.client("stepfunctions").list_activities()["activities"] == []
