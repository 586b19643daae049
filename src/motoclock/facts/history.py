"""What moved on the platform: the value that tutorials still say, and the value of today.

The numbers stay in the facts; a row here only names the facts, the date and the words between.
"""

from dataclasses import dataclass
from html import escape

from motoclock.asking import asked
from motoclock.facts import (
    destinations,
    eventbridge,
    kinesis,
    lambda_,
    sns,
    sqs,
    sqs_mapping,
    stream_mapping,
    stream_queues,
)
from motoclock.facts.record import Fact

_LEFT = 'style="text-align:left;vertical-align:top"'  # a notebook aligns tables for numbers


@dataclass(frozen=True, slots=True)
class Change:
    """One row of "What changed since"."""

    topic: str
    old: str
    new: str
    since: str
    source: str
    services: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Changes:
    """Rows to show in a lesson: an HTML table, or aligned text."""

    rows: tuple[Change, ...]

    def __repr__(self) -> str:
        return "\n".join(f"{row.topic}: was {row.old}; now {row.new}{_since(row)}" for row in self.rows)

    def _repr_html_(self) -> str:
        head = "".join(f"<th {_LEFT}>{title}</th>" for title in ("topic", "tutorials still say", "today", "source"))
        body = "".join(_html_row(row) for row in self.rows)
        return (
            f"<table><caption>What changed since</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        )


def changes() -> tuple[Change, ...]:
    """All rows, in the order of the course."""
    return _ROWS


@asked
def what_changed(service: str) -> Changes:
    """The rows of one service, such as "sqs", "lambda", "destinations" or "dynamodb_streams"; ValueError for another name."""
    rows = tuple(row for row in _ROWS if service in row.services)
    if not rows:
        known = ", ".join(sorted({name for row in _ROWS for name in row.services}))
        raise ValueError(f"Nothing recorded as changed for {service!r}: choose from {known}.")
    return Changes(rows)


def _row(topic: str, services: str, facts: Fact | tuple[Fact, ...], new: str = "{0}", since: str = "") -> Change:
    many = facts if isinstance(facts, tuple) else (facts,)
    old = ", ".join(dict.fromkeys(fact.old for fact in many if fact.old))
    source = "; ".join(dict.fromkeys(fact.source for fact in many))
    return Change(topic, old, new.format(*(fact.text for fact in many)), since, source, tuple(services.split()))


def _since(row: Change) -> str:
    return f" (since {row.since})" if row.since else ""


def _html_row(row: Change) -> str:
    cells = (row.topic, row.old, row.new + _since(row), row.source)
    return "<tr>" + "".join(f"<td {_LEFT}>{escape(cell)}</td>" for cell in cells) + "</tr>"


_ROWS: tuple[Change, ...] = (
    _row(
        "SQS message size",
        "sqs",
        (sqs.MESSAGE_SIZE_MAX_BYTES, sqs.BATCH_SIZE_MAX_BYTES),
        "{0} for a message, {1} for a whole batch",
        "August 2025",
    ),
    _row(
        "Lambda asynchronous payload",
        "lambda destinations",
        (lambda_.ASYNC_PAYLOAD_MAX_BYTES, lambda_.INVOKE_ASYNC_PAYLOAD_MAX_BYTES),
        "{0} with Invoke; the deprecated InvokeAsync stays at {1}",
        "late 2025",
    ),
    _row("EventBridge PutEvents", "eventbridge", eventbridge.PUT_EVENTS_MAX_BYTES, "{0} a request", "January 2026"),
    _row(
        "SNS message size",
        "sns",
        (sns.MESSAGE_SIZE_MAX_BYTES, sns.MESSAGE_SIZE_DEFAULT_BYTES, sns.MESSAGE_SIZE_RAISED_SUBSCRIPTIONS_MAX),
        "{1}; MaximumMessageSize raises it to {0}, with at most {2}, all SQS, Lambda or Firehose",
        "September 2026",
    ),
    _row("SNS filter policy", "sns", sns.FILTER_SCOPE_DEFAULT, "the message body, too", "November 2022"),
    _row(
        "Kinesis capacity",
        "kinesis",
        kinesis.ON_DEMAND_START_BYTES_PER_S,
        "or on demand: paid by the gigabyte, a new stream takes {0}",
        "November 2021",
    ),
    _row(
        "Kinesis partition key",
        "kinesis",
        kinesis.RECORD_DISTRIBUTION,
        "on an on-demand stream AUTO spreads records whatever their key, and gives up their order",
    ),
    _row(
        "Kinesis record",
        "kinesis",
        (kinesis.RECORD_SIZE_MAX_BYTES, kinesis.RECORD_SIZE_DEFAULT_BYTES),
        "{1}, raisable to {0}; the shard's average stays",
    ),
    _row(
        "SQS to Lambda ramp", "sqs lambda", (sqs_mapping.CONCURRENCY_STEP, sqs_mapping.CONCURRENCY_CAP), "+{0}, cap {1}"
    ),
    _row(
        "Protecting what a queue's function calls",
        "sqs lambda",
        sqs_mapping.MAXIMUM_CONCURRENCY_RANGE,
        "MaximumConcurrency of the mapping, {0}",
        "January 2023",
    ),
    _row(
        "SQS mapping, provisioned mode",
        "sqs lambda",
        (sqs_mapping.PROVISIONED_MIN_RANGE, sqs_mapping.PROVISIONED_MAX_RANGE),
        "minimum {0}, maximum {1}",
        "14 November 2025",
    ),
    _row("SQS FIFO messages in flight", "sqs", sqs.FIFO_IN_FLIGHT_MAX_MESSAGES, since="November 2024"),
    _row("SQS MessageGroupId", "sqs", sqs.FAIR_QUEUES, "on a standard queue it turns on fair queues", "July 2025"),
    _row(
        "EventBridge bus",
        "eventbridge",
        eventbridge.BUS_KINDS,
        "{0}: the first has rules and targets, the second subscribers, retention and FIFO",
        "September 2026",
    ),
    _row(
        "EventBridge logs",
        "eventbridge",
        eventbridge.BUS_LOG_TYPES,
        "a bus writes its own: ERROR, INFO or TRACE, to CloudWatch Logs among others",
        "July 2025",
    ),
    _row("EventBridge latency", "eventbridge", eventbridge.LATENCY_S, "{0} at the 99th percentile", "November 2024"),
    _row(
        "Stream filtering",
        "dynamodb_streams kinesis",
        (stream_mapping.FILTERED_IS_PASSED_OVER, stream_mapping.FILTERS_MAX),
        "the mapping can filter, with up to {1}",
    ),
    _row(
        "Stream failure destination",
        "dynamodb_streams kinesis",
        stream_mapping.FAILURE_RECORD_HOLDS_PAYLOAD,
        "an S3 bucket as well, and there the records are kept",
    ),
    _row(
        "Kinesis consumption",
        "kinesis",
        stream_queues.QUEUES,
        "on-demand streams also offer queues with visibility timeout, acknowledgement and dead-lettering",
    ),
    _row("Failure destination", "destinations", destinations.ON_FAILURE_TARGETS, "an S3 bucket as well"),
    _row("Lambda function", "lambda destinations", lambda_.KINDS),
)
