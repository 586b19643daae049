"""Every limit, default, retry, price and modelled constant of the course, once, with source, date and confidence.

    from motoclock.facts import sqs, sqs_mapping
    sqs.VISIBILITY_TIMEOUT_DEFAULT_S.value      # 30: what an engine binds, at module level
    sqs_mapping.CONCURRENCY_CAP                 # in a cell: the number, one sentence, the source

`python -m motoclock.facts` prints the ledger: what AWS does, what we do, what is modelled, what is not shown.
"""

from motoclock.facts.card import cards
from motoclock.facts.history import Change, changes, what_changed
from motoclock.facts.record import Confidence, Fact, Status
from motoclock.facts.registry import MODULES, all_facts, short_name
from motoclock.facts.shapes import Backoff, Curve, Phase, RetryPhases, Span
from motoclock.facts.tables import Ledger, ledger, ledger_markdown

__all__ = [
    "Backoff",
    "Change",
    "Confidence",
    "Curve",
    "Fact",
    "Ledger",
    "Phase",
    "RetryPhases",
    "Span",
    "Status",
    "all_facts",
    "cards",
    "changes",
    "ledger",
    "ledger_markdown",
    "what_changed",
]
__all__ += [short_name(module) for module, _ in MODULES]  # imported by the registry, whose list is the only one
