"""The checks of lab 04: patterns, shapes, retries and replays on a bus, judged by what others notice."""

import json
from collections import Counter
from typing import Any

from motoclock.facts.shapes import DAY_S
from motoclock.trace import Dropped, Sent
from motoclock.wording import count, listed, moment, shortened, times
from sevenways.checks import lab04_bus, lab04_shop
from sevenways.checks.lab04_events import (
    forty,
    judge_forty,
    judge_refused,
    judge_tomorrow,
    tomorrow,
    why_never,
)
from sevenways.checks.lab04_letters import CANCELLED, NEW, OLD, RETURNED, judge_letters
from sevenways.checks.lab04_warehouse import accept, keys_in_words
from sevenways.checks.lines import kind_of, was
from sevenways.checks.registry import Observation, register
from sevenways.checks.trial import attempt, client, from_now, lab_cloud, let_in, observe, run
from sevenways.cloud import Cloud

_PLACED = '{"detail-type": ["OrderPlaced"]}'

# ---------------------------------------------------------------------- task 1


@register(
    "lab04.pattern",
    takes=("letters",),
    hints=(
        "A pattern has the shape of the event. Which of the four wishes is about the envelope, and which are about the detail?",
        "Hold explain(letters(), ...) against an event without a channel. Is a missing field something other than partner?",
        "In a list one condition is enough: a value that differs, or a field that does not exist. Totals are compared by numeric.",
    ),
)
def pattern(letters: Any) -> None:
    """Forty events, twelve wanted; each of the others fails one wish alone. Then a few of the next day."""
    with lab_cloud(seed=1) as cloud:
        lab04_bus.make_bus()
        text = lab04_bus.as_json(attempt(letters))
        lab04_bus.call(
            "the rule", client("events").put_rule, Name="news", EventBusName=lab04_bus.BUS, EventPattern=text
        )
        lab04_bus.target("news", {"Id": "1", "Arn": cloud.deploy(lab04_shop.note, name="newsletter")})
        let_in("newsletter", "events.amazonaws.com")
        for events, judge in ((forty(), judge_forty), (tomorrow(), judge_tomorrow)):
            for kind, detail, _wanted in events:
                lab04_bus.put(detail, kind)
            run(cloud)
            judge(events, set(lab04_bus.printed(cloud, "newsletter")))


# ---------------------------------------------------------------------- task 2


@register(
    "lab04.shape",
    takes=("parcel_shape",),
    hints=(
        "What does a target get when nothing is said? Section 5, “The warehouse answers after six seconds”, has its answer to that.",
        "An InputTransformer has two parts: paths that take values out of the event, and a template with <names> in it.",
        "Who puts the quotes around a text, the template or EventBridge? Try a text that has quotes of its own.",
    ),
)
def shape(parcel_shape: Any) -> None:
    """Ten orders; the warehouse is strict about fields and types."""
    names = [f"Customer {n}" for n in range(10)]
    names[7] = 'Ann "Nan" Lee'
    orders: list[Any] = [
        {"id": f"order-{n}", "customer": {"name": name}, "grams": 400 + n} for n, name in enumerate(names)
    ]
    with lab_cloud(seed=2) as cloud:
        parcels: list[dict[str, Any]] = []
        complaints: list[str] = []
        cloud.downstream(
            "https://warehouse.example", capacity=None, handler=lambda request: accept(request, parcels, complaints)
        )
        lab04_bus.make_bus()
        chosen = attempt(parcel_shape)
        if not isinstance(chosen, dict):
            raise Observation(f"a dict to add to the target was expected, and this is {kind_of(chosen)}")
        lab04_bus.rule("parcels", _PLACED)
        lab04_bus.target("parcels", {**lab04_bus.plain_target(), **chosen})
        for order in orders:
            lab04_bus.put(order)
        run(cloud)
        if complaints:
            refused = count(len(complaints), "request")
            raise Observation(f"the warehouse refused {refused} with a 400; of the first it said: {complaints[0]}")
        for order in orders:
            wanted = {"parcel_id": order["id"], "name": order["customer"]["name"], "grams": order["grams"]}
            found = [parcel for parcel in parcels if parcel["parcel_id"] == order["id"]]
            if not found:
                raise Observation(f"no parcel has the id {order['id']}; {_where_it_went(cloud, order['id'], parcels)}")
            observe(len(found) == 1, f"{len(found)} parcels have the id {order['id']}")
            other = next((field for field in wanted if found[0][field] != wanted[field]), None)
            observe(
                other is None,
                f"the parcel of {order['id']} reads {json.dumps(found[0])}; its event says {json.dumps(wanted.get(other or ''))}",
            )


def _where_it_went(cloud: Cloud, order: str, parcels: list[dict[str, Any]]) -> str:
    sent = [event.message_id for event in cloud.trace.of(Sent) if f'"{order}"' in event.what.label]
    dropped = [event for event in cloud.trace.of(Dropped) if event.message_id in sent]
    if dropped:
        return f"EventBridge gave the event up: {dropped[0].what.text}"
    first = f", the first with the id {parcels[0]['parcel_id']}" if parcels else ""
    return f"the warehouse has {count(len(parcels), 'parcel')}{first}"


# ---------------------------------------------------------------------- task 3


@register(
    "lab04.half_hour_down",
    takes=("hold_on",),
    hints=(
        "Two things end the tries: how many there were, and how old the event is. Which of the two comes first here?",
        "An answer of 400 is not tried again. Where does such an event go, and who says so?",
        "DeadLetterConfig belongs to the target and takes the ARN of a standard queue. Who lets EventBridge in there?",
    ),
)
def half_hour_down(hold_on: Any) -> None:
    """Twenty orders, a warehouse that is down for half an hour, and one order that it refuses for good."""
    with lab_cloud(seed=3, strict_permissions=True) as cloud:
        booked: list[str] = []

        def book(request: Any) -> Any:
            order = lab04_bus.parcel_in(request)
            if order is None or order == "order-13":
                return 400, {}, {"error": "no parcel_id" if order is None else "no such address"}
            booked.append(order)
            return None

        warehouse = cloud.downstream("https://warehouse.example", capacity=None, handler=book)
        lab04_bus.make_bus()
        lab04_bus.rule("parcels", _PLACED)
        short = {"RetryPolicy": {"MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 600}}
        lab04_bus.target("parcels", lab04_bus.changed(cloud, hold_on, {**lab04_bus.shaped_target(), **short}))
        at = from_now(cloud)
        at(30, lambda: setattr(warehouse, "up", False))
        at(1830, lambda: setattr(warehouse, "up", True))
        orders = [f"order-{n}" for n in range(20)]
        for n, order in enumerate(orders):
            at(10 * n, lambda order=order: lab04_bus.put({"id": order}))
        cloud.run(seconds=7200)
        parked = lab04_bus.parked()
        missing = [order for order in orders if order not in booked and order != "order-13"]
        if missing:
            queues = lab04_bus.queues_with(missing[0], parked)
            where = f"in the queue {queues[0]}" if queues else "nowhere"
            raise Observation(
                f"{listed(missing, 3)} had not been booked after two hours; {missing[0]} is {where}: {why_never(cloud, missing[0])}"
            )
        judge_refused(cloud, "order-13", lab04_bus.queues_with("order-13", parked))


# ---------------------------------------------------------------------- task 4


@register(
    "lab04.slow_warehouse",
    takes=("book_once",),
    hints=(
        "EventBridge waits for so long and no longer. What has the warehouse done by then, and what does EventBridge do next?",
        "A target's HttpParameters can hold HeaderParameters, and a value there may be a path into the event: $.something.",
        "What is the same at every try of one order, and differs between any two orders?",
    ),
)
def slow_warehouse(book_once: Any) -> None:
    """Twelve orders, a warehouse that answers after six seconds and knows keys, and an outage of three minutes."""
    with lab_cloud(seed=4) as cloud:
        booked: list[tuple[str, float]] = []
        known: dict[str, str] = {}
        mistaken: dict[str, str] = {}
        keys: dict[str, list[str | None]] = {}  # by order

        def key_of(request: Any) -> str | None:
            return request.headers.get("idempotency-key")

        def book(request: Any) -> Any:
            order, key = lab04_bus.parcel_in(request), key_of(request)
            if order is None:
                return 400, {}, {"error": "no parcel_id"}
            keys.setdefault(order, []).append(key)
            if key is not None and key in known:
                if known[key] != order:
                    mistaken[order] = known[key]
                return None
            if key is not None:
                known[key] = order
            booked.append((order, cloud.elapsed))
            return None

        def latency_s(request: Any) -> float:
            return 6 if lab04_bus.parcel_in(request) and key_of(request) not in known else 0.1

        warehouse = cloud.downstream(
            "https://warehouse.example",
            latency_s=latency_s,
            capacity=None,
            handler=book,
        )
        lab04_bus.make_bus()
        lab04_bus.rule("parcels", _PLACED)
        lab04_bus.target("parcels", lab04_bus.changed(cloud, book_once, lab04_bus.shaped_target()))
        at = from_now(cloud)
        at(60, lambda: setattr(warehouse, "up", False))
        at(240, lambda: setattr(warehouse, "up", True))
        orders = [f"order-{n}" for n in range(12)]
        for n, order in enumerate(orders):
            detail = {"id": order, "customer": {"name": f"Customer {max(n, 1)}"}}
            at(0 if n < 2 else 20 * n, lambda detail=detail: lab04_bus.put(detail))
        cloud.run(seconds=3600)
        bookings = Counter(order for order, _at in booked)
        for order in orders:
            if bookings[order] > 1:
                first, second = [at for one, at in booked if one == order][:2]
                raise Observation(
                    f"{order} was booked {times(bookings[order])}: at {moment(first)}, again at {moment(second)}; "
                    f"{keys_in_words(keys[order])}"
                )
        missing = [order for order in orders if not bookings[order]]
        if missing:
            order = missing[0]
            why = (
                f"the warehouse took its request for that of {mistaken[order]}, which had the same key, "
                f"“{shortened(str(keys[order][0]), 40)}”"
                if order in mistaken
                else why_never(cloud, order)
            )
            raise Observation(f"{len(missing)} of 12 orders {was(missing)} never booked; as for {order}, {why}")


# ---------------------------------------------------------------------- task 5


@register(
    "lab04.replay",
    takes=("repair",),
    hints=(
        "Two things are missing: a rule that fits the orders to come, and the letters for those that were. Which order of the two?",
        "A replay goes to every rule that matches. Whose work would be done twice?",
        "The destination of start_replay takes FilterArns. Or look at what a replayed event has more than its first self.",
    ),
)
def replay(repair: Any) -> None:
    """A week of orders that were charged and got no letter; then more orders, while the repair is going on."""
    with lab_cloud(seed=5) as cloud:
        bus = lab04_bus.make_bus()
        events = client("events")
        archive = events.create_archive(ArchiveName="everything", EventSourceArn=bus)["ArchiveArn"]
        rules = {}
        for key, name, text in (
            ("charge", "charge-orders", _PLACED),
            ("news", "news", '{"detail-type": ["orderPlaced"]}'),
        ):
            rules[key] = lab04_bus.rule(name, text)
            lab04_bus.target(name, {"Id": "1", "Arn": cloud.deploy(lab04_shop.note, name=key)})
            let_in(key, "events.amazonaws.com")
        start = cloud.now
        for n, order in enumerate(OLD):
            cloud.at(n * DAY_S / 4 + 60, lambda order=order: lab04_bus.put({"id": order}))
        cloud.at(DAY_S, lambda: lab04_bus.put({"id": CANCELLED}, "OrderCancelled"))
        cloud.run(seconds=7 * DAY_S)
        at = from_now(cloud)  # the shop is open while the repair goes on, however long it takes
        for n, order in enumerate(NEW):
            at(0.02 + 30 * n, lambda order=order: lab04_bus.put({"id": order}))
        at(3600, lambda: lab04_bus.put({"id": RETURNED}, "OrderReturned"))
        attempt(repair, archive, bus, dict(rules), start, cloud.now)
        cloud.run(seconds=DAY_S)
        judge_letters(lab04_bus.printed(cloud, "charge"), lab04_bus.printed(cloud, "news"))
