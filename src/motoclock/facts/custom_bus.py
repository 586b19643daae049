"""The new Custom Event Bus of EventBridge (September 2026): boto3's "eventbridgev2", with subscribers in place of rules."""

from motoclock.facts.record import RULE, Confidence, fact, modelled, not_shown
from motoclock.facts.shapes import DAY_S, KIB, MINUTE_S, Backoff, Span

M = Confidence.M
_BUS, _RETRY = "EBG/eb-custom-bus", "bc:eventbridgev2.RetryPolicy"

# The bus
BUSES_MAX = fact(5, "buses", "Custom buses of an account.", _BUS)
SUBSCRIBERS_MAX = fact(10_000, "subscribers", "Subscribers of one bus.", _BUS)
EVENT_SOURCES_MAX = fact(200, "event sources", "Event sources of an account.", "EBG/eb-quota")
PROVISIONING_S = modelled(
    1.0,
    "s",
    "A new bus is CREATING at first, and takes neither events nor subscribers: use the waiter.",
    "it is ACTIVE after this long; an update and a deletion take as long.",
)
RETENTION_RANGE_DAYS = fact(
    Span(1, 365), "days", "How long the bus keeps events.", "bc:eventbridgev2.RetentionPeriodInDays"
)
RETENTION_DEFAULT_DAYS = modelled(
    7,
    "days",
    "What a bus keeps unless RetentionPeriodInDays is set is not in what we read.",
    "it keeps this many days.",
)

# Publishing
PUT_EVENTS_MAX_ENTRIES = fact(
    100, "entries", "Entries of one PutEvents call.", "bc:eventbridgev2.PutEventsRequestEntryList"
)
DEDUPLICATION_S = fact(5 * MINUTE_S, "s", "Publishing the same event again in this time answers DEDUPLICATED.", _BUS)
CONTENT_TYPE = fact(
    "application/eventbridge+json", RULE, "The content type of an event of PutEvents.", "EBG/eb-custom-bus-publish"
)

# Subscribers
START_POSITIONS = fact(
    ("LATEST", "POINT_IN_TIME"), RULE, "Where a new subscriber starts reading.", "bc:eventbridgev2.StartingPosition"
)
FILTERS_PER_SCOPE = fact(
    1, "filters", "An event must pass each; a subscriber has one a scope.", "EBG/eb-custom-bus-subscribers"
)
ORDERING = modelled(
    ("UNORDERED", "FIFO"),
    RULE,
    "FIFO orders per EventGroupId. What a failing event holds up AWS's pages say in two ways: its own group, or all groups.",
    "it holds up its own group.",
    "EBG/eb-custom-bus-retry",
    Confidence.M,
)
LATENCY_S = modelled(
    0.13,
    "s",
    "How soon a subscriber's target gets an event is not published.",
    "as on the classic bus: after this long.",
)
ROLE_IN_PLACE_OF_POLICY = modelled(
    True,
    RULE,
    "A subscriber's role must allow the delivery; the target's own policy is not asked.",
    "the role is named and not evaluated.",
    "EBG/eb-custom-bus-targets",
    Confidence.H,
)

# Batches
BATCH_SIZE_RANGE = fact(
    Span(1, 500), "events", "MaxBatchSize of a subscriber.", "bc:eventbridgev2.BatchConfiguration.MaxBatchSize"
)
BATCH_SIZE_DEFAULT = fact(
    10,
    "events",
    "Events of one call of a function or a state machine.",
    "bc:eventbridgev2.BatchConfiguration.MaxBatchSize",
)
BATCH_WINDOW_RANGE_S = fact(
    Span(0, 300),
    "s",
    "MaxBatchWindowInSeconds of a subscriber.",
    "bc:eventbridgev2.BatchConfiguration.MaxBatchWindowInSeconds",
)
FUNCTION_BATCH_MAX = fact(
    100, "events", "The largest batch of a function or a state machine.", "EBG/eb-custom-bus-batching", M
)
QUEUE_BATCH_MAX = fact(10, "events", "The largest batch of a queue or a topic.", "EBG/eb-custom-bus-batching")
STREAM_BATCH_MAX = fact(500, "events", "The largest batch of a stream.", "EBG/eb-custom-bus-batching", M)
INVOCATION_TIMEOUT_S = fact(
    30, "s", "How long a subscriber waits for a target that it waits for.", "EBG/eb-custom-bus-target-lambda"
)
INVOCATION_TYPE_DEFAULT = modelled(
    "EVENT", RULE, "What a function gets unless InvocationType is set is not in what we read.", "an asynchronous call."
)

# Retries of a delivery to a target
RETRIES_DEFAULT = fact(5, "retries", "Attempts of a subscriber after the first one.", f"{_RETRY}.MaxRetryAttempts")
RETRIES_RANGE = fact(Span(0, 185), "retries", "MaxRetryAttempts of a subscriber.", f"{_RETRY}.MaxRetryAttempts")
EVENT_AGE_DEFAULT_S = modelled(
    5 * MINUTE_S,
    "s",
    "A subscriber gives an event up at this age.",
    "it counts from the first attempt, so that a replay of old events is tried as well.",
    f"{_RETRY}.MaxEventAgeInSeconds",
    Confidence.H,
)
EVENT_AGE_RANGE_S = fact(
    Span(60, DAY_S), "s", "MaxEventAgeInSeconds of a subscriber.", f"{_RETRY}.MaxEventAgeInSeconds"
)
RETRIED = fact(
    ("all",), RULE, "A missing target or a refusal is tried again like an outage: nothing fails at once.", "AT", M
)
RETRY_BACKOFF = modelled(
    Backoff(first_s=1, factor=2, cap_s=480, jitter=0.1),
    RULE,
    "The waits between attempts are not published.",
    "as on the classic bus, doubling from one second.",
)
FAILURE_RECORD_HOLDS_EVENT = fact(
    False, RULE, "What the failure queue gets describes the failure; the event itself stays on the bus.", _BUS
)
FAILURE_MESSAGE_MAX_CHARS = fact(1024, "characters", "The error's words in a failure record.", "AT", M)

# Policies
POLICY_MAX_BYTES = fact(20 * KIB, "bytes", "The bus's own resource policy.", "bc:eventbridgev2.PolicyDocument")
SCHEMA_REGISTRY = not_shown(
    ("Avro", "Protobuf"),
    RULE,
    "Formats that PutRawEvents takes with a schema registry.",
    "bc:eventbridgev2.PutRawEventsRequest",
)
