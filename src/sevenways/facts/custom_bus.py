"""The new Custom Event Bus of EventBridge (September 2026): told, not shown."""

from sevenways.facts.record import RULE, not_shown
from sevenways.facts.shapes import MINUTE_S, Span

_BUS = "EBG/eb-custom-bus"

RETENTION_RANGE_DAYS = not_shown(Span(1, 365), "days", "How long the bus keeps events.", _BUS)
START_POSITIONS = not_shown(("LATEST", "POINT_IN_TIME"), RULE, "Where a new subscriber starts reading.", _BUS)
ORDERING = not_shown(
    ("UNORDERED", "FIFO"),
    RULE,
    "FIFO orders per EventGroupId; a stuck event blocks its group.",
    "bc:eventbridgev2.OrderingType",
)
DEDUPLICATION_S = not_shown(
    5 * MINUTE_S, "s", "Publishing the same event again in this time answers DEDUPLICATED.", _BUS
)
PUT_EVENTS_MAX_ENTRIES = not_shown(
    100, "entries", "Entries of one PutEvents call.", "bc:eventbridgev2.PutEventsRequestEntryList"
)
RETRIES_DEFAULT = not_shown(5, "retries", "Attempts of a subscriber by default.", _BUS)
EVENT_AGE_DEFAULT_S = not_shown(5 * MINUTE_S, "s", "A subscriber's event age by default.", _BUS)
FAILURE_RECORD_HOLDS_EVENT = not_shown(
    False, RULE, "What the failure queue gets describes the failure; the event itself stays on the bus.", _BUS
)
BUSES_MAX = not_shown(5, "buses", "Custom buses of an account.", _BUS)
SUBSCRIBERS_MAX = not_shown(10_000, "subscribers", "Subscribers of one bus.", _BUS)
