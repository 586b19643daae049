"""Constants that are the course's own: AWS publishes no number, or the number is of no use in a notebook.

A modelled shape that belongs to one service (a back-off curve, a latency) stands in that service's module.
"""

from motoclock.facts.record import RULE, modelled
from motoclock.facts.shapes import DAY_S, MINUTE_S

# The world
REGION = modelled("us-east-1", RULE, "AWS has many Regions.", "there is one.")
ACCOUNT_ID = modelled("123456789012", RULE, "An account has an id of twelve digits.", "moto's.")
OPENING = modelled("2030-01-01T00:00:00+00:00", RULE, "Time passes.", "every Cloud opens at this time, UTC.")
RUN_MAX_S = modelled(
    7 * DAY_S, "s", "AWS never stops.", "cloud.run() without seconds stops after this much virtual time."
)
RUN_MAX_INVOCATIONS = modelled(200_000, "invocations", "AWS never stops.", "cloud.run() stops after this many.")
SPIN_MAX_WALL_S = modelled(
    10,
    "s",
    "A handler that spins is stopped by its timeout.",
    "virtual time stands still while it spins: stopped by the wall clock.",
)
CLOCK_MAX_S = modelled(
    100 * 365 * DAY_S,
    "s",
    "Time goes on.",
    "a Cloud's time ends this long after its opening; what is planned for later never comes.",
)
SPIN_MIN_WAIT_S = modelled(
    0.001, "s", "Time passes while code runs.", "a wait shorter than this does not count as waiting."
)
SPIN_MAX_SHORT_WAITS = modelled(
    5_000_000,
    "waits",
    "A handler that spins is stopped by its timeout.",
    "one that this often in a row waits for less than that, or reads the clock, is stopped.",
)

# What costs time
INVOCATION_MIN_S = modelled(0.001, "s", "An invocation is billed by the millisecond.", "each takes at least this long.")
COLD_START_S = modelled(
    0.2,
    "s",
    "A new environment needs a few hundred milliseconds, by runtime, package and memory.",
    "each needs exactly this long.",
)
AWS_CALL_S = modelled(
    0.005, "s", "An AWS call takes milliseconds.", "from a handler each takes this long; from a cell nothing."
)
CLOCK_READ_S = modelled(
    0.000001,
    "s",
    "Time passes while code runs.",
    "each reading of the clock in a handler takes this long, so that a busy loop ends.",
)
ENVIRONMENT_IDLE_S = modelled(
    10 * MINUTE_S,
    "s",
    "An idle environment is kept for minutes; how long is not published.",
    "each is reaped after this long.",
)
INIT_MAX_S = modelled(
    10.0,
    "s",
    "An init phase of more than ten seconds is started again, within the function's timeout.",
    "it fails the invocation as a timeout.",
)
JSON_DEPTH_MAX = modelled(
    200,
    "levels",
    "AWS bounds an event by its size; how deep it may be nested is not published.",
    "an event, pattern or policy that is nested deeper is malformed.",
)
MEMORY_USED_MB = modelled(38, "MB", "Each REPORT line says how much memory was used.", "it always says this much.")

# Delivery that AWS gives no latency for
SQS_POLL_S = modelled(0.0, "s", "A long poll answers as soon as a message is there.", "at the same instant.")
SNS_DELIVERY_S = modelled(
    0.03, "s", "SNS delivers in milliseconds, typically under thirty.", "each delivery takes this long."
)
ASYNC_QUEUE_S = modelled(
    0.0, "s", "An accepted event waits in Lambda's queue for a moment.", "it is taken at the same instant."
)
