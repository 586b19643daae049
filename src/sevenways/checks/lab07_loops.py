"""Tasks 5 and 6 of lab 07: two loops, through a queue and through a bus. Lambda stops neither."""

import json
import re
from collections import Counter
from typing import Any

from motoclock.facts.shapes import MINUTE_S
from motoclock.wording import count, listed, moment, times
from sevenways.checks import lab07_shop
from sevenways.checks.lab07_orders import found_in, numbered, some
from sevenways.checks.lines import kind_of, was
from sevenways.checks.registry import Observation, register
from sevenways.checks.trial import attempt, client, deploy, failures_of, lab_cloud, let_in, observe, submit
from sevenways.cloud import Cloud

_MOST_TRIES = 3


_FIXED_AT_TRY = {"order-5": 2, "order-7": 3}  # order-2 never, the others at the first


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
    """Addresses that take several tries, one that is never found: at most three tries an order, then a person has it, once."""
    with lab_cloud(seed=1) as cloud:
        tries: dict[str, list[float]] = {}
        cloud.downstream(
            "https://addresses.example",
            latency_s=0.5,
            capacity=None,
            handler=lambda request: _find_address(request.text, tries, cloud),
        )
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
        error = f"; repair failed with {wrong[0]}" if wrong else ""
        observe(bool(tries), f"no address was looked for{error}")
        for order in numbered(10):
            observe(order in tries, f"the address of {order} was never looked for{error}")
        for order in sorted(tries, key=lambda order: -len(tries[order])):
            if len(tries[order]) > _MOST_TRIES:
                raise Observation(
                    f"the address of {order} was looked for {times(len(tries[order]))}, the last time at "
                    f"{moment(tries[order][-1])}; nobody stopped at three"
                )
        found = found_in(people)
        given = Counter(order for body in found for order in set(re.findall(r"order-\d+", body)))
        for order in numbered(10):
            needed = _FIXED_AT_TRY.get(order, 1)
            if order != "order-2" and len(tries[order]) < needed:
                where = "a person has it" if given[order] else "nobody has it"
                raise Observation(
                    f"{order} had {count(len(tries[order]), 'try', 'tries')}, its address was not found yet, and {where}"
                )
            if order != "order-2" and len(tries[order]) > needed:
                raise Observation(
                    f"{order} was tried again at {moment(tries[order][needed])}, and its address had been found"
                )
        observe(
            given["order-2"] > 0,
            f"order-2 had {count(len(tries['order-2']), 'try', 'tries')}, and no person has it{error}",
        )
        observe(
            len(tries["order-2"]) == _MOST_TRIES,
            f"a person has order-2 after {count(len(tries['order-2']), 'try', 'tries')}",
        )
        observe(given["order-2"] == 1, f"the people have order-2 {times(given['order-2'])}")
        others = [order for order in given if order != "order-2"]
        observe(not others, f"the people have {some(others)}, and its address had been found")


def _find_address(order: str, tries: dict[str, list[float]], cloud: Cloud) -> Any:
    tries.setdefault(order, []).append(cloud.elapsed)
    found = order != "order-2" and len(tries[order]) >= _FIXED_AT_TRY.get(order, 1)
    return 200, {}, "found" if found else "not found"


# ---------------------------------------------------------------------- task 6

_FIVE = [f"order-{n}" for n in range(5)]
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
    """Five orders and ten seconds: each is weighed once, and each weighed one is labelled."""
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
        for order in _FIVE:
            detail = json.dumps({"id": order})
            entry = {"EventBusName": _BUS, "Source": "marigold.checkout", "DetailType": "OrderPlaced", "Detail": detail}
            events.put_events(Entries=[entry])
        cloud.run(seconds=10)
        weighed = Counter(line.message.split()[-1] for line in cloud.logs("weigh").printed)
        missing = [order for order in _FIVE if not weighed[order]]
        observe(
            not missing,
            f"{listed(missing, 3)} {was(missing)} never weighed, and no call failed",
        )
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
