"""What was seen at the shards and at the readers of lab 06, as sentences."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import pairwise

from motoclock.account.invocations import read_invocations
from motoclock.trace import Checkpointed, Event, Refused, Sent
from motoclock.wording import count, duration, moment, name_of
from sevenways.checks.lab06_stream import STREAM, shard_of
from sevenways.checks.registry import Observation
from sevenways.checks.trial import observe
from sevenways.cloud import Cloud

_MOST_SHARE = (
    0.6  # of fifty visitors some have more clicks than others: the best of keys may send half of all to one shard
)


def no_shard_takes_most(cloud: Cloud) -> None:
    taken = Counter(shard_of(event) for event in cloud.trace.of(Sent))
    shard, most = taken.most_common(1)[0]
    total = taken.total()
    keys = len({event.what.group_id for event in cloud.trace.of(Sent)})
    idle = count(4 - len(taken), "shard")
    observe(
        most <= _MOST_SHARE * total,
        f"{shard} took {most} of {total} clicks{f', and {idle} took none' if len(taken) < 4 else ''}; "
        f"the clicks had {count(keys, 'key')}",
    )


def visitors_are_seen_in_order(cloud: Cloud) -> None:
    seen: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for line in cloud.logs("follow").printed:
        _, visitor, number = line.message.split()
        seen[visitor].append((int(number), line.at))
    for visitor, clicks in sorted(seen.items()):
        for (before, _), (number, at) in pairwise(clicks):
            observe(
                before < number, f"{visitor}: click {number} was seen at {moment(at)}, and click {before} before it"
            )


SNAPSHOTS = {f"snapshot-{n}": 9_000 if n % 5 == 4 else 98_000 for n in range(40)}  # name -> bytes


LOOKS_EVERY_S = 0.5


_REFUSED_SOON = 100  # more refused records than this in such a time come from a loop with hardly a pause


def stored_at(cloud: Cloud) -> dict[str, list[float]]:
    """Name of a snapshot -> when it was stored, in the order of the stream."""
    stored: dict[str, list[float]] = defaultdict(list)
    for sent in cloud.trace.of(Sent):
        if sent.resource.endswith(f"/{STREAM}"):
            stored[sent.what.label.split()[0]].append(sent.at)
    return stored


def nothing_is_stored_twice(stored: dict[str, list[float]], said: str = "") -> None:
    twice = [name for name in SNAPSHOTS if len(stored.get(name, ())) > 1]
    if twice:
        first, second = stored[twice[0]][:2]
        raise Observation(
            f"{twice[0]} was stored at {moment(first)} and again at {moment(second)}; "
            f"{len(twice)} of 40 snapshots are in the stream more than once{said}"
        )


def snapshots_are_whole(cloud: Cloud, key: str) -> None:
    """Each in the stream is of full size, and under the key of them all."""
    for sent in cloud.trace.of(Sent):
        name = sent.what.label.split()[0]
        if name in SNAPSHOTS:
            observe(
                sent.what.size_bytes >= SNAPSHOTS[name],
                f"{name} is in the stream with {sent.what.size_bytes:,} bytes; it has {SNAPSHOTS[name]:,}",
            )
            observe(
                sent.what.group_id == key,
                f"{name} is in the stream under the key “{sent.what.group_id}”; the key of the snapshots is {key}",
            )


def look_at_the_shard(cloud: Cloud) -> None:
    """Look twice a second; an exception in `cloud.at` ends the run, so that what goes wrong at once costs little."""

    def look() -> None:
        refused = [
            event
            for event in cloud.trace.of(Refused)
            if event.resource.endswith(f"/{STREAM}") and event.at > cloud.elapsed - LOOKS_EVERY_S
        ]
        if len(refused) > _REFUSED_SOON:
            span = duration(round(cloud.elapsed - refused[0].at, 2))
            raise Observation(
                f"the full shard refused {len(refused)} records within {span}: it was asked again and again"
            )
        nothing_is_stored_twice(stored_at(cloud))

    for place in range(20):
        cloud.at(0.23 + place * LOOKS_EVERY_S, look)


READERS = ("fraud", "recommend", "marketing")


def everybody_gets_everything(cloud: Cloud, records: int, limit_s: float, what: str = "snapshot") -> None:
    """Each reader has had each record, none of them later than so many seconds after it came."""
    sent = {event.message_id: event for event in cloud.trace.of(Sent) if event.resource.endswith(f"/{STREAM}")}
    had: dict[str, dict[str | None, float]] = {name: {} for name in READERS}
    for event in cloud.trace.of(Checkpointed):
        had.setdefault(name_of(event.what.consumer), {})[event.message_id] = event.at
    for name in READERS:
        observe(len(had[name]) == records, f"{name} got {len(had[name]):,} of {records:,} {what}s")
    ages = {name: max(at - sent[one].at for one, at in mine.items()) for name, mine in had.items() if mine}
    last = max(ages, key=lambda name: ages[name])
    others = ", ".join(f"{name} {duration(round(age, 1))}" for name, age in ages.items() if name != last)
    observe(
        ages[last] <= limit_s,
        f"{last} fell behind: it had a {what} {duration(round(ages[last], 1))} after it came ({others}); its iterator age, "
        f"that of the last {what} of a batch, went up to {duration(round(_iterator_age_s(cloud, last, sent), 1))}",
    )


def _iterator_age_s(cloud: Cloud, reader: str, sent: Mapping[str | None, Event]) -> float:
    """The highest point of the reader's line in the picture, which is about the last record of each batch and not the oldest."""
    runs = [run for run in read_invocations(cloud.trace) if run.function == reader and run.message_ids]
    return max(run.ended - sent[run.message_ids[-1]].at for run in runs)
