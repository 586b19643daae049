"""The checks of lab 05: functions that follow a table, judged by what customers and operators would notice."""

import json
from collections import Counter
from functools import partial
from typing import Any

from motoclock.wording import count, listed, times
from sevenways.checks import lab05_followers, lab05_ledger, lab05_table
from sevenways.checks.lab05_seen import (
    AWAY_S,
    HEALTHY,
    at_which_change,
    compare,
    filtered_out,
    given_of,
    given_up,
    nobody_else_given_up,
    trace_of_it,
)
from sevenways.checks.lines import kind_of, was
from sevenways.checks.registry import Observation, register
from sevenways.checks.trial import (
    attempt,
    client,
    deploy,
    failures_of,
    lab_cloud,
    observe,
    prepare,
    run,
    runs_of,
    stopped,
    submit,
)
from sevenways.checks.worlds import show
from sevenways.draw.change_images import change_images

_FAILURES = "arn:aws:sqs:us-east-1:123456789012:index-failures"

# ---------------------------------------------------------------------- task 1


@register(
    "lab05.read_change",
    takes=("keep_index",),
    hints=(
        "Which of the two images has a record of a deleted order? Section 1, “What makes a record?”, shows all three kinds.",
        'Checkout wrote the number 1999. What does the record hold in its place, and of which type is the "N" in it?',
        'Table("search-index") has put_item and delete_item. One of them belongs to REMOVE, the other to the rest.',
    ),
)
def read_change(keep_index: Any) -> None:
    """Orders are placed, changed, deleted and placed again: the index holds what the table holds, in one shop as in another."""
    for first, title in ((0, "Emma"), (40, "Persuasion")):
        with lab_cloud(seed=1) as cloud:
            stream = lab05_table.table()
            lab05_table.table("search-index", view=None)
            deploy(cloud, keep_index, name="keep-index", timeout=10)
            lab05_table.follow(stream, "keep-index", BatchSize=10, BisectBatchOnFunctionError=True)
            for n in range(first, first + 12):
                lab05_table.place(n)
            for n in (first + 2, first + 5):
                lab05_table.change(n, "title", title)
            lab05_table.change(first + 3, "total", 2500)
            for n in (first + 7, first + 9):
                lab05_table.delete(n)
            lab05_table.place(first + 9)
            with lab05_table.reads_of("orders") as reads:
                run(cloud, seconds=60)
            observe(bool(runs_of(cloud, "keep-index")), "keep_index was never given a record")
            observe(
                not reads,
                f"keep_index read the table orders ({''.join(reads[:1])}): the record holds all that it needs",
            )
            errors = failures_of(cloud, "keep-index")
            observe(not errors, f"keep_index raised {listed(errors, 2)}{at_which_change(cloud, 'keep-index')}")
            compare(lab05_table.items_of("orders"), lab05_table.items_of("search-index"), stopped(cloud, "keep-index"))


# ---------------------------------------------------------------------- task 2


@register(
    "lab05.only_shipped",
    takes=("stream_view", "shipped_pattern"),
    hints=(
        "An order that *is* shipped and an order that *became* shipped: in which part of the record do they differ?",
        "A pattern may name both images. What must be true of the old one? And does an order that was imported have one?",
        'anything-but is an operator of patterns: {"S": [{"anything-but": [...]}]}. Try yours with explain.',
    ),
)
def only_shipped(stream_view: Any, shipped_pattern: Any) -> None:
    """Ten orders become shipped, from four states; others are corrected, imported, deleted: ten letters, ten records."""
    with lab_cloud(seed=2) as cloud:
        view, pattern = attempt(stream_view), attempt(shipped_pattern)
        observe(isinstance(view, str), f"stream_view returned {kind_of(view)}; a view type is a text")
        stream = submit("the table", lab05_table.create, {"view": view})
        cloud.deploy(lab05_followers.mail, name="newsletter")
        pattern = pattern if isinstance(pattern, str) else json.dumps(pattern)
        filters = {"FilterCriteria": {"Filters": [{"Pattern": pattern}]}}
        submit("the mapping", lab05_table.connect, filters, EventSourceArn=stream, FunctionName="newsletter")
        for n in range(20):
            lab05_table.place(n)
        before = {f"order-{n}": "placed" for n in range(10)}
        for n, status in (*((n, "packed") for n in range(5, 10)), (9, "on hold"), (7, "shipping"), (12, "shipping")):
            lab05_table.change(n, "status", status)
            before[f"order-{n}"] = status
        for n in range(10):
            lab05_table.change(n, "status", "shipped")
        lab05_table.change(4, "title", "Emma, 2nd ed.")
        lab05_table.change(3, "total", 2500)
        for n in (90, 91):
            lab05_table.place(n, status="shipped")
        lab05_table.delete(8)
        run(cloud)
        mailed = Counter(line.message.split()[1] for line in cloud.logs("newsletter").printed)
        shown = lab05_table.parts_shown(stream)
        observe(
            bool(mailed),
            f"ten orders were shipped, and the newsletter was handed no record; the records of this stream hold {listed(shown)}",
        )
        early = [order for order in mailed if 10 <= int(order.split("-")[1]) < 90]
        observe(
            not early,
            f"{count(len(early), 'order')} that nobody has shipped {was(early)} announced: {listed(early, 3)}",
        )
        old = [order for order in mailed if order in ("order-90", "order-91")]
        observe(not old, f"{listed(old)} {was(old)} announced: shipped years ago, and only imported today")
        missing = [f"order-{n}" for n in range(10) if f"order-{n}" not in mailed]
        states = listed(dict.fromkeys(before[order] for order in missing))
        they = "it was" if len(missing) == 1 else "they were"
        observe(
            not missing, f"{listed(missing, 3)} {was(missing)} shipped, and nobody was told; {they} {states} until then"
        )
        twice = [order for order, number in mailed.items() if number > 1]
        observe(
            not twice,
            f"{listed(twice, 3)} {was(twice)} announced {times(max(mailed.values()))}",
        )


# ---------------------------------------------------------------------- task 3


@register(
    "lab05.unblock",
    takes=("mapping_options",),
    hints=(
        "Three things are missing: an end to the retries, a way to part order-25 from its neighbours, a place for what is given up.",
        "The search service is away for twenty seconds. The waits between retries double, from one. How many retries outlast it?",
        "The place is OnFailure in DestinationConfig, as in section 6, “Rescue”. The queue exists: index-failures.",
    ),
)
def unblock(mapping_options: Any) -> None:
    """An order without a title, and twenty seconds without search: all others are indexed in ten minutes, the bad one is parked."""
    with lab_cloud(seed=3) as cloud:
        indexed: dict[str, float] = {}
        search = cloud.downstream(
            "https://search.example",
            latency_s=0.05,
            capacity=None,
            handler=lambda request: indexed.setdefault(request.text, cloud.elapsed) and None,
        )
        search.outage(0.5, AWAY_S)
        failures = client("sqs").create_queue(QueueName="index-failures")["QueueUrl"]
        stream = lab05_table.table()
        cloud.deploy(lab05_followers.index, timeout=10)
        chosen = {"BatchSize": 10, **lab05_table.a_dict("mapping_options", prepare(cloud, mapping_options))}
        submit("the mapping", lab05_table.connect, chosen, EventSourceArn=stream, FunctionName="index")
        for n in range(60):
            lab05_table.place(n, titled=n != 25)
        cloud.run(seconds=600)
        nobody_else_given_up(cloud, chosen.get("MaximumRecordAgeInSeconds", -1))
        missing = [order for order in HEALTHY if order not in indexed]
        if missing:
            raise Observation(
                f"after ten minutes {len(HEALTHY) - len(missing)} of 59 healthy orders are in the index; "
                f"index was {given_of(cloud, 'order-25')}, and {given_of(cloud, missing[-1])}"
            )
        observe(
            "order-25" not in filtered_out(cloud),
            "order-25 was filtered out: index never saw it, and nothing in index-failures leads to it",
        )
        observe(
            "order-25" in given_up(cloud),
            "after ten minutes order-25 is still being tried, and nothing new could be indexed",
        )
        observe(
            lab05_table.messages_in(failures) > 0,
            f"order-25 was given up, and index-failures is empty: {trace_of_it(cloud)}",
        )


# ---------------------------------------------------------------------- task 4


@register(
    "lab05.follow_pointer",
    takes=("recover",),
    hints=(
        "What does the message hold? Parse it and look at DDBStreamBatchInfo.",
        "A shard iterator can start at a sequence number. It does not know where to stop.",
        "The message says how many records the batch had, and which was its last. Sequence numbers are numbers, written as texts.",
    ),
)
def follow_pointer(recover: Any) -> None:
    """A batch was given up; an hour and many orders later somebody finds the message."""
    for seed, size, bad in ((4, 3, 7), (5, 5, 11)):
        with lab_cloud(seed=seed) as cloud:
            sqs = client("sqs")
            failures = sqs.create_queue(QueueName="index-failures")["QueueUrl"]
            stream = lab05_table.table()
            cloud.deploy(lab05_followers.refuse_untitled, name="index")
            lab05_table.follow(
                stream,
                "index",
                BatchSize=size,
                MaximumRetryAttempts=0,
                DestinationConfig={"OnFailure": {"Destination": _FAILURES}},
            )
            for n in range(20):
                lab05_table.place(n, titled=n != bad)
            cloud.run()
            for n in range(20, 26):
                lab05_table.place(n)
            cloud.run(seconds=3600)
            body = sqs.receive_message(QueueUrl=failures)["Messages"][0]["Body"]
            first = bad // size * size
            batch = lab05_table.records(stream)[first : first + size]
            show(partial(change_images, batch))
            found = attempt(recover, body)
            wanted = [f"order-{n}" for n in range(first, first + size)]
            observe(
                isinstance(found, list | tuple),
                f"recover returned {kind_of(found)}; a list of order ids was asked for",
            )
            strange = [kind_of(order) for order in found if not isinstance(order, str)]
            others = [order for order in found if order not in wanted]
            observe(
                not strange,
                f"recover returned {kind_of(found)} with {''.join(strange[:1])} in it; ids are texts like order-7",
            )
            missing = [order for order in wanted if order not in found]
            if missing:
                what = f"it named {listed(found, 3)}" if found else "it named none"
                raise Observation(
                    f"{count(size, 'order')} {was(size)} given up together, and recover missed {listed(missing)}; {what}"
                )
            observe(not others, f"recover named {listed(others, 3)}, which had been indexed without trouble")
            again = [order for order, number in Counter(found).items() if number > 1]
            observe(not again, f"recover named {listed(again, 3)} more than once")


# ---------------------------------------------------------------------- task 5


@register(
    "lab05.fast_in_order",
    takes=("lane_options", "note_steps"),
    hints=(
        "What may run at the same time without harm: changes of one order, or changes of different orders?",
        "A call to the ledger fails now and then. What has the handler done, and what has it not, when it gives up on a batch?",
        "If a step fails, the later steps of the batch must not be noted first. Whoever stops there can say where it stopped.",
    ),
)
def fast_in_order(lane_options: Any, note_steps: Any) -> None:
    """Two hundred changes of ten orders, a tenth of a second each: three calls that fail, and on another day a long outage.

    On the first day all is done in time, on both each order's steps are noted once and in order.
    """
    for outage_s in (0, lab05_ledger.OUTAGE_S):
        lab05_ledger.judge_a_day(lane_options, note_steps, outage_s)
