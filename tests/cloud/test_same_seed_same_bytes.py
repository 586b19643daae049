"""The same seed gives the same bytes: traces, pictures and logs, in another process and with another hash seed."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

WORLD = """
    import hashlib, sys
    sys.path.insert(0, {folder!r})
    import boto3
    from handlers import work
    from sevenways import Cloud

    with Cloud(seed={seed}, duplicates=0.2, reorder=True) as cloud:
        sqs, aws_lambda = boto3.client("sqs"), boto3.client("lambda")
        arn = "arn:aws:sqs:us-east-1:123456789012:"
        out = sqs.create_queue(QueueName="out")["QueueUrl"]
        orders = sqs.create_queue(QueueName="orders")["QueueUrl"]
        cloud.downstream("https://db.example", capacity=2, error_rate=0.2)
        for name in ("a", "b"):
            cloud.deploy(work, name=name, timeout=2)
            aws_lambda.create_event_source_mapping(EventSourceArn=arn + "orders", FunctionName=name, BatchSize=3)
        sent = [sqs.send_message(QueueUrl=orders, MessageBody=f"order-{{n}}")["MessageId"] for n in range(25)]
        cloud.run(seconds=300)
        parts = [repr(list(cloud.trace)), repr(cloud.logs("a")), repr(cloud.summary())]
        parts += [cloud.diagram().svg, cloud.timeline().svg, cloud.backlog().svg, cloud.passport(sent[0]).svg]
        print([hashlib.sha256(part.encode()).hexdigest()[:12] for part in parts])
"""
HANDLERS = """
    import random, time, urllib.request, uuid
    import boto3

    def work(event, context):
        for record in event["Records"]:
            time.sleep(random.random())
            print(uuid.uuid4(), record["body"])
            urllib.request.urlopen("https://db.example/", timeout=1)
            boto3.client("sqs").send_message(QueueUrl="https://sqs.us-east-1.amazonaws.com/123456789012/out", MessageBody="x")
"""


@pytest.fixture
def told(tmp_path: Path):
    (tmp_path / "handlers.py").write_text(textwrap.dedent(HANDLERS))

    def tell(seed: int, hash_seed: str) -> str:
        code = textwrap.dedent(WORLD.format(folder=str(tmp_path), seed=seed))
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        return subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
        ).stdout

    return tell


def test_another_process_and_another_hash_seed_change_nothing(told):
    assert told(7, "1") == told(7, "2")


def test_another_seed_is_another_world(told):
    assert told(7, "1") != told(8, "1")
