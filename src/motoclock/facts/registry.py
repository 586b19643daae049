"""The list of all facts, found by inspection: a fact is registered by being a module-level name."""

from types import ModuleType

from motoclock.facts import (
    custom_bus,
    destinations,
    dynamodb,
    dynamodb_streams,
    eventbridge,
    kinesis,
    lambda_,
    modelled,
    pipes,
    prices,
    scheduler,
    sns,
    sqs,
    sqs_mapping,
    stepfunctions,
    stream_mapping,
    stream_queues,
)
from motoclock.facts.record import Fact

# The order of the course, and the heading of each module in the ledger.
MODULES: tuple[tuple[ModuleType, str], ...] = (
    (sqs, "SQS"),
    (sqs_mapping, "SQS to Lambda: the event source mapping"),
    (lambda_, "Lambda and asynchronous invocation"),
    (destinations, "Lambda destinations"),
    (sns, "SNS"),
    (eventbridge, "EventBridge, classic bus"),
    (custom_bus, "EventBridge, new Custom Event Bus"),
    (pipes, "EventBridge Pipes"),
    (scheduler, "EventBridge Scheduler"),
    (dynamodb, "DynamoDB: values and items"),
    (dynamodb_streams, "DynamoDB Streams"),
    (stream_mapping, "Streams to Lambda: the event source mapping"),
    (kinesis, "Kinesis Data Streams"),
    (stream_queues, "Kinesis queues: records received one by one"),
    (stepfunctions, "Step Functions"),
    (prices, "Prices, us-east-1"),
    (modelled, "The course's own constants"),
)


def all_facts() -> tuple[tuple[str, Fact], ...]:
    """Each fact with its name as code writes it ("sqs.DELAY_RANGE_S"), in the order of the course."""
    return tuple((f"{short_name(module)}.{name}", fact) for module, _ in MODULES for name, fact in facts_of(module))


def facts_of(module: ModuleType) -> tuple[tuple[str, Fact], ...]:
    """The facts that one module defines, in the order it defines them."""
    home = {name for name in vars(module) if name.isupper()}
    return tuple((name, value) for name, value in vars(module).items() if name in home and isinstance(value, Fact))


def short_name(module: ModuleType) -> str:
    """ "sqs" for motoclock.facts.sqs."""
    return module.__name__.rpartition(".")[2]
