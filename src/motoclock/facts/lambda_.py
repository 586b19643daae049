"""AWS Lambda: configuration, concurrency, and the asynchronous invocation with its own queue and retries."""

from motoclock.facts.record import RULE, Confidence, fact, modelled, not_shown
from motoclock.facts.shapes import HOUR_S, KIB, MIB, MINUTE_S, Backoff, Span

M = Confidence.M
_ASYNC = "LDG/invocation-async-error-handling"
_RECORDS = "LDG/invocation-async-retain-records"
_INVOKE_CONFIG = "bc:lambda.PutFunctionEventInvokeConfigRequest"

KINDS = not_shown(
    "Event Function, Web Function, MicroVM",
    RULE,
    "This course is about Event Functions, the classic kind.",
    "bc:lambda",
    old="one kind of Lambda function",
)

# Configuration
TIMEOUT_DEFAULT_S = fact(
    3, "s", "A function is stopped after this long unless configured.", "bc:lambda.CreateFunctionRequest.Timeout"
)
TIMEOUT_RANGE_S = fact(
    Span(1, 900),
    "s",
    "The timeout of a function; managed instances may go to 90 minutes.",
    "bc:lambda.CreateFunctionRequest.Timeout",
)
MEMORY_DEFAULT_MB = fact(
    128, "MB", "The memory of a function unless configured.", "bc:lambda.CreateFunctionRequest.MemorySize"
)
MEMORY_RANGE_MB = fact(
    Span(128, 10_240), "MB", "The memory of a function; CPU grows with it.", "LDG/gettingstarted-limits"
)
NAME_MAX_CHARS = fact(
    64,
    "characters",
    "A function's name has at most 64 characters; the model's 140 are for a whole ARN.",
    "bc:lambda.CreateFunctionRequest.FunctionName",
)
ENVIRONMENT_MAX_KIB = fact(
    4, "KiB", "The environment variables of a function together, as JSON.", "LDG/gettingstarted-limits"
)
PACKAGE_ZIPPED_MAX_BYTES = fact(
    50 * MIB, "bytes", "A deployment package that is uploaded directly, zipped.", "LDG/gettingstarted-limits"
)
PACKAGE_UNZIPPED_MAX_BYTES = fact(
    250 * MIB, "bytes", "A deployment package unzipped, layers included.", "LDG/gettingstarted-limits"
)
CREATE_REQUEST_MAX_BYTES = fact(
    70_167_211,
    "bytes",
    "A CreateFunction request with all that is in it; the message names this number.",
    "REC, 2025-11: CreateFunction",
)
LAYERS_MAX = fact(5, "layers", "What one function may be given of layers.", "LDG/gettingstarted-limits")
CODE_STORAGE_BYTES = fact(
    75 * 1024 * MIB,
    "bytes",
    "The packages of all functions and layers of an account in a Region.",
    "LDG/gettingstarted-limits",
)
SYNC_PAYLOAD_MAX_BYTES = fact(
    6 * MIB,
    "bytes",
    "The event or the response of a synchronous invocation (AWS writes 6 MB).",
    "bc:lambda.InvocationRequest.Payload",
)
RESPONSE_MAX_BYTES = fact(
    6_291_556,
    "bytes",
    "A longer result is refused with Function.ResponseSizeTooLarge; the message names this number.",
    "LDG/troubleshooting-invocation",
    M,
)
ASYNC_PAYLOAD_MAX_BYTES = fact(
    MIB,
    "bytes",
    "The event of an asynchronous invocation (AWS writes 1 MB).",
    "bc:lambda.InvocationRequest.Payload",
    old="256 KB",
)
INVOKE_ASYNC_PAYLOAD_MAX_BYTES = fact(
    256 * KIB, "bytes", "The deprecated InvokeAsync keeps the old limit, and answers 202 too.", "bc:lambda.InvokeAsync"
)

# Concurrency
ACCOUNT_CONCURRENCY_DEFAULT = fact(
    1000, "environments", "An account's functions share this many at once in a Region.", "LDG/gettingstarted-limits"
)
UNRESERVED_CONCURRENCY_MIN = fact(
    100,
    "environments",
    "Reservations must leave at least this many for everybody else.",
    "LDG/configuration-concurrency",
)
SCALING_STEP = fact(1000, "environments", "New environments one function may open in each scaling interval.", "AT")
SCALING_INTERVAL_S = fact(10, "s", "The interval of that allowance.", "AT")

# Asynchronous invocation
ASYNC_STATUS = fact(
    202, RULE, "InvocationType=Event is answered once the event is queued, with no result.", "LDG'23 invocation-async"
)
ASYNC_RETRIES_DEFAULT = fact(
    2, "retries", "A function error is retried this often: three runs in all.", f"{_INVOKE_CONFIG}.MaximumRetryAttempts"
)
ASYNC_RETRIES_RANGE = fact(
    Span(0, 2), "retries", "MaximumRetryAttempts of the event invoke config.", f"{_INVOKE_CONFIG}.MaximumRetryAttempts"
)
ASYNC_RETRY_WAITS_S = fact(
    (1 * MINUTE_S, 2 * MINUTE_S), "s", "The waits before the first and the second retry, roughly.", _ASYNC
)
ASYNC_EVENT_AGE_DEFAULT_S = fact(6 * HOUR_S, "s", "An event older than this is given up.", _ASYNC)
ASYNC_EVENT_AGE_RANGE_S = fact(
    Span(60, 6 * HOUR_S),
    "s",
    "MaximumEventAgeInSeconds of the event invoke config.",
    f"{_INVOKE_CONFIG}.MaximumEventAgeInSeconds",
)
ASYNC_THROTTLE_BACKOFF = modelled(
    Backoff(first_s=1, factor=2, cap_s=5 * MINUTE_S, jitter=1.0),
    RULE,
    "Throttled and failed by the system: back to the queue, after waits that grow from 1 s to 5 min, longer in a long queue.",
    "waits double, and of each a seeded random part is waited, so that a burst doesn't come back as one; the length of the queue plays "
    "no part.",
    _ASYNC,
    Confidence.H,
)
ASYNC_THROTTLE_USES_NO_RETRY = fact(True, RULE, "Throttles and system errors do not use up the two retries.", _ASYNC, M)
ASYNC_RESERVED_ZERO_FAILS_AT_ONCE = fact(
    True,
    RULE,
    "With reserved concurrency 0 an event goes straight to the dead-letter queue or failure destination.",
    _RECORDS,
)
ASYNC_DELIVERY = modelled(
    "at least once",
    RULE,
    "An event may run twice without any error, and an overloaded function may lose one unrun.",
    "no duplicate unless Cloud(duplicates=0.01) asks for it; nothing is lost unrun.",
    "LDG/invocation-async",
    Confidence.H,
)
DLQ_TARGETS = fact(
    ("SQS standard", "SNS standard"), RULE, "What a function's own dead-letter queue may be.", "LDG'23 invocation-async"
)
DLQ_ATTRIBUTES = fact(
    ("RequestID", "ErrorCode", "ErrorMessage"),
    RULE,
    "The body is the original event; these attributes say what failed.",
    "LDG'23 invocation-async",
)
DLQ_ERROR_MESSAGE_MAX_BYTES = fact(
    KIB, "bytes", "The attribute ErrorMessage holds the start of the error.", "LDG'23 invocation-async"
)
SETTINGS_SCOPE = fact(
    ("function", "version", "alias"), RULE, "What an event invoke config belongs to.", "LDG'23 invocation-async"
)

# Loops
LOOP_GUARD_PASSES = fact(
    16,
    "passes",
    "A traced chain through SQS, SNS, S3 or direct invokes is stopped after about this many.",
    "LDG/invocation-recursion",
)
LOOP_GUARD_ACTIONS = fact(
    ("Terminate", "Allow"), RULE, "RecursiveLoop of a function; the first is the default.", "bc:lambda.RecursiveLoop"
)
