"""The orders of lab 04's last task, and who was charged and got a letter after the replay."""

import random
from collections import Counter

from motoclock.wording import count, times
from sevenways.checks.lines import was
from sevenways.checks.registry import Observation

# With gaps, so that a repair has to learn from the shop which orders there were.
_ORDERS = [f"order-{n}" for n in sorted(random.Random(4).sample(range(1, 1000), 32))]
OLD, NEW = _ORDERS[:28], _ORDERS[28:]
CANCELLED, RETURNED = OLD[3], NEW[0]


def judge_letters(charged: list[str], letters: list[str]) -> None:
    charges, sent = Counter(charged), Counter(letters)
    for found, what in ((charges, "was charged"), (sent, "got a letter")):
        strangers = [order for order in found if order not in _ORDERS]
        if strangers:
            raise Observation(f"{strangers[0]} {what}, and there is no such order")
    twice = [order for order in _ORDERS if charges[order] > 1]
    if twice:
        raise Observation(
            f"{twice[0]} was charged {times(charges[twice[0]])}; "
            f"{len(twice)} of the {len(_ORDERS)} orders {was(twice)} charged more than once"
        )
    unpaid = [order for order in _ORDERS if not charges[order]]
    if unpaid:
        raise Observation(f"{unpaid[0]}, placed after the repair began, was never charged")
    for orders, what in ((NEW, "who ordered after the repair began"), (OLD, "of the week")):
        without = [order for order in orders if not sent[order]]
        if without:
            raise Observation(
                f"{len(without)} of the {len(orders)} customers {what} {'has' if len(without) == 1 else 'have'} no letter, "
                f"the first of them for {without[0]}"
            )
    flooded = [order for order in _ORDERS if sent[order] > 1]
    if flooded:
        other = {CANCELLED: ", one of them for its cancellation", RETURNED: ", one of them for its return"}
        raise Observation(f"{flooded[0]} got {count(sent[flooded[0]], 'letter')}{other.get(flooded[0], '')}")
