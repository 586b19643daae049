"""Explorer with the real thing: a queue, a mapping, a slow handler, and the learner's own world beside it."""

import boto3
import pytest

from motoclock.world import current_world
from sevenways import Cloud, Explorer


def charge(event, context):
    import time

    for _ in event["Records"]:
        time.sleep(4)


def shop(batch_size=10, maximum_concurrency=None):
    cloud = Cloud(seed=1)
    sqs, functions = boto3.client("sqs"), boto3.client("lambda")
    queue = sqs.create_queue(QueueName="orders")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    cloud.deploy(charge, timeout=30)
    scaling = {"ScalingConfig": {"MaximumConcurrency": maximum_concurrency}} if maximum_concurrency else {}
    functions.create_event_source_mapping(EventSourceArn=arn, FunctionName="charge", BatchSize=batch_size, **scaling)
    for n in range(10):
        sqs.send_message(QueueUrl=queue, MessageBody=f"order-{n}")
    cloud.run(seconds=100)
    return cloud


@pytest.fixture
def mine():
    with Cloud() as cloud:
        boto3.client("sqs").create_queue(QueueName="mine")
        yield cloud


def test_the_learners_world_is_untouched(mine):
    before = list(mine.trace)
    explorer = Explorer(shop, batch_size=(1, 10))
    explorer.controls["batch_size"].value = 3
    assert [url.rsplit("/")[-1] for url in boto3.client("sqs").list_queues()["QueueUrls"]] == ["mine"]
    assert list(mine.trace) == before


def test_it_works_without_a_world_and_leaves_none_open():
    Explorer(shop, batch_size=(1, 10), show="summary")
    assert current_world() is None


def test_the_sentence_follows_the_knob(mine):
    explorer = Explorer(shop, batch_size=(1, 10), maximum_concurrency=[None, 2, 5])
    assert "10 messages sent, 0 processed" in explorer.status.value
    explorer.controls["batch_size"].value = 7
    assert "Batch size: 7. 10 messages sent, 10 processed" in explorer.status.value


def test_the_sentence_counts_the_copies_that_a_topic_makes(mine):
    def fan_out(queues=3):
        cloud = Cloud()
        topic = boto3.client("sns").create_topic(Name="users")["TopicArn"]
        sqs = boto3.client("sqs")
        for name in ("a", "b", "c")[:queues]:
            url = sqs.create_queue(QueueName=name)["QueueUrl"]
            arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
            boto3.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
        boto3.client("sns").publish(TopicArn=topic, Message="user-0")
        cloud.run()
        return cloud

    explorer = Explorer(fan_out, queues=(1, 3))
    assert "1 message sent in 3 copies, 0 processed, 3 waiting" in explorer.status.value
    explorer.controls["queues"].value = 1
    assert "1 message sent, 0 processed, 1 waiting" in explorer.status.value


def test_an_aws_error_is_a_sentence_with_the_scenarios_line(mine):
    explorer = Explorer(shop, batch_size=(1, 11))
    explorer.controls["batch_size"].value = 11  # without a batching window
    assert "shop stopped with InvalidParameterValueException" in explorer.picture.value
    assert "functions.create_event_source_mapping" in explorer.picture.value


def test_the_static_twin_is_the_same_bytes_every_time(mine):
    first, second = (Explorer(shop, batch_size=(1, 10)) for _ in range(2))
    assert first.svg == second.svg
    assert first.text == second.text
    assert "Timeline" in first.text and "Backlog" in first.text
    assert (
        first.svg.count("<svg") == 7
    )  # the column, the knobs, a sentence, three pictures of four, and what is left out
    assert "JupyterLab also shows the " in first.svg
