"""What the shop's ledger says of task 4 of lab 09: whoever paid has a parcel or the money. With the execution of the order at fault."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from motoclock.wording import moment, times
from sevenways.checks.lab09_ledger import Ledger
from sevenways.checks.registry import Observation
from sevenways.checks.trial import client, observe
from sevenways.draw.execution import execution


def judge_undone(ledger: Ledger, hopeless: set[str]) -> None:
    """Raises the first thing that must not be, with a picture of the execution, where a state machine ran that order."""
    for n in range(10):
        order = f"order-{n}"
        try:
            _judge_order(ledger, order, order in hopeless)
        except Observation as seen:
            raise Observation(str(seen), _picture(ledger, order)) from None


def _judge_order(ledger: Ledger, order: str, hopeless: bool) -> None:
    reserved, charged, packed, refunded, released = (
        ledger.times(what)[order] for what in ("reserve", "charge", "pack", "refund", "release")
    )
    observe(bool(reserved), f"nothing was ever reserved for {order}")
    for what, number in (
        ("reserved", reserved),
        ("charged", charged),
        ("packed", packed),
        ("refunded", refunded),
        ("released", released),
    ):
        observe(number <= 1, f"{order} was {what} {times(number)}")
    observe(not packed or bool(charged), f"{order} was packed, and nobody had paid for it")
    observe(not refunded or bool(charged), f"{order} was refunded, and had never been charged")
    observe(not (refunded and packed), f"{order} was packed and refunded")
    back, money = ledger.first("release", order), ledger.first("refund", order)
    observe(
        back is None or not charged or (money is not None and money <= back),
        f"the book of {order} was back on the shelf at {moment(back or 0)}, for anybody to buy, and its customer had paid for it",
    )
    if charged and not packed and not refunded:
        tried = sum((entry.what, entry.name) == ("refund", order) for entry in ledger.entries)
        ran = next(_executions_of(order), None)
        says = f", and its execution says {ran.status}" if ran else ""
        raise Observation(
            f"{order} was charged, and neither packed nor refunded; refund was tried {times(tried)}{says}"
        )
    observe(bool(packed) or bool(released), f"{order} was not packed, and its book was never put back on the shelf")
    observe(bool(packed) or hopeless, f"{order} was never packed; its card was good and its book was on the shelf")


# ---------------------------------------------------------------------- what a state machine says


@dataclass(frozen=True, slots=True)
class _Execution:
    arn: str
    status: str
    definition: str


def _picture(ledger: Ledger, order: str) -> Callable[[], Any] | None:
    ran = next(_executions_of(order), None)
    if ran is None:
        return None
    trace, present = ledger.cloud.trace, ledger.cloud.elapsed
    return lambda: execution(trace, ran.definition, ran.arn, present)


def _executions_of(order: str) -> Iterator[_Execution]:
    """Those of this order, by their name or by what they were started with."""
    steps = client("stepfunctions")
    for machine in steps.list_state_machines()["stateMachines"]:
        if machine["type"] != "STANDARD":
            continue
        arn = machine["stateMachineArn"]
        for listed in steps.list_executions(stateMachineArn=arn)["executions"]:
            ran = steps.describe_execution(executionArn=listed["executionArn"])
            if order in (ran["name"], *re.findall(r"order-\d+", ran["input"])):
                definition = steps.describe_state_machine(stateMachineArn=arn)["definition"]
                yield _Execution(ran["executionArn"], ran["status"], definition)
