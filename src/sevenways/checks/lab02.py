"""The checks of lab 02: handing work over, keeping what failed, dropping what is late, once only, and a storm of events."""

import json
from collections import Counter
from typing import Any

from motoclock.downstream import Request
from motoclock.facts.shapes import HOUR_S, MINUTE_S
from motoclock.trace import Event
from motoclock.wording import count, duration, moment, name_of, shortened
from sevenways.checks import lab02_shop
from sevenways.checks.lab02_invoices import (
    all_given_up,
    found_in,
    hand_over,
    made_or_refused,
    make_table,
    numbered,
    original,
    runs_for,
    some,
)
from sevenways.checks.lab02_traces import DOWN_AT_S, called_while_frozen, where_it_is, why_missing, why_twice
from sevenways.checks.lines import kind_of, was
from sevenways.checks.registry import Observation, register
from sevenways.checks.trial import client, deploy, failures_of, lab_cloud, observe, prepare, run, runs_of, stays

# ---------------------------------------------------------------------- task 1

_PATIENCE_S = 1  # of a customer: a cold start, and a few dozen calls; one invoice takes two


@register(
    "lab02.hand_off",
    takes=("checkout",),
    hints=(
        "invoice takes one order at a time, and so does Lambda's queue. How many calls are ten orders?",
        "Which InvocationType answers before the work is done, and still does it?",
    ),
)
def hand_off(checkout: Any) -> None:
    """A basket of ten orders: checkout is quick, and each order has one invoice in the end."""
    orders = numbered(10, first=21)
    with lab_cloud(seed=1) as cloud:
        cloud.deploy(lab02_shop.invoice)
        deploy(cloud, checkout, name="checkout", timeout=60)
        answer = client("lambda").invoke(FunctionName="checkout", Payload=json.dumps({"orders": orders}))
        waited_s = cloud.elapsed
        if "FunctionError" in answer:
            raise Observation(f"checkout failed with {failures_of(cloud, 'checkout')[0]}")
        run(cloud)
        observe(
            len(runs_of(cloud, "invoice")) > 0,
            f"checkout answered after {duration(waited_s)}, and no invoice ever ran",
        )
        wrong = failures_of(cloud, "invoice")
        observe(not wrong, f"invoice failed with {wrong[0] if wrong else ''}: it takes one order")
        made = Counter(line.message.removeprefix("invoice for ") for line in cloud.logs("invoice").printed)
        strange = [order for order in made if order not in orders]
        observe(not strange, f"{some(strange)} had an invoice, and the basket held {orders[0]} to {orders[-1]}")
        missing = [order for order in orders if not made[order]]
        observe(not missing, f"checkout was given 10 orders, and {some(missing)} never had an invoice")
        twice = [order for order in orders if made[order] > 1]
        observe(
            not twice, f"{some(twice)} had {made[twice[0]] if twice else 0} invoices{' each' if len(twice) > 1 else ''}"
        )
        observe(waited_s < _PATIENCE_S, f"the customer waited {duration(waited_s)} for checkout")
        after = called_while_frozen(cloud)
        if after is not None:
            raise Observation(
                f"checkout returned at {moment(waited_s)}, and a thread that it had left behind called invoice at {moment(after)}: AWS "
                "freezes an environment when its handler returns, and nobody knows when it thaws"
            )


# ---------------------------------------------------------------------- task 2

_MORNING_S = 12 * HOUR_S  # when the operator looks


@register(
    "lab02.keep_failures",
    takes=("keep_failures",),
    hints=(
        "Which setting of a function says where an event goes when Lambda gives up? Section 4, “Who retries?”, uses it.",
        "The setting wants an ARN; get_queue_attributes knows it. And the operator needs the queue's URL.",
    ),
)
def keep_failures(answer: Any) -> None:
    """One order fails for good, one for half a minute: the first is found in a queue, as it was sent; the others are done."""
    orders = numbered(10)
    with lab_cloud(seed=1) as cloud:
        made: Counter[str] = Counter()
        cloud.downstream(
            "https://pdf.example",
            capacity=None,
            handler=lambda request: made_or_refused(request.text, cloud, made),
        )
        cloud.deploy(lab02_shop.invoice_or_fail, name="invoice")
        url = prepare(cloud, answer, "invoice")
        stays("invoice")
        events = {order: hand_over([order])[order] for order in orders}
        run(cloud)
        good = [order for order in orders if order != "order-4"]
        cloud.run(seconds=_MORNING_S)
        parked = found_in(url)
        bodies = [original(body) for body in parked]
        early = [order for order in good if not made[order]]
        if early:
            runs = runs_for(cloud, events[early[0]])
            kept = "parked" if {"order": early[0]} in bodies else "dropped"
            raise Observation(
                f"{some(early)} could have been made half a minute later, and "
                f"{was(early)} {kept} after {count(runs, 'run')}"
            )
        if not isinstance(url, str):
            raise Observation(
                f"keep_failures returned {kind_of(url)} and no queue URL: the operator does not know where to look"
            )
        observe(bool(parked), f"the next morning the operator's queue is empty. {where_it_is(cloud)}")
        observe(
            {"order": "order-4"} in bodies,
            f"the operator finds “{shortened(parked[0], 60)}” in the queue, and not the event that was sent",
        )
        others = [body for body, said in zip(parked, bodies, strict=True) if said != {"order": "order-4"}]
        observe(
            not others,
            f"besides order-4 the operator finds {count(len(others), 'message')} about what did not fail, "
            f"“{shortened(others[0], 60) if others else ''}” first",
        )


# ---------------------------------------------------------------------- task 3

_LATEST_S = 5 * MINUTE_S


@register(
    "lab02.too_late",
    takes=("too_late",),
    hints=(
        "Throttled is not failed: which setting counts minutes, and not runs?",
        "put_function_event_invoke_config has two numbers. One is about failures, one is about time.",
    ),
)
def too_late(answer: Any) -> None:
    """Forty login codes, ten seconds each, two at a time, one fails once: none starts after five minutes, none younger is dropped."""
    with lab_cloud(seed=1) as cloud:
        stumbles = {"order-3"}

        def stumble(request: Request) -> tuple[int, dict[str, str], str] | None:
            if request.text not in stumbles:
                return None
            stumbles.discard(request.text)
            return 500, {}, ""

        cloud.downstream(
            "https://codes.example",
            capacity=None,
            handler=stumble,
        )
        cloud.deploy(lab02_shop.login_code, name="login-code", timeout=20, reserved_concurrency=2)
        prepare(cloud, answer, "login-code")
        stays("login-code")
        kept = client("lambda").get_function_concurrency(FunctionName="login-code")
        reserved = kept.get("ReservedConcurrentExecutions")
        observe(
            reserved == 2,
            f"the reserved concurrency of login-code was {'gone' if reserved is None else reserved} afterwards; it has to stay 2",
        )
        ids = hand_over(numbered(40), "login-code")
        order_of = {request_id: order for order, request_id in ids.items()}
        run(cloud)
        runs = runs_of(cloud, "login-code")
        observe(bool(runs), "no code was sent at all")
        late = next((event for event in runs if event.at > _LATEST_S), None)
        if late is not None:
            order = order_of.get(late.what.message_ids[0])
            began = f"began at {moment(late.at)}, and nobody waited for the code any more"
            raise Observation(
                f"the run for {order} {began}"
                if order
                else f"a run for what {name_of(late.what.source)} fed back {began}"
            )
        gone = [event for event in all_given_up(cloud) if event.at < _LATEST_S - 1]
        if gone:
            ran = runs_for(cloud, gone[0].message_id)
            order, at = order_of[str(gone[0].message_id)], moment(gone[0].at)
            after = f"after {count(ran, 'run')}" if ran else "before its first run"
            raise Observation(f"{order} was given up at {at}, {after}, and was not too old")
        done = [event for event in runs if event.at <= _LATEST_S]
        observe(
            len(done) >= 12, f"{count(len(done), 'code')} {was(done)} sent in five minutes; two at a time can do more"
        )


# ---------------------------------------------------------------------- task 4

_DAYS = ((5, 0.0, 0), (4, 0.25, 0), (5, 0.0, 30))  # seed, error rate of the PDF service, seconds it is down


@register(
    "lab02.once_only",
    takes=("invoice_once",),
    hints=(
        "What is the same in the customer's second event, and what is not?",
        "Two runs of one event may start in the same moment, in two environments. One conditional write decides between them.",
        "A run that fails has to give its claim back, or Lambda's retry will believe that all is done.",
    ),
)
def once_only(answer: Any) -> None:
    """Events that run twice, a PDF service that fails now and then, or is down; a customer who presses twice: one invoice an order."""
    orders = numbered(15)
    for seed, error_rate, down_s in _DAYS:
        with lab_cloud(seed=seed, duplicates=0.3) as cloud:
            made: Counter[str] = Counter()
            pdf = cloud.downstream(
                "https://pdf.example",
                latency_s=2,
                capacity=None,
                error_rate=error_rate,
                handler=lambda request, made=made: made.update([request.text]),
            )
            if down_s:
                pdf.outage(DOWN_AT_S, down_s)
            make_table("invoices", "order_id")
            deploy(cloud, answer, name="invoice", timeout=10)
            for n, order in enumerate(orders):
                cloud.at(10 * n, lambda order=order: hand_over([order]))
            cloud.at(51.5, lambda: hand_over(["order-5"]))  # pressed Buy twice: the PDF of the first is being made
            cloud.at(400, lambda: hand_over(["order-3"]))  # pressed Buy again
            run(cloud)
            twice = [order for order in orders if made[order] > 1]
            if twice:
                raise Observation(why_twice(cloud, twice[0], made[twice[0]]))
            missing = [order for order in orders if not made[order]]
            if missing:
                raise Observation(why_missing(cloud, missing, down_s))


# ---------------------------------------------------------------------- task 5


@register(
    "lab02.pdf_storm",
    takes=("prepare",),
    hints=(
        "Count the calls that the PDF service refused. Would more tries make them fewer?",
        "A throttled event costs nothing and uses up nothing. How many runs at once can the PDF service bear?",
    ),
)
def pdf_storm(answer: Any) -> None:
    """Fifty events at once, a service that bears five: all invoices within two minutes, and no call refused."""
    with lab_cloud(seed=1) as cloud:
        pdf = cloud.downstream("https://pdf.example", latency_s=2, capacity=5)
        cloud.deploy(lab02_shop.invoice_by_pdf, name="invoice", timeout=30)
        prepare(cloud, answer, "invoice")
        stays("invoice")
        hand_over(numbered(50))
        cloud.run(seconds=30 * MINUTE_S)
        given_up = all_given_up(cloud)
        in_time = [each for each in pdf.requests if each.finished_at is not None and each.finished_at <= 2 * MINUTE_S]
        made = {each.request.text for each in in_time if each.status == 200}
        left = f"{len(made)} of 50 invoices exist after two minutes"
        observe(
            not pdf.refused,
            f"the PDF service refused {count(pdf.refused, 'call')}, {_first_wave(pdf)} in the first second; {left}",
        )
        observe(
            not given_up,
            f"{count(len(given_up), 'event')} {was(given_up)} given up, the first at {_first(given_up)}; {left}",
        )
        observe(len(made) == 50, left)


def _first_wave(pdf: Any) -> str:
    early = sum(each.status == 503 and each.request.at < 1 for each in pdf.requests)
    return "all of them" if early == pdf.refused else str(early)


def _first(events: list[Event]) -> str:
    return moment(events[0].at) if events else ""
