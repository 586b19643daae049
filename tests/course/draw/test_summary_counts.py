"""What `summary()` counts beyond plain queues: losses far from the producer, notes on failures, executions of state machines."""

import json
import time

import boto3
import pytest

from sevenways import Cloud
from tests.engine.delivery.stage import function, lam, mapping, queue, send

ARN = "arn:aws:{}:us-east-1:123456789012:{}"
FINE, RAISES = "def handler(event, context): pass", "def handler(event, context): raise ValueError('no')"


def adds_up(summary) -> bool:
    places = ("processed", "dead_lettered", "lost", "filtered", "purged", "waiting", "in_flight", "failed")
    return summary["copies"] == sum(summary[place] for place in places)


@pytest.mark.parametrize("behind_a_rule", [False, True])
def test_a_loss_counts_wherever_it_happens(behind_a_rule):
    """A topic with a queue that is read and a function that always raises: ten events are twenty copies, and ten are lost."""
    with Cloud() as cloud:
        function(FINE, name="fine")
        function(RAISES, name="raises")
        mapping(queue("read"), "fine")
        sns = boto3.client("sns")
        topic = sns.create_topic(Name="topic")["TopicArn"]
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=ARN.format("sqs", "read"))
        sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=ARN.format("lambda", "function:raises"))
        events = boto3.client("events")
        events.put_rule(Name="all", EventPattern=json.dumps({"source": ["shop"]}))
        events.put_targets(Rule="all", Targets=[{"Id": "1", "Arn": topic}])
        for n in range(10):
            if behind_a_rule:
                events.put_events(Entries=[{"Source": "shop", "DetailType": "o", "Detail": json.dumps({"n": n})}])
            else:
                sns.publish(TopicArn=topic, Message=str(n))
        cloud.run()
        found = cloud.summary()
        assert [found[name] for name in ("sent", "copies", "processed", "lost")] == [10, 20, 10, 10]
        assert adds_up(found)


@pytest.mark.parametrize("read_later", [False, True])
def test_a_note_on_a_failed_record_is_no_message(read_later):
    """Sixty records, of which one is given up: sixty were sent, and the note in the queue is none of them."""
    with Cloud() as cloud:
        function(
            """
            import base64
            def handler(event, context):
                if any(base64.b64decode(one["kinesis"]["data"]) == b"25" for one in event["Records"]):
                    raise ValueError("25")
            """
        )
        queue("failed")
        kinesis = boto3.client("kinesis")
        kinesis.create_stream(StreamName="clicks", ShardCount=1)
        lam().create_event_source_mapping(
            EventSourceArn=ARN.format("kinesis", "stream/clicks"), FunctionName="work", StartingPosition="TRIM_HORIZON", BatchSize=1,
            MaximumRetryAttempts=1, DestinationConfig={"OnFailure": {"Destination": ARN.format("sqs", "failed")}},
        )  # fmt: skip
        records = [{"Data": str(n).encode(), "PartitionKey": "a"} for n in range(60)]
        kinesis.put_records(StreamName="clicks", Records=records)
        cloud.run()
        if read_later:
            function(FINE, name="reads")
            mapping(boto3.client("sqs").get_queue_url(QueueName="failed")["QueueUrl"], "reads")
            cloud.run()
        found = cloud.summary()
        wanted = ("sent", "copies", "processed", "dead_lettered", "waiting")
        assert [found[name] for name in wanted] == [60, 60, 59, 1, 0]
        assert adds_up(found)


def test_executions_count():
    """Done, failed, and one that waits for its token; a child of another machine is a part of its parent."""
    with Cloud() as cloud:
        url = queue("ask")
        role = "arn:aws:iam::123456789012:role/saga"
        client = boto3.client("stepfunctions")

        def machine(name: str, *states: dict) -> str:
            named = {f"s{n}": state for n, state in enumerate(states)}
            for n, state in enumerate(states):
                state.update({"End": True} if n + 1 == len(states) and state["Type"] != "Fail" else {})
                state.update({"Next": f"s{n + 1}"} if n + 1 < len(states) else {})
            definition = json.dumps({"StartAt": "s0", "States": named})
            return client.create_state_machine(name=name, definition=definition, roleArn=role)["stateMachineArn"]

        child = machine("child", {"Type": "Pass"})
        parent = machine(
            "parent",
            {"Type": "Wait", "Seconds": 3},
            {
                "Type": "Task",
                "Resource": "arn:aws:states:::states:startExecution",
                "Parameters": {"StateMachineArn": child},
            },
        )
        fails = machine("fails", {"Type": "Fail", "Error": "Declined"})
        ask = {"QueueUrl": url, "MessageBody.$": "$$.Task.Token"}
        waits = machine(
            "waits",
            {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "Parameters": ask},
        )
        for one in (parent, parent, fails, waits):
            client.start_execution(stateMachineArn=one)
        cloud.run(seconds=60)
        found = cloud.summary()
        # the token is a message of its own, which nobody has read
        assert [found[name] for name in ("sent", "processed", "failed", "in_flight", "waiting")] == [5, 2, 1, 1, 1]
        assert adds_up(found) and found["p50_s"] >= 3
        assert "failed executions" in repr(found)


def takes_long(event, context):
    time.sleep(1)


def test_messages_alone_read_as_before():
    with Cloud() as cloud:
        cloud.deploy(takes_long)
        url = queue()
        mapping(url, "takes-long")
        send(url, ["a", "b"])
        cloud.run()
        found = cloud.summary()
        assert (
            found["processed"] == found["sent"] == 2 and found["failed"] == 0 and "failed executions" not in repr(found)
        )
