"""The eight ways that unit 08 compares, under the names that its tables show."""

from enum import StrEnum


class Way(StrEnum):
    """Seven services; a FIFO queue is one of its own, since it fails, scales and costs otherwise than a standard one."""

    SQS = "SQS"
    FIFO = "SQS FIFO"
    EVENT = "Event"
    SNS = "SNS"
    EVENTBRIDGE = "EventBridge"
    DYNAMODB = "DynamoDB"
    KINESIS = "Kinesis"
    DESTINATIONS = "Destinations"


WAYS = tuple(way.value for way in Way)
QUEUES = (Way.SQS, Way.FIFO)
STREAMS = (Way.DYNAMODB, Way.KINESIS)
