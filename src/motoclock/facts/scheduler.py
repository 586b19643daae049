"""EventBridge Scheduler: one-time and recurring schedules."""

from motoclock.facts.record import RULE, Confidence, fact
from motoclock.facts.shapes import DAY_S, MINUTE_S, Span

FORMS = fact(
    ("at()", "rate()", "cron()"),
    RULE,
    "What a schedule expression may be, with a time zone.",
    "bc:scheduler.CreateScheduleInput",
)
FLEXIBLE_WINDOW_RANGE_MIN = fact(
    Span(1, 1440),
    "min",
    "How late a flexible schedule may fire.",
    "bc:scheduler.FlexibleTimeWindow.MaximumWindowInMinutes",
)
RETRIES_DEFAULT = fact(185, "retries", "Attempts after the first one unless set.", "C26", Confidence.M)
RETRIES_RANGE = fact(
    Span(0, 185), "retries", "MaximumRetryAttempts of a schedule.", "bc:scheduler.RetryPolicy.MaximumRetryAttempts"
)
EVENT_AGE_DEFAULT_S = fact(DAY_S, "s", "A firing is given up after this long unless set.", "C26", Confidence.M)
EVENT_AGE_RANGE_S = fact(
    Span(60, DAY_S), "s", "MaximumEventAgeInSeconds of a schedule.", "bc:scheduler.RetryPolicy.MaximumEventAgeInSeconds"
)
START_DATE_AGO_MAX_S = fact(
    5 * MINUTE_S, "s", "How long ago the StartDate of a recurring schedule may be.", "moto", Confidence.M
)
TEMPLATED_TARGETS = fact(
    ("codebuild", "codepipeline", "ecs", "events", "firehose", "inspector", "kinesis", "lambda", "sagemaker", "sns", "sqs", "states"),
    RULE,
    "Services whose resource's ARN alone is a target; all else is a call, arn:aws:scheduler:::aws-sdk:service:apiAction.",
    "SCHG/managing-targets-templated",
)  # fmt: skip
UNIVERSAL_UNSUPPORTED = fact(
    ("get", "describe", "list", "poll", "receive", "search", "scan", "query", "select", "read", "lookup", "discover", "validate",
     "batchGet", "batchDescribe", "batchRead", "transactGet", "adminGet", "adminList", "testMigration", "retrieve", "testConnection",
     "translateDocument", "isAuthorized", "invokeModel"),
    RULE,
    "API actions that begin so only read, and a schedule can't call them.",
    "SCHG/managing-targets-universal",
)  # fmt: skip
DLQ_TARGETS = fact(("SQS",), RULE, "Where a given-up firing goes.", "bc:scheduler.DeadLetterConfig")
RATE_ANY_PLURAL = fact(
    True,
    RULE,
    "A schedule takes rate(5 minute) too, as six published stacks write it; a rule on a bus does not.",
    "C26",
    Confidence.L,
)
