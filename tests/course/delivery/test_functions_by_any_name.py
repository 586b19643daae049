"""A function may have any name, that of a cause too: it is counted, billed and told of like any other."""

import boto3
import pytest

from motoclock.costs import total_usd
from motoclock.metrics import points
from motoclock.trace import Cause, Comeback, Kind, Loss, Mode
from sevenways import Cloud
from tests.engine.delivery.stage import function, lam, queue, send

SOURCE = """
    import boto3

    def handler(event, context):
        sqs = boto3.client("sqs")
        url = sqs.get_queue_url(QueueName="orders")["QueueUrl"]
        for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
"""
CAUSES = [word.value for causes in (Cause, Comeback, Loss, Mode, Kind) for word in causes]
WORDS = sorted(
    {word.replace(" ", "-") for word in (*CAUSES, "cell", "move task", "invoke", "given up", "work is left")}
)


def _story(name: str) -> dict[str, object]:
    """Two messages that a function of this name deletes by hand: all that is said of them, its name taken out."""
    with Cloud() as cloud:
        function(SOURCE, name=name)
        url = queue()
        ids = send(url, ["a", "b"])
        lam().invoke(FunctionName=name)
        cloud.run()
        gone = cloud.trace.of_kind(Kind.DELETED)
        metrics = sorted((point.name, point.value) for point in points(cloud.trace) if point.namespace == "AWS/SQS")
        return {
            "summary": dict(cloud.summary()),
            "bill": total_usd(cloud.trace),
            "metrics": metrics,
            "passport": [
                line.replace(f"  {name} ", "  NAME ", 1)
                for one in ids
                for line in cloud.passport(one).text.splitlines()
                if "deleted it" in line
            ],
            "who": [event.detail.by == name for event in gone],
            "left": boto3.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"],
        }


@pytest.fixture(scope="module")
def worker() -> dict[str, object]:
    told = _story("worker")
    assert told["summary"]["processed"] == 2 and told["who"] == [True, True]
    assert [name for name, _ in told["metrics"]].count("NumberOfMessagesDeleted") == 2
    assert all("NAME deleted it from orders: done" in line for line in told["passport"]) and len(told["passport"]) == 2
    return told


@pytest.mark.parametrize("name", WORDS)
def test_a_function_with_the_name_of_a_cause_is_a_function(worker, name):
    assert _story(name) == worker
