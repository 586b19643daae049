"""Replays: an archive's events of a window of time go to their bus again, with the replay's name in them.

Source: EventBridge user guide, eb-replay-archived-event. Modelled: one-minute slices follow one another after the bus's
latency, and the events of a slice keep their order; a replayed event has its first id and time.
"""

from moto.events.models import Archive, Replay, ReplayState, events_backends

from motoclock import announcements
from motoclock.delivery.eventbridge.bus import EventBridge
from motoclock.facts import eventbridge as facts
from motoclock.services.events import BusEvent
from motoclock.services.events.archives import events_in
from motoclock.services.events.entries import virtual_second
from motoclock.world import ACCOUNT, REGION, World

_SLICE_S = facts.REPLAY_SLICE_S.value
_FIELD = facts.REPLAY_FIELD.value
_LATENCY_S = facts.LATENCY_S.value


class Replays:
    """Carries out what StartReplay asked for."""

    def __init__(self, world: World, bridge: EventBridge):
        self._clock, self._bridge = world.clock, bridge
        world.subscribe(announcements.EVENTS_REPLAY_STARTED, self._started)

    def _started(self, replay: Replay, archive: Archive) -> None:
        start, end = virtual_second(replay.event_start_time), virtual_second(replay.event_end_time)
        events = [event for event in events_in(archive) if start <= event.ingested_at <= end]
        self._clock.spawn(self._run, replay, archive, events, name=f"replay {replay.name}", delay=_LATENCY_S)

    def _run(self, replay: Replay, archive: Archive, events: list[BusEvent]) -> None:
        if replay.state is not ReplayState.STARTING:
            return
        replay.state = ReplayState.RUNNING
        only = replay.destination.get("FilterArns")
        bus = events_backends[ACCOUNT][REGION].event_buses.get(archive.event_bus_name)
        slice_ = None
        for event in events:
            if slice_ is not None and event.ingested_at // _SLICE_S != slice_:
                self._clock.sleep(_LATENCY_S)
            slice_ = event.ingested_at // _SLICE_S
            if replay.state is not ReplayState.RUNNING or bus is None:
                break
            again = BusEvent(
                {**event.content, _FIELD: replay.name},
                event.size_bytes,
                event.ingested_at,
                replay_of=archive.arn,
                only_rules=frozenset(only) if only else None,
            )
            self._bridge.put(bus, again, (event.id,), archive.arn)
            replay.last_replayed = self._clock.datetime.timestamp()
        if replay.state is ReplayState.RUNNING:
            replay.state = ReplayState.FAILED if bus is None else ReplayState.COMPLETED
            replay.end_time = self._clock.datetime.timestamp()
