"""One night: the platform, the repairs so far, the orders and the troubles of a stage, and what can be read when it is over."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from motoclock.trace import Arrival, DeadLettered, Delivered, Invoked, Mode, Sent, Trace, Unpermitted
from motoclock.wording import name_of
from sevenways.cloud import Cloud
from sevenways.night.killing import killed_between_writes
from sevenways.night.orders import PRICE, Knobs, Placed, Script, Stage, script
from sevenways.night.platform import client, deploy_house, deploy_till
from sevenways.night.provider import Charge, Provider

Repair = Callable[[Cloud], object]
Opening = Callable[..., AbstractContextManager[Cloud]]
HOUR_S, DAY_S = 3600, 86_400
AGAIN_AT, RUNBOOK_AT = HOUR_S + 100, 5 * DAY_S
CLICKS, BAD_CLICK = 50, "click-7"
_LABELS_AT = (60, 300, 900, 1500, 2400, 3300, RUNBOOK_AT + 900)
ORDER = re.compile(r"order-\d+")


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
    refusals: Mapping[str, int]
    rows: Mapping[str, frozenset[str]]  # order to the names of its row's attributes
    parked: int  # messages and records that were given up and kept somewhere
    places: Mapping[str, tuple[str, ...]] | None = field(default=None, repr=False)
    named: frozenset[str] = frozenset()
    left_after_runbook: Mapping[str, tuple[str, ...]] | None = field(default=None, repr=False)
    letters: frozenset[str] | None = None  # orders that the newsletter was given
    fraud_failed: frozenset[str] = frozenset()
    fraud_kept: frozenset[str] = frozenset()
    fulfilled: Mapping[str, int] | None = None  # status of executions to how many
    unpermitted: tuple[str, ...] = ()  # what AWS refused for want of a statement, each once
    placeless: tuple[str, ...] = ()  # what has no place for its failures
    clicks_seen: int = 0
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
    knobs: Knobs = Knobs(),
    strict: bool = False,
    opening: Opening = Cloud,
) -> Iterator[tuple[Cloud, Script, Provider]]:
    """The platform with its repairs, and everything of the night planned; nothing has happened yet."""
    plan = script(seed, stage, knobs)
    share = knobs.duplicates if stage >= Stage.CHARGED_ONCE else 0.0
    with ExitStack() as stack:
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
    knobs: Knobs = Knobs(),
    runbook: Repair | None = None,
    strict: bool = False,
    opening: Opening = Cloud,
    go_on: Callable[[Night], bool] = lambda _: True,
) -> Night:
    """Run the night for an hour; from the stage of the runbook on for five days, and an hour after the runbook.

    `go_on` is asked after the first hour: a night that has failed by then need not be watched for five days.
    """
    with opened_night(seed, repairs, stage, knobs, strict, opening) as (cloud, plan, provider):
        cloud.run(HOUR_S)
        hour = tuple(provider.ledger)

        def so_far(**more: Any) -> Night:
            return Night(
                seed, plan, strict, hour, tuple(provider.ledger), provider.peak, provider.fourth, dict(provider.refusals), _rows(),
                _parked(cloud), trace=cloud.trace, cloud=cloud, **more,
            )  # fmt: skip

        if stage < Stage.RUNBOOK or not go_on(first := so_far()):
            return so_far() if stage < Stage.RUNBOOK else first
        for bad in plan.poison:
            again = next(placed for placed in plan.orders if placed.order == bad)
            cloud.at(AGAIN_AT, lambda again=again: _click(again, PRICE))
        cloud.run(RUNBOOK_AT - cloud.elapsed)
        places = places_for_failures(cloud)
        more: dict[str, Any] = {"places": places, "named": _named(cloud, places)}
        if runbook is not None:
            runbook(cloud)
            cloud.run(HOUR_S)
            more["left_after_runbook"] = places = places_for_failures(cloud)
        if stage >= Stage.LETTERS:
            more |= _house(cloud, places)
        return so_far(**more)


def places_for_failures(cloud: Cloud) -> dict[str, tuple[str, ...]]:
    """Each queue that no function reads, but the queue of labels, with the texts in it."""
    sqs, aws_lambda = client("sqs"), client("lambda")
    read = {
        name_of(mapping["EventSourceArn"]) for mapping in aws_lambda.list_event_source_mappings()["EventSourceMappings"]
    }
    names = [url.rpartition("/")[2] for url in sqs.list_queues().get("QueueUrls", ())]
    return {
        name: tuple(message.body for message in cloud.peek(name))
        for name in sorted(names)
        if name not in read and name != "labels"
    }


# ---------------------------------------------------------------------- what happens


def _click(placed: Placed, total: int | None = None) -> None:
    event = placed.event | ({} if total is None else {"total": total})
    client("lambda").invoke(FunctionName="checkout", InvocationType="Event", Payload=json.dumps(event))


def _plan(cloud: Cloud, plan: Script) -> None:
    for placed in plan.orders:
        cloud.at(placed.at, lambda placed=placed: _click(placed))
        if placed.order == plan.clicks_twice:
            cloud.at(placed.at + 0.7, lambda placed=placed: _click(placed))
    if plan.brake:
        before: list[int] = []
        cloud.at(plan.brake[0], lambda: _brake(before))
        cloud.at(plan.brake[1], lambda: _release(before))


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
    kinesis = client("kinesis")
    for n in range(CLICKS):
        cloud.at(
            n / 5, lambda n=n: kinesis.put_record(StreamName="clicks", PartitionKey=f"v{n % 7}", Data=f"click-{n}")
        )
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
            token = json.loads(message["Body"])["token"]
            entries.append(
                {
                    "Source": "parcelwing",
                    "DetailType": "LabelReady",
                    "Detail": json.dumps({"token": token, "label": "PW-1"}),
                }
            )
        events.put_events(Entries=entries)


# ---------------------------------------------------------------------- what is read


def _rows() -> dict[str, frozenset[str]]:
    pages = client("dynamodb").get_paginator("scan").paginate(TableName="orders")
    return {item["order"]["S"]: frozenset(item) for page in pages for item in page["Items"] if "order" in item}


def _parked(cloud: Cloud) -> int:
    return sum(1 for _ in cloud.trace.of(DeadLettered)) + sum(
        1 for event in cloud.trace.of(Delivered) if event.what.why
    )


def _named(cloud: Cloud, places: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """The orders that a text in a place names; of a pointer into a stream, those of the records it points to."""
    names = _names(cloud)
    pointed = [
        names[event.message_id or ""]
        for event in cloud.trace.of(Sent)
        if name_of(event.resource) in places and "BatchInfo" in "".join(places[name_of(event.resource)])
    ]
    told = (name for texts in places.values() for text in texts for name in ORDER.findall(text))
    return frozenset(told).union(*pointed)


def _names(cloud: Cloud) -> dict[str, frozenset[str]]:
    """Message id to the orders that it is about: by its own text, or by that of the messages it came from."""
    names: dict[str, frozenset[str]] = {}
    for event in cloud.trace:
        what = event.what
        if event.message_id is None:
            continue
        if isinstance(what, Arrival):
            own = frozenset(ORDER.findall(what.label))
            names[event.message_id] = own or frozenset(name for id in what.origins for name in names.get(id, ()))
        elif isinstance(what, Delivered | DeadLettered) and what.new_id and what.new_id not in names:
            names[what.new_id] = names.get(event.message_id, frozenset())
    return names


def _house(cloud: Cloud, places: Mapping[str, tuple[str, ...]] | None) -> dict[str, Any]:
    """What the house of stage 7 did: letters, fraud check, executions."""
    names = _names(cloud)

    def given_to(function: str) -> frozenset[str]:
        runs = (event.what for event in cloud.trace.of(Invoked) if name_of(event.what.function) == function)
        return frozenset(name for run in runs for id in run.message_ids for name in names.get(id, ()))

    kept = {name for texts in (places or {}).values() for text in texts if "PaymentTaken" in text for name in ORDER.findall(text)}
    machines = client("stepfunctions").list_state_machines()["stateMachines"]
    statuses: dict[str, int] = {}
    for machine in machines:
        pages = client("stepfunctions").get_paginator("list_executions")
        for page in pages.paginate(stateMachineArn=machine["stateMachineArn"]):
            for execution in page["executions"]:
                statuses[execution["status"]] = statuses.get(execution["status"], 0) + 1
    seen = {line.message for line in cloud.logs("recommend").printed if line.message.startswith("seen")}
    return {
        "letters": given_to("newsletter"),
        "fraud_failed": given_to("fraud"),
        "fraud_kept": frozenset(kept),
        "fulfilled": dict(sorted(statuses.items())),
        "unpermitted": tuple(dict.fromkeys(_refusal(event.what) for event in cloud.trace.of(Unpermitted))),
        "placeless": tuple(_placeless(cloud)),
        "clicks_seen": len(seen),
        "bad_click_kept": any("KinesisBatchInfo" in text for texts in (places or {}).values() for text in texts),
    }


def _refusal(what: Unpermitted) -> str:
    return f"{what.principal} may not {what.action} {name_of(what.target)} for {name_of(what.source)}"


def _placeless(cloud: Cloud) -> Iterator[str]:
    """What can fail for good, and has no place for it: functions that Lambda retries, queues and streams that a mapping reads."""
    aws_lambda, sqs = client("lambda"), client("sqs")
    pushed = {
        name_of(event.what.function) for event in cloud.trace.of(Invoked) if event.what.mode is Mode.ASYNCHRONOUS
    }
    configs = {
        name_of(config["FunctionArn"].rpartition(":")[0]): config
        for function in pushed
        for config in aws_lambda.list_function_event_invoke_configs(FunctionName=function)["FunctionEventInvokeConfigs"]
    }
    for function in sorted(pushed):
        own = aws_lambda.get_function_configuration(FunctionName=function).get("DeadLetterConfig", {}).get("TargetArn")
        if not own and not configs.get(function, {}).get("DestinationConfig", {}).get("OnFailure", {}).get("Destination"):
            yield f"an event that {function} fails at three times is gone"
    for mapping in aws_lambda.list_event_source_mappings()["EventSourceMappings"]:
        source = mapping["EventSourceArn"]
        name = name_of(mapping["FunctionArn"])
        if ":sqs:" in source:
            url = sqs.get_queue_url(QueueName=name_of(source))["QueueUrl"]
            if "RedrivePolicy" not in sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]:
                yield f"a message of {name_of(source)} that {name} always fails at comes back until it expires"
        elif not mapping.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination"):
            yield f"a record that {name} always fails at is given up without a trace, or blocks its shard"
