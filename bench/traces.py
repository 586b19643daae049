"""Traces of any length without a run: the events that the engine writes, appended directly. For measuring readers and pictures."""

from motoclock.trace import (
    Cause,
    Checkpointed,
    Comeback,
    DeadLettered,
    Deleted,
    Failed,
    Invoked,
    Mode,
    Read,
    Received,
    Returned,
    Sent,
    Succeeded,
    Trace,
)

_ARN = "arn:aws:{}:us-east-1:123456789012:{}"
QUEUE, DEAD = _ARN.format("sqs", "orders"), _ARN.format("sqs", "orders-dlq")
FUNCTION, STREAM = _ARN.format("lambda", "function:charge"), _ARN.format("kinesis", "stream/clicks")
_SHARD = "shardId-000000000000"


def queue_trace(events: int) -> Trace:
    """A queue and its function in batches of ten, every seventh of which fails and is dead-lettered."""
    now = [0.0]
    trace = Trace(lambda: now[0])
    sent = 0
    while len(trace) < events:
        batch, run = sent // 10, f"run-{sent // 10}"
        ids = [f"{sent + n:08x}-0000-4000-8000-000000000000" for n in range(10)]
        for one in ids:
            trace.append(Sent(f"order-{sent}", 20, batch=batch + 1), QUEUE, one)
            sent += 1
        now[0] += 0.02
        for one in ids:
            trace.append(Received(1, now[0] + 30, FUNCTION), QUEUE, one)
        environment = f"charge-{batch % 5 + 1}"
        trace.append(
            Invoked("charge", environment, batch < 5, QUEUE, tuple(ids), 1, Mode.MAPPING, (), 900), FUNCTION, None, run
        )
        started, now[0] = now[0], now[0] + 0.1
        if batch % 7 == 6:
            trace.append(Failed("charge", environment, started, 0.1, 100, 128, 0.0, "E", "no"), FUNCTION, None, run)
            for one in ids:
                trace.append(Returned(Comeback.VISIBILITY_TIMEOUT), QUEUE, one)
                trace.append(DeadLettered(DEAD, 1, "received too often"), QUEUE, one)
        else:
            trace.append(Succeeded("charge", environment, started, 0.1, 100, 128), FUNCTION, None, run)
            for one in ids:
                trace.append(Deleted(Cause.MAPPING, FUNCTION), QUEUE, one)
    return trace


def stream_trace(events: int) -> Trace:
    """A stream of one shard and its function in batches of a hundred."""
    now = [0.0]
    trace = Trace(lambda: now[0])
    sent = 0
    while len(trace) < events:
        run = f"run-{sent // 100}"
        ids = [f"{_SHARD}:{sent + n:08x}" for n in range(100)]
        for one in ids:
            trace.append(Sent("x", 20), STREAM, one)
        sent += 100
        now[0] += 0.02
        trace.append(Read(_SHARD, 100, 2000, 0.0, FUNCTION), STREAM)
        trace.append(
            Invoked("charge", "charge-1", False, STREAM, tuple(ids), 1, Mode.MAPPING, (), 900), FUNCTION, None, run
        )
        started, now[0] = now[0], now[0] + 0.1
        trace.append(Succeeded("charge", "charge-1", started, 0.1, 100, 128), FUNCTION, None, run)
        for one in ids:
            trace.append(Checkpointed(_SHARD, one, FUNCTION), STREAM, one)
    return trace
