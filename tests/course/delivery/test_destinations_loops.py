"""Does a loop stop? Lambda counts passes through queues, topics, direct invokes and destinations, and through nothing else."""

import json

import boto3
import pytest
from botocore.exceptions import ClientError

from motoclock.trace import Kind
from tests.engine.delivery.stage import (
    bodies,
    counts,
    function,
    happened,
    lam,
    mapping,
    queue,
    queue_with_dlq,
    send,
    starts,
)
from tests.engine.delivery.topic_stage import FUNCTIONS, QUEUES, invoke, publish, subscribe, topic

QUEUE_URL = "https://sqs.us-east-1.amazonaws.com/123456789012"
SENDS = """
    import boto3
    sqs = boto3.client("sqs")
    def handler(event, context): sqs.send_message(QueueUrl="{url}", MessageBody="again")
"""
NOTHING = "def handler(event, context): pass"


def to_queue(name: str = "orders") -> str:
    return SENDS.format(url=f"{QUEUE_URL}/{name}")


def test_a_handler_that_sends_to_its_own_queue_runs_sixteen_times(cloud):
    url = queue()
    function(to_queue())
    mapping(url)
    (first,) = send(url, ["first"])
    cloud.run(seconds=60)
    assert len(starts(cloud)) == 16 and sum(counts(url)) == 1
    stopped = happened(cloud, Kind.REFUSED)
    assert [event.detail.attempt for event in stopped] == [1, 2]
    assert stopped[1].at - stopped[0].at == pytest.approx(30, abs=0.1)
    assert "work did not take it: Lambda stopped a loop" in cloud.passport(first).text
    assert cloud.summary()["lost"] == 0


def test_the_message_is_stopped_each_time_that_it_comes_back_until_it_is_too_old(cloud):
    url = queue(VisibilityTimeout=40_000)
    function(to_queue())
    mapping(url)
    send(url, ["first"])
    cloud.run()
    assert len(starts(cloud)) == 16 and counts(url) == (0, 0)
    assert [event.detail.attempt for event in happened(cloud, Kind.REFUSED)] == list(range(1, 10))
    assert cloud.summary()["expired"] == 1 and cloud.elapsed == pytest.approx(4 * 86_400, abs=5)


def test_what_is_allowed_to_go_round_later_runs_when_it_comes_back(cloud):
    url = queue()
    function(to_queue())
    mapping(url)
    send(url, ["first"])
    cloud.run(seconds=10)
    lam().put_function_recursion_config(FunctionName="work", RecursiveLoop="Allow")
    cloud.run(seconds=22)  # the visibility timeout, and some more
    assert len(starts(cloud)) > 16


def test_the_message_that_was_not_handled_goes_to_the_dead_letter_queue_when_there_is_one(cloud):
    url, dlq = queue_with_dlq()
    function(to_queue())
    mapping(url)
    send(url, ["first"])
    cloud.run()
    assert bodies(dlq) == ["again"] and counts(url) == (0, 0)
    assert len(happened(cloud, Kind.REFUSED)) == 3, (
        "the dead-letter queue comes after the third receive, and not at once"
    )
    assert "received 3 times" in happened(cloud, Kind.DEAD_LETTERED)[0].detail.reason


def test_every_chain_is_counted_by_itself(cloud):
    url = queue()
    function(to_queue())
    mapping(url, BatchSize=1)
    send(url, ["a", "b", "c"])
    cloud.run(seconds=60)
    assert len(starts(cloud)) == 3 * 16


def test_two_functions_in_a_circle_run_sixteen_times_each(cloud):
    ping, pong = queue("ping"), queue("pong")
    function(to_queue("pong"), "pinger")
    function(to_queue("ping"), "ponger")
    mapping(ping, "pinger")
    mapping(pong, "ponger")
    send(ping, ["first"])
    cloud.run(seconds=60)
    runs = [event.detail.function for event in happened(cloud, Kind.INVOKED)]
    assert (runs.count("pinger"), runs.count("ponger")) == (16, 16)


def test_a_destination_to_its_own_queue_runs_twice_because_a_mapping_is_synchronous(cloud):
    url = queue()
    function(NOTHING)
    mapping(url)
    lam().put_function_event_invoke_config(
        FunctionName="work", DestinationConfig={"OnSuccess": {"Destination": f"{QUEUES}orders"}}
    )
    invoke()
    cloud.run(seconds=60)
    assert [event.detail.mode for event in happened(cloud, Kind.INVOKED)] == ["asynchronous", "mapping"]


def test_a_loop_of_destinations_between_two_functions_stops(cloud):
    function(NOTHING, "a")
    function(NOTHING, "b")
    for name, other in (("a", "b"), ("b", "a")):
        lam().put_function_event_invoke_config(
            FunctionName=name, DestinationConfig={"OnSuccess": {"Destination": f"{FUNCTIONS}{other}"}}
        )
    invoke("a")
    cloud.run(seconds=60)
    assert len(starts(cloud)) == 32
    assert "one pass too many of a loop" in happened(cloud, Kind.DROPPED)[0].detail.text


def test_a_loop_through_a_topic_stops_and_the_destination_gets_the_dropped_event(cloud):
    users, url = topic(), queue("failed")
    source = (
        f"import boto3\nsns = boto3.client('sns')\ndef handler(e, c): sns.publish(TopicArn='{users}', Message='again')"
    )
    subscribe(users, function(source))
    config = {"OnFailure": {"Destination": f"{QUEUES}failed"}}
    lam().put_function_event_invoke_config(FunctionName="work", DestinationConfig=config)
    publish(users)
    cloud.run(seconds=60)
    assert len(starts(cloud)) == 16
    record = json.loads(bodies(url)[0])
    assert record["requestContext"]["condition"] == "RecursiveInvocation" and "responsePayload" not in record


def test_a_function_that_invokes_itself_asynchronously_stops(cloud):
    function(
        "import boto3\nlam = boto3.client('lambda')\ndef handler(e, c): lam.invoke(FunctionName='work', InvocationType='Event')"
    )
    invoke()
    cloud.run(seconds=60)
    assert len(starts(cloud)) == 16


def test_a_function_that_invokes_itself_and_waits_gets_an_exception(cloud):
    source = """
        import boto3
        lam = boto3.client("lambda")
        def handler(event, context):
            try: lam.invoke(FunctionName="work")
            except lam.exceptions.RecursiveInvocationException as error: print(f"caught {error}")
    """
    function(source, timeout=60)
    lam().invoke(FunctionName="work")
    assert len(starts(cloud)) == 16
    assert [line.message for line in cloud.logs("work") if line.message.startswith("caught")]


def test_retries_and_redeliveries_are_no_passes(cloud):
    url = queue(VisibilityTimeout=10)
    function("def handler(event, context): raise ValueError('no')")
    mapping(url)
    send(url, ["first"])
    cloud.run(seconds=300)
    assert len(starts(cloud)) > 25 and not happened(cloud, Kind.DROPPED)


def test_allow_lets_a_loop_run(cloud):
    url = queue()
    function(to_queue())
    mapping(url)
    assert lam().get_function_recursion_config(FunctionName="work")["RecursiveLoop"] == "Terminate"
    lam().put_function_recursion_config(FunctionName="work", RecursiveLoop="Allow")
    assert lam().get_function_recursion_config(FunctionName="work")["RecursiveLoop"] == "Allow"
    send(url, ["first"])
    cloud.run(seconds=2)
    assert len(starts(cloud)) > 50
    lam().put_function_recursion_config(FunctionName="work", RecursiveLoop="Terminate")
    cloud.run(seconds=2)
    assert not counts(url)[0]


def test_what_put_function_recursion_config_refuses(cloud):
    function(NOTHING)
    with pytest.raises(ClientError, match="recursiveLoop"):
        lam().put_function_recursion_config(FunctionName="work", RecursiveLoop="Perhaps")
    with pytest.raises(lam().exceptions.ResourceNotFoundException):
        lam().get_function_recursion_config(FunctionName="other")


def test_a_loop_through_eventbridge_is_never_seen(cloud):
    events = boto3.client("events")
    bus = "arn:aws:events:us-east-1:123456789012:event-bus/default"
    arn = function("import time\ndef handler(event, context): time.sleep(0.1)")
    events.put_rule(Name="again", EventPattern=json.dumps({"source": ["lambda"]}))
    events.put_targets(Rule="again", Targets=[{"Id": "1", "Arn": arn}])
    lam().put_function_event_invoke_config(FunctionName="work", DestinationConfig={"OnSuccess": {"Destination": bus}})
    invoke()
    cloud.run(seconds=10)
    assert len(starts(cloud)) > 30


def test_a_cells_own_resend_starts_a_new_chain(cloud):
    url = queue()
    function(NOTHING)
    mapping(url)
    for _ in range(20):
        send(url, ["again"])
        cloud.run()
    assert len(starts(cloud)) == 20
