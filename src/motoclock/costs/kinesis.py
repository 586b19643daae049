"""What a Kinesis stream is paid for: hours of shards, streams and consumers, and what is written and read.

Modelled: parts of an hour are paid as such; gigabytes are not rounded up record by record; retention above a week is paid like a week
(AWS adds storage by the month); a fan-out consumer of an on-demand stream pays like any reader, and so does a queue, for all that its
receives return: its own price is in no source of ours.
"""

from collections import defaultdict
from enum import StrEnum
from math import ceil

from motoclock.account.lives import STREAM_QUEUE, service_of
from motoclock.facts import kinesis, prices
from motoclock.facts.record import Fact
from motoclock.facts.shapes import HOUR_S
from motoclock.trace import Event, Kind, Sized

_DAY_HOURS = kinesis.RETENTION_DEFAULT_S.value // HOUR_S
_PUT_BYTES = prices.KINESIS_PUT_UNIT_BYTES.value
_LEAST_BYTES_PER_S = prices.KINESIS_ADVANTAGE_MIN_MB_PER_S.value * 1e6
_GB = 1e9


class Unit(StrEnum):
    """What is billed, in the words of the bill."""

    SHARD_HOURS = "shard-hours"
    RETENTION_SHARD_HOURS = "extended retention shard-hours"
    PUT_UNITS = "PUT units"
    CONSUMER_SHARD_HOURS = "fan-out consumer-shard-hours"
    FAN_OUT_GB = "fan-out GB"
    STREAM_HOURS = "on-demand stream-hours"
    ON_DEMAND_GB_IN = "on-demand GB in"
    ON_DEMAND_GB_OUT = "on-demand GB out"
    ADVANTAGE_GB_IN = "Advantage GB in"
    ADVANTAGE_GB_OUT = "Advantage GB out"


KINESIS: dict[Unit, tuple[Fact, float]] = {
    Unit.SHARD_HOURS: (prices.KINESIS_PER_SHARD_H, 1),
    Unit.RETENTION_SHARD_HOURS: (prices.KINESIS_EXTENDED_RETENTION_PER_SHARD_H, 1),
    Unit.PUT_UNITS: (prices.KINESIS_PER_M_PUT_UNITS, 1e6),
    Unit.CONSUMER_SHARD_HOURS: (prices.KINESIS_EFO_PER_CONSUMER_SHARD_H, 1),
    Unit.FAN_OUT_GB: (prices.KINESIS_EFO_PER_GB, 1),
    Unit.STREAM_HOURS: (prices.KINESIS_ON_DEMAND_PER_STREAM_H, 1),
    Unit.ON_DEMAND_GB_IN: (prices.KINESIS_ON_DEMAND_IN_PER_GB, 1),
    Unit.ON_DEMAND_GB_OUT: (prices.KINESIS_ON_DEMAND_OUT_PER_GB, 1),
    Unit.ADVANTAGE_GB_IN: (prices.KINESIS_ADVANTAGE_IN_PER_GB, 1),
    Unit.ADVANTAGE_GB_OUT: (prices.KINESIS_ADVANTAGE_OUT_PER_GB, 1),
}
"""What is billed, with its price and for how many units that is."""


def measured(events: list[Event], until: float) -> dict[Unit, float]:
    """How many units of each a trace used up to a virtual second."""
    meter = _Meter()
    for event in events:
        if service_of(event.resource) == "kinesis":
            meter.see(event)
        elif service_of(event.resource) == STREAM_QUEUE:
            meter.see_in_queue(event)
    meter.turn(until)
    return meter.total()


class _Meter:
    """Reads the trace in order: what has been used so far, and what is running now."""

    def __init__(self) -> None:
        self._units: dict[Unit, float] = defaultdict(float)
        self._streams: dict[str, Sized] = {}
        self._queued: dict[tuple[str, str | None], tuple[str, int]] = {}  # queue, record -> its stream and size
        self._advantage = False
        self._at = 0.0
        self._committed_s = 0.0  # for so long On-demand Advantage was on
        self._advantage_in = 0.0

    def see(self, event: Event) -> None:
        if event.kind is Kind.SIZED:
            self.turn(event.at)
            if event.detail.mode in ("ADVANTAGE", "STANDARD"):
                self._advantage = event.detail.mode == "ADVANTAGE"
            else:
                self._streams[event.resource] = event.detail
        elif event.kind is Kind.SENT:
            self._written(event.resource, event.detail.size_bytes)
        elif event.kind is Kind.READ:
            self._read(event.resource, event.detail.size_bytes, event.detail.fan_out is not None)

    def see_in_queue(self, event: Event) -> None:
        key = event.resource.rsplit("/", 1)[0], event.message_id  # its dead letters are in the same queue
        if event.kind is Kind.SENT and not event.detail.origins:
            self._queued[key] = event.detail.sender, event.detail.size_bytes
        elif event.kind is Kind.RECEIVED:
            self._read(*self._queued[key], fan_out=False)

    def turn(self, at: float) -> None:
        """Hours pass."""
        hours = max(0.0, at - self._at) / HOUR_S
        for size in self._streams.values():
            if not size.shards:
                continue
            if size.mode == "PROVISIONED":
                self._units[Unit.SHARD_HOURS] += size.shards * hours
                self._units[Unit.CONSUMER_SHARD_HOURS] += size.shards * size.consumers * hours
                if size.retention_hours > _DAY_HOURS:
                    self._units[Unit.RETENTION_SHARD_HOURS] += size.shards * hours
            elif not self._advantage:
                self._units[Unit.STREAM_HOURS] += hours
        self._committed_s += hours * HOUR_S if self._advantage else 0.0
        self._at = max(self._at, at)

    def _written(self, stream: str, size_bytes: int) -> None:
        if not self._on_demand(stream):
            self._units[Unit.PUT_UNITS] += max(1, ceil(size_bytes / _PUT_BYTES))
        elif self._advantage:
            self._advantage_in += size_bytes / _GB
        else:
            self._units[Unit.ON_DEMAND_GB_IN] += size_bytes / _GB

    def _read(self, stream: str, size_bytes: int, fan_out: bool) -> None:
        if self._on_demand(stream):
            self._units[Unit.ADVANTAGE_GB_OUT if self._advantage else Unit.ON_DEMAND_GB_OUT] += size_bytes / _GB
        elif fan_out:
            self._units[Unit.FAN_OUT_GB] += size_bytes / _GB

    def _on_demand(self, stream: str) -> bool:
        size = self._streams.get(stream)
        return size is not None and size.mode == "ON_DEMAND"

    def total(self) -> dict[Unit, float]:
        """The units, with what On-demand Advantage is billed for at least."""
        least = self._committed_s * _LEAST_BYTES_PER_S / _GB
        self._units[Unit.ADVANTAGE_GB_IN] = max(self._advantage_in, least)
        return self._units
