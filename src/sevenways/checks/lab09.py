"""The checks of lab 09: one write, a calm provider, a whole report, an undo that is done, and a runbook."""

import json
from collections import Counter
from typing import Any

from motoclock.wording import count, duration, listed, moment, name_of, times
from sevenways.checks import lab09_shop
from sevenways.checks.lab09_dying import Dying
from sevenways.checks.lab09_ledger import Ledger
from sevenways.checks.lab09_undone import judge_undone
from sevenways.checks.lab09_world import exists, make_queue, make_table, map_to, rule_to, send_order
from sevenways.checks.lines import are, was
from sevenways.checks.registry import Observation, register
from sevenways.checks.trial import attempt, client, deploy, failures_of, holes_of, lab_cloud, observe, run
from sevenways.cloud import Cloud
from sevenways.night.killing import killed_between_writes

_HOUR_S = 3600

# ---------------------------------------------------------------------- task 1


@register(
    "lab09.one_write",
    takes=("checkout", "connect"),
    hints=(
        "Between two calls there is always a place to die. How many calls can checkout have, then?",
        "Which of the two could follow from the other? Who tells you of a write?",
        "A table's stream has readers: a Pipe, or a mapping. What the warehouse listens for has a source, a detail type and a detail.",
    ),
)
def one_write(checkout: Any, connect: Any) -> None:
    """Twenty orders; some checkouts die after one of their calls, and on the third day the functions behind them do, too. What the
    table has and what the warehouse heard of are the same."""
    for deaths, doomed, seed in (
        ({3: 1, 7: 2, 11: 1, 15: 3}, (), 1),
        ({0: 1, 5: 2, 19: 1}, (), 2),
        ({}, ("order-2", "order-13"), 3),
    ):
        with lab_cloud(seed=seed) as cloud, killed_between_writes(None, doomed) as killed:
            stream = make_table("orders", "order")
            cloud.deploy(lab09_shop.warehouse)
            rule_to("warehouse", {"source": ["shop"], "detail-type": ["OrderPlaced"]})
            attempt(connect, cloud, stream)
            early = client("dynamodb").scan(TableName="orders")["Count"]
            observe(not early, f"connect has written {count(early, 'row')}, and nobody had ordered yet")
            died = {f"order-{n}" for n in range(20) if _dies(checkout, cloud, n, deaths.get(n))}
            run(cloud, 600)
            rows = {item["order"]["S"] for item in client("dynamodb").scan(TableName="orders")["Items"]}
            said = [line.message.split() for line in cloud.logs("warehouse").printed]
            heard = Counter(words[1] for words in said if words[:1] == ["heard"] and len(words) > 1)
            for n in range(20):
                order = f"order-{n}"
                how = "checkout died on the way" if order in died else "nothing had happened to its checkout"
                how = "a function of yours died between two writes about it" if order in killed else how
                observe(
                    order in rows or order in heard or order in died,
                    f"{order} has no row, and nobody heard of it; {how}",
                )
                observe(
                    (order in rows) == (order in heard),
                    f"the table has {count(len(rows), 'row')}, and the warehouse heard of {count(len(heard), 'order')}: {order} has "
                    f"{'a row and was never heard of' if order in rows else 'no row and was heard of'}; {how}",
                )
                observe(heard[order] <= 1, f"the warehouse heard of {order} {times(heard[order])}; {how}")
            strange = sorted(rows - {f"order-{n}" for n in range(20)})
            observe(not strange, f"the table has a row {strange[0] if strange else ''}, which nobody ordered")


def _dies(checkout: Any, cloud: Cloud, number: int, after: int | None) -> bool:
    """One order, and a tenth of a second. Whether its checkout died."""
    aws = Dying(cloud.trace, after)
    try:
        attempt(checkout, {"order": f"order-{number}", "total": 20}, aws)
    except Observation:
        if not aws.died:
            raise
    others = listed(map(name_of, aws.others()))
    observe(
        not others,
        f"the process of checkout had died, and it wrote to {others} nonetheless, with a client of its own: aws(...) makes those "
        "that die with it"
        if aws.died
        else f"checkout wrote to {others} with a client of its own: it was given aws(...), which makes them",
    )
    cloud.run(0.1)
    return aws.died


# ---------------------------------------------------------------------- task 2

_MOST_CALLS = 150
_QUIET_S = 120


@register(
    "lab09.calm",
    takes=("calm",),
    hints=(
        "Who else repeats this call?",
        "For how long, in seconds, does each of the layers go on trying?",
        "Keep the one that can wait longest. The others take their number of tries from TRIES in their environment.",
    ),
)
def calm(calm: Any) -> None:
    """Three layers of retries, a provider that is away for a while: all orders are paid, once, and it is left in peace.

    And no others are, which a list of orders would do where fewer have come.
    """
    for down_s, orders, seed in ((130, 20, 1), (170, 16, 2), (0, 20, 3)):
        with lab_cloud(seed=seed) as cloud:
            back_at = [float("inf")]  # the outage begins when the orders come, however long calm takes
            ledger = Ledger(cloud, lambda _what, _name, at, back=back_at: "500" if at < back[0] else "done")
            ledger.keep("https://payments.example")
            make_queue("parked")
            url = make_queue("orders", "parked", 5)
            cloud.deploy(lab09_shop.order, timeout=10, environment={"TRIES": "3"})
            cloud.deploy(lab09_shop.charge, timeout=10, environment={"TRIES": "3"})
            map_to("orders", "order")
            attempt(calm, cloud)
            sent_at = cloud.elapsed
            back_at[0] = sent_at + down_s
            for n in range(orders):
                client("sqs").send_message(QueueUrl=url, MessageBody=f"order-{n}")
            run(cloud, _HOUR_S)
            paid = ledger.times()
            missing = [f"order-{n}" for n in range(orders) if not paid[f"order-{n}"]]
            calls = len(ledger.entries)
            parked = len(cloud.peek("parked")) if exists("parked") else 0
            weather = f"away for {down_s} s" if down_s else "there all day"
            where = f"{count(parked, 'order')} {are(parked)} parked" if parked else "nothing is parked"
            observe(
                not missing,
                f"the provider was {weather} and {f'called {times(calls)}' if calls else 'never called'}; "
                f"an hour later {len(missing)} of {orders} orders were not paid, {missing[0] if missing else ''} first; {where}",
            )
            twice = [order for order in paid if paid[order] > 1]
            observe(not twice, f"{listed(twice, 3)} {was(twice)} paid twice, with {count(calls, 'call')} in all")
            strange = sorted(paid.keys() - {f"order-{n}" for n in range(orders)})
            those = "it" if len(strange) == 1 else "them"
            observe(not strange, f"{listed(strange, 2)} {was(strange)} paid, and nobody had ordered {those}")
            observe(
                calls <= _MOST_CALLS,
                f"all {orders} orders were paid, with {count(calls, 'call')}, the last at {moment(ledger.entries[-1].at)}; "
                f"{_MOST_CALLS} were agreed",
            )
            waiting = len(cloud.peek("orders")) if exists("orders") else 0
            observe(
                not waiting,
                f"all {orders} orders were paid, and {count(waiting, 'message')} {are(waiting)} still in the queue orders",
            )
            took = max((entry.at for entry in ledger.entries), default=0.0) - sent_at
            observe(
                down_s > 0 or took <= _QUIET_S,
                f"on a quiet day, with the provider there, the last order was paid {duration(took)} after it came; "
                f"{duration(_QUIET_S)} were agreed",
            )


# ---------------------------------------------------------------------- task 3

_FOR_GOOD = 40  # refusals: more than any retry policy here; who asks in an endless loop gets an end


@register(
    "lab09.whole_report",
    takes=("page", "bind", "start"),
    hints=(
        "What was counted, pages or runs?",
        "A set has each name once. When does the last name come in, if a page needs three tries?",
        "What makes a second end harmless? An update can have a condition.",
    ),
)
def whole_report(page: Any, bind: Any, start: Any) -> None:
    """Twenty pages, events that come twice, a page that the printer refuses twice: one report, with all of them.

    And one that is refused for good, which is another in each world of that kind: no report without it. Where none is refused, a page
    comes again after the last one, and finds the set full.
    """
    for refused, often, seed in (
        ("page-7", 2, 3),
        ("none", 0, 4),
        ("page-4", _FOR_GOOD, 2),
        ("page-0", _FOR_GOOD, 5),
    ):
        with lab_cloud(seed=seed, duplicates=0.2) as cloud:
            tries: Counter[str] = Counter()

            def answer(
                what: str, name: str, at: float, refused: str = refused, often: int = often, tries: Counter[str] = tries
            ) -> str:
                tries[name] += 1
                return "500" if what == "print" and name == refused and tries[name] <= often else "done"

            ledger = Ledger(cloud, answer)
            ledger.keep("https://printer.example", lambda request: 0.2 * (int(request.text.rpartition("-")[2]) + 1))
            ledger.keep("https://binder.example")
            make_table("reports", "report")
            deploy(cloud, page, name="page", timeout=60)
            deploy(cloud, bind, name="bind", timeout=60)
            pages = [f"page-{n}" for n in range(20)]
            attempt(start, cloud, pages)
            run(cloud, _HOUR_S)
            bound = [entry.at for entry in ledger.entries if entry.what == "bind"]
            ready = {name: ledger.first("print", name) for name in pages}
            printed = sum(at is not None for at in ready.values())
            wrong = failures_of(cloud, "bind")
            observe(
                bool(bound) or often == _FOR_GOOD,
                f"{printed} of 20 pages were printed, and an hour later no report is bound"
                + (f"; bind failed with {wrong[0]}" if wrong else ""),
            )
            for at in bound:
                late = [name for name, moment_ in ready.items() if moment_ is None or moment_ > at]
                observe(
                    not late,
                    f"a report was bound at {moment(at)} with {count(20 - len(late), 'page')}; {late[0] if late else ''} "
                    f"{'came later' if late and ready[late[0]] is not None else 'was never printed'}",
                )
            observe(len(bound) <= 1, f"the report was bound {times(len(bound))}, at {listed(map(moment, bound))}")


# ---------------------------------------------------------------------- task 4


@register(
    "lab09.undone",
    takes=("saga", "operator"),
    hints=(
        "What state is written down when the undo fails?",
        "How long is 'two minutes' in your Retry? Add up the waits.",
        "What has failed and has a name can go on from where it stood. Or something that waits longer holds it meanwhile.",
    ),
)
def undone(saga: Any, operator: Any) -> None:
    """Ten orders, empty cards, missing books, and refunds that are down for two minutes: whoever paid has a parcel or the money.

    What is delivered at least once is now and then delivered twice.
    """
    for empty, missing, seed in ((("order-2", "order-5"), ("order-7",), 2), (("order-0",), ("order-4", "order-8"), 4)):
        with lab_cloud(seed=seed, duplicates=0.2) as cloud:
            asked: list[float] = []  # moments of refunds: the outage begins with the first

            def answer(
                what: str,
                name: str,
                at: float,
                empty: tuple[str, ...] = empty,
                missing: tuple[str, ...] = missing,
                asked: list[float] = asked,
            ) -> str:
                if what == "refund":
                    asked.append(at)
                    if at < asked[0] + 120:
                        return "down"
                if what == "charge" and name in empty:
                    return "the card is empty"
                return "not on the shelf" if what == "pack" and name in missing else "done"

            ledger = Ledger(cloud, answer)
            ledger.keep("https://shop.example")
            for function in ("reserve", "charge", "pack", "refund", "release"):
                cloud.deploy(lab09_shop.step, name=function, timeout=10)
            begin = attempt(saga, cloud)
            observe(callable(begin), "saga was expected to return a function that starts one order")
            for n in range(10):
                attempt(begin, {"order": f"order-{n}"})
            run(cloud, 900)
            attempt(operator, cloud)
            run(cloud, _HOUR_S)
            judge_undone(ledger, hopeless={*empty, *missing})


# ---------------------------------------------------------------------- task 5


@register(
    "lab09.runbook",
    takes=("repair",),
    hints=(
        "What is the same in both copies of an order?",
        "What must be true before anything moves?",
        "The table `charged` knows every order that was paid, by its name. Who writes there, and who reads it?",
    ),
)
def runbook(repair: Any) -> None:
    """Two orders are parked, and the customer of one has ordered again: in the end each is charged once, and nothing is parked.

    Each of three names is parked twice: once paid for in the meantime, and once not. An answer that knows names fails.
    """
    for bad, again, seed in (((3, 6), 3, 1), ((3, 8), 8, 2), ((6, 8), 6, 3)):
        with lab_cloud(seed=seed, holes=True) as cloud:
            ledger = Ledger(cloud, lambda _what, _name, _at: "done")
            ledger.keep("https://payments.example")
            make_table("charged", "order")
            make_queue("parked")
            url = make_queue("orders", "parked", 3)
            cloud.deploy(lab09_shop.collect)
            map_to("orders", "collect")
            for n in range(10):
                send_order(url, n, -20 if n in bad else 20)
            cloud.run()
            send_order(url, again, 20)
            cloud.run()
            found = {one.message_id for one in cloud.peek("parked")}
            attempt(repair, cloud)
            run(cloud, _HOUR_S)
            unwritten = holes_of(cloud)
            observe(
                not unwritten,
                f"repair has deployed {listed(unwritten, 3)}, which raises NotImplementedError: it is not written yet",
            )
            for queue, what in (("parked", "what fails tonight"), ("orders", "whoever orders tonight")):
                observe(exists(queue), f"there is no queue {queue} any more, and {what} finds no place")
            paid = ledger.times()
            resting_there = cloud.peek("parked")
            parked = [json.loads(one.body).get("order", "?") for one in resting_there]
            again_there = {json.loads(one.body).get("order") for one in resting_there if one.message_id not in found}
            waiting = [one.body for one in cloud.peek("orders")]
            for n in range(10):
                order = f"order-{n}"
                twice = "; its customer had ordered it once more" if n == again else ""
                observe(paid[order] <= 1, f"{order} was charged {times(paid[order])}{twice}")
                there = [json.loads(body).get("order") for body in waiting]
                resting = f"it is {'parked again' if order in again_there else 'still parked'}"
                resting = resting if order in parked else "it is in no queue"
                resting = "it is still in the queue orders" if order in there else resting
                observe(paid[order] == 1, f"{order} was never charged, and {resting}")
            observe(
                not parked,
                f"all ten are charged, and {listed(parked, 3)} {are(parked)} still parked: whoever looks there next takes "
                f"{'it' if len(parked) == 1 else 'them'} for unpaid",
            )
            observe(
                not waiting,
                f"all ten are charged, and {count(len(waiting), 'message')} {are(waiting)} still in the queue orders",
            )
