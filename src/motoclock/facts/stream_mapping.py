"""The event source mapping from a DynamoDB or Kinesis stream to a Lambda function."""

from motoclock.facts.record import RULE, Confidence, fact, modelled
from motoclock.facts.shapes import DAY_S, MIB, Backoff, Span

_CREATE = "bc:lambda.CreateEventSourceMappingRequest"
_ERRORS = "LDG/services-dynamodb-errors"

BATCH_SIZE_DEFAULT = fact(
    100, "records", "A mapping hands over up to this many records an invocation.", f"{_CREATE}.BatchSize"
)
BATCH_SIZE_RANGE = fact(Span(1, 10_000), "records", "The batch size for a stream.", f"{_CREATE}.BatchSize")
PAYLOAD_MAX_BYTES = fact(6 * MIB, "bytes", "A batch also ends at this size.", f"{_CREATE}.BatchSize")
TOO_LARGE_GOES_TO_DESTINATION = modelled(
    True,
    RULE,
    "A record that alone is more than a payload, base64 included, never reaches the function: the destination gets it.",
    "it is given up at once, without a retry, as if its retries were spent.",
    "KDG/large-records",
    Confidence.M,
)
WINDOW_DEFAULT_S = fact(
    0, "s", "No batching window: what a poll found goes out.", f"{_CREATE}.MaximumBatchingWindowInSeconds"
)
WINDOW_RANGE_S = fact(Span(0, 300), "s", "The batching window.", f"{_CREATE}.MaximumBatchingWindowInSeconds")
PARALLELIZATION_DEFAULT = fact(1, "batches", "One batch of a shard at a time.", _ERRORS)
PARALLELIZATION_RANGE = fact(
    Span(1, 10),
    "batches",
    "Batches of a shard at once; order then holds per partition key.",
    f"{_CREATE}.ParallelizationFactor",
)
RETRIES_DEFAULT = fact(
    -1, "", "A failed batch is retried until its records expire (-1).", f"{_CREATE}.MaximumRetryAttempts"
)
RETRIES_RANGE = fact(
    Span(-1, 10_000), "", "MaximumRetryAttempts of a stream mapping.", f"{_CREATE}.MaximumRetryAttempts"
)
RECORD_AGE_DEFAULT_S = fact(
    -1, "s", "Records are retried until they expire (-1).", f"{_CREATE}.MaximumRecordAgeInSeconds"
)
RECORD_AGE_RANGE_S = fact(
    Span(60, 7 * DAY_S),
    "s",
    "MaximumRecordAgeInSeconds of a stream mapping, when it is not -1.",
    f"{_CREATE}.MaximumRecordAgeInSeconds",
)
BISECT_DEFAULT = fact(
    False, RULE, "BisectBatchOnFunctionError; splits don't count as retries.", f"{_CREATE}.BisectBatchOnFunctionError"
)
TUMBLING_WINDOW_RANGE_S = fact(
    Span(0, 900), "s", "The tumbling window; off unless set.", f"{_CREATE}.TumblingWindowInSeconds"
)
TUMBLING_STATE_MAX_BYTES = fact(MIB, "bytes", "The state a tumbling window carries, a shard.", "LDG'23 with-kinesis")
STARTING_POSITIONS = fact(
    ("LATEST", "TRIM_HORIZON", "AT_TIMESTAMP"),
    RULE,
    "Where a new mapping starts; the last for Kinesis only.",
    "bc:lambda.EventSourcePosition",
)
DYNAMODB_POLLS_PER_S = fact(4, "polls/s", "How often a DynamoDB shard is asked.", "LDG/with-ddb")
KINESIS_POLLS_PER_S = fact(1, "polls/s", "How often a Kinesis shard is asked.", "LDG/with-kinesis")
CONCURRENCY = fact(
    "shards x ParallelizationFactor", RULE, "A mapping never runs more invocations at once.", "LDG/with-kinesis"
)

# Failure
ERROR_BLOCKS_SHARD = fact(
    True, RULE, "The same batch is retried and the shard stalls; with parallelization only that key's slot.", _ERRORS
)
THROTTLE_USES_NO_RETRY = fact(
    True, RULE, "Throttles are retried and don't count against MaximumRetryAttempts.", _ERRORS
)
RETRY_BACKOFF = modelled(
    Backoff(first_s=1, factor=2, cap_s=60),
    RULE,
    "Lambda backs off between attempts; the curve is not published.",
    "waits double from one second, without jitter.",
    "course",
)
PARTIAL_RESPONSE = fact(
    "lowest sequence number",
    RULE,
    "Everything from the lowest reported record is replayed, later successes included.",
    _ERRORS,
)
PARTIAL_RESPONSE_WITH_BISECT = fact(
    "cut at the lowest sequence number", RULE, "With both on a batch is cut there; an exception halves it.", _ERRORS
)
FAILURE_RECORD_HOLDS_PAYLOAD = fact(
    False,
    RULE,
    "To SQS or SNS only metadata goes; S3 also gets the records in `payload`.",
    _ERRORS,
    old="a queue or a topic, which get a pointer to the records",
)
FILTERED_IS_PASSED_OVER = fact(
    True,
    RULE,
    "Records that match no filter are skipped and the iterator moves on.",
    "LDG'23 invocation-eventfiltering",
    old="all changes arrive; the function throws away what it does not want",
)
FILTERS_MAX = fact(5, "filters", "Filters of one mapping, OR between them.", "LDG'23 invocation-eventfiltering")
KINESIS_FILTER_KEY = fact("data", RULE, "A Kinesis filter reads the decoded data.", "LDG'23 invocation-eventfiltering")
DYNAMODB_FILTER_KEY = fact(
    "dynamodb", RULE, "A DynamoDB filter reads typed attributes: numbers are strings, so numeric operators fail.", "AT"
)
REQUIRES_STARTING_POSITION = fact(
    True, RULE, "A stream mapping without StartingPosition is refused.", f"{_CREATE}.StartingPosition"
)
EMPTY_CHECKPOINT_S = modelled(
    1.0,
    "s",
    "A mapping reads an idle shard again and again.",
    "an idle shard costs nothing: the poller waits for an arrival.",
    "course",
    Confidence.L,
)
