"""One reader a service: a function that adds what it finds in moto to a `Reading`. Observed traffic comes last."""

from collections.abc import Callable

from sevenways.account.readers import (
    downstreams,
    eventbridge,
    eventbridgev2,
    functions,
    pipes,
    scheduler,
    sns,
    sqs,
    stepfunctions,
    stream_queues,
    streams,
    traffic,
)
from sevenways.account.reading import Reading

READERS: tuple[Callable[[Reading], None], ...] = (
    sns.read,
    streams.read,
    stream_queues.read,
    sqs.read,
    functions.read,
    stepfunctions.read,
    eventbridge.read,
    eventbridgev2.read,
    scheduler.read,
    pipes.read,
    downstreams.read,
    traffic.read,
)
