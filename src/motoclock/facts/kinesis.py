"""Kinesis Data Streams: shards, producers, readers. Its Lambda trigger is in stream_mapping, its queues in stream_queues."""

from motoclock.facts.record import RULE, Confidence, fact, modelled, not_shown
from motoclock.facts.shapes import HOUR_S, MIB, Span

M = Confidence.M

# Shards
SHARD_WRITE_BYTES_PER_S = fact(
    MIB, "bytes/s", "What a shard takes in a second (AWS writes 1 MB).", "bc:kinesis.PutRecords"
)
SHARD_WRITE_RECORDS_PER_S = fact(1000, "records/s", "What a shard takes in a second.", "bc:kinesis.PutRecords")
SHARD_READ_BYTES_PER_S = fact(
    2 * MIB, "bytes/s", "What all polling readers of a shard share in a second.", "bc:kinesis.GetRecords"
)
SHARD_READ_CALLS_PER_S = fact(5, "calls/s", "GetRecords of all polling readers of a shard.", "bc:kinesis.GetRecords")
HASH_BITS = fact(128, "bits", "MD5 of the partition key picks the shard.", "bc:kinesis.PutRecord")
PARTITION_KEY_MAX_CHARS = fact(256, "characters", "The length of a partition key.", "bc:kinesis.PartitionKey")
RESHARD_FACTOR_MAX = fact(2, "x", "One UpdateShardCount at most doubles or halves.", "bc:kinesis.UpdateShardCount")
RESHARDS_PER_DAY = fact(10, "times", "UpdateShardCount of one stream within 24 hours.", "bc:kinesis.UpdateShardCount")
PARENTS_FIRST = fact(
    True, RULE, "After a reshard readers drain parents before children.", "KDG/kinesis-using-sdk-java-resharding", M
)

# Records
RECORD_SIZE_DEFAULT_BYTES = fact(MIB, "bytes", "The largest record unless raised.", "bc:kinesis.GetRecords")
RECORD_SIZE_MAX_BYTES = fact(
    10 * MIB,
    "bytes",
    "UpdateMaxRecordSize can raise it this far; the shard's average stays.",
    "bc:kinesis.UpdateMaxRecordSizeInput.MaxRecordSizeInKiB",
    old="1 MiB",
)
PUT_RECORDS_MAX_RECORDS = fact(
    500, "records", "Records of one PutRecords call.", "bc:kinesis.PutRecordsRequestEntryList"
)
PUT_RECORDS_MAX_BYTES = fact(10 * MIB, "bytes", "The whole of one PutRecords call.", "bc:kinesis.PutRecords")
PUT_RECORDS_PARTIAL_FAILURE = fact(
    True,
    RULE,
    "Each record succeeds or fails on its own, and order across a batch is not promised.",
    "bc:kinesis.PutRecords",
)
GET_RECORDS_MAX = fact(10_000, "records", "The most one GetRecords returns.", "bc:kinesis.GetRecordsInput.Limit")
GET_RECORDS_MAX_BYTES = fact(
    10 * MIB,
    "bytes",
    "The most one GetRecords returns; calls then fail until the time it stands for has passed.",
    "bc:kinesis.GetRecords",
)
ITERATOR_AGE_MAX_S = fact(300, "s", "A shard iterator expires.", "bc:kinesis.GetShardIterator")
RETENTION_DEFAULT_S = fact(
    24 * HOUR_S,
    "s",
    "A record stays in the stream this long unless raised.",
    "bc:kinesis.IncreaseStreamRetentionPeriod",
)
RETENTION_RANGE_HOURS = fact(
    Span(24, 8760), "h", "The retention of a stream.", "bc:kinesis.IncreaseStreamRetentionPeriod"
)

# Readers
EFO_BYTES_PER_S = fact(
    2 * MIB,
    "bytes/s",
    "Enhanced fan-out: each consumer's own share of a shard a second.",
    "bc:kinesis.RegisterStreamConsumer",
)
EFO_CONSUMERS_MAX = fact(
    20, "consumers", "Enhanced fan-out consumers of a stream.", "bc:kinesis.RegisterStreamConsumer"
)
EFO_CONSUMERS_ADVANTAGE_MAX = fact(
    50, "consumers", "The same of an on-demand stream in On-demand Advantage.", "bc:kinesis.RegisterStreamConsumer"
)
EFO_SUBSCRIPTION_S = fact(
    300,
    "s",
    "A subscription pushes records for this long, those put after it began too.",
    "bc:kinesis.SubscribeToShard",
)
EFO_LATENCY_S = modelled(
    0.07,
    "s",
    "Records are pushed to a fan-out consumer within about this long.",
    "each push takes exactly this long.",
    "KDS'23 enhanced-consumers",
    M,
)
POLLING_LATENCY_S = not_shown(
    0.2,
    "s",
    "Latency of one polling reader of the KCL; with five readers about a second.",
    "KDS'23 enhanced-consumers",
    M,
)
ITERATOR_AGE_RISES = fact(
    True, RULE, "IteratorAge is the age of a batch's last record; rising means falling behind.", "LDG/with-kinesis"
)

# On-demand. Its queues are in stream_queues
ON_DEMAND_START_BYTES_PER_S = fact(
    4 * MIB,
    "bytes/s",
    "What a new on-demand stream takes in a second.",
    "KDG/how-do-i-size-a-stream",
    old="shards are planned and paid by the hour",
)
ON_DEMAND_SHARDS_START = modelled(
    4,
    "shards",
    "A new on-demand stream opens with this many.",
    "an on-demand stream has this many until it grows.",
    "KDG/how-do-i-size-a-stream",
    M,
)
ON_DEMAND_GROWS_S = modelled(
    900,
    "s",
    "An on-demand stream takes up to twice its peak of thirty days, and grows within fifteen minutes.",
    "this long after it turned a record down every shard is split in two.",
    "KDG/how-do-i-size-a-stream",
    M,
)
RECORD_DISTRIBUTION = not_shown(
    ("USER_PARTITION_KEY", "AUTO"),
    RULE,
    "By default the partition key chooses the shard; AUTO, on on-demand streams, ignores it, and gives up order by key.",
    "KDG/service-managed-record-distribution",
    old="the partition key chooses the shard",
)
MODE_CHANGES_PER_DAY = fact(
    2,
    "times",
    "A stream can change between provisioned and on-demand this often within 24 hours.",
    "KDG/how-do-i-size-a-stream",
    M,
)
WARM_THROUGHPUT = modelled(
    "UpdateStreamWarmThroughput",
    RULE,
    "In On-demand Advantage a stream can be made ready for a rate before it comes.",
    "every shard is split in two until there is one for each MiB/s asked for; shards are never merged again.",
    "bc:kinesis.UpdateStreamWarmThroughput",
    Confidence.H,
)
ON_DEMAND_MAX_BYTES_PER_S = fact(
    10_000_000_000, "bytes/s", "What an on-demand stream scales to in us-east-1.", "KDG/how-do-i-size-a-stream"
)
