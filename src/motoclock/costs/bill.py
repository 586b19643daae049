"""What a run would cost on AWS, priced from the trace and the facts table.

Modelled: list prices of us-east-1 without free tiers; what a trace can't see (empty polls, data transfer, storage but
for archives) costs nothing.
A service is a function from events to lines, named in `PRICERS` with the services whose events it wants; one that is paid by the hour
is in `BY_THE_HOUR`.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import ceil

from motoclock.account.lives import STREAM_QUEUE, Services, service_of
from motoclock.costs.kinesis import KINESIS, measured
from motoclock.facts import prices, stepfunctions
from motoclock.facts.shapes import DAY_S, in_started_steps
from motoclock.trace import (
    Called,
    Cause,
    Deleted,
    Delivered,
    Entered,
    Event,
    Exited,
    Filtered,
    Finished,
    Read,
    Received,
    Refused,
    Retried,
    Sent,
)

_MONTH_S = 30 * DAY_S
_CALL_MESSAGES = 10  # messages in one receive or delete of a poller


@dataclass(frozen=True, slots=True)
class CostLine:
    """One thing that is billed: how many units, and what they cost."""

    service: str
    what: str
    units: float
    usd: float


def costs(trace: Iterable[Event], until: float | None = None) -> tuple[CostLine, ...]:
    """Everything billed in a trace, service by service. Lines without units are left out.

    What is paid by the hour is paid until virtual second `until`; unless given, until the last event.
    """
    events = list(trace)
    until = until if until is not None else events[-1].at if events else 0.0
    concern = _by_pricer(events)
    lines = [line for price in PRICERS for line in price(concern[price])]
    lines += [line for price in BY_THE_HOUR for line in price(concern[price], until)]
    return tuple(line for line in lines if line.units)


def _by_pricer(events: list[Event]) -> dict[Callable[..., list[CostLine]], list[Event]]:
    """The events that concern each pricer, those of its services, in order."""
    wants: dict[Callable[..., list[CostLine]], tuple[str, ...]] = {**PRICERS, **BY_THE_HOUR}
    concern: dict[Callable[..., list[CostLine]], list[Event]] = {price: [] for price in wants}
    takes: dict[str, list[list[Event]]] = {}
    services = Services()
    for event in events:
        service = services[event.resource]
        if service not in takes:
            takes[service] = [mine for price, mine in concern.items() if service in wants[price]]
        for mine in takes[service]:
            mine.append(event)
    return concern


def total_usd(trace: Iterable[Event], until: float | None = None) -> float:
    """The sum of all lines, in US dollars."""
    return sum(line.usd for line in costs(trace, until))


def sqs_costs(events: list[Event]) -> list[CostLine]:
    """Requests: sends of cells and functions, one a call; receives and deletes as batches of ten; each started 64 KiB is one.

    A standard queue that was sent group ids is a fair queue, and pays more for each request. Modelled: polls that find nothing are not
    counted, since they cost by the hour and not by the message.
    """
    sizes: dict[str | None, int] = {}
    requests: Counter[str] = Counter()
    batches: dict[tuple, list[int]] = defaultdict(list)
    fair: set[str] = set()
    for number, event in enumerate(events, 1):
        what = event.what
        if isinstance(what, Sent):
            sizes[event.message_id] = what.size_bytes
            if not what.sender or service_of(what.sender) == "lambda":
                call = what.batch or -number  # a call of its own
                batches[event.resource, "send", call].append(what.size_bytes)
            if what.group_id is not None and not event.resource.endswith(".fifo"):
                fair.add(event.resource)
        elif isinstance(what, Received):
            batches[event.resource, "receive", event.at, what.consumer].append(sizes.get(event.message_id, 0))
        elif isinstance(what, Deleted) and (what.cause is Cause.MAPPING or what.cause is Cause.CALL):
            batches[event.resource, "delete", event.at, what.consumer].append(0)
    for (queue, *_call), messages in batches.items():
        for first in range(0, len(messages), _CALL_MESSAGES):
            requests[queue] += _units(sum(messages[first : first + _CALL_MESSAGES]), prices.SQS_REQUEST_BYTES.value)
    fifo = sum(number for queue, number in requests.items() if queue.endswith(".fifo"))
    standard = requests.total() - fifo
    fairly = sum(number for queue, number in requests.items() if queue in fair)
    return [
        CostLine("SQS", "requests", standard, standard * prices.SQS_STANDARD_PER_M.value / 1e6),
        CostLine("SQS", "FIFO requests", fifo, fifo * prices.SQS_FIFO_PER_M.value / 1e6),
        CostLine("SQS", "fair-queue requests", fairly, fairly * prices.SQS_FAIR_EXTRA_PER_M.value / 1e6),
    ]


def lambda_costs(events: list[Event]) -> list[CostLine]:
    """Requests, and gigabyte-seconds from what each invocation was billed."""
    runs = [event.what for event in events if isinstance(event.what, Finished)]
    gigabyte_s = sum(run.billed_ms / 1000 * run.memory_mb / 1024 for run in runs)
    return [
        CostLine("Lambda", "requests", len(runs), len(runs) * prices.LAMBDA_PER_M.value / 1e6),
        CostLine("Lambda", "GB-seconds", gigabyte_s, gigabyte_s * prices.LAMBDA_PER_GB_S.value),
    ]


def sns_costs(events: list[Event]) -> list[CostLine]:
    """Calls that publish, each started 64 KiB is one; deliveries over HTTP and by email; FIFO topics. SQS and Lambda cost nothing.

    A batch is one call (SNS_BATCH_IS_ONE_PUBLISH).
    Filters on the body pay for what they read, each subscription's by itself. Modelled: text messages and mobile push cost nothing.
    """
    sizes = {
        e.message_id: e.what.size_bytes for e in events if isinstance(e.what, Sent) and service_of(e.resource) == "sns"
    }
    calls: dict[tuple[str, int], int] = Counter()  # topic and call -> bytes; who comes alone is a call of its own
    fifo_bytes, delivered, delivered_bytes, scanned_gb = 0, Counter[str](), 0, 0.0
    for number, event in enumerate(events, 1):
        if service_of(event.resource) != "sns":
            continue
        is_fifo = event.resource.endswith(".fifo")
        scanned_gb += event.what.scanned_bytes / 1e9 if isinstance(event.what, Sent) else 0
        if isinstance(event.what, Sent):
            calls[event.resource, event.what.batch or -number] += event.what.size_bytes
            fifo_bytes += event.what.size_bytes if is_fifo else 0
        elif isinstance(event.what, Delivered):
            target = event.what.target
            kind = "fifo" if is_fifo else "http" if "://" in target else "email" if "@" in target else ""
            delivered[kind] += 1
            delivered_bytes += sizes.get(event.message_id, 0) if is_fifo else 0
    fifo = sum(topic.endswith(".fifo") for topic, _call in calls)
    standard = [size for (topic, _call), size in calls.items() if not topic.endswith(".fifo")]
    published = sum(_units(size, prices.SNS_PUBLISH_BYTES.value) for size in standard)
    fifo_usd = fifo * prices.SNS_FIFO_PER_M.value / 1e6 + fifo_bytes / 1e9 * prices.SNS_FIFO_PER_GB.value
    delivery_usd = delivered["fifo"] * prices.SNS_FIFO_DELIVERY_PER_M.value / 1e6
    delivery_usd += delivered_bytes / 1e9 * prices.SNS_FIFO_DELIVERY_PER_GB.value
    return [
        CostLine("SNS", "publishes", published, published * prices.SNS_PER_M.value / 1e6),
        CostLine("SNS", "HTTP deliveries", delivered["http"], delivered["http"] * prices.SNS_HTTP_PER_M.value / 1e6),
        CostLine(
            "SNS", "email deliveries", delivered["email"], delivered["email"] * prices.SNS_EMAIL_PER_100K.value / 1e5
        ),
        CostLine("SNS", "GB read by body filters", scanned_gb, scanned_gb * prices.SNS_BODY_FILTER_PER_GB.value),
        CostLine("SNS", "FIFO publishes", fifo, fifo_usd),
        CostLine("SNS", "FIFO deliveries", delivered["fifo"], delivery_usd),
    ]


def eventbridge_costs(events: list[Event]) -> list[CostLine]:
    """Events that were put or replayed, each started 64 KiB is one; calls of API destinations; schedules; pipes.

    What a rule delivers inside the account, to another bus too, is free, and so are schedules of rules and a connection's tokens. A
    pipe pays for what its filter lets through.

    Modelled: the custom buses cost nothing: they are billed by volume, at rates that we have not read.
    """
    put = calls = fired = piped = 0
    archived_gb = 0.0
    for event in events:
        service = service_of(event.resource)
        if isinstance(event.what, Sent) and service == "events" and ":event-busv2/" not in event.resource:
            if ":rule/" not in (event.what.sender or ""):
                put += _units(event.what.size_bytes, prices.EVENTBRIDGE_EVENT_BYTES.value)
            archived_gb += event.what.archived_bytes / 1e9
        elif isinstance(event.what, Called):
            calls += ":api-destination/" in (event.what.caller or "")
        elif isinstance(event.what, Sent) and service == "scheduler":
            fired += 1
        elif service == "pipes":
            piped += isinstance(event.what, Delivered | Refused | Filtered)
    return [
        CostLine("EventBridge", "events", put, put * prices.EVENTBRIDGE_PER_M.value / 1e6),
        CostLine(
            "EventBridge", "API destination calls", calls, calls * prices.EVENTBRIDGE_API_DESTINATION_PER_M.value / 1e6
        ),
        CostLine("EventBridge", "archived GB", archived_gb, archived_gb * prices.EVENTBRIDGE_ARCHIVE_PER_GB.value),
        CostLine("EventBridge", "schedule firings", fired, fired * prices.SCHEDULER_PER_M.value / 1e6),
        CostLine("EventBridge", "pipe requests", piped, piped * prices.PIPES_PER_M.value / 1e6),
    ]


def stepfunctions_costs(events: list[Event]) -> list[CostLine]:
    """Standard: a transition for each state entered and each retry, in child executions too. Express: requests and GB-seconds.

    Modelled: an execution that still runs has no duration yet; a redrive's transitions count again.
    """
    transitions = requests = 0
    began: dict[str, float] = {}
    gigabyte_s = 0.0
    for event in events:
        if service_of(event.resource) != "states":
            continue
        execution = event.invocation_id or ""
        if ":express:" not in execution:
            transitions += isinstance(event.what, Retried) or (
                isinstance(event.what, Entered) and bool(event.what.state)
            )
        elif isinstance(event.what, Entered) and not event.what.state:
            requests += 1
            began[execution] = event.at
        elif isinstance(event.what, Exited) and not event.what.state and execution in began:
            took_ms = (event.at - began.pop(execution)) * 1000
            billed_s = in_started_steps(took_ms, stepfunctions.EXPRESS_BILLED_STEP_MS.value) / 1000
            gigabyte_s += billed_s * stepfunctions.EXPRESS_BILLED_MEMORY_MB.value / 1024
    return [
        CostLine("Step Functions", "transitions", transitions, transitions * prices.STEPFUNCTIONS_PER_1000.value / 1e3),
        CostLine(
            "Step Functions", "express requests", requests, requests * prices.STEPFUNCTIONS_EXPRESS_PER_M.value / 1e6
        ),
        CostLine(
            "Step Functions", "express GB-seconds", gigabyte_s, gigabyte_s * prices.STEPFUNCTIONS_EXPRESS_PER_GB_S.value
        ),
    ]


def table_stream_costs(events: list[Event]) -> list[CostLine]:
    """GetRecords of cells and handlers: a read unit each. What mappings read is free (modelled: what pipes read too)."""
    reads = sum(
        isinstance(event.what, Read) and service_of(event.resource) == "dynamodb" and event.what.reader is None
        for event in events
    )
    return [CostLine("DynamoDB Streams", "read units", reads, reads * prices.DYNAMODB_STREAMS_PER_100K.value / 1e5)]


def kinesis_costs(events: list[Event], until: float) -> list[CostLine]:
    """Hours, and what was written and read, each under the capacity mode of its moment; see `costs.kinesis`."""
    units = measured(events, until)
    return [
        CostLine("Kinesis", what, units[what], units[what] * price.value / per)
        for what, (price, per) in KINESIS.items()
    ]


def archive_costs(events: list[Event], until: float) -> list[CostLine]:
    """What archives of buses keep, by the gigabyte and the month. Modelled: nothing is forgotten before the end of the run."""
    gb_months = sum(
        event.what.archived_bytes / 1e9 * (until - event.at) / _MONTH_S
        for event in events
        if isinstance(event.what, Sent)
    )
    return [
        CostLine(
            "EventBridge", "archive GB-months", gb_months, gb_months * prices.EVENTBRIDGE_ARCHIVE_PER_GB_MONTH.value
        )
    ]


PRICERS: dict[Callable[[list[Event]], list[CostLine]], tuple[str, ...]] = {
    sqs_costs: ("sqs",),
    lambda_costs: ("lambda",),
    sns_costs: ("sns",),
    eventbridge_costs: ("events", "scheduler", "pipes", ""),  # "": a host that was called
    stepfunctions_costs: ("states",),
    table_stream_costs: ("dynamodb",),
}
BY_THE_HOUR: dict[Callable[[list[Event], float], list[CostLine]], tuple[str, ...]] = {
    kinesis_costs: ("kinesis", STREAM_QUEUE),
    archive_costs: ("events",),
}


def _units(size_bytes: int, unit_bytes: int) -> int:
    """What is billed for each started unit, at least one."""
    return max(1, ceil(size_bytes / unit_bytes))
