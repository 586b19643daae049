"""A bug of the engine in a poller, a reader or a delivery: told once in one sentence, nothing is lost, the others go on.

Each test makes a function inside the package raise, and then lets it work again.
"""

import json
import warnings
from contextlib import contextmanager

import boto3
import pytest

from motoclock import faults
from motoclock.delivery import destinations
from motoclock.delivery.custom_bus import batch
from motoclock.delivery.eventbridge import hand_over
from motoclock.delivery.sns import endpoints
from motoclock.delivery.sqs import poller
from motoclock.delivery.streams import reader, slot
from motoclock.extras.pipes import execution
from motoclock.extras.scheduler import firing
from motoclock.extras.scheduler import schedules as timers
from motoclock.faults import EngineFault
from motoclock.functions import asynchronous
from motoclock.trace import Kind
from tests.engine.delivery import new_bus_stage
from tests.engine.delivery.events_stage import ACCOUNT, PLACED, ROLE, rule
from tests.engine.delivery.events_stage import put as put_event
from tests.engine.delivery.stage import arn_of, bodies, counts, function, lam, mapping, queue, send
from tests.engine.delivery.stream_stage import OK, handed, read_by
from tests.engine.delivery.topic_stage import publish, subscribe, topic
from tests.engine.dynamodb_stream.stage import put, table

FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:work"


def bug(*_args, **_more):
    raise KeyError("a bug of ours")


@contextmanager
def told_once(part: str):
    """Exactly one warning, which names the part, the error, a place in the package, and what to do."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    found = [one for one in caught if issubclass(one.category, EngineFault)]
    assert len(found) == 1, [str(one.message) for one in found]
    text = str(found[0].message)
    for piece in (part, "KeyError: 'a bug of ours'", "report it"):
        assert piece in text
    assert "\n" not in text


def test_the_poller_of_a_queue(cloud, monkeypatch):
    function(OK)
    function(OK, "other")
    orders, others = queue(), queue("others")
    mapping(orders)
    mapping(others, "other")
    send(orders, ["one"])
    send(others, ["two"])
    with monkeypatch.context() as broken, told_once("the poller of orders"):
        right = poller.record_of
        broken.setattr(poller, "record_of", lambda message, arn: bug() if "orders" in arn else right(message, arn))
        cloud.run(seconds=20)
    assert counts(orders) == (0, 1)  # received, and hidden until its visibility timeout is over
    assert counts(others) == (0, 0)
    cloud.run()
    assert counts(orders) == (0, 0)


def test_a_batch_of_a_queue(cloud, monkeypatch):
    function(OK)
    orders = queue()
    mapping(orders)
    send(orders, ["one"])
    with monkeypatch.context() as broken, told_once("batch for"):
        broken.setattr(poller.SqsPoller, "_settle", bug)
        cloud.run(seconds=5)
    assert counts(orders) == (0, 1)
    cloud.run()
    assert counts(orders) == (0, 0)


@pytest.mark.parametrize(("module", "name"), [(reader, "json_text"), (slot, "decide"), (slot.Slot, "_payload")])
def test_the_reader_of_a_stream(cloud, monkeypatch, module, name):
    function(OK)
    read_by(table())
    put("a")
    with monkeypatch.context() as broken, told_once("shardId-"):
        broken.setattr(module, name, bug)
        cloud.run(seconds=5)
        assert cloud.run().stopped == "no work is left"
    put("b")
    cloud.run(seconds=5)
    assert {label for labels in handed(cloud) for label in labels} == {"INSERT a", "INSERT b"}
    assert len(cloud.trace.of_kind(Kind.CHECKPOINTED)) == 2


def test_a_pipe(cloud, monkeypatch):
    source, target = queue("source"), queue("target")
    boto3.client("pipes").create_pipe(Name="move", RoleArn=ROLE, Source=arn_of(source), Target=arn_of(target))
    send(source, ["one"])
    with monkeypatch.context() as broken, told_once("batch for move"):
        broken.setattr(execution, "flat", bug)
        cloud.run(seconds=5)
    assert counts(source) == (0, 1)
    cloud.run()
    assert [json.loads(body)["body"] for body in bodies(target)] == ["one"]


def test_a_topic_in_order(cloud, monkeypatch):
    news, inbox = topic("news.fifo"), queue("inbox.fifo")
    subscribe(news, inbox)
    with monkeypatch.context() as broken, told_once("the delivery of news.fifo"):
        broken.setattr(endpoints, "attempt", bug)
        publish(news, "one", MessageGroupId="g", MessageDeduplicationId="1")
        cloud.run()
    publish(news, "two", MessageGroupId="g", MessageDeduplicationId="2")
    cloud.run()
    assert [json.loads(body)["Message"] for body in bodies(inbox)] == ["two"]


def test_a_rules_target(cloud, monkeypatch):
    inbox = queue()
    rule(arn_of(inbox), pattern=PLACED)
    with monkeypatch.context() as broken, told_once("placed to t0"):
        broken.setattr(hand_over.TargetDelivery, "run", bug)
        put_event({"id": 1})
        cloud.run()
    put_event({"id": 2})
    cloud.run()
    assert len(bodies(inbox)) == 1


def test_a_subscriber_of_a_new_bus(cloud, monkeypatch):
    inbox = queue()
    orders = new_bus_stage.bus()
    new_bus_stage.subscriber(orders, arn_of(inbox))
    with monkeypatch.context() as broken, told_once("subscriber all"):
        broken.setattr(batch.Batch, "run", bug)
        new_bus_stage.put(orders, {"id": 1})
        cloud.run()
    new_bus_stage.put(orders, {"id": 2})
    cloud.run()
    assert len(bodies(inbox)) == 2  # the first one waited


@pytest.mark.parametrize(("module", "name", "part"), [(timers, "Firing", "_due"), (firing, "label_of", "schedule one")])
def test_a_schedule(cloud, monkeypatch, module, name, part):
    inbox = queue()
    boto3.client("scheduler").create_schedule(
        Name="one", ScheduleExpression="rate(10 minutes)", FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": arn_of(inbox), "RoleArn": ROLE, "Input": "hello"},
    )  # fmt: skip
    with monkeypatch.context() as broken, told_once(part):
        broken.setattr(module, name, bug)
        cloud.run(seconds=1201)
    cloud.run(seconds=600)
    assert bodies(inbox) == ["hello"]


def test_an_asynchronous_invocation_and_its_destination(cloud, monkeypatch):
    function(OK)
    inbox = queue()
    lam().put_function_event_invoke_config(
        FunctionName="work", DestinationConfig={"OnSuccess": {"Destination": arn_of(inbox)}}
    )
    for module, name, part in (
        (asynchronous.AsynchronousQueue, "_finish", "an invocation of work"),
        (destinations, "invocation_record", "work"),
    ):
        with monkeypatch.context() as broken, told_once(part):
            broken.setattr(module, name, bug)
            lam().invoke(FunctionName="work", InvocationType="Event")
            cloud.run()
    assert all(line.message.split()[0] in ("INIT_START", "START", "END", "REPORT") for line in cloud.logs("work"))
    lam().invoke(FunctionName="work", InvocationType="Event")
    cloud.run()
    assert len(bodies(inbox)) == 1


def test_a_fault_can_be_made_an_exception(cloud, monkeypatch):
    function(OK)
    orders = queue()
    mapping(orders)
    send(orders, ["one"])
    monkeypatch.setattr(poller, "record_of", bug)
    with warnings.catch_warnings(), pytest.raises(EngineFault):
        warnings.simplefilter("error", EngineFault)
        cloud.run(seconds=5)


def test_a_learners_own_exception_in_cloud_at_still_ends_the_run(cloud):
    def outage():
        raise RuntimeError("mine")

    cloud.at(1, outage)
    with pytest.raises(RuntimeError, match="mine"):
        cloud.run()


def test_the_place_is_told_without_a_path_of_this_machine():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            poller.record_of(None, "")
        except AttributeError as error:
            faults.Faults().report("a test", error)
    assert (caught[0].filename, caught[0].lineno > 0) == ("motoclock/delivery/sqs/event.py", True)
