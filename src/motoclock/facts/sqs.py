"""Amazon SQS: the queue itself. Its Lambda trigger is in sqs_mapping."""

from motoclock.facts.record import RULE, Confidence, fact, modelled, not_shown
from motoclock.facts.shapes import DAY_S, HOUR_S, KIB, MIB, MINUTE_S, Span

M = Confidence.M
_ATTRIBUTES = "bc:sqs.CreateQueueRequest.Attributes"
_FAIR = "SQSG/sqs-fair-queues-detailed"

# Queue attributes
VISIBILITY_TIMEOUT_DEFAULT_S = fact(
    30, "s", "A received message stays hidden this long unless the queue says otherwise.", _ATTRIBUTES
)
VISIBILITY_TIMEOUT_RANGE_S = fact(
    Span(0, 12 * HOUR_S), "s", "The visibility timeout of a queue, a receive or a change.", _ATTRIBUTES
)
VISIBILITY_CEILING_S = fact(
    12 * HOUR_S,
    "s",
    "A message's visibility can't be extended past this, counted from its receive.",
    "SQSG/sqs-visibility-timeout",
    M,
)
RETENTION_DEFAULT_S = fact(4 * DAY_S, "s", "An undeleted message disappears after this long.", _ATTRIBUTES)
RETENTION_RANGE_S = fact(Span(60, 14 * DAY_S), "s", "The retention period of a queue.", _ATTRIBUTES)
DELAY_DEFAULT_S = fact(0, "s", "A sent message is visible at once.", _ATTRIBUTES)
DELAY_RANGE_S = fact(
    Span(0, 900), "s", "The delay of a queue, or of one message on a standard queue only.", _ATTRIBUTES
)
WAIT_TIME_DEFAULT_S = fact(0, "s", "A receive is a short poll unless asked to wait.", _ATTRIBUTES)
WAIT_TIME_RANGE_S = fact(Span(0, 20), "s", "How long a long poll waits for the first message.", _ATTRIBUTES)
MESSAGE_SIZE_MAX_BYTES = fact(
    MIB, "bytes", "The largest message: body and attributes together.", _ATTRIBUTES, old="256 KiB"
)
MESSAGE_SIZE_DEFAULT_BYTES = fact(MIB, "bytes", "A new queue accepts the largest message.", _ATTRIBUTES)
MESSAGE_SIZE_AFTER_STACK_BYTES = fact(
    256 * KIB,
    "bytes",
    "What CloudFormation sets once MaximumMessageSize is taken out of a template.",
    "REC, 2025-12: stack updates of queues",
    M,
)
MESSAGE_SIZE_RANGE_BYTES = fact(Span(KIB, MIB), "bytes", "The MaximumMessageSize a queue may set.", _ATTRIBUTES)
BATCH_SIZE_MAX_BYTES = fact(
    MIB,
    "bytes",
    "A batch of messages together may be as large as one message.",
    "bc:sqs.SendMessageBatch",
    old="256 KiB",
)
ATTRIBUTE_PROPAGATION_S = not_shown(
    60, "s", "A changed queue attribute takes up to this long to reach all of SQS.", _ATTRIBUTES
)

# Calls
RECEIVE_DEFAULT_MESSAGES = fact(
    1,
    "messages",
    "A receive returns one message unless asked for more.",
    "bc:sqs.ReceiveMessageRequest.MaxNumberOfMessages",
)
BATCH_MAX_MESSAGES = fact(
    10,
    "messages",
    "The most one receive returns and one batch call carries.",
    "bc:sqs.ReceiveMessageRequest.MaxNumberOfMessages",
)
MESSAGE_ATTRIBUTES_MAX = fact(
    10, "attributes", "A message carries at most this many custom attributes.", "SQSG/quotas-messages", M
)
IN_FLIGHT_MAX_MESSAGES = fact(
    120_000,
    "messages",
    "About this many messages of a standard queue can be in flight; then a short poll gets OverLimit.",
    "bc:sqs.ChangeMessageVisibility",
)
FIFO_IN_FLIGHT_MAX_MESSAGES = fact(
    120_000,
    "messages",
    "This many messages of a FIFO queue can be in flight; beyond it a receive stays silent.",
    "bc:sqs.ChangeMessageVisibility",
    old="20,000",
)

# Redrive
MAX_RECEIVE_COUNT_DEFAULT = fact(10, "receives", "A redrive policy that names no maxReceiveCount.", _ATTRIBUTES)
MAX_RECEIVE_COUNT_RANGE = fact(Span(1, 1000), "receives", "The maxReceiveCount of a redrive policy.", "C26", M)
MAX_RECEIVE_COUNT_ADVICE = fact(
    5, "receives", "With a Lambda consumer AWS advises at least this many.", "LDG/services-sqs-configure"
)
RECEIVE_COUNT_RISES_AT_RECEIVE = fact(
    True,
    RULE,
    "Receiving counts, not failing; with maxReceiveCount N a handler sees a message at most N times.",
    _ATTRIBUTES,
)
DLQ_KEEPS_ENQUEUE_TIME = fact(
    True,
    RULE,
    "A standard message keeps its first enqueue time in the dead-letter queue; a FIFO message starts anew.",
    "SQSG/sqs-dead-letter-queues",
    M,
)
DLQ_SAME_TYPE = fact(
    True,
    RULE,
    "A dead-letter queue has the type of its source: standard for standard, FIFO for FIFO.",
    "SQSG/sqs-dead-letter-queues",
    M,
)
MOVE_TASKS_PER_QUEUE = fact(
    1,
    "tasks",
    "One message move task at a time; the source must be a dead-letter queue of an SQS queue.",
    "bc:sqs.StartMessageMoveTask",
)
REDRIVEN_MESSAGE_IS_NEW = fact(
    True, RULE, "A message moved back by a move task gets a new id and a new enqueue time.", "C26", M
)
REDRIVES_COUNTED_AS_SENT = fact(
    False, RULE, "The metric NumberOfMessagesSent does not count messages that a redrive policy moved.", "C26", M
)

# Delivery
STANDARD_DELIVERY = modelled(
    "at least once, best-effort order",
    RULE,
    "A standard queue may reorder, and may deliver a message twice even without a failure.",
    "order of sending and no duplicate, unless Cloud(reorder=True, duplicates=0.01) asks for them.",
    "bc:sqs.DeleteMessage",
    Confidence.H,
)
FIFO_DEAD_LETTER_DEDUPLICATION = fact(
    "the message's id",
    RULE,
    "In a FIFO dead-letter queue this takes the place of the deduplication id, so that two messages with one id are both kept.",
    "SQSG/sqs-configure-dead-letter-queue-redrive",
)
DEDUPLICATION_S = fact(
    5 * MINUTE_S,
    "s",
    "FIFO: an id, or the body's SHA-256, is sent once in this time, even if deleted meanwhile.",
    "bc:sqs.SendMessageRequest.MessageDeduplicationId",
)
FIFO_GROUP_BLOCKS = fact(
    True,
    RULE,
    "A message in flight holds up what follows it in its group; what precedes it and is visible is handed out.",
    "REC, 2025-11: two messages of a group, the first made visible",
)
FIFO_GROUP_ORDER = modelled(
    "by the arrival of their next messages",
    RULE,
    "Between groups AWS documents no order; a group whose message comes back was seen to queue up behind the others.",
    "a message arrives with its sending, and anew when it returns; each recording that we know of agrees.",
    "REC, 2023-05 and 2025-11: FIFO groups after timeouts, changes of visibility and deletes",
    M,
)
OLD_HANDLE_HIDES = modelled(
    False,
    RULE,
    "A standard queue accepts a change of visibility with a handle whose time is over, or of an earlier receive.",
    "such a call changes nothing; what it does on AWS is documented nowhere.",
    "REC, 2024-04: ChangeMessageVisibility after the timeout",
    M,
)
FIFO_BATCH_WHOLE = fact(
    True,
    RULE,
    "A FIFO queue refuses a whole batch for one entry without a group or deduplication id.",
    "REC, 2024-04: SendMessageBatch",
)
NAME_RESTS_S = modelled(
    60,
    "s",
    "A deleted queue's name can't be used again for this long.",
    "a stack's names don't rest, so that a failed stack can be made again at once.",
    "bc:sqs.DeleteQueue",
    Confidence.H,
)
# A call from a cell takes no virtual time, so every burst of a cell would be over a limit per second: none of them throttles here.
FIFO_CALLS_PER_S = not_shown(
    300,
    "calls/s",
    "Default FIFO throughput, for each API action. Here a cell's calls take no time, so nothing counts them.",
    "SQSG/quotas-messages",
)
FIFO_MESSAGES_PER_S = not_shown(
    3000, "messages/s", "Default FIFO throughput with batches of ten.", "SQSG/quotas-messages"
)
FIFO_HIGH_CALLS_PER_S = not_shown(
    70_000, "calls/s", "High-throughput FIFO, for each API action.", "SQSG/quotas-messages", M
)
FIFO_HIGH_MESSAGES_PER_S = not_shown(
    700_000, "messages/s", "High-throughput FIFO with batches of ten.", "SQSG/quotas-messages", M
)
FAIR_QUEUES = modelled(
    True,
    RULE,
    "MessageGroupId on a standard queue: quiet groups go first when one dominates what is in flight.",
    "with the published thresholds, taken exactly; AWS's are approximate.",
    "bc:sqs.SendMessageRequest.MessageGroupId",
    Confidence.H,
    old="for FIFO queues only",
)
FAIR_NOISY_SHARE_PERCENT = fact(
    10,
    "%",
    "Above this share of the messages in flight, or of recent processing time, a group is noisy.",
    _FAIR,
)
FAIR_NOISY_IN_FLIGHT = fact(
    30, "messages", "By messages in flight a group is noisy only from this many of its own.", _FAIR
)
FAIR_QUIET_AFTER_S = fact(
    5 * MINUTE_S,
    "s",
    "A noisy group is quiet again when its backlog is gone, or after sending nothing for this long.",
    _FAIR,
)
FAIR_RECENT_S = modelled(
    MINUTE_S, "s", "AWS does not say how recent the processing time is.", "older time fades, to 37 % after this long."
)
