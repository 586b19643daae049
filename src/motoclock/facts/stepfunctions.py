"""AWS Step Functions: state machines, their retries and limits."""

from motoclock.facts.record import RULE, Confidence, fact, modelled
from motoclock.facts.shapes import DAY_S, KIB, MINUTE_S

M = Confidence.M

STANDARD_DURATION_MAX_S = fact(365 * DAY_S, "s", "A standard execution may take this long.", "AT")
EXPRESS_DURATION_MAX_S = fact(5 * MINUTE_S, "s", "An express execution may take this long.", "AT")
STANDARD_SEMANTICS = fact(
    "exactly once",
    RULE,
    "Starting a standard execution again by name answers for the first one.",
    "bc:stepfunctions.StartExecution",
)
NAME_REUSE_DAYS = fact(
    90, "days", "A closed execution's name is free again after this long.", "bc:stepfunctions.StartExecution"
)
EXPRESS_SEMANTICS = fact(
    "asynchronous: at least once; synchronous: at most once", RULE, "What an express execution promises.", "AT"
)
HISTORY_MAX_EVENTS = fact(25_000, "events", "A standard execution fails beyond this history.", "AT")
HISTORY_KEPT_DAYS = fact(90, "days", "History of a standard execution; express has logs only.", "AT")
STANDARD_ONLY = fact(
    (".sync", ".waitForTaskToken", "Distributed Map", "activities", "redrive"), RULE, "What express can't do.", "AT"
)
ACTIVITY_POLL_S = fact(
    MINUTE_S,
    "s",
    "A worker's poll for an activity task is held this long, then answers with a null token.",
    "bc:stepfunctions.GetActivityTask",
)
HTTP_TASK_TIMEOUT_S = fact(MINUTE_S, "s", "An HTTP task gives up on an answer after this long.", "AT")
REDRIVE_WITHIN_DAYS = fact(
    14, "days", "A failed standard execution can be redriven this long.", "bc:stepfunctions.RedriveExecution"
)
STATE_TYPES = fact(
    ("Task", "Choice", "Wait", "Parallel", "Map", "Pass", "Succeed", "Fail"), RULE, "The states there are.", "SFN'23"
)
STATE_IO_MAX_BYTES = fact(
    256 * KIB,
    "bytes",
    "A state's input or output: not raised when SQS and Lambda were.",
    "bc:stepfunctions.SensitiveData",
)
STATUS_EVENT_IO_MAX_BYTES = fact(
    248 * KIB, "bytes", "A status event leaves out an input or output whose escaped text is longer.", "SFN'23"
)
RETRY_INTERVAL_DEFAULT_S = fact(1, "s", "IntervalSeconds of a retrier.", "SFN'23")
RETRY_ATTEMPTS_DEFAULT = fact(3, "attempts", "MaxAttempts of a retrier; 0 is never.", "SFN'23")
RETRY_BACKOFF_DEFAULT = fact(2.0, "x", "BackoffRate of a retrier.", "SFN'23")
RETRY_MAX_DELAY_DEFAULT_S = fact(None, RULE, "MaxDelaySeconds of a retrier.", "SFN'23")
RETRY_JITTER = fact(("NONE", "FULL"), RULE, "JitterStrategy of a retrier; the first is the default.", "SFN'23")
RETRY_FIRST_MATCH = fact(
    True, RULE, "The first retrier that matches wins, each keeps its own count, then Catch.", "SFN'23"
)
STATES_ALL_MISSES = fact(
    ("States.DataLimitExceeded", "States.Runtime"),
    RULE,
    "States.ALL goes alone and last, and does not catch these.",
    "SFN'23",
)
INLINE_MAP_CONCURRENCY = fact(40, "iterations", "An inline map runs about this many at once.", "SFN'23")
DISTRIBUTED_MAP_CONCURRENCY = fact(10_000, "executions", "Child executions of a distributed map.", "AT")
EXPRESS_BILLED_STEP_MS = fact(100, "ms", "Express executions are billed by started steps of this length.", "C26", M)
EXPRESS_BILLED_MEMORY_MB = modelled(
    64, "MB", "Express executions are billed for the memory they use, by 64 MB.", "each uses one such step.", "C26", M
)
