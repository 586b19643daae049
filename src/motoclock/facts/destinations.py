"""Lambda destinations: what follows an asynchronous invocation, or a stream mapping that gave up."""

from motoclock.facts.record import RULE, Confidence, fact

M = Confidence.M
_RECORDS = "LDG/invocation-async-retain-records"

ON_SUCCESS_TARGETS = fact(
    ("SQS standard", "SNS standard", "Lambda", "EventBridge"), RULE, "Where the record of a success may go.", _RECORDS
)
ON_FAILURE_TARGETS = fact(
    ("SQS standard", "SNS standard", "Lambda", "EventBridge", "S3"),
    RULE,
    "Where the record of a failure may go.",
    _RECORDS,
    old="a queue, a topic, a function or a bus",
)
STREAM_ON_FAILURE_TARGETS = fact(
    ("SQS", "SNS", "S3"), RULE, "A stream mapping has a failure destination only.", "bc:lambda.OnFailure"
)
SQS_MAPPING_TARGETS = fact(
    (), RULE, "An SQS mapping has no destination: use the queue's redrive policy.", "bc:lambda.OnFailure"
)
FIFO_TARGETS_FAIL = fact(
    True,
    RULE,
    "A FIFO queue or topic as a destination: delivery fails and DestinationDeliveryFailures counts it.",
    _RECORDS,
)
ONE_RECORD_PER_EVENT = fact(
    True, RULE, "A record is sent after the final outcome, not after each attempt.", "LDG'23 invocation-async"
)
NEEDS_ASYNC_INVOKE = fact(True, RULE, "A synchronous invocation sends no record.", "LDG'23 invocation-async")
RECORD_VERSION = fact("1.0", RULE, "The version field of the record.", "LDG'23 invocation-async")
CONDITION_SUCCESS = fact("Success", RULE, "The condition of a record after a success.", _RECORDS)
CONDITION_RETRIES_EXHAUSTED = fact("RetriesExhausted", RULE, "The condition when the retries are spent.", _RECORDS)
CONDITION_EVENT_AGE_EXCEEDED = fact("EventAgeExceeded", RULE, "The condition when the event grew too old.", "C26", M)
STREAM_CONDITION_RETRIES_EXHAUSTED = fact(
    "RetryAttemptsExhausted",
    RULE,
    "A stream mapping spells the same condition differently.",
    "LDG/services-dynamodb-errors",
)
STREAM_CONDITION_AGE_EXCEEDED = fact(
    "RecordAgeExceeded", RULE, "The condition of a stream mapping when records grew older than it allows.", "C26", M
)
RECORD_STATUS_CODE = fact(200, RULE, "responseContext.statusCode, even after a function error.", _RECORDS)
EVENT_SOURCE = fact("lambda", RULE, "The source of a record that arrives on an event bus.", "LDG'23 invocation-async")
DETAIL_TYPE_SUCCESS = fact(
    "Lambda Function Invocation Result - Success",
    RULE,
    "The detail-type of a success on an event bus.",
    "LDG'23 invocation-async",
)
DETAIL_TYPE_FAILURE = fact(
    "Lambda Function Invocation Result - Failure",
    RULE,
    "The detail-type of a failure on an event bus.",
    "LDG'23 invocation-async",
)
SELF_REFUSED = fact("InvalidParameterValueException", RULE, "A function is refused as its own destination.", _RECORDS)
