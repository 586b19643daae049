"""EventBridge Pipes: one source, a filter, an enrichment, one target."""

from motoclock.facts import sqs_mapping
from motoclock.facts.record import RULE, fact
from motoclock.facts.shapes import DAY_S, MIB, MINUTE_S, Span

_STREAM = "bc:pipes.PipeSourceDynamoDBStreamParameters"

SOURCES = fact(
    ("SQS", "Kinesis", "DynamoDB Streams", "MSK", "Kafka", "MQ"),
    RULE,
    "What a pipe reads; we run the first three.",
    "EB'23 eb-pipes",
)
BATCH_SIZE_RANGE = fact(Span(1, 10_000), "records", "The batch size of a pipe's source.", f"{_STREAM}.BatchSize")
WINDOW_RANGE_S = fact(
    Span(0, 300), "s", "The batching window of a pipe's source.", f"{_STREAM}.MaximumBatchingWindowInSeconds"
)
PARALLELIZATION_RANGE = fact(Span(1, 10), "batches", "Batches of a shard at once.", f"{_STREAM}.ParallelizationFactor")
RETRIES_DEFAULT = fact(-1, "", "A stream source is retried until expiry (-1) unless set.", "EB'23 eb-pipes")
RETRIES_RANGE = fact(
    Span(-1, 10_000), "", "MaximumRetryAttempts of a stream source.", f"{_STREAM}.MaximumRetryAttempts"
)
RECORD_AGE_MAX_S = fact(
    7 * DAY_S, "s", "MaximumRecordAgeInSeconds of a stream source.", f"{_STREAM}.MaximumRecordAgeInSeconds"
)
PARTIAL_FAILURE = fact(
    ("AUTOMATIC_BISECT",),
    RULE,
    "OnPartialBatchItemFailure of a stream source.",
    "bc:pipes.OnPartialBatchItemFailureStreams",
)
FILTERS_MAX = fact(5, "filters", "Filters of one pipe, OR between them.", "bc:pipes.FilterList")
EXECUTION_MAX_S = fact(5 * MINUTE_S, "s", "One execution of a pipe, enrichment and target included.", "EB'23 eb-pipes")
ENRICHMENT_MAX_BYTES = fact(
    6 * MIB, "bytes", "What the enrichment, called synchronously, may return.", "EB'23 eb-pipes"
)
EMPTY_ENRICHMENT_SKIPS_TARGET = fact(
    True, RULE, "An empty answer of the enrichment means nothing for the target.", "EB'23 eb-pipes"
)
SQS_CONCURRENCY_CAP = fact(
    sqs_mapping.CONCURRENCY_CAP.value,
    "executions",
    "Concurrent executions of a pipe on a standard queue.",
    "EB'23 eb-pipes",
)
_BATCHING = "EB'23 eb-pipes-batching-concurrency"
TARGET_BATCH_MAX = fact(
    10, "events", "What a queue, topic or bus takes at once; the batch size of the source may not be more.", _BATCHING
)
TARGET_BATCH_MAX_KINESIS = fact(500, "events", "The same for a Kinesis stream as target.", _BATCHING)
TARGET_BATCH_MAX_LOGS = fact(10_000, "events", "The same for a log group as target.", _BATCHING)
TARGET_BATCH_MAX_HTTP = fact(1, "events", "The same for an API destination, as target or as enrichment.", _BATCHING)
PARTIAL_RESPONSE_KEY = fact(
    ("messageId", "eventID"),
    RULE,
    "What a target's partial response names: the messageId of a queue's message, the eventID of a stream's record.",
    _BATCHING,
)
PARTIAL_TARGET_FAILURE = fact(
    True,
    RULE,
    "When a target takes only a part of a batch, the rest goes through the whole pipe again.",
    _BATCHING,
)
KEEPS_SOURCE_ORDER = fact(True, RULE, "A pipe keeps the order of its source.", "EB'23 eb-pipes")
