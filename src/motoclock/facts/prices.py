"""Prices in us-east-1, US dollars, for the cost widgets: list prices of September 2026, mostly confidence M."""

from motoclock.facts.record import RULE, Confidence, fact
from motoclock.facts.shapes import KIB

M = Confidence.M

# SQS
SQS_FREE_REQUESTS = fact(1_000_000, "requests/month", "SQS requests that cost nothing.", "C26", M)
SQS_STANDARD_PER_M = fact(0.40, "US$ per million requests", "SQS, standard queue.", "C26", M)
SQS_FIFO_PER_M = fact(0.50, "US$ per million requests", "SQS, FIFO queue.", "C26", M)
SQS_FAIR_EXTRA_PER_M = fact(0.10, "US$ per million requests", "SQS, added when fair queues are in use.", "C26", M)
SQS_REQUEST_BYTES = fact(64 * KIB, "bytes", "Each started unit of this many bytes is one SQS request.", "C26", M)

# S3, for tickets that stand for what is too big
S3_PUT_PER_M = fact(5.00, "US$ per million requests", "S3 Standard, PUT, COPY, POST and LIST.", "S3P", M)
S3_GET_PER_M = fact(0.40, "US$ per million requests", "S3 Standard, GET and all other requests.", "S3P", M)

# Lambda
LAMBDA_FREE_REQUESTS = fact(1_000_000, "requests/month", "Lambda invocations that cost nothing.", "C26", M)
LAMBDA_FREE_GB_S = fact(400_000, "GB-s/month", "Lambda compute that costs nothing.", "C26", M)
LAMBDA_PER_M = fact(0.20, "US$ per million requests", "Lambda invocations.", "C26", M)
LAMBDA_PER_GB_S = fact(0.0000166667, "US$ per GB-s", "Lambda compute on x86.", "C26", M)

# SNS
SNS_FREE_PUBLISHES = fact(1_000_000, "publishes/month", "SNS publishes that cost nothing.", "C26", M)
SNS_PER_M = fact(
    0.50, "US$ per million publishes", "SNS, standard topic; SQS and Lambda deliveries are free.", "C26", M
)
SNS_PUBLISH_BYTES = fact(64 * KIB, "bytes", "Each started unit of this many bytes is one publish.", "C26", M)
SNS_BATCH_IS_ONE_PUBLISH = fact(
    True, RULE, "A PublishBatch is paid for as one call, so by up to a factor of ten less; inferred: by the bytes of all its messages.",
    "SNSG/sns-batch-api-actions", M,
)  # fmt: skip
SNS_HTTP_PER_M = fact(0.60, "US$ per million deliveries", "SNS, delivery over HTTP.", "C26", M)
SNS_EMAIL_PER_100K = fact(2.00, "US$ per 100,000 deliveries", "SNS, delivery by email.", "C26", M)
SNS_BODY_FILTER_PER_GB = fact(0.09, "US$ per GB", "SNS, filtering on the message body.", "C26", M)
SNS_FIFO_PER_M = fact(0.30, "US$ per million publishes", "SNS, FIFO topic.", "C26", M)
SNS_FIFO_PER_GB = fact(0.017, "US$ per GB", "SNS, FIFO topic, published data.", "C26", M)
SNS_FIFO_DELIVERY_PER_M = fact(0.01, "US$ per million deliveries", "SNS, FIFO topic, a subscription.", "C26", M)
SNS_FIFO_DELIVERY_PER_GB = fact(0.001, "US$ per GB", "SNS, FIFO topic, delivered data.", "C26", M)

# EventBridge
EVENTBRIDGE_PER_M = fact(1.00, "US$ per million events", "EventBridge, custom and partner events.", "C26", M)
EVENTBRIDGE_EVENT_BYTES = fact(64 * KIB, "bytes", "Each started unit of this many bytes is one event.", "C26", M)
EVENTBRIDGE_API_DESTINATION_PER_M = fact(0.20, "US$ per million calls", "EventBridge, API destinations.", "C26", M)
EVENTBRIDGE_ARCHIVE_PER_GB = fact(0.10, "US$ per GB", "EventBridge, archiving.", "C26", M)
EVENTBRIDGE_ARCHIVE_PER_GB_MONTH = fact(0.023, "US$ per GB-month", "EventBridge, keeping the archive.", "C26", M)
EVENTBRIDGE_DISCOVERY_FREE_EVENTS = fact(5_000_000, "events/month", "Schema discovery that costs nothing.", "C26", M)
PIPES_PER_M = fact(0.40, "US$ per million requests", "Pipes, after the filter.", "C26", M)
SCHEDULER_FREE = fact(14_000_000, "firings/month", "Scheduler firings that cost nothing.", "C26", M)
SCHEDULER_PER_M = fact(1.00, "US$ per million firings", "Scheduler.", "C26", M)

# Streams
DYNAMODB_STREAMS_PER_100K = fact(
    0.02, "US$ per 100,000 read units", "DynamoDB Streams; reads by Lambda triggers are free.", "C26", M
)
KINESIS_PER_SHARD_H = fact(0.015, "US$ per shard-hour", "Kinesis, provisioned: paid by the hour, not by use.", "C26", M)
KINESIS_PER_M_PUT_UNITS = fact(0.014, "US$ per million PUT units", "Kinesis, provisioned.", "C26", M)
KINESIS_PUT_UNIT_BYTES = fact(25 * KIB, "bytes", "Each started unit of this many bytes is one PUT unit.", "C26", M)
KINESIS_EXTENDED_RETENTION_PER_SHARD_H = fact(
    0.020, "US$ per shard-hour", "Kinesis, retention from a day to a week.", "C26", M
)
KINESIS_EFO_PER_CONSUMER_SHARD_H = fact(0.015, "US$ per consumer-shard-hour", "Kinesis, enhanced fan-out.", "C26", M)
KINESIS_EFO_PER_GB = fact(0.013, "US$ per GB", "Kinesis, enhanced fan-out, data read.", "C26", M)
KINESIS_ON_DEMAND_PER_STREAM_H = fact(0.04, "US$ per stream-hour", "Kinesis, on-demand standard.", "C26", M)
KINESIS_ON_DEMAND_IN_PER_GB = fact(0.08, "US$ per GB", "Kinesis, on-demand standard, in.", "C26", M)
KINESIS_ON_DEMAND_OUT_PER_GB = fact(0.04, "US$ per GB", "Kinesis, on-demand standard, out.", "C26", M)
KINESIS_ADVANTAGE_IN_PER_GB = fact(0.032, "US$ per GB", "Kinesis, On-demand Advantage, in.", "C26", M)
KINESIS_ADVANTAGE_OUT_PER_GB = fact(0.016, "US$ per GB", "Kinesis, On-demand Advantage, out.", "C26", M)
KINESIS_ADVANTAGE_MIN_MB_PER_S = fact(25, "MB/s", "Kinesis, On-demand Advantage is billed for at least this.", "C26", M)

# Step Functions
STEPFUNCTIONS_FREE_TRANSITIONS = fact(4000, "transitions/month", "Standard transitions that cost nothing.", "AT")
STEPFUNCTIONS_PER_1000 = fact(0.025, "US$ per 1,000 transitions", "Standard executions, retries counted.", "AT")
STEPFUNCTIONS_EXPRESS_PER_M = fact(1.00, "US$ per million requests", "Express executions.", "C26", M)
STEPFUNCTIONS_EXPRESS_PER_GB_S = fact(0.00001667, "US$ per GB-s", "Express executions, duration and memory.", "C26", M)
