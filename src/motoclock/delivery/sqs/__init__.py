"""Queues as event sources: what mappings, and pipes with a queue as their source, do.

poller      receives, gathers batches, invokes, and deletes what was handled
event       what the function gets
scaling     how many invocations at once, and how fast the pollers read
readers     who reads which queue
settings    of a mapping from a queue; a pipe makes its own
"""

from motoclock.delivery.sqs.consumers import Consumers
from motoclock.delivery.sqs.poller import SqsPoller

__all__ = ["Consumers", "SqsPoller"]
