"""What CloudWatch shows of each read of a stream: AWS/Kinesis."""

from collections.abc import Iterator

from motoclock.metrics.point import Dimensions, Point
from motoclock.trace import Read


def reads(stream: str, at: float, read: Read) -> Iterator[Point]:
    """A GetRecords call or poll, or a push to a fan-out consumer."""
    dimensions: Dimensions = (("StreamName", stream),)
    if read.refused:
        yield Point("AWS/Kinesis", "ReadProvisionedThroughputExceeded", dimensions, at, 1.0)
        return
    prefix, age = "GetRecords", "GetRecords.IteratorAgeMilliseconds"
    if read.fan_out is not None:
        dimensions += (("ConsumerName", read.fan_out),)
        prefix, age = "SubscribeToShardEvent", "SubscribeToShardEvent.MillisBehindLatest"
    yield Point("AWS/Kinesis", f"{prefix}.Success", dimensions, at, 1.0)
    yield Point("AWS/Kinesis", f"{prefix}.Records", dimensions, at, float(read.records))
    yield Point("AWS/Kinesis", f"{prefix}.Bytes", dimensions, at, float(read.size_bytes), "Bytes")
    yield Point("AWS/Kinesis", age, dimensions, at, round(read.age_s * 1000, 3), "Milliseconds")
