"""Tasks 5 and 6 of lab 07: two loops, through a queue and through a bus. Lambda stops neither."""

import json
from collections import Counter
from typing import Any

from motoclock.facts.shapes import MINUTE_S
from motoclock.trace import Matched
from motoclock.wording import count, listed, moment, shortened, times
from sevenways.checks import lab07_shop
from sevenways.checks.lab07_orders import evening, found_in, named_in, numbered, some
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
    cloud.run(seconds=20 * MINUTE_S)
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
    bodies = found_in(people)
    given = Counter(order for body in bodies for order in named_in(body))
    strange = next(
        (f"the people have “{shortened(body, 60)}”, which is about no order" for body in bodies if not named_in(body)),
        "",
    )
    _judge_people(given, tries, never, fixed_at_try, f"; {strange}" if strange else error)
    observe(not strange, strange)
    left = [shortened(message.body, 60) for message in cloud.peek("repairs")]
    observe(not left, f"“{left[0] if left else ''}” is still in the queue repairs, and will come again{error}")


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
    found = "its address" if len(others) == 1 else "their addresses"
    observe(not others, f"the people have {some(others)}, and {found} had been found")


# ---------------------------------------------------------------------- task 6

_Stranger = tuple[str, str, str]  # source, detail type, id


def _five(*numbers: int) -> list[str]:
    return [f"order-{number}" for number in numbers]


# The five orders that are placed, and what else is on the bus: of checkout, also about an order, and of others. Twice.
_EVENTS: tuple[tuple[list[str], tuple[_Stranger, ...]], ...] = (
    (
        _five(3, 14, 15, 92, 65),
        (
            ("marigold.checkout", "BasketEmptied", "basket-7"),
            ("marigold.checkout", "OrderCancelled", "order-8"),
            ("marigold.reviews", "ReviewWritten", "review-4"),
        ),
    ),
    (
        _five(2, 71, 82, 18, 28),
        (
            ("marigold.checkout", "VoucherRedeemed", "voucher-1"),
            ("marigold.checkout", "PreOrderPlaced", "order-9"),
            ("marigold.archive", "OrderFiled", "order-5"),
        ),
    ),
)
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
    """Two evenings of five orders and four other events: each order is weighed once, and labelled; nothing else is weighed."""
    for number, (orders, strangers) in enumerate(_EVENTS):
        with evening(number), lab_cloud(seed=1) as cloud:
            pattern = attempt(weigh_rule)
            observe(
                isinstance(pattern, dict),
                f"weigh_rule returned {kind_of(pattern)}; a pattern as a dict was asked for",
            )
            _wire(cloud, json.dumps(pattern))
            for source, type_, id_ in (*(("marigold.checkout", "OrderPlaced", order) for order in orders), *strangers):
                entry = {"EventBusName": _BUS, "Source": source, "DetailType": type_, "Detail": json.dumps({"id": id_})}
                client("events").put_events(Entries=[entry])
            cloud.run(seconds=10)
            _judge_weighing(cloud, orders, strangers)


def _wire(cloud: Cloud, pattern: str) -> None:
    events = client("events")
    events.create_event_bus(Name=_BUS)
    for handler in (lab07_shop.weigh, lab07_shop.label):
        cloud.deploy(handler)
    for name, text in (("weigh", pattern), ("label", json.dumps(_WEIGHED))):
        submit("the rule", events.put_rule, {"EventPattern": text}, Name=name, EventBusName=_BUS)
        target = {"Id": name, "Arn": f"arn:aws:lambda:us-east-1:123456789012:function:{name}"}
        events.put_targets(Rule=name, EventBusName=_BUS, Targets=[target])
        let_in(name, "events.amazonaws.com")


def _judge_weighing(cloud: Cloud, orders: list[str], strangers: tuple[_Stranger, ...]) -> None:
    weighed = Counter(line.message.split()[-1] for line in cloud.logs("weigh").printed)
    missing = [order for order in orders if not weighed[order]]
    matched = sum(event.resource.endswith("/weigh") for event in cloud.trace.of(Matched))
    observe(
        not missing,
        f"{listed(missing, 3)} {was(missing)} never weighed: the rule matched {count(matched, 'event')}, and no call failed",
    )
    for _source, type_, id_ in strangers:
        observe(not weighed[id_], f"{id_} was weighed, and nobody had placed it: it came with {_a(type_)}")
    often = weighed.total()
    order = max(weighed, key=lambda name: weighed[name])
    observe(
        often == len(orders),
        f"{order} was weighed {times(weighed[order])} within ten seconds, and {count(often, 'run')} of weigh are to be paid: "
        "nothing stops a loop that goes through a bus",
    )
    labels = Counter(line.message.split()[-1] for line in cloud.logs("label").printed)
    without = [order for order in orders if labels[order] != 1]
    observe(not without, f"{listed(without, 3)} had no label, or more than one")


def _a(type_: str) -> str:
    return f"{'an' if type_[0] in 'AEIO' else 'a'} {type_}"
