"""One row a service: messages a second at 1k and 10k, from the producer's call to the last handler's end, and how flat the cost is.

Processor seconds: the engine is one thread, and other programs do not count. Run by `python -m bench`, each service in a process of
its own: `python -m bench.services NAME COUNT` prints one JSON object.
"""

import json
import sys
from collections.abc import Callable, Iterator

import boto3

from bench import processor
from bench.handlers import fails_on_poison, work
from sevenways import Cloud

ARN = "arn:aws:{}:us-east-1:123456789012:{}"


def async_invoke(cloud: Cloud, count: int) -> None:
    cloud.deploy(work)
    client = boto3.client("lambda")
    for start in paced(cloud, count, 1):
        client.invoke(FunctionName="work", InvocationType="Event", Payload=json.dumps({"n": start}))
    cloud.run()


def destinations(cloud: Cloud, count: int) -> None:
    boto3.client("sqs").create_queue(QueueName="done")
    cloud.deploy(work)
    client = boto3.client("lambda")
    success = {"OnSuccess": {"Destination": ARN.format("sqs", "done")}}
    client.put_function_event_invoke_config(FunctionName="work", DestinationConfig=success)
    for start in paced(cloud, count, 1):
        client.invoke(FunctionName="work", InvocationType="Event", Payload=json.dumps({"n": start}))
    cloud.run()


def sns(cloud: Cloud, count: int) -> None:
    cloud.deploy(work)
    client = boto3.client("sns")
    topic = client.create_topic(Name="topic")["TopicArn"]
    client.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=ARN.format("lambda", "function:work"))
    for start in paced(cloud, count, 10):
        entries = [{"Id": str(n), "Message": str(start + n)} for n in range(10)]
        client.publish_batch(TopicArn=topic, PublishBatchRequestEntries=entries)
    cloud.run()


def eventbridge(cloud: Cloud, count: int) -> None:
    cloud.deploy(work)
    client = boto3.client("events")
    client.put_rule(Name="all", EventPattern=json.dumps({"source": ["shop"]}))
    client.put_targets(Rule="all", Targets=[{"Id": "1", "Arn": ARN.format("lambda", "function:work")}])
    for start in paced(cloud, count, 10):
        put_events(client, range(start, start + 10))
    cloud.run()


def dynamodb_streams(cloud: Cloud, count: int) -> None:
    cloud.deploy(work)
    client = boto3.client("dynamodb")
    stream = table(client)
    connect(stream)
    for n in range(count):
        client.put_item(TableName="orders", Item={"id": {"S": str(n)}})
    cloud.run()


def kinesis(cloud: Cloud, count: int) -> None:
    cloud.deploy(work)
    client = boto3.client("kinesis")
    client.create_stream(StreamName="clicks", ShardCount=16)
    connect(ARN.format("kinesis", "stream/clicks"))
    for start in range(0, count, 500):
        records = [{"Data": b"x", "PartitionKey": str(n)} for n in range(start, start + 500)]
        client.put_records(StreamName="clicks", Records=records)
    cloud.run()


def custom_bus(cloud: Cloud, count: int) -> None:
    boto3.client("sqs").create_queue(QueueName="all")
    client = boto3.client("eventbridgev2")
    bus = client.create_event_bus(Name="shop")["EventBusArn"]
    client.get_waiter("event_bus_active").wait(EventBusArn=bus)
    target = {"TargetArn": ARN.format("sqs", "all"), "RoleArn": "arn:aws:iam::123456789012:role/bus"}
    client.create_subscriber(Name="all", EventBusArn=bus, InvokeConfiguration=target)
    for start in paced(cloud, count, 100):
        entries = [
            {"Source": "shop", "DetailType": "Order", "Detail": json.dumps({"n": start + n})} for n in range(100)
        ]
        client.put_events(EventBusArn=bus, Entries=entries)
    cloud.run()


def pipe(cloud: Cloud, count: int) -> None:
    cloud.deploy(work)
    sqs = boto3.client("sqs")
    source = sqs.create_queue(QueueName="orders")["QueueUrl"]
    boto3.client("pipes").create_pipe(
        Name="to-work",
        RoleArn="arn:aws:iam::123456789012:role/pipe",
        Source=ARN.format("sqs", "orders"),
        SourceParameters={"SqsQueueParameters": {"BatchSize": 10}},
        Target=ARN.format("lambda", "function:work"),
    )
    for start in paced(cloud, count, 10):
        entries = [{"Id": str(n), "MessageBody": str(start + n)} for n in range(10)]
        sqs.send_message_batch(QueueUrl=source, Entries=entries)
    cloud.run()


def step_functions(cloud: Cloud, count: int) -> None:
    cloud.deploy(work)
    client = boto3.client("stepfunctions")
    task = {"Type": "Task", "Resource": ARN.format("lambda", "function:work"), "End": True}
    machine = client.create_state_machine(
        name="orders",
        definition=json.dumps({"StartAt": "Work", "States": {"Work": task}}),
        roleArn="arn:aws:iam::123456789012:role/machine",
        type="EXPRESS",
    )["stateMachineArn"]
    for start in paced(cloud, count, 1):
        client.start_execution(stateMachineArn=machine, input=json.dumps({"n": start}))
    cloud.run()


def task_tokens(cloud: Cloud, count: int) -> None:
    """All wait, then all are answered: what finds a task by its token must not search."""
    url = boto3.client("sqs").create_queue(QueueName="desk")["QueueUrl"]
    client = boto3.client("stepfunctions")
    ask = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {"QueueUrl": url, "MessageBody.$": "$$.Task.Token"},
        "End": True,
    }
    machine = client.create_state_machine(
        name="approvals",
        definition=json.dumps({"StartAt": "Ask", "States": {"Ask": ask}}),
        roleArn="arn:aws:iam::123456789012:role/machine",
    )["stateMachineArn"]
    for _ in range(count):
        client.start_execution(stateMachineArn=machine)
    cloud.run()
    while messages := boto3.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            client.send_task_success(taskToken=message["Body"], output="{}")
    cloud.run()


SERVICES: dict[str, Callable[[Cloud, int], None]] = {
    "asynchronous invoke": async_invoke,
    "destinations": destinations,
    "SNS to a function": sns,
    "EventBridge to a function": eventbridge,
    "DynamoDB Streams": dynamodb_streams,
    "Kinesis, 16 shards": kinesis,
    "custom event bus to a queue": custom_bus,
    "pipe from a queue to a function": pipe,
    "Step Functions, express": step_functions,
    "Step Functions, task tokens": task_tokens,
}


def poison_day() -> float:
    """Seconds for a virtual day of retries on one poison record."""
    with Cloud() as cloud:
        cloud.deploy(fails_on_poison)
        client = boto3.client("dynamodb")
        connect(table(client), "fails-on-poison")
        for n in range(60):
            client.put_item(TableName="orders", Item={"id": {"S": "poison" if n == 25 else str(n)}})
        begin = processor.seconds()
        cloud.run()
        assert cloud.elapsed >= 86_400
        return processor.seconds() - begin


def fifty_rules() -> float:
    """Engine milliseconds an event through fifty rules of which one matches; the calls' own cost, with no rule at all, is taken off."""

    def seconds(rules: int) -> float:
        with Cloud() as cloud:
            boto3.client("sqs").create_queue(QueueName="out")
            client = boto3.client("events")
            for n in range(rules):
                pattern = {"source": ["shop"], "detail": {"n": [{"numeric": [">", 10_000 * n]}], "kind": [f"kind-{n}"]}}
                client.put_rule(Name=f"rule-{n}", EventPattern=json.dumps(pattern))
                client.put_targets(Rule=f"rule-{n}", Targets=[{"Id": "1", "Arn": ARN.format("sqs", "out")}])
            begin = processor.seconds()
            for start in range(0, 1000, 10):
                put_events(client, range(start, start + 10))
            cloud.run()
            return processor.seconds() - begin

    seconds(1)
    return max(0.0, min(seconds(50) for _ in range(3)) - min(seconds(0) for _ in range(3)))


def paced(cloud: Cloud, count: int, step: int) -> Iterator[int]:
    """The first number of each call, five hundred messages a virtual second: without throttles the service is what counts."""
    for start in range(0, count, step):
        if start and start % 500 == 0:
            cloud.run(seconds=1)
        yield start


def put_events(client, numbers) -> None:
    entries = [
        {"Source": "shop", "DetailType": "Order", "Detail": json.dumps({"n": n + 1, "kind": "kind-0"})} for n in numbers
    ]
    assert client.put_events(Entries=entries)["FailedEntryCount"] == 0


def table(client) -> str:
    made = client.create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
    return made["TableDescription"]["LatestStreamArn"]


def connect(source: str, function: str = "work") -> None:
    boto3.client("lambda").create_event_source_mapping(
        EventSourceArn=source, FunctionName=function, StartingPosition="TRIM_HORIZON", BatchSize=10
    )


def measure(name: str, count: int) -> float:
    """Seconds for one service and that many messages, the second time in this process."""
    for size in (100, count):
        with Cloud() as cloud:
            begin = processor.seconds()
            SERVICES[name](cloud, size)
            took = processor.seconds() - begin
    return took


if __name__ == "__main__":
    what, *rest = sys.argv[1:]
    one = {"poison day": poison_day, "fifty rules": fifty_rules}.get(what)
    print(json.dumps({"seconds": one() if one else measure(what, int(rest[0]))}))
