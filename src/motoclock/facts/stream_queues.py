"""Kinesis queues: records of an on-demand stream that are received, acknowledged and dead-lettered one by one."""

from motoclock.facts.record import RULE, Confidence, fact, modelled
from motoclock.facts.shapes import Span

M = Confidence.M

QUEUES = fact(
    True,
    RULE,
    "An on-demand stream can feed queues with acknowledgement and dead-lettering.",
    "bc:kinesis.CreateQueue",
    old="log readers only",
)
COUNTS_AS_CONSUMER = fact(
    True,
    RULE,
    "A queue is one of the stream's registered consumers: fan-out and queues share the limit.",
    "bc:kinesis.CreateQueue",
)
STARTING_POSITIONS = fact(
    ("LATEST", "TRIM_HORIZON", "AT_TIMESTAMP"),
    RULE,
    "Where a queue starts to deliver; the first is the default.",
    "bc:kinesis.QueueStartingPosition",
)
CREATED = modelled(
    True,
    RULE,
    "A queue is CREATING before it is ACTIVE, UPDATING while it changes and DELETING before it is gone.",
    "the answers of CreateQueue and UpdateQueue say so, and all of it is done at once.",
    "bc:kinesis.CreateQueue",
    Confidence.H,
)
TAGS_MAX = fact(50, "tags", "Tags of a queue.", "bc:kinesis.CreateQueueInput.Tags")

# Receiving
RECEIVE_MAX = fact(10, "records", "Records of one receive from such a queue.", "bc:kinesis.CreateQueue")
ACKNOWLEDGE_MAX = fact(
    10,
    "records",
    "Records of one acknowledgement, change of visibility or restoring; each answers for itself.",
    "bc:kinesis.AcknowledgeQueueRecords",
)
WAIT_DEFAULT_S = fact(
    9,
    "s",
    "This long a receive waits for a record to become visible.",
    "bc:kinesis.ReceiveQueueRecordsInput.WaitTimeSeconds",
)
WAIT_RANGE_S = fact(Span(1, 20), "s", "How long a receive can wait.", "bc:kinesis.ReceiveQueueRecordsWaitTimeSeconds")
VISIBILITY_DEFAULT_S = fact(
    30, "s", "Visibility timeout of such a queue.", "bc:kinesis.QueueAttributes.VisibilityTimeoutSeconds"
)
VISIBILITY_RANGE_S = fact(
    Span(0, 43_200),
    "s",
    "The visibility timeout of a queue, a receive or a record.",
    "bc:kinesis.VisibilityTimeoutSeconds",
)
IN_FLIGHT_MAX = modelled(
    120_000,
    "records",
    "Records of one queue that can be in flight at the same time.",
    "a receive finds nothing when it is reached; dead-letter records are not counted.",
    "KDG/queues-quotas",
    Confidence.H,
)
AT_LEAST_ONCE = modelled(
    True,
    RULE,
    "A queue can deliver a record again, rarely even after it was acknowledged, and in any order.",
    "in order of arrival; only Cloud(reorder=True) shuffles and only Cloud(duplicates=...) repeats.",
    "bc:kinesis.AcknowledgeQueueRecords",
    Confidence.H,
)
NEWEST_RECEIPT = modelled(
    True,
    RULE,
    "Each receive gives a new receipt handle.",
    "only the newest counts, also after its visibility timeout and until the record is received again.",
    "bc:kinesis.QueueRecord.ReceiptHandle",
    Confidence.H,
)

# Dead letters
MAX_RECEIVES_DEFAULT = fact(
    6, "receives", "Receives before such a queue dead-letters a record.", "bc:kinesis.CreateQueue"
)
MAX_RECEIVES_RANGE = fact(Span(1, 1000), "receives", "What MaxReceiveCount can be.", "bc:kinesis.MaxReceiveCount")
DEAD_LETTERS_STAY = modelled(
    True,
    RULE,
    "A dead-letter record stays in its queue: it is received, acknowledged and restored by other calls.",
    "it becomes one when the visibility timeout of its last receive is over, and counts on.",
    "bc:kinesis.ReceiveDeadLetterQueueRecords",
    Confidence.H,
)
RETENTION_OF_STREAM = fact(
    True,
    RULE,
    "A queue, dead letters included, delivers a record as long as its stream keeps it.",
    "KDG/consuming-with-queues",
)
NO_MAPPING = fact(
    True,
    RULE,
    "A Lambda mapping reads a stream or a fan-out consumer; nothing says that it reads a queue.",
    "LDG/with-kinesis",
    M,
)
