"""Any request of any operation, made of what comes to hand: an answer, AWS's error, or a sentence of ours. And the world goes on."""

import datetime
import random
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import BotoCoreError, ClientError
from botocore.model import OperationModel, Shape

from motoclock.cloud import Cloud
from motoclock.services.seams.boto import NotAnswered
from tests.engine.cloud.nonsense import world_goes_on

SERVICES = [
    "sqs", "sns", "events", "lambda", "dynamodb", "dynamodbstreams", "kinesis", "stepfunctions", "pipes", "scheduler", "logs", "s3",
]  # fmt: skip
REQUESTS = 250
UNDERSTOOD = (ClientError, BotoCoreError, NotAnswered)
MACHINE = '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}'
WORDS = [
    "orders", "orders.fifo", "gone", "a b", "", "größe", "x" * 300, "{}", "[]", '{"a": 1}', '{"source": ["shop"]}', MACHINE, "null",
    "-1", "50000", "true", "$.a", "$LATEST", "LATEST", "rate(5 minutes)", "cron(0 12 * * ? *)", "at(2030-01-01T00:00:00)", "All", "*",
    "a = :a", "us-east-1", "python3.12", "shardId-000000000000", "https://x.example",
    "arn:aws:lambda:us-east-1:123456789012:function:charge", "arn:aws:sqs:us-east-1:123456789012:orders",
    "arn:aws:kinesis:us-east-1:123456789012:stream/clicks",
]  # fmt: skip
PLAIN: dict[str, Callable[[random.Random], Any]] = {
    "boolean": lambda dice: dice.random() < 0.5,
    "integer": lambda dice: dice.choice([-1, 0, 1, 5, 60, 900, 10**6]),
    "float": lambda dice: dice.choice([-1.0, 0.0, 1.5, 1e10]),
    "timestamp": lambda dice: datetime.datetime(2026, 1, 1) + datetime.timedelta(seconds=dice.randint(-(10**6), 10**6)),
    "blob": lambda dice: dice.choice([b"", b"{}", b'{"a": 1}', b"\xff\x00"]),
}
PLAIN |= {"long": PLAIN["integer"], "double": PLAIN["float"]}


def charge(event, context):
    return event


@pytest.fixture
def at_hand(cloud: Cloud) -> dict[str, list[str]]:
    """A world with one of each, and what its parameters may name: part of a parameter's name -> values."""
    account, region = "123456789012", "us-east-1"
    sqs, sns, events, kinesis = (boto3.client(name) for name in ("sqs", "sns", "events", "kinesis"))
    queue = sqs.create_queue(QueueName="orders")["QueueUrl"]
    fifo = sqs.create_queue(QueueName="orders.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    topic = sns.create_topic(Name="placed")["TopicArn"]
    orders = f"arn:aws:sqs:{region}:{account}:orders"
    subscription = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=orders)["SubscriptionArn"]
    cloud.deploy(charge)
    table = boto3.client("dynamodb").create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )["TableDescription"]
    boto3.client("dynamodb").put_item(TableName="orders", Item={"id": {"S": "1"}, "n": {"N": "1"}})
    kinesis.create_stream(StreamName="clicks", ShardCount=1)
    cloud.run(seconds=30)
    shard = {"StreamName": "clicks", "ShardId": "shardId-000000000000", "ShardIteratorType": "TRIM_HORIZON"}
    events.create_event_bus(Name="shop")
    events.put_rule(Name="placed", EventPattern='{"source": ["shop"]}')
    events.put_targets(Rule="placed", Targets=[{"Id": "1", "Arn": orders}])
    role = boto3.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    states = boto3.client("stepfunctions")
    machine = states.create_state_machine(name="saga", definition=MACHINE, roleArn=role)["stateMachineArn"]
    function = f"arn:aws:lambda:{region}:{account}:function:charge"
    boto3.client("pipes").create_pipe(Name="pipe", RoleArn=role, Source=orders, Target=function)
    boto3.client("s3").create_bucket(Bucket="claims")
    streams = [table["LatestStreamArn"], f"arn:aws:kinesis:{region}:{account}:stream/clicks"]
    started = states.start_execution(stateMachineArn=machine)["executionArn"]
    return {
        "queueurl": [queue, fifo], "topicarn": [topic], "targetarn": [topic], "subscriptionarn": [subscription],
        "functionname": ["charge"], "tablename": ["orders"], "streamarn": streams, "streamname": ["clicks"],
        "shardid": [shard["ShardId"]], "sharditerator": [kinesis.get_shard_iterator(**shard)["ShardIterator"]],
        "eventbusname": ["shop", "default"], "rule": ["placed"], "rolearn": [role], "statemachinearn": [machine],
        "executionarn": [started], "bucket": ["claims"],
    }  # fmt: skip


@pytest.mark.parametrize("service", SERVICES)
def test_a_request_is_answered_or_refused_in_words(service: str, cloud: Cloud, at_hand: dict[str, list[str]]) -> None:
    client, dice = boto3.client(service), random.Random(service)
    for _ in range(REQUESTS):
        method, name = dice.choice(sorted(client.meta.method_to_api_mapping.items()))
        given = parameters(client.meta.service_model.operation_model(name), dice, at_hand)
        try:
            getattr(client, method)(**given)
        except UNDERSTOOD as refused:
            assert str(refused)
        except Exception as error:
            raise AssertionError(f"{method}(**{given!r}) raises {error!r}") from error
    cloud.run(seconds=60)
    world_goes_on(cloud)


def parameters(operation: OperationModel, dice: random.Random, at_hand: dict[str, list[str]]) -> dict[str, Any]:
    return made(operation.input_shape, "", dice, at_hand, 0) if operation.input_shape else {}


def made(shape: Shape, name: str, dice: random.Random, at_hand: dict[str, list[str]], depth: int) -> Any:
    """A value of the shape that botocore lets pass, more or less."""

    def part(shape: Shape, name: str) -> Any:
        return made(shape, name, dice, at_hand, depth + 1)

    if shape.type_name == "structure":
        wanted = [
            member for member in shape.members if member in shape.required_members or dice.random() < 0.3 / (1 + depth)
        ]
        return {member: part(shape.members[member], member) for member in wanted}
    if shape.type_name == "list":
        return [part(shape.member, name) for _ in range(dice.choice([0, 1, 1, 2]))]
    if shape.type_name == "map":
        return {part(shape.key, "key"): part(shape.value, name) for _ in range(dice.choice([0, 1, 2]))}
    if shape.type_name == "string":
        if shape.enum and dice.random() < 0.8:
            return dice.choice(shape.enum)
        named = [value for known, values in at_hand.items() if known in name.lower() for value in values]
        return dice.choice(named if named and dice.random() < 0.8 else WORDS)
    return PLAIN[shape.type_name](dice)
