"""The logs of event buses, delivered to log groups: written from the trace when somebody reads the group, and never before.

Source: EventBridge user guide, eb-event-bus-logs; CloudWatch Logs user guide, AWS-logs-and-resource-policy. Each delivery source
carries the records of its own level, as far as the bus's `LogConfig` has them made: `INFO_LOGS` of a bus at TRACE showed no TRACE
record (recorded). Modelled: a record is there at once (a minute or two on AWS), a stream from the moment of CreateDelivery.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import merge
from typing import Any

from moto.events.models import EventBus, Rule
from moto.logs.models import LogGroup, logs_backends

from motoclock import announcements
from motoclock.delivery.eventbridge.bus_log import BusLog, Invocation
from motoclock.delivery.eventbridge.log_records import Level, Record
from motoclock.facts import eventbridge as facts
from motoclock.functions.log_streams import WrittenWhenRead
from motoclock.services.events import BusEvent
from motoclock.world import ACCOUNT, REGION, World

_STREAM = facts.BUS_LOG_STREAM.value
_LEVEL_OF = {"ERROR_LOGS": Level.ERROR, "INFO_LOGS": Level.INFO, "TRACE_LOGS": Level.TRACE}


class BusLogs:
    """What the buses of a world log, and who gets it. A bus without a `LogConfig` costs a look into a dictionary an event."""

    def __init__(self, world: World):
        self._world = world
        self._logs: dict[str, BusLog] = {}
        self._feeds: dict[str, _Feed] = {}
        world.subscribe(announcements.EVENTS_BUS_LOGGING, self._configured)
        world.subscribe(announcements.LOGS_DELIVERY_CREATED, self._opened)
        world.subscribe(announcements.LOGS_DELIVERY_DELETED, self._closed)

    def took(self, bus_arn: str, event: BusEvent) -> None:
        """An event is coming in: its record in the trace follows."""
        if (log := self._logs.get(bus_arn)) is not None:
            log.took(event)

    def planned(self, bus_arn: str, rule: Rule, target: dict[str, Any], event: BusEvent, delay_s: float) -> None:
        """A rule matched, and its target's first attempt will be made after so long."""
        if (log := self._logs.get(bus_arn)) is not None:
            log.planned(Invocation(rule, target, event, self._world.clock.now + delay_s))

    # ------------------------------------------------------------------ what the learner set up

    def _configured(self, bus: EventBus, config: dict[str, str]) -> None:
        level = config.get("Level", Level.OFF)
        if bus.arn in self._logs or level != Level.OFF:
            self._log(bus.arn).configure(Level(level), config.get("IncludeDetail") == "FULL")

    def _opened(self, delivery_id: str, bus_arn: str, log_type: str, group_name: str, fields: tuple[str, ...]) -> None:
        group = logs_backends[ACCOUNT][REGION].groups[group_name]
        stream = group.streams.get(_STREAM)
        if not isinstance(stream, _BusLogStream):
            stream = group.streams[_STREAM] = _BusLogStream(group)
        log = self._log(bus_arn)
        feed = _Feed(log, _LEVEL_OF[log_type], fields, len(log.records()), stream)
        self._feeds[delivery_id] = feed
        stream.feeds.append(feed)

    def _closed(self, delivery_id: str) -> None:
        if (feed := self._feeds.pop(delivery_id, None)) is not None:
            assert feed.stream.events is not None  # what came until now is written
            feed.stream.feeds.remove(feed)

    def _log(self, bus_arn: str) -> BusLog:
        if bus_arn not in self._logs:
            self._logs[bus_arn] = BusLog(self._world, bus_arn)
        return self._logs[bus_arn]


@dataclass(slots=True, eq=False)
class _Feed:
    """One delivery: the records of one level of one bus, from the moment at which it was made."""

    log: BusLog
    level: Level
    fields: tuple[str, ...]
    seen: int
    stream: "_BusLogStream"

    def unread(self) -> Iterator[tuple[float, int, str]]:
        records = self.log.records()
        first, self.seen = self.seen, len(records)
        for number in range(first, len(records)):
            record: Record = records[number]
            if record.level is self.level:
                yield record.at, number, record.text(self.fields)


class _BusLogStream(WrittenWhenRead):
    """The one stream of a log group that gets logs of buses: the deliveries' records in order of time."""

    def __init__(self, group: LogGroup):
        self.feeds: list[_Feed] = []
        super().__init__(group, _STREAM)

    def unread(self) -> Iterator[tuple[float, str]]:
        return ((at, text) for at, _, text in merge(*(feed.unread() for feed in self.feeds)))
