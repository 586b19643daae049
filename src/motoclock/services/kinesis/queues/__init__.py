"""Queues of on-demand streams: the new way to consume Kinesis, under an API that moto 5.2.5 does not know.

A queue is given each record as it is written. Every record is its own affair: received, hidden, acknowledged, and after MaxReceiveCount
receives a dead letter in the same queue. Its store is that of the SQS queue, since visibility and receipts work alike.

Source: botocore's model of Kinesis, and the developer guide from consuming-with-queues on. Modelled: queues are created, changed and
deleted at once; the request rates of the calls are not limited; AWS::Kinesis::Queue is no type of a template here.
"""

from motoclock.services.kinesis.queues.backend import QueueingKinesisBackend
from motoclock.services.kinesis.queues.queue import StreamQueue

__all__ = ["QueueingKinesisBackend", "StreamQueue"]
