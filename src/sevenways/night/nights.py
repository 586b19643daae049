"""One night: the platform, the repairs so far, the orders and the troubles of a stage, and what can be read when it is over."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from motoclock.platform import gc
from motoclock.trace import Trace
from sevenways.cloud import Cloud
from sevenways.night.killing import killed_between_writes
from sevenways.night.orders import PRICE, TONIGHT, Knobs, Placed, Script, Stage, script
from sevenways.night.platform import client, deploy_house, deploy_till
from sevenways.night.provider import Call, Charge, Provider
from sevenways.night.reading import deleted_first, forgetful, house, named_in, parked, places_for_failures, rows

Repair = Callable[[Cloud], object]
Opening = Callable[..., AbstractContextManager[Cloud]]
HOUR_S, DAY_S = 3600, 86_400
AGAIN_AT, RUNBOOK_AT = HOUR_S + 100, 5 * DAY_S
BAD_CLICK = "click-7"
CLICKS = tuple(f"click-{n}" for n in range(50))  # in the order in which they are put
_LABELS_AT = (60, 300, 900, 1500, 2400, 3300, RUNBOOK_AT + 900)


@dataclass(frozen=True, slots=True)
class Night:
    """What is left of a night. Moments in virtual seconds since it began; `hour` is the ledger after one hour, `ledger` all of it.

    `places` are the queues that no function reads, five days later, each with the texts in it, and `named` the orders that they name.
    """

    seed: int
    script: Script
    strict: bool
    hour: tuple[Charge, ...]
    ledger: tuple[Charge, ...]
    peak: int
    fourth: str | None  # the first order that was called for while three calls were under way
    called: tuple[Call, ...]  # what reached the provider within the hour
    refusals: Mapping[str, int]
    rows: Mapping[str, frozenset[str]]  # order to the names of its row's attributes
    parked: int  # messages and records that were given up and kept somewhere
    places: Mapping[str, tuple[str, ...]] | None = field(default=None, repr=False)
    named: frozenset[str] = frozenset()
    left_after_runbook: Mapping[str, tuple[str, ...]] | None = field(default=None, repr=False)
    deleted_first: str = ""  # a place from which the runbook deleted a bad order that nobody else had yet
    told_of: frozenset[str] = frozenset()  # orders whose row says that they are paid
    letters: frozenset[str] | None = None  # orders that the newsletter was given
    letters_again: frozenset[str] = frozenset()  # those that it was given more than once
    fraud_given: frozenset[str] = frozenset()  # orders that the fraud check was given, and failed at
    fraud_kept: frozenset[str] = frozenset()  # orders of payments that lie in a place
    fulfilled: Mapping[str, int] | None = None  # status of executions to how many
    unfinished: tuple[str, ...] = ()  # orders of those that did not succeed
    packed: frozenset[str] = frozenset()
    labelled: frozenset[str] = frozenset()  # orders for which Parcelwing was asked for a label
    invoiced: frozenset[str] = frozenset()
    unpermitted: tuple[str, ...] = ()  # what AWS refused for want of a statement, each once
    placeless: tuple[str, ...] = ()  # what has no place for its failures
    forgetful: tuple[str, ...] = ()  # places that keep failures for less than five days
    open_to_all: tuple[str, ...] = ()  # what anybody may do, in whatever account
    clicks_seen: frozenset[str] = frozenset()  # within the hour
    bad_click_kept: bool = False
    trace: Trace | None = field(default=None, repr=False, compare=False)
    cloud: Cloud | None = field(default=None, repr=False, compare=False)

    @property
    def quiet_again(self) -> float:
        """When the last order had come and the brake was off."""
        return max(self.script.orders[-1].at, self.script.brake[1] if self.script.brake else 0.0)

    @property
    def first_charge(self) -> dict[str, Charge]:
        """Order to its first charge within the hour."""
        found: dict[str, Charge] = {}
        for charge in self.hour:
            found.setdefault(charge.order, charge)
        return found


@contextmanager
def opened_night(
    seed: int,
    repairs: Sequence[Repair],
    stage: Stage,
    knobs: Knobs = TONIGHT,
    strict: bool = False,
    opening: Opening = Cloud,
) -> Iterator[tuple[Cloud, Script, Provider]]:
    """The platform with its repairs, and everything of the night planned; nothing has happened yet."""
    plan = script(seed, stage, knobs)
    share = knobs.duplicates if stage >= Stage.CHARGED_ONCE else 0.0
    with ExitStack() as stack:
        stack.enter_context(gc.seldom())  # what a night makes stays, nearly all of it, to its end
        cloud = stack.enter_context(
            opening(seed=seed, duplicates=share, reorder=stage >= Stage.IN_ORDER, strict_permissions=strict)
        )
        stack.enter_context(killed_between_writes("checkout", plan.killed))
        provider = Provider(cloud, plan, knobs)
        deploy_till(cloud)
        if stage >= Stage.LETTERS:
            deploy_house(cloud, BAD_CLICK if stage >= Stage.TO_AWS else "")
        for repair in repairs:
            repair(cloud)
        _plan(cloud, plan)
        if stage >= Stage.LETTERS:
            _plan_house(cloud)
        yield cloud, plan, provider


def spend(
    seed: int,
    repairs: Sequence[Repair],
    stage: Stage,
    knobs: Knobs = TONIGHT,
    runbook: Repair | None = None,
    strict: bool = False,
    opening: Opening = Cloud,
    go_on: Callable[[Night], bool] | None = None,
) -> Night:
    """Run the night for an hour; from the stage of the runbook on for five days, and an hour after the runbook.

    `go_on` is asked after the first hour: a night that has failed by then need not be watched for five days.
    """
    with opened_night(seed, repairs, stage, knobs, strict, opening) as (cloud, plan, provider):
        cloud.run(HOUR_S)
        hour, called = tuple(provider.ledger), provider.called

        def so_far(**more: Any) -> Night:
            return Night(
                seed, plan, strict, hour, tuple(provider.ledger), provider.peak, provider.fourth, called, dict(provider.refusals),
                rows(), parked(cloud), trace=cloud.trace, cloud=cloud, **more,
            )  # fmt: skip

        if stage < Stage.RUNBOOK:
            return so_far()
        if go_on is not None and not go_on(first := so_far()):
            return first
        for bad in plan.poison:
            again = next(placed for placed in plan.orders if placed.order == bad)
            cloud.at(AGAIN_AT, partial(_click, again, PRICE))
        cloud.run(RUNBOOK_AT - cloud.elapsed)
        places = places_for_failures(cloud)
        more: dict[str, Any] = {"places": places, "named": named_in(cloud, places)}
        if runbook is not None:
            before = len(cloud.trace)
            runbook(cloud)
            more["deleted_first"] = deleted_first(cloud, before, plan.poison)
            cloud.run(HOUR_S)
            more["left_after_runbook"] = places = places_for_failures(cloud)
        if stage >= Stage.LETTERS:
            more |= house(cloud, places, HOUR_S)
        if stage >= Stage.TO_AWS:
            more["forgetful"] = tuple(forgetful(cloud, RUNBOOK_AT))
        return so_far(**more)


# ---------------------------------------------------------------------- what happens


def _click(placed: Placed, total: int | None = None) -> None:
    event = placed.event | ({} if total is None else {"total": total})
    client("lambda").invoke(FunctionName="checkout", InvocationType="Event", Payload=json.dumps(event))


def _plan(cloud: Cloud, plan: Script) -> None:
    for placed in plan.orders:
        cloud.at(placed.at, partial(_click, placed))
        if placed.order == plan.clicks_twice:
            cloud.at(placed.at + 0.7, partial(_click, placed))
    if plan.brake:
        before: list[int] = []
        cloud.at(plan.brake[0], partial(_brake, before))
        cloud.at(plan.brake[1], partial(_release, before))


def _brake(before: list[int]) -> None:
    aws_lambda = client("lambda")
    was = aws_lambda.get_function_concurrency(FunctionName="charge").get("ReservedConcurrentExecutions")
    before.extend([] if was is None else [was])
    aws_lambda.put_function_concurrency(FunctionName="charge", ReservedConcurrentExecutions=0)


def _release(before: list[int]) -> None:
    aws_lambda = client("lambda")
    if before:
        aws_lambda.put_function_concurrency(FunctionName="charge", ReservedConcurrentExecutions=before[0])
    else:
        aws_lambda.delete_function_concurrency(FunctionName="charge")


def _plan_house(cloud: Cloud) -> None:
    put = client("kinesis").put_record
    for n, click in enumerate(CLICKS):
        cloud.at(n / 5, partial(put, StreamName="clicks", PartitionKey=f"v{n % 7}", Data=click))
    for at in _LABELS_AT:
        cloud.at(at, _parcelwing)


def _parcelwing() -> None:
    """The partner looks into the queue of labels, and tells the default bus of each label that it has printed."""
    sqs, events = client("sqs"), client("events")
    url = sqs.get_queue_url(QueueName="labels")["QueueUrl"]
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
        entries = []
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            token = json.loads(message["Body"]).get("token")
            if token is None:  # no request for a label: thrown away, as a stranger would
                continue
            entries.append(
                {
                    "Source": "parcelwing",
                    "DetailType": "LabelReady",
                    "Detail": json.dumps({"token": token, "label": "PW-1"}),
                }
            )
        if entries:
            events.put_events(Entries=entries)
