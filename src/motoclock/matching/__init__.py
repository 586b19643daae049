"""Event patterns and filter policies: does this rule match this event, and why?

One engine for EventBridge rules, Pipes and event source mappings (Pattern), and for SNS subscriptions (FilterPolicy).
Pure functions of their arguments: nothing here knows moto, the clock or a Cloud. Modelled on aws/event-ruler, AWS's
published engine; limits.py and the docstrings say where we stop.

    values, conditions   one leaf value, one condition
    grammar, branches    JSON -> conditions -> an OR of ANDs
    fields               an event -> its leaf values
    pattern, filter_policy   the two kinds of rule
    verdicts, hints, explanation, explaining   the same answer in sentences
"""

from motoclock.matching.errors import InvalidEventPattern, InvalidFilterPolicy
from motoclock.matching.explaining import explain
from motoclock.matching.explanation import Explanation, FieldVerdict
from motoclock.matching.filter_policy import FilterPolicy
from motoclock.matching.pattern import Dialect, Pattern

__all__ = [
    "Dialect",
    "Explanation",
    "FieldVerdict",
    "FilterPolicy",
    "InvalidEventPattern",
    "InvalidFilterPolicy",
    "Pattern",
    "explain",
]
