"""The checks of lab 06: a stream, its producers and readers in seeded worlds, judged by what is stored, when it is seen, and cost."""

import json
import random
from collections import Counter
from collections.abc import Iterator
from functools import partial
from math import ceil
from typing import Any

from motoclock.facts import kinesis as kinesis_facts
from motoclock.facts import prices
from motoclock.trace import Refused, Sent
from motoclock.wording import count, duration, listed, money, name_of
from sevenways.checks import lab06_shop
from sevenways.checks.lab06_lanes import all_are_done_in_time
from sevenways.checks.lab06_seen import (
    READERS,
    SNAPSHOTS,
    everybody_gets_everything,
    look_at_the_shard,
    no_shard_takes_most,
    nothing_is_stored_twice,
    snapshots_are_whole,
    stored_at,
    visitors_are_seen_in_order,
)
from sevenways.checks.lab06_servers import Server, all_servers_agree
from sevenways.checks.lab06_stream import STREAM, connect, make_stream, open_shards, put, record_of
from sevenways.checks.registry import Observation, register
from sevenways.checks.trial import attempt, client, deploy, failures_of, from_now, lab_cloud, observe, run, stopped
from sevenways.checks.worlds import show
from sevenways.draw.hash_ranges import hash_ranges
from sevenways.draw.iterator_age import iterator_age

_HOURS = 730  # of a month

# ---------------------------------------------------------------------- task 1


@register(
    "lab06.pick_a_key",
    takes=("key_of",),
    hints=(
        "Which things of this shop are many, so many that their hashes spread?",
        "Order is kept for each key. What is the smallest thing whose clicks must stay in order?",
        "place_of in the lesson tells where a key falls; a field with few values, or one that is the same for most, has few places.",
    ),
)
def pick_a_key(key_of: Any) -> None:
    """Two hundred clicks of fifty visitors on four shards: no shard takes most, each visitor's clicks are seen in order.

    From several web servers: each must send a visitor's clicks to the same shard.
    """
    for seed in (1, 2):
        with lab_cloud(seed=seed) as cloud:
            stream = make_stream(4)
            cloud.deploy(lab06_shop.follow, timeout=60)
            connect(stream, "follow", BatchSize=10)
            one, other = Server(1, key_of), Server(2, key_of)
            sent: dict[str, str] = {}
            at = from_now(cloud)
            for second, clicks in enumerate(_browsing(seed)):
                sent |= {click["id"]: one.key(click) for click in clicks}
                records = [record_of(sent[click["id"]], json.dumps(click)) for click in clicks]
                at(second / 5, lambda records=records: put(records))
            run(cloud)
            no_shard_takes_most(cloud)
            visitors_are_seen_in_order(cloud)
            all_servers_agree(sent, other, [click for clicks in _browsing(seed) for click in clicks])


def _browsing(seed: int) -> Iterator[list[dict[str, Any]]]:
    """Two hundred clicks, ten at a time."""
    dice = random.Random(seed)
    numbers: Counter[str] = Counter()
    for start in range(0, 200, 10):
        clicks = []
        for n in range(start, start + 10):
            visitor = f"visitor-{dice.randrange(50)}"
            numbers[visitor] += 1
            clicks.append(
                {
                    "id": f"click-{n}",
                    "visitor": visitor,
                    "number": numbers[visitor],
                    "page": dice.choice(["home", "search", "basket", "checkout"]),
                    "country": "DE" if dice.random() < 0.8 else dice.choice(["AT", "CH", "FR"]),
                }
            )
        yield clicks


# ---------------------------------------------------------------------- task 2

_SNAPSHOT_KEY = "checkout"
_BASKET_BYTES = 98_000
# When the other producer fills the shard by itself: whoever sends at a steady pace and doesn't look meets it sooner or later.
_BURSTS_S = (1.02, 3.02, 6.02, 8.52, 11.02, 14.52, 18.02, 21.52, 26.02, 31.52, 36.02, 41.52)


@register(
    "lab06.put_all",
    takes=("ship",),
    hints=(
        "What does the answer of PutRecords say about the records that were refused, and where?",
        "The results stand in the places of the records. Keep those with an ErrorCode, and leave the others alone.",
        "A shard has room again in the next second. What does a call bring that comes before?",
    ),
)
def put_all(ship: Any) -> None:
    """Forty snapshots through a shard that another producer fills now and then: each is stored once, and nobody hammers.

    They are of two sizes, so that a small one still fits where a large one was refused: what was refused is not the end of a call.
    """
    with lab_cloud(seed=3) as cloud:
        make_stream(1)
        deploy(cloud, ship, name="ship", timeout=60)
        for second in range(5):
            basket = record_of("basket", f"basket-{second} ".ljust(_BASKET_BYTES))
            cloud.at(second + 0.1, lambda basket=basket: put([basket]))
        for burst in _BURSTS_S:
            baskets = [record_of("basket", f"basket-{burst}-{n} ".ljust(_BASKET_BYTES)) for n in range(10)]
            cloud.at(burst, lambda baskets=baskets: put(baskets))
        look_at_the_shard(cloud)
        event = json.dumps({"stream": STREAM, "snapshots": SNAPSHOTS})
        client("lambda").invoke(FunctionName="ship", InvocationType="Event", Payload=event)
        run(cloud)
        stored = stored_at(cloud)
        errors = failures_of(cloud, "ship")
        said = f"; ship stopped with {listed(errors, 1)}" if errors else stopped(cloud, "ship")
        nothing_is_stored_twice(stored, said)
        missing = [name for name in SNAPSHOTS if name not in stored]
        if missing:
            raise Observation(
                f"{len(missing)} of 40 snapshots are not in the stream, {missing[0]} first{said or '; ship returned without an error'}"
            )
        snapshots_are_whole(cloud, _SNAPSHOT_KEY)


# ---------------------------------------------------------------------- task 3

_FRESH_S = 5
_CLICKS_A_SECOND = 20
_SHARDS_PAID = 2


@register(
    "lab06.keep_up",
    takes=("speed_up",),
    hints=(
        "How many clicks arrive in a second, and how many can one lane do?",
        "More lanes are shards, which are paid by the hour, or lanes inside a shard.",
        "update_event_source_mapping takes a ParallelizationFactor. The keys are spread already.",
    ),
)
def keep_up(speed_up: Any) -> None:
    """Twenty clicks a second for ten seconds, a fifth of a second each: all done within five seconds, in order, on two shards."""
    with lab_cloud(seed=4) as cloud:
        stream = make_stream(1)
        cloud.deploy(lab06_shop.recommend, timeout=60)
        mapping = connect(stream, "recommend")
        attempt(speed_up, STREAM, mapping)
        at = from_now(cloud)
        for n in range(0, 200, 4):
            records = [record_of(f"visitor-{one % 80}", f"click-{one}") for one in range(n, n + 4)]
            at(n / _CLICKS_A_SECOND, lambda records=records: put(records))
        run(cloud, 120)
        show(partial(iterator_age, cloud.trace, present=cloud.elapsed))
        shards = open_shards()
        observe(shards <= _SHARDS_PAID, f"{shards} shards are open at the end; the budget pays for {_SHARDS_PAID}")
        all_are_done_in_time(cloud, _FRESH_S, _CLICKS_A_SECOND)
        latest: dict[str | None, tuple[float, str]] = {}  # by partition key
        said = {line.message.split()[1]: line.at for line in cloud.logs("recommend").printed}
        for event in cloud.trace.of(Sent):
            name = event.what.label
            before = latest.get(event.what.group_id)
            if before and said[name] < before[0]:
                raise Observation(f"{event.what.group_id}: {name} was done before {before[1]}")
            latest[event.what.group_id] = (said[name], name)


# ---------------------------------------------------------------------- task 4

_CLOSE_S = 1.5


@register(
    "lab06.third_reader",
    takes=("add_reader",),
    hints=(
        "How many bytes a second do three readers want from this shard, and how many does it give?",
        "Section 7, “One more reader”, has two ways out. Each of them costs one thing more that is paid by the hour.",
        "register_stream_consumer answers with a ConsumerARN, and a mapping takes it as its EventSourceArn.",
    ),
)
def third_reader(add_reader: Any) -> None:
    """An almost full shard, two readers, and a third: all get everything and none falls behind, for one more thing by the hour."""
    with lab_cloud(seed=5) as cloud:
        stream = make_stream(1)
        for name in READERS:
            cloud.deploy(lab06_shop.look, name=name)
        for name in READERS[:2]:
            connect(stream, name)
        attempt(add_reader, stream)
        paid = open_shards() + len(client("kinesis").list_stream_consumers(StreamARN=stream)["Consumers"])
        observe(
            paid <= 2,
            f"{paid} things are paid by the hour, shards and registered consumers together; the budget is for 2",
        )
        at = from_now(cloud)
        for n in range(80):
            record = record_of(f"visitor-{n}", f"snapshot-{n} ".ljust(_BASKET_BYTES, "."))
            at(n / 10, lambda record=record: put([record]))
        run(cloud, 60)
        show(partial(iterator_age, cloud.trace, present=cloud.elapsed))
        everybody_gets_everything(cloud, 80, _CLOSE_S)


# ---------------------------------------------------------------------- task 5

_CLICKS_AN_HOUR = 60_000
_CLICK_BYTES = 10_000
_PEAK = 10
_BUDGET_USD = 55
_PEAK_S = 8
_BEHIND_S = 2


@register(
    "lab06.plan",
    takes=("build",),
    hints=(
        "Three limits: bytes written, records written, bytes read. Work out each for the second of the peak, not for the average.",
        "Everything that is paid by the hour is paid at night, too. The planner of section 9, “The bill of a quiet month”, adds it up.",
        "shards_needed and bills of the lesson take these numbers as they are; put in three readers.",
    ),
)
def plan(build: Any) -> None:
    """Sixty thousand clicks an hour, ten times that at the peak: nothing refused, no reader behind, within the budget."""
    with lab_cloud(seed=6) as cloud:
        functions = [cloud.deploy(lab06_shop.look, name=name) for name in READERS]
        attempt(build, STREAM, [name_of(arn) for arn in functions])
        streams = client("kinesis").list_streams()["StreamNames"]
        observe(STREAM in streams, f"there is no stream named {STREAM}")
        kept = client("kinesis").describe_stream_summary(StreamName=STREAM)["StreamDescriptionSummary"][
            "RetentionPeriodHours"
        ]
        observe(
            kept <= kinesis_facts.RETENTION_DEFAULT_S.value / 3600,
            f"{STREAM} keeps its records for {duration(kept * 3600)}: each shard-hour costs more for that, and nobody asked for it",
        )
        bill = _monthly_usd()
        observe(bill <= _BUDGET_USD, f"a month of this costs {money(bill)}; the budget is {money(_BUDGET_USD)}")
        a_second = _CLICKS_AN_HOUR * _PEAK // 3600
        dice = random.Random(6)
        at = from_now(cloud)
        for tenth in range(_PEAK_S * 10):
            many = a_second * (tenth + 1) // 10 - a_second * tenth // 10
            records = [
                record_of(f"visitor-{dice.randrange(10_000)}", "click ".ljust(_CLICK_BYTES - 12, "."))
                for _ in range(many)
            ]
            at(tenth / 10, lambda records=records: put(records))
        run(cloud, 60)
        show(partial(iterator_age, cloud.trace, present=cloud.elapsed))
        refused = cloud.trace.of(Refused)
        sent = len([event for event in cloud.trace.of(Sent) if event.resource.endswith(f"/{STREAM}")])
        if refused:
            raise Observation(
                f"at the peak, {a_second} clicks and {a_second * _CLICK_BYTES / 1e6:.1f} MB a second, {len(refused):,} of "
                f"{sent + len(refused):,} clicks were refused, by {count(len({event.what.target for event in refused}), 'shard')}",
                shown=partial(hash_ranges, client("kinesis").list_shards(StreamName=STREAM)["Shards"], cloud.trace),
            )
        everybody_gets_everything(cloud, sent, _BEHIND_S, "click")


def _monthly_usd() -> float:
    """The stream's bill for a month of the average, as it is configured now."""
    summary = client("kinesis").describe_stream_summary(StreamName=STREAM)["StreamDescriptionSummary"]
    consumers = len(client("kinesis").list_stream_consumers(StreamARN=summary["StreamARN"])["Consumers"])
    clicks = _CLICKS_AN_HOUR * _HOURS
    gb = clicks * _CLICK_BYTES / 1e9
    if summary["StreamModeDetails"]["StreamMode"] == "ON_DEMAND":
        out = gb * len(READERS) * prices.KINESIS_ON_DEMAND_OUT_PER_GB.value
        return (
            _HOURS * prices.KINESIS_ON_DEMAND_PER_STREAM_H.value + gb * prices.KINESIS_ON_DEMAND_IN_PER_GB.value + out
        )
    shards = open_shards()
    units = clicks * ceil(_CLICK_BYTES / prices.KINESIS_PUT_UNIT_BYTES.value)
    hours = shards * (prices.KINESIS_PER_SHARD_H.value + consumers * prices.KINESIS_EFO_PER_CONSUMER_SHARD_H.value)
    return (
        _HOURS * hours
        + units * prices.KINESIS_PER_M_PUT_UNITS.value / 1e6
        + consumers * gb * prices.KINESIS_EFO_PER_GB.value
    )
