"""Amazon EventBridge: the classic bus with rules and targets, its archive, and API destinations."""

from motoclock.facts.record import RULE, Confidence, fact, modelled, not_shown
from motoclock.facts.shapes import DAY_S, MIB, Backoff, Span

M = Confidence.M
_QUOTA, _RETRY = "EBG/eb-quota", "bc:events.RetryPolicy"

# PutEvents
ENVELOPE_VERSION = fact("0", RULE, "The version field of an event.", "EB'23 events-structure")
PUT_EVENTS_MAX_ENTRIES = fact(10, "entries", "Entries of one PutEvents call.", "bc:events.PutEventsRequestEntryList")
PUT_EVENTS_MAX_BYTES = fact(
    MIB, "bytes", "The whole of one PutEvents call (AWS writes 1 MB).", "bc:events.PutEvents", old="256 KB"
)
DETAIL_TYPE_MAX_CHARS = fact(
    128, "characters", "The longest detail-type of an event.", "bc:events.PutEventsRequestEntry.DetailType"
)
PUT_EVENTS_PARTIAL_FAILURE = fact(
    200, RULE, "A call answers 200 even when entries failed: read FailedEntryCount.", "bc:events.PutEvents"
)

# Quotas
RULES_PER_BUS = fact(300, "rules", "Rules on one bus.", _QUOTA)
TARGETS_PER_RULE = fact(5, "targets", "Targets of one rule; the quota can't be raised.", _QUOTA)
BUSES_MAX = fact(100, "buses", "Buses of an account.", _QUOTA)
PUT_EVENTS_PER_S = not_shown(10_000, "events/s", "PutEvents in us-east-1.", _QUOTA)
TARGET_INVOCATIONS_PER_S = not_shown(
    18_750, "invocations/s", "Target invocations in us-east-1; beyond it they are delayed, not lost.", _QUOTA
)

# Retries of a delivery to a target
RETRIES_DEFAULT = fact(185, "retries", "Attempts after the first one, a target.", f"{_RETRY}.MaximumRetryAttempts")
RETRIES_RANGE = fact(Span(0, 185), "retries", "MaximumRetryAttempts of a target.", f"{_RETRY}.MaximumRetryAttempts")
EVENT_AGE_DEFAULT_S = fact(
    DAY_S, "s", "A target gives up after this long, whatever attempts remain.", "EBG/eb-rule-retry-policy"
)
EVENT_AGE_RANGE_S = fact(
    Span(60, DAY_S), "s", "MaximumEventAgeInSeconds of a target.", f"{_RETRY}.MaximumEventAgeInSeconds"
)
RETRY_BACKOFF = modelled(
    Backoff(first_s=1, factor=2, cap_s=480, jitter=0.1),
    RULE,
    "Exponential with jitter; the curve is not published.",
    "waits double from one second to a cap that lets all retries fit into a day.",
    "course",
)
NOT_RETRIED = fact(
    ("missing permission", "missing target", "invalid address", "failed DNS lookup"),
    RULE,
    "These go straight to the target's dead-letter queue.",
    "EBG/eb-rule-dlq",
)
DLQ_TARGETS = fact(
    ("SQS standard",), RULE, "A dead-letter queue belongs to a target, in the same Region.", "EB'23 eb-rule-dlq"
)
DLQ_ATTRIBUTES = fact(
    ("RULE_ARN", "TARGET_ARN", "ERROR_CODE", "ERROR_MESSAGE", "EXHAUSTED_RETRY_CONDITION", "RETRY_ATTEMPTS"),
    RULE,
    "What a dead-lettered event carries.",
    "EB'23 eb-rule-dlq",
)
DELIVERY = modelled(
    "at least once, no order",
    RULE,
    "A rule or target may fire twice; nothing orders events.",
    "order of putting and no duplicate, unless Cloud(reorder=True, duplicates=0.01) asks for them.",
    "EB'23 eb-troubleshooting",
    Confidence.H,
)
LAMBDA_TARGET_IS_ASYNC = fact(
    True, RULE, "A function is invoked asynchronously, so EventBridge's retries end where Lambda's begin.", "C26", M
)
LATENCY_S = modelled(
    0.13,
    "s",
    "AWS announced 130 ms at the 99th percentile to the first attempt (November 2024).",
    "each event reaches its targets after exactly this long.",
    "C26",
    M,
    old="2.2 s",
)

# Shaping the input
INPUT_PATHS_MAX = fact(100, "variables", "Variables of one input transformer.", "bc:events.TransformerPaths")
INPUT_TEMPLATE_MAX_CHARS = fact(
    8192, "characters", "The template of an input transformer.", "bc:events.TransformerInput"
)
OR_COMBINATIONS_MAX = fact(1000, "combinations", "What $or may expand to in one pattern.", "ER")

# What a bus logs
BUS_LOG_TYPES = fact(
    ("ERROR_LOGS", "INFO_LOGS", "TRACE_LOGS"),
    RULE,
    "The log types of a delivery source that is a bus; each carries its own level.",
    "REC, 2026: vended log delivery of a default and of a custom bus",
    M,
    old="none of its own: a rule sends all events to a log group",
)
BUS_LOG_STREAM = fact(
    "EventBridgeEventBusLogs",
    RULE,
    "The log stream that buses write, in a log group of any name; the console's is /aws/vendedlogs/events/event-bus/<bus>.",
    "REC, 2026: vended log delivery of a default and of a custom bus",
    M,
)
BUS_LOG_FIELDS = fact(
    (
        "resource_arn",
        "message_timestamp_ms",
        "event_bus_name",
        "request_id",
        "event_id",
        "invocation_id",
        "message_type",
        "log_level",
        "details",
        "error",
        "dropped_fields",
    ),
    RULE,
    "The fields of a record in a bus's log.",
    "EBG/eb-event-logs-schema",
)
BUS_LOG_RECORD_MAX_BYTES = fact(
    MIB, "bytes", "A longer record loses data, which `dropped_fields` names.", "EBG/eb-event-logs-schema"
)
BUS_LOG_ERRORS = modelled(
    (
        "EVENT_INGEST_FAILURE",
        "INVOCATION_ATTEMPT_PERMANENT_FAILURE",
        "INVOCATION_ATTEMPT_RETRYABLE_FAILURE",
        "INVOCATION_ATTEMPT_THROTTLE",
        "INVOCATION_DLQ",
        "INVOCATION_FAILURE",
    ),
    RULE,
    "Level ERROR has the records of errors in processing and delivery.",
    "these steps.",
    "EBG/eb-event-bus-logs",
)
BUS_LOG_MAJOR_STEPS = modelled(
    ("EVENT_INGEST_SUCCESS", "INVOCATION_SUCCESS", "NO_STANDARD_RULES_MATCHED", "RULE_MATCH"),
    RULE,
    "Level INFO has the errors and the major steps; the first and third of these were recorded at it.",
    "these steps.",
    "EBG/eb-event-bus-logs",
)
BUS_LOG_OTHER_STEPS = modelled(
    (
        "EVENT_RECEIPT",
        "INVOCATION_ATTEMPT_START",
        "INVOCATION_ATTEMPT_SUCCESS",
        "INVOCATION_START",
        "INVOCATION_THROTTLE_START",
        "RULE_MATCH_START",
    ),
    RULE,
    "Level TRACE has every step.",
    "these steps beside those of the other levels.",
    "EBG/eb-event-bus-logs",
)

# Archive and replay
REPLAY_FIELD = fact("replay-name", RULE, "The field a replayed event has more than its original.", "EB'23 eb-archive")
REPLAY_SLICE_S = modelled(
    60,
    "s",
    "A replay works in one-minute slices and keeps no order within.",
    "events come back in their first order.",
    "EB'23 eb-archive",
    Confidence.H,
)
REPLAY_WAIT_S = not_shown(
    600, "s", "An event can take this long to reach its archive: wait before replaying.", "EB'23 eb-archive"
)
REPLAYS_MAX = fact(10, "replays", "Concurrent replays of an account.", "EB'23 eb-archive")

# API destinations
API_DESTINATION_TIMEOUT_S = fact(5, "s", "An external system must answer within this.", "EB'23 eb-api-destinations")
API_DESTINATION_RETRIED = fact(
    ("401", "407", "409", "429", "5xx", "timeout", "no connection"),
    RULE,
    "Answers that are retried; Retry-After is honoured.",
    "EB'23 eb-api-destinations",
    M,
)
OAUTH_REFRESHED_AFTER = fact(
    ("401", "407"),
    RULE,
    "After these answers a connection fetches a new OAuth token, which the next attempt shows: allow for a retry.",
    "EBG/eb-target-connection-auth",
)
OAUTH_REFRESH_EARLY_S = fact(
    60, "s", "A token that expires within this time is replaced before the call.", "EBG/eb-target-connection-auth"
)
API_DESTINATION_PER_S = fact(300, "calls/s", "InvocationRateLimitPerSecond unless set.", "C26", M)

BUS_KINDS = fact(
    ("Custom Event Bus - Classic", "Custom Event Bus"),
    RULE,
    "The first has rules and targets, the second subscribers.",
    "EBG/eb-custom-bus",
    old="one kind of bus",
)
