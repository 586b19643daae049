"""DynamoDB itself: what its values may be, and how an item's size is counted. Its streams are in dynamodb_streams."""

from motoclock.facts.record import RULE, Confidence, fact, modelled
from motoclock.facts.shapes import KIB, Span

_LIMITS = "DDBG/Constraints"
_SIZES = "DDBG/CapacityUnitCalculations"

TABLE_NAME_LENGTH = fact(
    Span(3, 255), "characters", "A table's name is so long.", "DDBG/HowItWorks.NamingRulesDataTypes"
)
TABLE_NAME_PATTERN = fact(
    "[a-zA-Z0-9_.-]+", RULE, "Of these characters a table's name is made.", "DDBG/HowItWorks.NamingRulesDataTypes"
)
NUMBER_DIGITS_MAX = fact(
    38, "digits", "A number has this many significant digits; more are refused, not rounded.", _LIMITS
)
NUMBER_EXPONENTS = fact(
    Span(-130, 125),
    "powers of ten",
    "The first digit of a number other than 0 stands between these: 1E-130 to 9.99E+125.",
    _LIMITS,
)
NUMBER_FORM = fact(
    "leading and trailing zeros are trimmed",
    RULE,
    "9.90 is kept and given back as 9.9, 007 as 7, 1E3 as 1000, everywhere.",
    "DDBG/HowItWorks.NamingRulesDataTypes",
)
SET_ORDER = modelled(
    "none",
    RULE,
    "The order of a set is not preserved.",
    "texts and binaries by their bytes, numbers by size.",
    "DDBG/HowItWorks.NamingRulesDataTypes",
)
ITEM_MAX_BYTES = fact(400 * KIB, "bytes", "An item, its attributes' names included, is at most so large.", _LIMITS)
NUMBER_OVERHEAD_BYTES = fact(1, "bytes", "A number counts this much, and a byte for each two digits.", _SIZES)
CONTAINER_OVERHEAD_BYTES = fact(3, "bytes", "A list or a map counts this much before what is in it.", _SIZES)
ELEMENT_OVERHEAD_BYTES = fact(1, "bytes", "Each element of a list or a map counts this much more.", _SIZES)
NO_OP_UPDATES_CREATE = fact(
    False,
    RULE,
    "An update that only removes leaves a missing item missing; one without any action makes an item of the key.",
    "REC, 2025-11: UpdateItem of a missing item",
    Confidence.M,
)
EXPRESSION_MAX_KIB = fact(4, "KiB", "An expression is at most so long.", _LIMITS)
EXPRESSION_OPERATORS_MAX = fact(
    300, "operators", "An expression has at most this many operators and functions.", _LIMITS
)
IN_OPERANDS_MAX = fact(100, "operands", "IN compares with at most this many operands.", _LIMITS)
PLACEHOLDER_MAX_BYTES = fact(255, "bytes", "A placeholder such as #name or :value is at most so long.", _LIMITS)
DOCUMENT_PATH_DEPTH_MAX = fact(32, "levels", "A document path leads at most so deep.", _LIMITS)
