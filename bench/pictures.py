"""One row a picture: processor seconds for 1k, 10k and 100k events (and 500k), each as the first picture of its trace.

`python -m bench.pictures PICTURE TRACE EVENTS` prints one JSON object; `python -m bench` runs each in a process of its own.
"""

import json
import sys
from collections.abc import Callable

import boto3

from bench import processor, traces
from bench.handlers import work
from motoclock.trace import Trace
from sevenways import Cloud

TRACES: dict[str, Callable[[int], Trace]] = {"queue": traces.queue_trace, "stream": traces.stream_trace}


def _first(cloud: Cloud) -> str:
    return next(event.message_id for event in cloud.trace if event.message_id)


PICTURES: dict[str, Callable[[Cloud], object]] = {
    "diagram": lambda cloud: cloud.diagram(),
    "timeline": lambda cloud: cloud.timeline(),
    "backlog": lambda cloud: cloud.backlog(),
    "passport": lambda cloud: cloud.passport(_first(cloud)),
    "summary": lambda cloud: cloud.summary(),
}


def seconds(picture: str, trace: str, events: int) -> float:
    """Of one picture of a trace that nobody has read before. The account has the queue, the stream and the function it is about."""
    with Cloud() as cloud:
        cloud.deploy(work, name="charge")
        boto3.client("sqs").create_queue(QueueName="orders")
        boto3.client("kinesis").create_stream(StreamName="clicks", ShardCount=1)
        PICTURES["diagram"](cloud)
        PICTURES["summary"](cloud)
        made = TRACES[trace](events)
        cloud.trace._events[:] = made  # what a run would have written; no public way to pretend
        begin = processor.seconds()
        PICTURES[picture](cloud)
        return processor.seconds() - begin


if __name__ == "__main__":
    print(json.dumps({"seconds": seconds(sys.argv[1], sys.argv[2], int(sys.argv[3]))}))
