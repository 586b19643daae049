"""The checks of lab 01: a queue, its mapping and a handler in seeded worlds, judged by what customers and operators would notice."""

import random
from collections import defaultdict
from typing import Any

from motoclock.facts.shapes import DAY_S
from motoclock.trace import Kind, Sent
from motoclock.wording import count, duration, listed, moment, times
from sevenways.checks import lab01_queues, lab01_shop
from sevenways.checks.lab01_unpaid import never_charged
from sevenways.checks.lines import was
from sevenways.checks.registry import Observation, register
from sevenways.checks.trial import (
    attempt,
    client,
    deploy,
    lab_cloud,
    observe,
    prepare,
    run,
    runs_of,
    submit,
    timeout_stays,
)
from sevenways.cloud import Cloud

# ---------------------------------------------------------------------- task 1


_LATE_S = 300  # when one order more comes


@register(
    "lab01.drain",
    takes=("connect_orders",),
    hints=(
        "Who asks the queue for its messages? In section 1, “Who asks?”, one call was enough for that.",
        "AWS refuses a mapping when the function may run longer than its messages are hidden. Which of the two may you change?",
        "set_queue_attributes takes the new visibility timeout as text; then comes create_event_source_mapping.",
    ),
)
def drain(connect_orders: Any) -> None:
    """Forty orders, three seconds each, and one more when they are done; the timeout is a minute: each is charged once."""
    with lab_cloud(seed=1) as cloud:
        sqs = client("sqs")
        orders = sqs.create_queue(QueueName="orders")["QueueUrl"]
        cloud.deploy(lab01_shop.charge, timeout=60)
        lab01_queues.send(orders, lab01_queues.orders(40))
        attempt(connect_orders, orders)
        timeout_stays("charge", 60)
        cloud.at(max(_LATE_S, cloud.elapsed), lambda: lab01_queues.send(orders, ["order-40"]), label="one order more")
        cloud.run(seconds=600)
        charged = lab01_queues.charges(cloud)
        ran = len(runs_of(cloud, "charge"))
        left = lab01_queues.messages_in(orders)
        gone = (
            f"{count(left, 'order')} {'waits' if left == 1 else 'wait'} in the queue" if left else "the queue is empty"
        )
        observe(ran > 0, f"charge never ran in ten minutes, and {gone}")
        lab01_queues.nobody_pays_twice(charged)
        missing = [order for order in lab01_queues.orders(40) if order not in charged]
        observe(not missing, f"{listed(missing, 3)} had not been charged after ten minutes; {gone}")
        observe(
            "order-40" in charged,
            f"all forty orders were charged; order-40, which came at {moment(_LATE_S)}, after your code had ended, was not; {gone}",
        )


# ---------------------------------------------------------------------- task 2

_AT_ONCE = 3  # requests that the database of task 2 can take


@register(
    "lab01.spare_the_db",
    takes=("protect",),
    hints=(
        "Where do the orders wait that may not run yet: in the queue, unreceived, or in the hands of a mapping that is turned down?",
        "The function has a limit, and the mapping has one. Section 5, “Protect the database”, sets one of the two.",
        "update_event_source_mapping takes the same ScalingConfig as create_event_source_mapping.",
    ),
)
def spare_the_db(protect: Any) -> None:
    """Sixty orders, three seconds each in a database that bears three requests at once; nothing may be dead-lettered."""
    with lab_cloud(seed=2) as cloud:
        database = cloud.downstream("https://db.example", latency_s=3, capacity=None)
        sqs = client("sqs")
        parked = sqs.create_queue(QueueName="orders-dlq")["QueueUrl"]
        orders = lab01_queues.queue("orders", VisibilityTimeout="30", RedrivePolicy=lab01_queues.redrive_to(parked, 3))
        cloud.deploy(lab01_shop.store, timeout=10)
        mapping = client("lambda").create_event_source_mapping(
            EventSourceArn=lab01_queues.arn(orders), FunctionName="store", BatchSize=1
        )
        attempt(protect, mapping["UUID"])
        lab01_queues.send(orders, lab01_queues.orders(60))
        cloud.run(seconds=600)
        crowd = next((each for each in database.requests if each.at_once > _AT_ONCE), None)
        if crowd:
            raise Observation(
                f"the database worked on up to {database.peak} requests at once and can take {_AT_ONCE}; the first one too many came "
                f"at {moment(crowd.request.at)}"
            )
        dead = cloud.trace.of_kind(Kind.DEAD_LETTERED)
        if dead:
            runs = {one for event in runs_of(cloud, "store") for one in event.what.message_ids}
            unseen = sum(event.message_id not in runs for event in dead)
            never = {0: "store had run for each of them", len(dead): "store had run for none of them"}
            raise Observation(
                f"{count(len(dead), 'order')} {was(dead)} in the dead-letter queue by {moment(dead[-1].at)}; "
                f"{never.get(unseen, f'for {unseen} of them store had never run')}"
            )
        stored = {each.request.text for each in database.requests if each.status == 200}
        observe(
            len(stored) == 60,
            f"after ten minutes {len(stored)} of the 60 orders are stored, and {lab01_queues.messages_in(orders)} wait in the queue",
        )


# ---------------------------------------------------------------------- task 3


_REFUSED = "order-13"  # on the last of the four days
_DAYS = (
    (1, "on the first day", 9, 1, ""),
    (2, "on the second day", 9, 1, ""),
    (3, "on the third day, the worst,", 9, 8, ""),
    (4, f"on the fourth day, when the card of {_REFUSED} is refused for good,", 3, 1, _REFUSED),
)


@register(
    "lab01.nobody_pays_twice",
    takes=("mapping_options", "charge_once"),
    hints=(
        "What does the mapping do with nine charged orders when the tenth raises?",
        "Two sides must agree: the handler says which messages failed, and the mapping must have been told to listen.",
        "Add up the slowest case: how long can a whole batch take, and how long may the function run?",
    ),
)
def nobody_pays_twice(mapping_options: Any, charge_once: Any) -> None:
    """Slow days, one call in twenty is refused, on the last day one card for good: no order is charged twice, none is lost."""
    batches = []
    for seed, day, slowest, fastest, refused in _DAYS:
        with lab_cloud(seed=seed) as cloud:
            paid: dict[str, list[float]] = defaultdict(list)
            pace = random.Random(seed)
            cloud.downstream(
                "https://payments.example",
                latency_s=lambda request, pace=pace, low=fastest, high=slowest: pace.uniform(low, high),
                capacity=None,
                error_rate=0.05,
                handler=lambda request, paid=paid, cloud=cloud, refused=refused: (
                    (402, {}, "refused") if request.text == refused else paid[request.text].append(cloud.elapsed)
                ),
            )
            sqs = client("sqs")
            parked = sqs.create_queue(QueueName="orders-dlq")["QueueUrl"]
            orders = lab01_queues.queue(
                "orders", VisibilityTimeout="360", RedrivePolicy=lab01_queues.redrive_to(parked, 5)
            )
            deploy(cloud, charge_once, name="charge", timeout=60)
            chosen = attempt(mapping_options)
            timeout_stays("charge", 60)
            lab01_queues.hiding_stays(orders, 360)
            connect = client("lambda").create_event_source_mapping
            submit("the mapping", connect, chosen, EventSourceArn=lab01_queues.arn(orders), FunctionName="charge")
            lab01_queues.send(orders, lab01_queues.orders(40))
            run(cloud)
            lab01_queues.nobody_pays_twice(paid, f"{day} ")
            missing = [order for order in lab01_queues.orders(40) if order not in paid and order != refused]
            if missing:
                raise Observation(f"{day} {never_charged(cloud, missing, orders)}")
            observe(
                not refused or lab01_queues.holds(parked, refused),
                f"the card of {refused} is refused for good, and the operator doesn't find that order in the dead-letter queue",
            )
            batches += [len(event.what.message_ids) for event in runs_of(cloud, "charge")]
    observe(
        max(batches) > 1, f"each of {len(batches)} invocations was given one order, and that is too slow for the shop"
    )


# ---------------------------------------------------------------------- task 4


@register(
    "lab01.park_the_poison",
    takes=("park",),
    hints=(
        "Which dead-letter queue does an event source mapping use: the one of the queue, or the one of the function?",
        "How old is a message on the day when it enters the dead-letter queue? Section 8, “Where do failures rest?”, has its passport.",
        "A receive that was throttled counts. How many receives can a healthy order lose on a bad morning?",
    ),
)
def park_the_poison(park: Any) -> None:
    """order-7 fails at every try, and for fifty minutes nothing can run: a week later only order-7 is parked, and it can be found."""
    with lab_cloud(seed=4) as cloud:
        orders = lab01_queues.queue("orders", VisibilityTimeout="900")
        cloud.deploy(lab01_shop.charge_and_report, name="charge", timeout=900)
        aws_lambda = client("lambda")
        aws_lambda.create_event_source_mapping(
            EventSourceArn=lab01_queues.arn(orders), FunctionName="charge", BatchSize=5,
            FunctionResponseTypes=["ReportBatchItemFailures"],
        )  # fmt: skip
        prepare(cloud, park, orders)
        aws_lambda.put_function_concurrency(FunctionName="charge", ReservedConcurrentExecutions=0)
        cloud.at(
            3000, lambda: aws_lambda.delete_function_concurrency(FunctionName="charge"), label="the load test ends"
        )
        lab01_queues.send(orders, lab01_queues.orders(20))
        cloud.run(seconds=7 * DAY_S)
        _judge_week(cloud, orders)


def _judge_week(cloud: Cloud, orders: str) -> None:
    charged = lab01_queues.charges(cloud)
    ids = {event.what.label: event.message_id for event in reversed(cloud.trace.of(Sent))}
    tries = {
        order: sum(one in event.what.message_ids for event in runs_of(cloud, "charge")) for order, one in ids.items()
    }
    parked_at = {event.message_id: event.at for event in cloud.trace.of_kind(Kind.DEAD_LETTERED)}
    for order in lab01_queues.orders(20):
        if order != "order-7" and order not in charged:
            where = (
                f"it was dead-lettered at {moment(parked_at[ids[order]])}"
                if ids[order] in parked_at
                else "it is still waiting"
            )
            ran = f"ran {times(tries[order])}" if tries[order] else "never ran"
            raise Observation(f"{order} is a good order, and charge {ran} for it; {where}")
    expired = {event.message_id: event for event in cloud.trace.of_kind(Kind.EXPIRED)}
    poison = ids["order-7"]
    if poison in expired:
        at, where = expired[poison].at, expired[poison].resource.rpartition(":")[2]
        raise Observation(
            f"a week later no queue holds order-7: it was tried {times(tries['order-7'])}, "
            f"and was gone from {where} after {duration(at)}"
        )
    found = [
        queue
        for queue in client("sqs").list_queues().get("QueueUrls", [])
        if queue != orders and lab01_queues.holds(queue, "order-7")
    ]
    observe(
        bool(found), f"a week later order-7 has been tried {times(tries['order-7'])}, and lies in no queue but orders"
    )
