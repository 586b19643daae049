"""Amazon SNS: topics, subscriptions, filter policies, and the retries of a delivery."""

from motoclock.facts.record import RULE, Confidence, fact, modelled, not_shown
from motoclock.facts.shapes import HOUR_S, KIB, MIB, Curve, Phase, RetryPhases, Span

M = Confidence.M
_RETRIES, _FILTERS = "SNSG/sns-message-delivery-retries", "SNSG/subscription-filter-policy-constraints"

# Messages and topics
MESSAGE_SIZE_DEFAULT_BYTES = fact(
    256 * KIB, "bytes", "The largest message of a topic unless raised.", "bc:sns.PublishInput.Message"
)
MESSAGE_SIZE_MAX_BYTES = fact(
    MIB,
    "bytes",
    "MaximumMessageSize can raise it this far, if every subscriber is SQS, Lambda or Firehose.",
    "bc:sns.CreateTopicInput.Attributes",
    old="256 KiB, fixed",
)
MESSAGE_SIZE_MIN_BYTES = fact(
    KIB, "bytes", "MaximumMessageSize may be as small as this.", "bc:sns.CreateTopicInput.Attributes"
)
MESSAGE_SIZE_RAISED_SUBSCRIPTIONS_MAX = fact(
    100, "subscriptions", "A topic with a raised message size may have this many.", "bc:sns.CreateTopicInput.Attributes"
)
BATCH_MAX_MESSAGES = fact(10, "messages", "The most one PublishBatch carries.", "bc:sns.PublishBatch")
TOPICS_MAX = not_shown(100_000, "topics", "Standard topics of an account.", "bc:sns.CreateTopic")
SUBSCRIPTIONS_MAX = not_shown(12_500_000, "subscriptions", "Subscriptions of a standard topic.", "C26", M)
PUBLISH_PER_S = not_shown(30_000, "messages/s", "Publishing to standard topics in us-east-1.", "C26", M)
DELIVERY = modelled(
    "at least once, best-effort order",
    RULE,
    "A standard topic pushes to each matching subscription on its own.",
    "order of publishing and no duplicate, unless Cloud(reorder=True, duplicates=0.01) asks for them.",
    "SNS'22",
    Confidence.H,
)
LAMBDA_RECORDS_PER_INVOKE = fact(1, "records", "SNS hands a function one message an invocation.", "LDG'23 with-sns")
LAMBDA_SUCCESS_MEANS_QUEUED = fact(
    True,
    RULE,
    "For SNS a delivery to Lambda is done once the event is queued; a throwing handler is Lambda's problem.",
    "LDG'23 with-sns",
)
RAW_DELIVERY = fact(
    ("sqs", "http", "https", "firehose"), RULE, "Protocols that can drop the JSON envelope.", "bc:sns.Subscribe"
)
RAW_ATTRIBUTES_MAX = fact(
    10, "attributes", "With raw delivery to SQS a message with more is discarded as a client-side error.", "C26", M
)

# FIFO topics
FIFO_TOPICS_MAX = not_shown(1000, "topics", "FIFO topics of an account.", "C26", M)
FIFO_SUBSCRIPTIONS_MAX = fact(100, "subscriptions", "Subscriptions of a FIFO topic.", "C26", M)
FIFO_PROTOCOLS = fact(("sqs",), RULE, "Only queues, FIFO or standard, subscribe to a FIFO topic.", "C26", M)
FIFO_MESSAGES_PER_S = not_shown(3000, "messages/s", "Throughput of a FIFO topic.", "bc:sns.CreateTopicInput.Attributes")
FIFO_BYTES_PER_S = not_shown(20_000_000, "bytes/s", "Throughput of a FIFO topic.", "bc:sns.CreateTopicInput.Attributes")
FIFO_GROUP_MESSAGES_PER_S = not_shown(300, "messages/s", "Throughput of one message group.", "C26", M)
FIFO_ARCHIVE_RANGE_DAYS = fact(Span(1, 365), "days", "How long a FIFO topic can archive and replay.", "C26", M)

# Filter policies
FILTER_SCOPE_DEFAULT = fact(
    "MessageAttributes",
    RULE,
    "A filter policy reads attributes unless its scope is MessageBody.",
    _FILTERS,
    old="attributes only",
)
FILTER_KEYS_MAX = fact(5, "keys", "Keys of one filter policy.", _FILTERS)
FILTER_COMBINATIONS_MAX = fact(
    150, "combinations", "The product of the list lengths; in body scope also of the nesting depth.", _FILTERS
)
FILTER_SIZE_MAX_BYTES = fact(256 * KIB, "bytes", "The size of one filter policy.", _FILTERS)
FILTERS_PER_TOPIC_MAX = fact(200, "policies", "Filter policies on one topic.", _FILTERS)
FILTERS_PER_ACCOUNT_MAX = not_shown(10_000, "policies", "Filter policies in an account.", _FILTERS)
FILTER_CHANGE_S = modelled(
    15 * 60,
    "s",
    "A new or changed filter policy can take up to this long.",
    "a change counts at once.",
    _FILTERS,
    Confidence.H,
)
FILTER_LOGIC = fact("AND across keys, OR in a list", RULE, "How the parts of a filter policy combine.", _FILTERS)

# Retries of a delivery
AWS_RETRY = fact(
    RetryPhases(
        (
            Phase("immediate", 3, 0, 0),
            Phase("pre-backoff", 2, 1, 1),
            Phase("backoff", 10, 1, 20, Curve.EXPONENTIAL),
            Phase("post-backoff", 100_000, 20, 20),
        )
    ),
    RULE,
    "Delivery to SQS and Lambda: over 23 days.",
    _RETRIES,
)
PEOPLE_RETRY = not_shown(
    RetryPhases(
        (
            Phase("pre-backoff", 2, 10, 10),
            Phase("backoff", 10, 10, 600, Curve.EXPONENTIAL),
            Phase("post-backoff", 38, 600, 600),
        )
    ),
    RULE,
    "Delivery to SMTP, SMS and mobile push: over 6 hours.",
    _RETRIES,
)
HTTP_RETRY = fact(
    RetryPhases((Phase("backoff", 3, 20, 20),)),
    RULE,
    "Delivery to HTTP and HTTPS unless the policy says more.",
    _RETRIES,
)
HTTP_RETRIES_MAX = fact(100, "retries", "The most a custom HTTP delivery policy may ask for.", _RETRIES)
HTTP_RETRY_TIME_MAX_S = fact(1 * HOUR_S, "s", "A custom HTTP delivery policy must be over in this time.", _RETRIES)
HTTP_TIMEOUT_S = modelled(
    15,
    "s",
    "SNS gives an HTTP endpoint a bounded time to answer.",
    "an endpoint that has not answered by then has failed.",
    "SNS'22",
    M,
)
BACKOFF_CURVE = modelled(
    Curve.EXPONENTIAL,
    RULE,
    "The waits of the back-off phase grow exponentially from the first to the last, with jitter. The formula is not published.",
    "each wait is the one before times the same factor, without jitter.",
    _RETRIES,
    Confidence.H,
)
CLIENT_ERROR_RETRIES = fact(
    0, "retries", "A deleted endpoint or a missing permission is never retried.", "SNSG/sns-dead-letter-queues"
)
REDRIVE_TARGETS = fact(
    ("sqs",),
    RULE,
    "Without a redrive policy on the subscription an undeliverable message is dropped.",
    "SNSG/sns-dead-letter-queues",
)
FIFO_DEAD_LETTER_DEDUPLICATION = modelled(
    "the publisher's deduplication id",
    RULE,
    "A dead letter of a FIFO subscription keeps the publisher's id (recorded). What two that share a queue get is not said.",
    "inferred: within five minutes it keeps one of the two letters, as it would of two messages with one id.",
    "REC, 2025-11: dead letters of a FIFO subscription",
)
