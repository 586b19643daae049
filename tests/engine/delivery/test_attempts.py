"""Attempts by layer: three receives of three calls each are nine, and the trace can say so."""

import urllib.request

import boto3

from motoclock import Cloud
from motoclock.trace import Attempts, Layer
from tests.engine.delivery.stage import mapping, queue_with_dlq, send

ARN = "arn:aws:{}:us-east-1:123456789012:{}"


def tries_three_times(event, context):
    for _ in range(3):
        try:
            return urllib.request.urlopen("https://bank.example/charge").read()
        except OSError:
            pass
    raise RuntimeError("three times in vain")


def test_retries_multiply_layer_by_layer():
    with Cloud() as cloud:
        cloud.downstream("https://bank.example", error_rate=1.0)
        cloud.deploy(tries_three_times, name="charge")
        url, _ = queue_with_dlq(max_receive_count=3, VisibilityTimeout=30)
        topic = boto3.client("sns").create_topic(Name="orders")["TopicArn"]
        boto3.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=ARN.format("sqs", "orders"))
        mapping(url, "charge", BatchSize=1)
        message = boto3.client("sns").publish(TopicArn=topic, Message="order-1")["MessageId"]
        send(url, ["another"])
        cloud.run()
        queue, function = ARN.format("sqs", "orders"), ARN.format("lambda", "function:charge")
        assert cloud.trace.attempts(message) == (
            Attempts(Layer.DELIVERY, queue, 1, 0),
            Attempts(Layer.RECEIVE, queue, 3, 0),
            Attempts(Layer.RUN, function, 3, 3),
            Attempts(Layer.CALL, "bank.example", 9, 9),
        )
        assert cloud.trace.attempts("nobody") == ()


def test_throttles_are_attempts_that_ran_nothing():
    with Cloud() as cloud:
        cloud.deploy(tries_three_times, name="charge", reserved_concurrency=0)
        url, _ = queue_with_dlq(max_receive_count=1, VisibilityTimeout=4)
        mapping(url, "charge", BatchSize=1)
        (message,) = send(url, ["order-1"])
        cloud.run()
        found = {one.layer: (one.number, one.failed) for one in cloud.trace.attempts(message)}
        assert found[Layer.RECEIVE] == (1, 0) and found[Layer.THROTTLE][0] >= 2 and Layer.RUN not in found
