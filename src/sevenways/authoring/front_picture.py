"""The README's picture: a real run, drawn again at every build."""

import json
from pathlib import Path

import boto3

from sevenways.authoring.charge import charge
from sevenways.cloud import Cloud
from sevenways.draw.column import stacked

PICTURE = Path("book", "images", "first-run.svg")


def front_picture(root: Path) -> str:
    """Ten orders go through a queue to a function; one fails, returns and ends in the dead-letter queue. The same for every `root`."""
    with Cloud(seed=1) as cloud:
        sqs = boto3.client("sqs")
        sqs.create_queue(QueueName="orders-dlq")
        redrive = {"deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:orders-dlq", "maxReceiveCount": 3}
        orders = sqs.create_queue(QueueName="orders", Attributes={"RedrivePolicy": json.dumps(redrive)})["QueueUrl"]
        cloud.downstream("https://payments.example", latency_s=0.2)
        cloud.deploy(charge, timeout=10)
        boto3.client("lambda").create_event_source_mapping(
            EventSourceArn="arn:aws:sqs:us-east-1:123456789012:orders",
            FunctionName="charge",
            BatchSize=5,
            FunctionResponseTypes=["ReportBatchItemFailures"],
        )
        entries = [{"Id": str(n), "MessageBody": f"order-{n}"} for n in range(10)]
        sent = sqs.send_message_batch(QueueUrl=orders, Entries=entries)["Successful"]
        cloud.run()
        pictures = [cloud.diagram(), cloud.passport(sent[3]["MessageId"])]
    title = "Ten orders, one of them poison: the account, and the life of order-3"
    return stacked([picture.svg for picture in pictures], title) + "\n"
