"""Archives and replays as moto keeps them, with what moto lets through or gets wrong.

The archived events themselves are put here by the delivery. Source: EventBridge user guide, eb-archive; API reference StartReplay.
"""

from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.events.exceptions import IllegalStatusException, ValidationException
from moto.events.models import Archive, EventBus, Replay, ReplayState

from motoclock import announcements
from motoclock.facts import eventbridge as facts
from motoclock.facts.shapes import DAY_S
from motoclock.services.events.entries import BusEvent
from motoclock.services.events.patterns import parsed
from motoclock.world import the_world

_REPLAYS_MAX = facts.REPLAYS_MAX.value
_RUNNING = (ReplayState.STARTING, ReplayState.RUNNING)


class Archives:
    """The half of the backend that keeps archives. A mixin before moto's EventsBackend."""

    # moto's EventsBackend has them
    archives: Any
    replays: Any
    _get_event_bus: Any
    _normalize_event_bus_arn: Any

    def create_archive(
        self, name: str, source_arn: str, description: str, event_pattern: str, retention: str
    ) -> Archive:
        """moto keeps its rule "Events-Archive-<name>", as AWS does; nothing is delivered through it."""
        pattern = parsed(event_pattern) if event_pattern else None
        archive = super().create_archive(name, source_arn, description, event_pattern, retention)
        archive.event_bus_name = self._normalize_event_bus_arn(source_arn)
        archive.pattern = pattern
        return archive

    def update_archive(self, name: str, description: str, event_pattern: str, retention: str) -> dict[str, Any]:
        pattern = parsed(event_pattern) if event_pattern else None
        answer = super().update_archive(name, description, event_pattern, retention)
        if pattern is not None:
            self.archives[name].pattern = pattern
        return answer

    def archives_of(self, bus: EventBus) -> list[Archive]:
        return [archive for archive in self.archives.values() if archive.source_arn == bus.arn]

    def describe_archive(self, name: str) -> dict[str, Any]:
        described = super().describe_archive(name)
        return described | _counts(self.archives[name])

    def list_archives(self, name_prefix: Any, source_arn: str | None, state: Any) -> list[dict[str, Any]]:
        if source_arn:
            self._get_event_bus(self._normalize_event_bus_arn(source_arn))  # it must be there: recorded in March 2025
        found = super().list_archives(name_prefix, source_arn, state)
        return [one | _counts(self.archives[one["ArchiveName"]]) for one in found]

    # ------------------------------------------------------------------ replays

    def start_replay(
        self, name: str, description: str, source_arn: str, start_time: Any, end_time: Any, destination: dict[str, Any]
    ) -> dict[str, Any]:
        """Checked and kept by moto, carried out by the delivery ("events.replay-started")."""
        if sum(replay.state in _RUNNING for replay in self.replays.values()) >= _REPLAYS_MAX:
            raise JsonRESTError("LimitExceededException", f"At most {_REPLAYS_MAX} replays can run at the same time.")
        if float(start_time) >= float(end_time):  # before all else: recorded on AWS in March 2025
            raise ValidationException(
                "Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime."
            )
        return super().start_replay(name, description, source_arn, float(start_time), float(end_time), destination)

    def describe_replay(self, name: str) -> dict[str, Any]:
        return super().describe_replay(name) | _progress(self.replays[name])

    def list_replays(self, name_prefix: str, source_arn: str, state: str) -> list[dict[str, Any]]:
        found = super().list_replays(name_prefix, source_arn, None) if not state else self._in_state(state)
        return [one | _progress(self.replays[one["ReplayName"]]) for one in found]

    def _in_state(self, state: str) -> list[dict[str, Any]]:
        super().list_replays(None, None, state)  # for its check of the word
        return [replay.describe_short() for replay in self.replays.values() if replay.state.value == state]

    def cancel_replay(self, name: str) -> dict[str, str]:
        """Modelled: no more events from this moment on."""
        replay = self._get_replay(name)
        if replay.state not in _RUNNING:
            raise IllegalStatusException(f"Replay {name} is not in a valid state for this operation.")
        replay.state = ReplayState.CANCELLED
        replay.end_time = the_world().clock.datetime.timestamp()
        return {"ReplayArn": replay.arn, "State": ReplayState.CANCELLING.value}


def events_in(archive: Archive) -> list[BusEvent]:
    """What the archive holds now; events older than its retention are gone."""
    if archive.retention:
        oldest = the_world().clock.now - int(archive.retention) * DAY_S
        archive.events = [event for event in archive.events if event.ingested_at >= oldest]
    return archive.events


def install() -> None:
    Replay.replay_events = lambda replay, archive: the_world().announce(
        announcements.EVENTS_REPLAY_STARTED, replay, archive
    )


def _counts(archive: Archive) -> dict[str, int]:
    """Each event counts 20 bytes more than its entry: recorded in May 2024. Modelled: that they are its time."""
    events = events_in(archive)
    sizes = (event.size_bytes + len(event.content["time"]) for event in events)
    return {"EventCount": len(events), "SizeBytes": sum(sizes)}


def _progress(replay: Replay) -> dict[str, Any]:
    last = getattr(replay, "last_replayed", None)
    return {} if last is None else {"EventLastReplayedTime": last}
