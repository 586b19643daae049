"""The checks of lab 06: a stream, its producers and readers in seeded worlds, judged by what is stored, when it is seen, and cost."""

import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from math import ceil
from typing import Any

from motoclock.facts import prices
from motoclock.trace import Checkpointed, Event, Refused, Sent
from motoclock.wording import count, duration, listed, moment, money, name_of
from sevenways.checks import lab06_shop
from sevenways.checks.registry import Observation, register
from sevenways.checks.trial import attempt, client, deploy, failures_of, lab_cloud, observe, run
from sevenways.cloud import Cloud

STREAM = "clicks"
_HOURS = 730  # of a month

# ---------------------------------------------------------------------- task 1

_MOST_SHARE = 0.4


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
    """Two hundred clicks of fifty visitors on four shards: no shard takes most, each visitor's clicks are seen in order."""
    for seed in (1, 2):
        with lab_cloud(seed=seed) as cloud:
            stream = _stream(4)
            cloud.deploy(lab06_shop.follow, timeout=60)
            _connect(stream, "follow", BatchSize=10)
            for second, clicks in enumerate(_browsing(seed)):
                records = [_record(_key_from(key_of, click), json.dumps(click)) for click in clicks]
                cloud.at(second / 5, lambda records=records: _put(records))
            run(cloud)
            _no_shard_takes_most(cloud)
            _visitors_are_seen_in_order(cloud)


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


def _key_from(key_of: Any, click: dict[str, Any]) -> str:
    key = attempt(key_of, dict(click))
    if not isinstance(key, str) or not key:
        raise Observation(f"a partition key is a text, and for {click['id']} it was {key!r}")
    return key


def _no_shard_takes_most(cloud: Cloud) -> None:
    taken = Counter(_shard_of(event) for event in cloud.trace.of(Sent))
    shard, most = taken.most_common(1)[0]
    total = taken.total()
    keys = len({event.what.group_id for event in cloud.trace.of(Sent)})
    idle = count(4 - len(taken), "shard")
    observe(
        most <= _MOST_SHARE * total,
        f"{shard} took {most} of {total} clicks{f', and {idle} took none' if len(taken) < 4 else ''}; "
        f"the clicks had {count(keys, 'key')}",
    )


def _visitors_are_seen_in_order(cloud: Cloud) -> None:
    seen: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for line in cloud.logs("follow").printed:
        _, visitor, number = line.message.split()
        seen[visitor].append((int(number), line.at))
    for visitor, clicks in sorted(seen.items()):
        for (before, _), (number, at) in pairwise(clicks):
            observe(
                before < number, f"{visitor}: click {number} was seen at {moment(at)}, and click {before} before it"
            )


# ---------------------------------------------------------------------- task 2

_SNAPSHOTS = [f"snapshot-{n}" for n in range(40)]
_SNAPSHOT_BYTES = 98_000
_BURSTS_S = (1.02, 3.02)  # when the other producer fills the shard by itself
_LOOKS_EVERY_S = 0.5
_REFUSED_SOON = 100  # more refused records than this in such a time come from a loop with hardly a pause


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
    """Forty snapshots through a shard that another producer fills now and then: each is stored once, and nobody hammers."""
    with lab_cloud(seed=3) as cloud:
        _stream(1)
        deploy(cloud, ship, name="ship", timeout=60)
        for second in range(5):
            basket = _record("basket", f"basket-{second} ".ljust(_SNAPSHOT_BYTES))
            cloud.at(second + 0.1, lambda basket=basket: _put([basket]))
        for burst in _BURSTS_S:
            baskets = [_record("basket", f"basket-{burst}-{n} ".ljust(_SNAPSHOT_BYTES)) for n in range(10)]
            cloud.at(burst, lambda baskets=baskets: _put(baskets))
        _look_at_the_shard(cloud)
        event = json.dumps({"stream": STREAM, "snapshots": _SNAPSHOTS})
        client("lambda").invoke(FunctionName="ship", InvocationType="Event", Payload=event)
        run(cloud)
        stored = _stored(cloud)
        _nothing_is_stored_twice(stored)
        missing = [name for name in _SNAPSHOTS if name not in stored]
        if missing:
            errors = failures_of(cloud, "ship")
            said = f"ship stopped with {listed(errors, 1)}" if errors else "ship returned without an error"
            raise Observation(f"{len(missing)} of 40 snapshots are not in the stream, {missing[0]} first; {said}")


def _stored(cloud: Cloud) -> dict[str, list[float]]:
    """Name of a snapshot -> when it was stored, in the order of the stream."""
    stored: dict[str, list[float]] = defaultdict(list)
    for sent in cloud.trace.of(Sent):
        if sent.resource.endswith(f"/{STREAM}"):
            stored[sent.what.label.split()[0]].append(sent.at)
    return stored


def _nothing_is_stored_twice(stored: dict[str, list[float]]) -> None:
    twice = [name for name in _SNAPSHOTS if len(stored.get(name, ())) > 1]
    if twice:
        first, second = stored[twice[0]][:2]
        raise Observation(
            f"{twice[0]} was stored at {moment(first)} and again at {moment(second)}; "
            f"{len(twice)} of 40 snapshots are in the stream more than once"
        )


def _look_at_the_shard(cloud: Cloud) -> None:
    """Look twice a second; an exception in `cloud.at` ends the run, so that what goes wrong at once costs little."""

    def look() -> None:
        refused = [
            event
            for event in cloud.trace.of(Refused)
            if event.resource.endswith(f"/{STREAM}") and event.at > cloud.elapsed - _LOOKS_EVERY_S
        ]
        if len(refused) > _REFUSED_SOON:
            span = duration(round(cloud.elapsed - refused[0].at, 2))
            raise Observation(
                f"the full shard refused {len(refused)} records within {span}: it was asked again and again"
            )
        _nothing_is_stored_twice(_stored(cloud))

    for place in range(20):
        cloud.at(0.23 + place * _LOOKS_EVERY_S, look)


# ---------------------------------------------------------------------- task 3

_FRESH_S = 5
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
        stream = _stream(1)
        cloud.deploy(lab06_shop.recommend, timeout=60)
        mapping = _connect(stream, "recommend")
        attempt(speed_up, STREAM, mapping)
        for n in range(0, 200, 4):
            records = [_record(f"visitor-{one % 80}", f"click-{one}") for one in range(n, n + 4)]
            cloud.at(n / 20, lambda records=records: _put(records))
        run(cloud, 120)
        shards = _open_shards()
        observe(shards <= _SHARDS_PAID, f"{shards} shards are open at the end; the budget pays for {_SHARDS_PAID}")
        sent = {event.what.label: event for event in cloud.trace.of(Sent)}
        done = {event.message_id: event.at for event in cloud.trace.of(Checkpointed)}
        for name, event in sent.items():
            if event.message_id not in done:
                raise Observation(f"{name} was never recommended; after two minutes {len(done)} of 200 clicks are done")
        late = max(sent, key=lambda name: done[sent[name].message_id] - sent[name].at)
        age = done[sent[late].message_id] - sent[late].at
        observe(
            age <= _FRESH_S,
            f"{late} was done {duration(round(age, 1))} after it came; at most {_lanes(cloud)} ran at once",
        )
        latest: dict[str | None, tuple[float, str]] = {}  # by partition key
        said = {line.message.split()[1]: line.at for line in cloud.logs("recommend").printed}
        for name, event in sent.items():
            before = latest.get(event.what.group_id)
            if before and said[name] < before[0]:
                raise Observation(f"{event.what.group_id}: {name} was done before {before[1]}")
            latest[event.what.group_id] = (said[name], name)


def _lanes(cloud: Cloud) -> str:
    return count(int(cloud.summary()["peak_concurrency"] or 0), "batch", "batches")


# ---------------------------------------------------------------------- task 4

_READERS = ("fraud", "recommend", "marketing")
_CLOSE_S = 1.5


@register(
    "lab06.third_reader",
    takes=("add_reader",),
    hints=(
        "How many bytes a second do three readers want from this shard, and how many does it give?",
        "Section 6 has two ways out. Each of them costs one thing more that is paid by the hour.",
        "register_stream_consumer answers with a ConsumerARN, and a mapping takes it as its EventSourceArn.",
    ),
)
def third_reader(add_reader: Any) -> None:
    """An almost full shard, two readers, and a third: all get everything and none falls behind, for one more thing by the hour."""
    with lab_cloud(seed=5) as cloud:
        stream = _stream(1)
        for name in _READERS:
            cloud.deploy(lab06_shop.look, name=name)
        for name in _READERS[:2]:
            _connect(stream, name)
        attempt(add_reader, stream)
        paid = _open_shards() + len(client("kinesis").list_stream_consumers(StreamARN=stream)["Consumers"])
        observe(
            paid <= 2,
            f"{paid} things are paid by the hour, shards and registered consumers together; the budget is for 2",
        )
        for n in range(80):
            record = _record(f"visitor-{n}", f"snapshot-{n} ".ljust(_SNAPSHOT_BYTES, "."))
            cloud.at(n / 10, lambda record=record: _put([record]))
        run(cloud, 60)
        _everybody_gets_everything(cloud, 80, _CLOSE_S)


def _everybody_gets_everything(cloud: Cloud, records: int, limit_s: float, what: str = "snapshot") -> None:
    """Each reader has had each record, none of them later than so many seconds after it came."""
    sent = {event.message_id: event for event in cloud.trace.of(Sent) if event.resource.endswith(f"/{STREAM}")}
    had: dict[str, dict[str | None, float]] = {name: {} for name in _READERS}
    for event in cloud.trace.of(Checkpointed):
        had.setdefault(name_of(event.what.consumer), {})[event.message_id] = event.at
    for name in _READERS:
        observe(len(had[name]) == records, f"{name} got {len(had[name]):,} of {records:,} {what}s")
    ages = {name: max(at - sent[one].at for one, at in mine.items()) for name, mine in had.items() if mine}
    last = max(ages, key=lambda name: ages[name])
    observe(
        ages[last] <= limit_s,
        f"{last} fell behind: it had a {what} {duration(round(ages[last], 1))} after it came; "
        + ", ".join(f"{name} {duration(round(age, 1))}" for name, age in ages.items() if name != last),
    )


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
        "Everything that is paid by the hour is paid at night, too. The planner of section 8 adds it up.",
        "shards_needed and bills of the lesson take these numbers as they are; put in three readers.",
    ),
)
def plan(build: Any) -> None:
    """Sixty thousand clicks an hour, ten times that at the peak: nothing refused, no reader behind, within the budget."""
    with lab_cloud(seed=6) as cloud:
        functions = [cloud.deploy(lab06_shop.look, name=name) for name in _READERS]
        attempt(build, STREAM, [name_of(arn) for arn in functions])
        streams = client("kinesis").list_streams()["StreamNames"]
        observe(STREAM in streams, f"there is no stream named {STREAM}")
        bill = _monthly_usd()
        observe(bill <= _BUDGET_USD, f"a month of this costs {money(bill)}; the budget is {money(_BUDGET_USD)}")
        a_second = _CLICKS_AN_HOUR * _PEAK // 3600
        dice = random.Random(6)
        for tenth in range(_PEAK_S * 10):
            many = a_second * (tenth + 1) // 10 - a_second * tenth // 10
            records = [
                _record(f"visitor-{dice.randrange(10_000)}", "click ".ljust(_CLICK_BYTES - 12, "."))
                for _ in range(many)
            ]
            cloud.at(tenth / 10, lambda records=records: _put(records))
        run(cloud, 60)
        refused = cloud.trace.of(Refused)
        sent = len([event for event in cloud.trace.of(Sent) if event.resource.endswith(f"/{STREAM}")])
        if refused:
            raise Observation(
                f"at the peak, {a_second} clicks and {a_second * _CLICK_BYTES / 1e6:.1f} MB a second, {len(refused):,} of "
                f"{sent + len(refused):,} clicks were refused, by {count(len({event.what.target for event in refused}), 'shard')}"
            )
        _everybody_gets_everything(cloud, sent, _BEHIND_S, "click")


def _monthly_usd() -> float:
    """The stream's bill for a month of the average, as it is configured now."""
    summary = client("kinesis").describe_stream_summary(StreamName=STREAM)["StreamDescriptionSummary"]
    consumers = len(client("kinesis").list_stream_consumers(StreamARN=summary["StreamARN"])["Consumers"])
    clicks = _CLICKS_AN_HOUR * _HOURS
    gb = clicks * _CLICK_BYTES / 1e9
    if summary["StreamModeDetails"]["StreamMode"] == "ON_DEMAND":
        out = gb * len(_READERS) * prices.KINESIS_ON_DEMAND_OUT_PER_GB.value
        return (
            _HOURS * prices.KINESIS_ON_DEMAND_PER_STREAM_H.value + gb * prices.KINESIS_ON_DEMAND_IN_PER_GB.value + out
        )
    shards = _open_shards()
    units = clicks * ceil(_CLICK_BYTES / prices.KINESIS_PUT_UNIT_BYTES.value)
    hours = shards * (prices.KINESIS_PER_SHARD_H.value + consumers * prices.KINESIS_EFO_PER_CONSUMER_SHARD_H.value)
    return (
        _HOURS * hours
        + units * prices.KINESIS_PER_M_PUT_UNITS.value / 1e6
        + consumers * gb * prices.KINESIS_EFO_PER_GB.value
    )


# ---------------------------------------------------------------------- the shop


def _stream(shards: int) -> str:
    client("kinesis").create_stream(StreamName=STREAM, ShardCount=shards)
    return client("kinesis").describe_stream_summary(StreamName=STREAM)["StreamDescriptionSummary"]["StreamARN"]


def _connect(source: str, function: str, **options: Any) -> str:
    connect = client("lambda").create_event_source_mapping
    return connect(EventSourceArn=source, FunctionName=function, StartingPosition="LATEST", **options)["UUID"]


def _record(key: str, data: str) -> dict[str, str]:
    return {"PartitionKey": key, "Data": data}


def _put(records: list[dict[str, str]]) -> None:
    client("kinesis").put_records(StreamName=STREAM, Records=records)


def _open_shards() -> int:
    shards = client("kinesis").list_shards(StreamName=STREAM)["Shards"]
    return sum("EndingSequenceNumber" not in shard["SequenceNumberRange"] for shard in shards)


def _shard_of(event: Event) -> str:
    return f"shard {int(str(event.message_id).partition(':')[0].rpartition('-')[2])}"
