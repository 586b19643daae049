"""CloudWatch's counts for queues of Kinesis streams, told from the trace.

Source: Kinesis developer guide, queues-monitoring. Modelled: received and acknowledged records are counted; empty receives, gauges and
what happens to dead letters are not.
"""

from collections.abc import Iterator

from motoclock.metrics.point import Dimensions
from motoclock.trace import Cause, Event, Kind


def queue_counts(event: Event) -> Iterator[tuple[str, Dimensions]]:
    """The metrics that an event of a queue counts for by one, with their dimensions. `resource` is the queue's ARN and name."""
    _, queue_id, name = event.resource.split("/")
    dimensions = (("QueueId", queue_id), ("QueueName", name))
    if name.endswith("'s dead letters"):
        return
    if event.kind is Kind.RECEIVED:
        yield "ReceivedQueueRecords", dimensions
    elif event.kind is Kind.DELETED and event.detail.cause is not Cause.QUEUE_DELETED:
        yield "AcknowledgedQueueRecords", dimensions
