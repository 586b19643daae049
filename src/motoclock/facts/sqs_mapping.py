"""The event source mapping from an SQS queue to a Lambda function: the pollers that nobody writes."""

from motoclock.facts.record import RULE, Confidence, fact, modelled, not_shown
from motoclock.facts.shapes import HOUR_S, MIB, MINUTE_S, Backoff, Span

M = Confidence.M
_CREATE = "bc:lambda.CreateEventSourceMappingRequest"
_SCALING, _ERRORS = "LDG/services-sqs-scaling", "LDG/services-sqs-errorhandling"

# Batching
BATCH_SIZE_DEFAULT = fact(
    10, "messages", "A mapping hands over up to this many messages an invocation.", f"{_CREATE}.BatchSize"
)
BATCH_SIZE_RANGE = fact(Span(1, 10_000), "messages", "The batch size for a standard queue.", f"{_CREATE}.BatchSize")
FIFO_BATCH_SIZE_RANGE = fact(Span(1, 10), "messages", "The batch size for a FIFO queue.", f"{_CREATE}.BatchSize")
BATCH_SIZE_WITHOUT_WINDOW = fact(
    10,
    "messages",
    "A larger batch size needs a batching window of at least one second.",
    f"{_CREATE}.MaximumBatchingWindowInSeconds",
)
WINDOW_DEFAULT_S = fact(
    0, "s", "No batching window: what a poll found goes out.", f"{_CREATE}.MaximumBatchingWindowInSeconds"
)
WINDOW_RANGE_S = fact(
    Span(0, 300), "s", "The batching window; FIFO queues have none.", f"{_CREATE}.MaximumBatchingWindowInSeconds"
)
PAYLOAD_MAX_BYTES = fact(
    6 * MIB,
    "bytes",
    "A batch goes out when it is full, when its window is over or at this size.",
    f"{_CREATE}.BatchSize",
)
LONG_POLL_S = fact(
    20, "s", "The pollers use long polls, so a quiet queue can wait this long for its batch.", "LDG'23 with-sqs", M
)

# Scaling
CONCURRENCY_START = fact(5, "invocations", "A standard mapping starts with this many concurrent invocations.", _SCALING)
CONCURRENCY_STEP = fact(
    300,
    "invocations/min",
    "It adds up to this many a minute while the queue has a backlog.",
    _SCALING,
    old="+60 a minute",
)
CONCURRENCY_CAP = fact(1250, "invocations", "One mapping never runs more at once.", _SCALING, old="cap 1,000")
CONCURRENCY_IDLE = fact(
    2, "invocations", "An idle mapping shrinks to its start value, and may shrink to this.", _SCALING
)
MAXIMUM_CONCURRENCY_RANGE = fact(
    Span(2, 1000),
    "invocations",
    "ScalingConfig.MaximumConcurrency, the setting that protects a fragile downstream.",
    "bc:lambda.ScalingConfig.MaximumConcurrency",
    old="reserved concurrency of the function",
)
RESERVED_CONCURRENCY_ADVICE = fact(
    5, "environments", "A function behind a queue should reserve at least this many, or none.", _SCALING
)
SCALING_CURVE = modelled(
    5.0,
    "s",
    "AWS adds concurrency gradually and does not say in which steps.",
    "the allowance is raised in equal steps this far apart, 300 a minute in all, while a backlog is visible.",
)
FIFO_CONCURRENCY = fact(
    "active groups, at most MaximumConcurrency",
    RULE,
    "A FIFO mapping runs one batch a message group at a time.",
    _SCALING,
)

# Provisioned mode
PROVISIONED_MIN_DEFAULT = fact(
    2,
    "pollers",
    "Pollers that provisioned mode keeps by default.",
    "bc:lambda.ProvisionedPollerConfig.MinimumPollers",
)
PROVISIONED_MIN_RANGE = fact(
    Span(2, 200),
    "pollers",
    "MinimumPollers for an SQS mapping.",
    "bc:lambda.ProvisionedPollerConfig.MinimumPollers",
    old="no provisioned mode",
)
PROVISIONED_MAX_DEFAULT = fact(
    200,
    "pollers",
    "Pollers that provisioned mode may reach by default.",
    "bc:lambda.ProvisionedPollerConfig.MaximumPollers",
)
PROVISIONED_MAX_RANGE = fact(
    Span(2, 10_000),
    "pollers",
    "MaximumPollers for an SQS mapping.",
    "bc:lambda.ProvisionedPollerConfig.MaximumPollers",
    old="then at most 2,000 pollers",
)
PROVISIONED_INVOKES_PER_POLLER = fact(
    10, "invocations", "Concurrent invocations one provisioned poller drives.", _SCALING
)
PROVISIONED_STEP = fact(1000, "invocations/min", "Provisioned mode ramps up so fast.", _SCALING)
PROVISIONED_POLLER_BYTES_PER_S = modelled(
    1_000_000,
    "bytes/s",
    "What one provisioned poller carries.",
    "the pollers of a mapping share what they may carry together, second by second.",
    _SCALING,
    Confidence.H,
)
PROVISIONED_POLLER_POLLS_PER_S = modelled(
    10,
    "polls/s",
    "How often one provisioned poller asks.",
    "the pollers share their polls too.",
    _SCALING,
    Confidence.H,
)
PROVISIONED_EXCLUDES_MAXIMUM_CONCURRENCY = fact(
    True, RULE, "A mapping has provisioned mode or MaximumConcurrency, not both.", f"{_CREATE}.ProvisionedPollerConfig"
)

# Visibility
VISIBILITY_ADVICE_FACTOR = fact(
    6,
    "x timeout",
    "The queue's visibility timeout should be this many function timeouts, plus the window.",
    "LDG/services-sqs-configure",
)
VISIBILITY_SHORTER_THAN_TIMEOUT_REFUSED = fact(
    True,
    RULE,
    "A mapping is refused when the function's timeout exceeds the queue's visibility timeout.",
    "LDG/services-sqs-configure",
)
VISIBILITY_EXTRA_S = fact(
    30,
    "s",
    "If window plus timeout exceed the visibility timeout, the mapping hides messages for both plus this.",
    "LDG'23 with-sqs",
    M,
)

# Outcomes of one batch
ERROR_RETURNS_WHOLE_BATCH = fact(
    True, RULE, "On an error or timeout nothing is deleted; all messages return when visibility runs out.", _ERRORS
)
ERROR_LOWERS_CONCURRENCY = modelled(
    0.5,
    "x",
    "On function errors a mapping lowers its concurrency; with partial responses it does not.",
    "each failed batch multiplies the allowance by this, never below the idle value; the ramp restores it.",
    _ERRORS,
    Confidence.H,
)
THROTTLE_BACKOFF = modelled(
    Backoff(first_s=1, factor=2, cap_s=60),
    RULE,
    "Throttled, a mapping keeps its batch and retries until visibility is nearly spent; the curve is not published.",
    "waits double from one second; the last wait is cut to end shortly before visibility does.",
    _ERRORS,
    Confidence.H,
)
THROTTLE_LOWERS_CONCURRENCY = modelled(
    0.5,
    "x",
    "Throttled, a mapping backs off: Lambda reduces the concurrency allocated to it, by how much is not said.",
    "each throttled attempt multiplies the allowance by this, never below the idle value; the ramp restores it.",
    _ERRORS,
    Confidence.H,
)
THROTTLE_LET_GO_S = modelled(
    1,
    "s",
    "Visibility nearly spent, the mapping lets the batch go.",
    "it does so long before visibility ends.",
    _ERRORS,
)
POLL_JITTER_S = modelled(
    0.02,
    "s",
    "Mappings that share a queue compete, and whose poll finds a message is chance.",
    "where several mappings read one queue, each poll takes a seeded random time up to this.",
)
THROTTLE_SPENDS_A_RECEIVE = fact(
    True, RULE, "A message whose invocation was throttled has spent a receive though no handler ran.", "azul #3708", M
)
RESERVED_CONCURRENCY_STOPS_POLLERS = fact(
    False,
    RULE,
    "Pollers receive whatever reserved concurrency says, so messages can be dead-lettered unprocessed.",
    "skuba #1408",
    M,
)
PARTIAL_RESPONSE_OFF_DELETES_ALL = fact(
    True,
    RULE,
    "Without ReportBatchItemFailures the response is ignored and the whole batch is deleted.",
    "elastic-ipfs #154",
    M,
)
PARTIAL_RESPONSE_EMPTY_IS_SUCCESS = fact(
    True, RULE, "An empty or null response, or empty or null batchItemFailures, is complete success.", _ERRORS
)
PARTIAL_RESPONSE_BAD_ID_FAILS_ALL = fact(
    True, RULE, "Invalid JSON, an empty, null or unknown id, or a misspelt key fails the whole batch.", _ERRORS
)

# Filters
FILTERS_MAX = fact(5, "filters", "Filters of one mapping, OR between them.", "LDG'23 invocation-eventfiltering")
FILTER_CIDR = fact(
    True, RULE, "A mapping's filter may ask for a cidr, though the guide's table leaves it out.", "C26", Confidence.M
)
FILTERS_MAX_ON_REQUEST = not_shown(10, "filters", "Filters of one mapping after a quota increase.", "AT")
FILTERED_IS_DELETED = fact(
    True,
    RULE,
    "A message that matches no filter is deleted for good, and the function never sees it.",
    "LDG'23 invocation-eventfiltering",
)

RAMP_TO_CAP_S = fact(
    (CONCURRENCY_CAP.value - CONCURRENCY_START.value) * MINUTE_S / CONCURRENCY_STEP.value,
    "s",
    "Derived: how long a standard mapping needs from its start value to its cap.",
    _SCALING,
)
IDLE_POLLS_PER_HOUR = not_shown(
    CONCURRENCY_START.value * HOUR_S // LONG_POLL_S.value,
    "requests/h",
    "Derived: five long polls at a time find nothing, all day. Bills here leave them out: they cost by the hour.",
    _SCALING,
    M,
)
