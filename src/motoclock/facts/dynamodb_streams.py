"""DynamoDB Streams: the log of a table's changes. Its Lambda trigger is in stream_mapping."""

from motoclock.facts.record import RULE, fact, modelled
from motoclock.facts.shapes import DAY_S, MIB

RETENTION_S = fact(DAY_S, "s", "A change stays in the stream this long.", "DDB'23 Streams")
DELIVERY = fact(
    "each change once, in order per item",
    RULE,
    "What the stream itself promises; its Lambda trigger may repeat.",
    "DDB'23 Streams",
)
NO_OP_WRITES_EMIT = fact(False, RULE, "A write that changes nothing emits no record.", "DDB'23 Streams")
SHARDS = modelled(
    1,
    "shards",
    "Shards follow the table's partitions and split on their own, parent before child.",
    "a stream has one shard that never splits.",
    "DDB'23 Streams",
)
READERS_PER_SHARD_MAX = modelled(
    2,
    "readers",
    "More readers of a shard may be throttled (one for a global table).",
    "all mappings of a shard together poll as often as two may, and take turns; two never wait for each other.",
    "bc:dynamodbstreams.LimitExceededException",
)
VIEW_TYPES = fact(
    ("KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"),
    RULE,
    "What a record shows of the item.",
    "bc:dynamodbstreams.StreamViewType",
)
EVENT_NAMES = fact(
    ("INSERT", "MODIFY", "REMOVE"), RULE, "What happened to the item.", "bc:dynamodbstreams.OperationType"
)
TTL_PRINCIPAL = fact(
    "dynamodb.amazonaws.com",
    RULE,
    "The userIdentity of a REMOVE that time to live did, type Service.",
    "bc:dynamodbstreams.Record.userIdentity",
)
TTL_DELETES_AFTER_S = modelled(
    300,
    "s",
    "Time to live deletes an item within a few days of the time in it.",
    "this long after that time.",
    "DDB'23 howitworks-ttl",
)
ITERATOR_AGE_MAX_S = fact(900, "s", "A shard iterator expires.", "bc:dynamodbstreams.GetShardIterator")
GET_RECORDS_MAX_BYTES = fact(MIB, "bytes", "The most one GetRecords returns.", "bc:dynamodbstreams.GetRecords")
GET_RECORDS_MAX = fact(1000, "records", "The most one GetRecords returns.", "bc:dynamodbstreams.GetRecordsInput.Limit")
