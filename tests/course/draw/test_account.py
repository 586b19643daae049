"""The snapshot of a real account: moto's resources and what the trace has seen."""

import json

import boto3

from motoclock.account import EdgeKind, NodeKind
from motoclock.assembly import read_account
from sevenways import Cloud

PREFIX = "arn:aws:sqs:us-east-1:123456789012:"


def charge(event, context):
    import time

    time.sleep(1)


def shop(**options):
    cloud = Cloud(**options)
    sqs = boto3.client("sqs")
    sqs.create_queue(QueueName="orders-dlq", Attributes={"MessageRetentionPeriod": "1209600"})
    policy = json.dumps({"deadLetterTargetArn": f"{PREFIX}orders-dlq", "maxReceiveCount": 3})
    url = sqs.create_queue(QueueName="orders", Attributes={"VisibilityTimeout": "60", "RedrivePolicy": policy})[
        "QueueUrl"
    ]
    cloud.deploy(charge, timeout=10, reserved_concurrency=5)
    boto3.client("lambda").create_event_source_mapping(
        EventSourceArn=f"{PREFIX}orders",
        FunctionName="charge",
        BatchSize=5,
        ScalingConfig={"MaximumConcurrency": 2},
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )
    for n in range(20):
        sqs.send_message(QueueUrl=url, MessageBody=f"order-{n}")
    return cloud, url


def account_of(cloud):
    return read_account(cloud._world)


def test_queues_functions_and_mappings_are_there_with_their_settings():
    with shop()[0] as cloud:
        account = account_of(cloud)
        orders, dead = account.node(f"{PREFIX}orders"), account.node(f"{PREFIX}orders-dlq")
        assert (orders.kind, orders.facts) == (NodeKind.QUEUE, ("visibility 1 min",))
        assert (dead.kind, dead.facts) == (NodeKind.DEAD_LETTER_QUEUE, ("visibility 30 s", "keeps messages 14 d"))
        function = next(node for node in account.nodes if node.kind is NodeKind.FUNCTION)
        assert function.facts == ("timeout 10 s", "reserved concurrency 5")
        edges = {edge.kind: edge for edge in account.edges}
        assert edges[EdgeKind.REDRIVE].label == "after 3 receives"
        assert edges[EdgeKind.MAPPING].label == "batch 5"
        assert edges[EdgeKind.MAPPING].facts == ("maximum concurrency 2", "partial batch responses")
        assert (edges[EdgeKind.SENDS].source, edges[EdgeKind.SENDS].count) == ("cell", 20)


def test_counts_are_those_that_the_queue_gives():
    cloud, url = shop()
    with cloud:
        for seconds in (0, 0.5, 1, 5):
            cloud.run(seconds=seconds)
            said = boto3.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
            counts = dict(account_of(cloud).node(f"{PREFIX}orders").counts)
            assert counts["waiting"] == int(said["ApproximateNumberOfMessages"])
            assert counts["in flight"] == int(said["ApproximateNumberOfMessagesNotVisible"])


def test_reading_moves_neither_the_clock_nor_the_trace():
    with shop()[0] as cloud:
        cloud.run(seconds=1)
        before = (cloud.elapsed, len(cloud.trace))
        assert account_of(cloud) == account_of(cloud)
        assert (cloud.elapsed, len(cloud.trace)) == before


def test_an_empty_account_is_an_empty_picture():
    with Cloud() as cloud:
        assert account_of(cloud).nodes == ()
        assert "nothing exists" in cloud.diagram().text


def call_out(event, context):
    import urllib.request

    urllib.request.urlopen("https://mailer.example/letters").read()


def test_a_call_that_finds_no_one_is_refused_like_one_that_is_turned_away():
    with Cloud(seed=1) as cloud:
        cloud.downstream("https://mailer.example").outage(0, 90)
        cloud.deploy(call_out, name="call-out")
        boto3.client("lambda").invoke(FunctionName="call-out", InvocationType="Event")
        cloud.run()
        account = account_of(cloud)
        assert account.node("https://mailer.example").counts[:2] == (("requests", 3), ("refused", 2))
        (calls,) = (edge for edge in account.edges if edge.kind is EdgeKind.CALLS)
        assert (calls.count, calls.facts) == (3, ("2 refused",))


def test_every_picture_of_the_cloud_is_wired():
    with shop()[0] as cloud:
        cloud.run()
        first = next(event.message_id for event in cloud.trace if event.message_id)
        assert "charge (function" in cloud.diagram().text
        assert "charge: 4 invocations, 4 succeeded, at most 2 at once" in cloud.timeline().text
        assert "in the end: waiting 0" in cloud.backlog().text
        assert "the mapping deleted it from orders: done" in cloud.passport(first).text
        assert cloud.summary()["processed"] == 20


def test_a_destination_for_failures_is_no_dead_letter_queue_and_the_picture_tells_them_apart():
    with Cloud() as cloud:
        cloud.deploy(charge, name="work")
        for name in ("failed", "letters", "plain"):
            boto3.client("sqs").create_queue(QueueName=name)
        aws_lambda = boto3.client("lambda")
        aws_lambda.update_function_configuration(
            FunctionName="work", DeadLetterConfig={"TargetArn": f"{PREFIX}letters"}
        )
        aws_lambda.put_function_event_invoke_config(
            FunctionName="work", DestinationConfig={"OnFailure": {"Destination": f"{PREFIX}failed"}}
        )
        first = kinds(cloud)
        redrive = json.dumps({"deadLetterTargetArn": f"{PREFIX}failed", "maxReceiveCount": 3})
        boto3.client("sqs").create_queue(QueueName="orders", Attributes={"RedrivePolicy": redrive})
        picture = cloud.diagram()
    assert first["failed"] is NodeKind.FAILURE_QUEUE and first["letters"] is NodeKind.DEAD_LETTER_QUEUE
    assert first["plain"] is NodeKind.QUEUE
    assert "failed (dead-letter queue" in picture.text, "it is both, and the older word says so"


def test_a_topic_for_dead_letters_is_drawn_as_a_topic():
    with Cloud() as cloud:
        cloud.deploy(charge, name="work")
        topic = boto3.client("sns").create_topic(Name="alarms")["TopicArn"]
        boto3.client("lambda").update_function_configuration(FunctionName="work", DeadLetterConfig={"TargetArn": topic})
        assert kinds(cloud)["alarms"] is NodeKind.TOPIC


def kinds(cloud):
    return {node.name: node.kind for node in cloud.account().nodes}


def test_each_kind_of_thing_has_a_plural_of_its_own():
    odd = {kind: kind.plural for kind in NodeKind if kind.plural != f"{kind}s"}
    assert odd == {
        NodeKind.FAILURE_QUEUE: "queues for failures",
        NodeKind.BUS: "event buses",
        NodeKind.ACTIVITY: "activities",
    }
    assert not [kind for kind in NodeKind if kind.plural.endswith(("ss", "ys"))]
