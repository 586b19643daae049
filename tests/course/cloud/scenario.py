"""A world that uses everything that could differ between two runs: ids, chance, order, faults, two consumers of one queue."""

import random
import time
import urllib.request
import uuid

import boto3

from sevenways import Cloud


def work(event, context):
    for record in event["Records"]:
        time.sleep(random.random())
        print(uuid.uuid4(), record["body"])
        urllib.request.urlopen("https://db.example/", timeout=1)
        queue = "https://sqs.us-east-1.amazonaws.com/123456789012/out"
        boto3.client("sqs").send_message(QueueUrl=queue, MessageBody="x")


def record(seed: int) -> str:
    """Trace, logs, summary and the four pictures of one run, as text."""
    with Cloud(seed=seed, duplicates=0.2, reorder=True) as cloud:
        sqs, aws_lambda = boto3.client("sqs"), boto3.client("lambda")
        sqs.create_queue(QueueName="out")
        orders = sqs.create_queue(QueueName="orders")["QueueUrl"]
        cloud.downstream("https://db.example", capacity=2, error_rate=0.2)
        for name in ("a", "b"):
            cloud.deploy(work, name=name, timeout=2)
            source = "arn:aws:sqs:us-east-1:123456789012:orders"
            aws_lambda.create_event_source_mapping(EventSourceArn=source, FunctionName=name, BatchSize=3)
        sent = [sqs.send_message(QueueUrl=orders, MessageBody=f"order-{n}")["MessageId"] for n in range(25)]
        cloud.run(seconds=300)
        parts = [*map(repr, cloud.trace), *map(str, cloud.logs("a")), repr(cloud.summary())]
        pictures = [cloud.diagram(), cloud.timeline(), cloud.backlog(), cloud.passport(sent[0])]
        return "\n".join([*parts, *(picture.svg for picture in pictures)])
