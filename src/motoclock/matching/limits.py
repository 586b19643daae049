"""The numbers that bound event patterns and filter policies, each with its source and date.

Nothing here decides anything: grammar.py, branches.py and filter_policy.py read these names. What learners meet as well
has its home in the facts; the rest is here. "bc" is the botocore 1.44.5 service model; "ER" is the aws/event-ruler source
of July 2026; the rest are AWS guide pages of October 2026.
"""

from dataclasses import dataclass
from decimal import Decimal

from motoclock.facts import eventbridge, sns


@dataclass(frozen=True, slots=True)
class NumberLimits:
    """How far from zero a number may be to be compared as a number, and how many decimals count."""

    farthest: Decimal
    decimals: int


PATTERN_MAX_CHARACTERS = 4096
"""bc: events EventPattern, lambda Pattern and pipes EventPattern all have max 4096 (2026-10). An account starts with a
soft quota of 2,048 for rules (EBG/eb-quota), which we do not enforce."""

OR_COMBINATIONS_MAX = eventbridge.OR_COMBINATIONS_MAX.value

OR_OBJECTS_MIN = 2
"""ER README, "$or" (2026-07)."""

PATTERN_NUMBERS = NumberLimits(farthest=Decimal("5e9"), decimals=6)
"""EBG/eb-create-pattern-operators, numeric matching (2026-10). ER's own source already reaches 5e11, AWS's page does
not. Modelled: a number in an event is cut to these decimals; newer ER refuses to compare a longer one."""

IPV4_MASK_BITS_MAX = 31
IPV6_MASK_BITS_MAX = 127
"""ER CIDR.java (2026-07): a mask that leaves one single address, /32 or /128, is refused."""

WILDCARDS_PER_VALUE_MAX = 5
"""Modelled. AWS refuses a rule whose wildcards make its automaton too complex and publishes no threshold; six stars in
one value is the smallest refusal on record (LocalStack's recordings of AWS, 2024-12), the pages show up to three."""

POLICY_KEYS_MAX = sns.FILTER_KEYS_MAX.value
POLICY_COMBINATIONS_MAX = sns.FILTER_COMBINATIONS_MAX.value
POLICY_MAX_BYTES = sns.FILTER_SIZE_MAX_BYTES.value

POLICY_NUMBERS = NumberLimits(farthest=Decimal("1e9"), decimals=5)
"""SNSG/subscription-filter-policy-constraints: -10^9 to 10^9, five digits after the decimal point (2026-10)."""
