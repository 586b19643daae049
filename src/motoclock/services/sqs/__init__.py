"""Seam: an indexed queue under moto's SQS API.

moto's own queue scans all its messages on every call, returns FIFO messages in the wrong order and delivers inside SendMessage. Here
moto's backend makes `IndexedQueue`s, a subclass of its Queue, so there is one store and every cost is O(log n) at most.

Modelled: short polls see every message; purges, deletions and changes of attributes act at once; throughput limits are not enforced,
because calls from a cell take no virtual time; a deleted queue's name can be used again at once.
"""

from moto.sqs.models import sqs_backends

from motoclock.services.sqs.backend import IndexedSQSBackend
from motoclock.services.sqs.messages import Message, State
from motoclock.services.sqs.queue import IndexedQueue

__all__ = ["IndexedQueue", "IndexedSQSBackend", "Message", "State", "install"]


def install() -> None:
    """Backends are made on first use, so this must come before the first SQS call."""
    sqs_backends.backend = IndexedSQSBackend
