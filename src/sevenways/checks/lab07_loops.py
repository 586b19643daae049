"""Tasks 5 and 6 of lab 07: two loops, through a queue and through a bus. Lambda stops neither."""

import json
import re
from collections import Counter
from typing import Any

from motoclock.facts.shapes import MINUTE_S
from motoclock.trace import Matched
from motoclock.wording import count, listed, moment, times
from sevenways.checks import lab07_shop
from sevenways.checks.lab07_orders import evening, found_in, numbered, some
from sevenways.checks.lines import kind_of, was
from sevenways.checks.registry import Observation, register
from sevenways.checks.trial import attempt, client, deploy, failures_of, lab_cloud, let_in, observe, stopped, submit
from sevenways.cloud import Cloud

_MOST_TRIES = 3


# Whose address is never found, and at which try others are; all the others at the first. As the lab says, and once more with others.
_EVENINGS = (("order-2", {"order-5": 2, "order-7": 3}), ("order-6", {"order-0": 3, "order-9": 2}))


@register(
    "lab07.no_loop",
    takes=("repair",),
    hints=(
        "Who knows how often an order has been tried, when each try may be a run in another environment?",
        "What travels with the order may carry a number. SQS keeps one, too.",
        "Before the order goes round again, look at the number: at the third try it goes to the people, and not round.",
    ),
)
def no_loop(repair: Any) -> None:
    """Two evenings of addresses that take several tries, one that is never found: at most three tries, then a person has it, once."""
    for number, (never, fixed_at_try) in enumerate(_EVENINGS):
        with evening(number), lab_cloud(seed=1) as cloud:
            _one_evening(cloud, repair, never, fixed_at_try)


def _one_evening(cloud: Cloud, repair: Any, never: str, fixed_at_try: dict[str, int]) -> None:
    tries: dict[str, list[float]] = {}

    def find_address(request: Any) -> Any:
        order = request.text
        tries.setdefault(order, []).append(cloud.elapsed)
        found = order != never and len(tries[order]) >= fixed_at_try.get(order, 1)
        return 200, {}, "found" if found else "not found"

    cloud.downstream("https://addresses.example", latency_s=0.5, capacity=None, handler=find_address)
    sqs = client("sqs")
    queue = sqs.create_queue(QueueName="repairs", Attributes={"VisibilityTimeout": "10"})["QueueUrl"]
    people = sqs.create_queue(QueueName="people")["QueueUrl"]
    deploy(cloud, repair, name="repair", timeout=5)
    client("lambda").create_event_source_mapping(
        EventSourceArn="arn:aws:sqs:us-east-1:123456789012:repairs", FunctionName="repair", BatchSize=1
    )
    for order in numbered(10):
        sqs.send_message(QueueUrl=queue, MessageBody=json.dumps({"order": order}))
    cloud.run(seconds=5 * MINUTE_S)
    wrong = failures_of(cloud, "repair")
    error = f"; repair failed with {wrong[0]}" if wrong else stopped(cloud, "repair")
    observe(bool(tries), f"no address was looked for{error}")
    for order in numbered(10):
        observe(order in tries, f"the address of {order} was never looked for{error}")
    for order in sorted(tries, key=lambda order: -len(tries[order])):
        observe(
            len(tries[order]) <= _MOST_TRIES,
            f"the address of {order} was looked for {times(len(tries[order]))}, the last time at "
            f"{moment(tries[order][-1])}; nobody stopped at three{error}",
        )
    given = Counter(order for body in found_in(people) for order in set(re.findall(r"order-\d+", body)))
    _judge_people(given, tries, never, fixed_at_try, error)


def _judge_people(
    given: Counter[str], tries: dict[str, list[float]], never: str, fixed_at_try: dict[str, int], error: str
) -> None:
    for order in numbered(10):
        needed = fixed_at_try.get(order, 1)
        if order != never and len(tries[order]) < needed:
            where = "a person has it" if given[order] else "nobody has it"
            raise Observation(
                f"{order} had {count(len(tries[order]), 'try', 'tries')}, its address was not found yet, and {where}{error}"
            )
        if order != never and len(tries[order]) > needed:
            raise Observation(
                f"{order} was tried again at {moment(tries[order][needed])}, and its address had been found"
            )
    had = count(len(tries[never]), "try", "tries")
    observe(given[never] > 0, f"{never} had {had}, and no person has it{error}")
    observe(len(tries[never]) == _MOST_TRIES, f"a person has {never} after {had}")
    observe(given[never] == 1, f"the people have {never} {times(given[never])}")
    others = [order for order in given if order != never]
    observe(not others, f"the people have {some(others)}, and its address had been found")


# ---------------------------------------------------------------------- task 6

_FIVE = [f"order-{n}" for n in (3, 14, 15, 92, 65)]
_STRANGERS = (("marigold.checkout", "BasketEmptied", "basket-7"), ("marigold.reviews", "ReviewWritten", "review-4"))
_BUS = "shop"
_WEIGHED = {"detail-type": ["OrderPlaced"], "detail": {"grams": [{"exists": True}]}}


@register(
    "lab07.round_the_bus",
    takes=("weigh_rule",),
    hints=(
        "Which rule matches the event that weigh itself puts on the bus?",
        "What has an event after weigh that it had not before? A pattern can ask for what is missing, too.",
    ),
)
def round_the_bus(weigh_rule: Any) -> None:
    """Five orders, two other events, and ten seconds: each order is weighed once, and labelled; nothing else is weighed."""
    with lab_cloud(seed=1) as cloud:
        events = client("events")
        events.create_event_bus(Name=_BUS)
        pattern = attempt(weigh_rule)
        observe(
            isinstance(pattern, dict),
            f"weigh_rule returned {kind_of(pattern)}; a pattern as a dict was asked for",
        )
        for handler in (lab07_shop.weigh, lab07_shop.label):
            cloud.deploy(handler)
        for name, text in (("weigh", json.dumps(pattern)), ("label", json.dumps(_WEIGHED))):
            submit("the rule", events.put_rule, {"EventPattern": text}, Name=name, EventBusName=_BUS)
            target = {"Id": name, "Arn": f"arn:aws:lambda:us-east-1:123456789012:function:{name}"}
            events.put_targets(Rule=name, EventBusName=_BUS, Targets=[target])
            let_in(name, "events.amazonaws.com")
        for source, type_, id_ in (*(("marigold.checkout", "OrderPlaced", order) for order in _FIVE), *_STRANGERS):
            detail = json.dumps({"id": id_})
            events.put_events(Entries=[{"EventBusName": _BUS, "Source": source, "DetailType": type_, "Detail": detail}])
        cloud.run(seconds=10)
        weighed = Counter(line.message.split()[-1] for line in cloud.logs("weigh").printed)
        missing = [order for order in _FIVE if not weighed[order]]
        matched = sum(event.resource.endswith("/weigh") for event in cloud.trace.of(Matched))
        observe(
            not missing,
            f"{listed(missing, 3)} {was(missing)} never weighed: the rule matched {count(matched, 'event')}, and no call failed",
        )
        for _source, type_, id_ in _STRANGERS:
            observe(not weighed[id_], f"{id_} was weighed, and is no order: it came with a {type_}")
        often = weighed.total()
        order = max(weighed, key=lambda name: weighed[name])
        observe(
            often == len(_FIVE),
            f"{order} was weighed {times(weighed[order])} within ten seconds, and {count(often, 'run')} of weigh are to be paid: "
            "nothing stops a loop that goes through a bus",
        )
        labels = Counter(line.message.split()[-1] for line in cloud.logs("label").printed)
        without = [order for order in _FIVE if labels[order] != 1]
        observe(not without, f"{listed(without, 3)} had no label, or more than one")
