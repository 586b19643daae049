"""A Cloud that is closed leaves no strand of the engine's and no world; what a learner wrote runs no further; others feel nothing."""

import gc
import json
import weakref
from collections import Counter
from contextlib import nullcontext

import pytest

from motoclock import Cloud
from motoclock.task import Task
from tests.clients import client
from tests.engine.delivery.stage import counts, function, mapping, queue, send
from tests.engine.delivery.topic_stage import publish, subscribe, topic

SLOW = "https://slow.example"
CLOSINGS = {"its block": lambda cloud: cloud, "a close": nullcontext}


def strands() -> Counter[str]:
    """The unfinished strands that there are, whoever holds them, by name."""
    gc.collect()
    return Counter(one.name for one in gc.get_objects() if isinstance(one, Task) and not one.dead)


def idle_mapping(cloud):
    url = queue()
    function("def handler(event, context): pass")
    mapping(url)
    send(url, ["a", "b", "c"])
    cloud.run()


def throttled_mapping(cloud):
    url = queue()
    function("def handler(event, context): pass")
    client("lambda").put_function_concurrency(FunctionName="work", ReservedConcurrentExecutions=0)
    mapping(url)
    send(url, ["a"])
    cloud.run(seconds=2)


def delivery_to_a_slow_system(cloud):
    cloud.downstream(SLOW, latency_s=10)
    subscribe(topic(), f"{SLOW}/hook")
    publish("arn:aws:sns:us-east-1:123456789012:users")
    cloud.run(seconds=2)


def stream_reader(cloud):
    kinesis = client("kinesis")
    kinesis.create_stream(StreamName="clicks", ShardCount=2)
    function("def handler(event, context): raise ValueError")
    arn = "arn:aws:kinesis:us-east-1:123456789012:stream/clicks"
    client("lambda").create_event_source_mapping(EventSourceArn=arn, FunctionName="work", StartingPosition="LATEST")
    cloud.run(seconds=2)
    kinesis.put_record(StreamName="clicks", Data=b"{}", PartitionKey="a")
    cloud.run(seconds=2)


def state_machine(cloud):
    wait = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 100, "End": True}}}
    states = {"P": {"Type": "Parallel", "Branches": [wait, wait], "End": True}}
    made = client("stepfunctions").create_state_machine(
        name="machine",
        definition=json.dumps({"StartAt": "P", "States": states}),
        roleArn="arn:aws:iam::123456789012:role/machine",
    )
    client("stepfunctions").start_execution(stateMachineArn=made["stateMachineArn"])
    cloud.run(seconds=5)


SCENES = (idle_mapping, throttled_mapping, delivery_to_a_slow_system, stream_reader, state_machine)


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
@pytest.mark.parametrize("closed_by", CLOSINGS)
def test_no_strand_and_no_world_is_left_of_a_closed_cloud(scene, closed_by, capfd):
    before, worlds = strands(), []
    for seed in range(3):
        cloud = Cloud(seed)
        with CLOSINGS[closed_by](cloud):
            scene(cloud)
            assert strands() - before, "the scene leaves nothing that stands still"
            worlds.append(weakref.ref(cloud._world))
        cloud.close()
        del cloud
    assert strands() == before
    assert [world() for world in worlds] == [None] * 3
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_the_end_of_a_cloud_adds_nothing_to_what_happened_in_it(scene):
    cloud = Cloud()
    scene(cloud)
    system = cloud._world.downstreams.get("slow.example")
    seen = len(cloud.trace), system and (system.gave_up, system.calls)
    cloud.close()
    assert (len(cloud.trace), system and (system.gave_up, system.calls)) == seen


def test_what_a_learner_wrote_runs_no_further_when_its_cloud_ends():
    ran = []

    def impatient():
        try:
            client("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=20)
        finally:
            ran.append("cloud.at")

    with Cloud() as cloud:
        url = queue()
        cloud.downstream(SLOW, latency_s=0, handler=lambda request: ran.append("handler"))
        function(
            f"""
            import time, urllib.request

            def handler(event, context):
                try: time.sleep(100)
                finally: urllib.request.urlopen("{SLOW}")
            """,
            timeout=200,
        )
        client("lambda").invoke(FunctionName="work", InvocationType="Event")
        cloud.at(1, impatient)
        cloud.run(seconds=10)
    del cloud
    gc.collect()
    assert ran == []


def test_a_parked_cloud_goes_on_where_it_stood():
    with Cloud() as outer:
        idle_mapping(outer)
        url = client("sqs").get_queue_url(QueueName="orders")["QueueUrl"]
        before = strands()
        with Cloud() as inner:
            idle_mapping(inner)
        assert strands() == before
        send(url, ["d"])
        outer.run()
        assert counts(url) == (0, 0)


def test_a_parked_cloud_that_is_closed_leaves_the_open_one_alone():
    outer = Cloud()
    outer.__enter__()
    idle_mapping(outer)
    with Cloud() as inner:
        idle_mapping(inner)
        url = client("sqs").get_queue_url(QueueName="orders")["QueueUrl"]
        outer.close()
        send(url, ["d"])
        inner.run()
        assert counts(url) == (0, 0)
