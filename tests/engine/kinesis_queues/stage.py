"""What the tests of Kinesis queues share: a stream on demand, a queue on it, and its records by their data."""

from typing import Any

from tests.engine.kinesis_stream.stage import kinesis, put

__all__ = [
    "acknowledge",
    "data",
    "dead_lettered",
    "entries",
    "kinesis",
    "on_demand",
    "put",
    "queue",
    "receive",
    "stage",
]


def on_demand(name: str = "clicks") -> str:
    """A stream on demand. Returns its ARN."""
    kinesis().create_stream(StreamName=name, StreamModeDetails={"StreamMode": "ON_DEMAND"})
    return kinesis().describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamARN"]


def queue(stream_arn: str, name: str = "work", start: dict[str, Any] | None = None, **attributes: Any) -> str:
    """A queue of a stream; `attributes` as in QueueAttributes. Returns its ARN."""
    configuration = {"StreamARN": stream_arn, **({"StartingPosition": start} if start else {})}
    more = {"QueueAttributes": attributes} if attributes else {}
    made = kinesis().create_queue(QueueName=name, StreamConfigurationList=[configuration], **more)
    return made["QueueDescription"]["QueueARN"]


def stage(**attributes: Any) -> str:
    """A stream with a queue. Returns the queue's ARN."""
    return queue(on_demand(), **attributes)


def receive(arn: str, dead: bool = False, **options: Any) -> list[dict[str, Any]]:
    """One receive that waits as shortly as it can, from the records or from the dead letters."""
    options = {"WaitTimeSeconds": 1, **options}
    call = kinesis().receive_dead_letter_queue_records if dead else kinesis().receive_queue_records
    return call(QueueARN=arn, **options)["QueueRecords"]


def acknowledge(arn: str, records: list[dict[str, Any]], dead: bool = False) -> list[dict[str, Any]]:
    """Acknowledge received records. Returns what failed."""
    client = kinesis()
    call = client.acknowledge_dead_letter_queue_records if dead else client.acknowledge_queue_records
    return call(QueueARN=arn, Entries=entries(records))["Failed"]


def entries(records: list[dict[str, Any]], **more: Any) -> list[dict[str, Any]]:
    return [{"ReceiptHandle": record["ReceiptHandle"], **more} for record in records]


def data(records: list[dict[str, Any]]) -> list[str]:
    return [record["Data"].decode() for record in records]


def dead_lettered(cloud: Any, arn: str, receives: int) -> None:
    """Let the one record of a queue become a dead letter."""
    for _ in range(receives):
        assert receive(arn, VisibilityTimeoutSeconds=1)
        cloud.run(seconds=1)
