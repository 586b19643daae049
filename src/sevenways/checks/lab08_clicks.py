"""The sites of lab 08's task 4, and what AWS's limits and list prices say of a stream for each. No run: a month is too long for one."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from random import Random
from typing import Any

from motoclock.facts import kinesis, prices, stream_mapping
from motoclock.facts.dynamodb_streams import RETENTION_S
from motoclock.facts.shapes import HOUR_S
from motoclock.wording import count
from sevenways.checks.lab08_choices import Choice
from sevenways.checks.lines import kind_of
from sevenways.checks.registry import Observation
from sevenways.checks.trial import observe
from sevenways.choosing.month import HOURS, Plan, messaging
from sevenways.choosing.ways import QUEUES, Way

_WEEK_H = 168  # modelled: what is kept for longer is billed by the GB and the month
_ALL_OF_YESTERDAY_H = 48  # the first click of yesterday, at the last hour of today


@dataclass(frozen=True, slots=True)
class Site:
    """Clicks a second, bytes a click, readers, US$ a month."""

    rate: int
    size_bytes: int
    readers: int
    usd: int

    @property
    def per_s(self) -> int:
        return self.rate * self.size_bytes


# Each has a limit of its own that is tight: bytes out, records in, bytes out of large clicks, bytes in. One shard more is in the money,
# and at the third there is money for many.
SITES = (Site(1000, 1000, 3, 120), Site(3200, 250, 2, 250), Site(300, 6000, 5, 260), Site(700, 3500, 1, 130))

_SPARE = 1
_MEGABYTE = (
    1_000_000  # AWS writes 1 MB and means 1 MiB: whoever counts with this has a shard too many at most, and no fault
)
_MAPPING = {
    "batch": stream_mapping.BATCH_SIZE_RANGE,
    "retries": stream_mapping.RETRIES_RANGE,
    "lanes": stream_mapping.PARALLELIZATION_RANGE,
}


def further_sites() -> Iterator[Site]:
    """Sites that nobody is shown beforehand, so that a table of the four has no answer to them; some have money for many shards."""
    dice = Random(8)
    for _ in range(40):
        rate, size_bytes, readers = dice.randrange(200, 5000, 10), dice.randrange(100, 4000, 10), dice.randint(1, 6)
        site = Site(rate, size_bytes, readers, 0)
        affordable = shards_for(site) + dice.choice((_SPARE, _SPARE, 4, 7))
        yield Site(rate, size_bytes, readers, ceil(month_of(site, affordable, _ALL_OF_YESTERDAY_H) / 5) * 5)


def shards_for(site: Site) -> int:
    """What the three limits of a shard ask for, by cautious reckoning."""
    records = site.rate / kinesis.SHARD_WRITE_RECORDS_PER_S.value
    read = kinesis.SHARD_READ_BYTES_PER_S.value // kinesis.SHARD_WRITE_BYTES_PER_S.value * _MEGABYTE
    return ceil(max(records, site.per_s / _MEGABYTE, site.per_s * site.readers / read))


def judge_site(site: Site, choice: Choice) -> None:
    """Raises what does not hold."""
    if choice.way != Way.KINESIS:
        raise Observation(f"{choice.way}: {_why_not(choice.way, site.readers)}")
    shards = _whole("shards", choice.setting("shards"), 1)
    hours = _whole("hours", choice.settings.get("hours", kinesis.RETENTION_DEFAULT_S.value // HOUR_S), 24, _WEEK_H)
    for name, span in _MAPPING.items():
        _whole(name, choice.setting(name), int(span.value.low), int(span.value.high))
    _judge_limits(site, shards)
    observe(
        hours >= _ALL_OF_YESTERDAY_H,
        f"the first click of yesterday was gone after {count(hours, 'hour')}, with today not over: nobody can read all of yesterday",
    )
    usd = month_of(site, shards, hours)
    cost = f"{count(shards, 'shard')} and {site.rate:,} clicks a second, kept for {count(hours, 'hour')}, cost ${usd:,.0f} a month"
    observe(usd <= site.usd, f"{cost}; there are ${site.usd}")
    most = shards_for(site) + _SPARE
    observe(
        shards <= most,
        f"{cost}; {shards - most + _SPARE} to spare are too many: with one the same clicks of {site.size_bytes:,} bytes, for "
        f"{count(site.readers, 'reader')}, cost ${month_of(site, most, hours):,.0f}",
    )


def month_of(site: Site, shards: int, hours: int) -> float:
    """US$: the shards' hours, more for what they keep beyond a day, and the clicks that are put."""
    kept = prices.KINESIS_EXTENDED_RETENTION_PER_SHARD_H.value if hours > 24 else 0
    millions = site.rate * HOURS * HOUR_S / 1e6
    return shards * HOURS * (prices.KINESIS_PER_SHARD_H.value + kept) + millions * messaging(
        Way.KINESIS, Plan(size_bytes=site.size_bytes)
    )


def _judge_limits(site: Site, shards: int) -> None:
    them = count(shards, "shard")
    for rate, room, unit in (
        (site.rate, shards * kinesis.SHARD_WRITE_RECORDS_PER_S.value, "records"),
        (site.per_s, shards * kinesis.SHARD_WRITE_BYTES_PER_S.value, "bytes"),
    ):
        observe(
            rate <= room,
            f"{them} refused {1 - room / rate:.0%} of {site.rate:,} clicks a second, of {site.size_bytes:,} bytes each: "
            f"too many {unit} came in",
        )
    out, room = site.per_s * site.readers, shards * kinesis.SHARD_READ_BYTES_PER_S.value
    observe(
        out <= room,
        f"{count(site.readers, 'reader')} of {them} fell behind: they want {out / 1e6:.1f} MB a second and get {room / 1e6:.1f}",
    )


def _why_not(way: str, readers: int) -> str:
    if way in QUEUES and readers > 1:
        return f"each of the {readers} readers got a part of the clicks, since they shared the messages"
    if way in QUEUES:
        return "what was read is deleted; nobody can read yesterday again"
    if way == Way.DYNAMODB:
        kept = RETENTION_S.value // HOUR_S
        return f"its stream keeps a change for {kept} hours, and no setting makes it more; nobody can read all of yesterday"
    if way == Way.EVENTBRIDGE:
        return "nobody can read yesterday again without an archive, which is not a setting here"
    return "nobody can read yesterday again"


def _whole(name: str, value: Any, least: int, most: int | None = None) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= (most or value):
        return value
    span = f"from {least} to {most:,} here" if most else f"from {least} on"
    raise Observation(f"{name} is a whole number {span}, and not {value if isinstance(value, int) else kind_of(value)}")
