"""The message archive of a FIFO topic, and what a subscription wants replayed from it.

Source: SNS developer guide, message-archiving-and-replay-topic-owner and -subscriber; bc:sns.Subscribe.Attributes. Modelled: the
archive begins when the policy is set, and an empty policy throws it away; a replay takes what the archive holds when it is asked for.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from motoclock.clock import EPOCH
from motoclock.facts import sns as facts
from motoclock.facts.shapes import DAY_S
from motoclock.services.sns.refusals import InvalidParameter, json_object

if TYPE_CHECKING:
    from motoclock.services.sns.publications import Publication

_DAYS = facts.FIFO_ARCHIVE_RANGE_DAYS.value
_RETENTION, _POINT_TYPE, _TIMESTAMP = "MessageRetentionPeriod", "PointType", "Timestamp"
PENDING, IN_PROGRESS, COMPLETED = "Pending", "In progress", "Completed"


class Archive:
    """The messages of a topic since a virtual second, each for so many days."""

    def __init__(self, since_s: float, days: int):
        self._since_s, self.days = since_s, days
        self._kept: list[Publication] = []

    def keep(self, publication: "Publication") -> None:
        self._kept.append(publication)

    def begins_s(self, now: float) -> float:
        """The earliest starting point of a replay."""
        return max(self._since_s, now - self.days * DAY_S)

    def between(self, start_s: float, end_s: float, now: float) -> list["Publication"]:
        """What was published in a window of time and is still there, in its order."""
        begins_s = self.begins_s(now)
        self._kept = [one for one in self._kept if one.published_s >= begins_s]
        return [one for one in self._kept if start_s <= one.published_s <= end_s]


@dataclass(eq=False, slots=True)
class Replay:
    """One replay for one subscription. With an ending point the subscription gets nothing new any more."""

    start_s: float
    end_s: float | None
    status: str = PENDING
    left: int = 0  # messages still to be delivered


def read_archive_policy(text: str) -> int | None:
    """The days of an ArchivePolicy; None for an empty one, which ends the archive. InvalidParameter."""
    document = json_object("ArchivePolicy", text or "{}")
    if not document:
        return None
    days = document.get(_RETENTION)
    if set(document) != {_RETENTION} or not str(days).isdecimal() or int(days) not in _DAYS:
        raise InvalidParameter(f"ArchivePolicy: {_RETENTION} must be from {int(_DAYS.low)} to {int(_DAYS.high)} days")
    return int(days)


def read_replay_policy(text: str, archive: Archive | None, now: float) -> Replay | None:
    """The replay that a ReplayPolicy asks for; None for an empty one, which stops it. InvalidParameter."""
    document = json_object("ReplayPolicy", text or "{}")
    if not document:
        return None
    if archive is None:
        raise InvalidParameter("ReplayPolicy: the topic has no ArchivePolicy, so there is nothing to replay")
    if document.get(_POINT_TYPE) != _TIMESTAMP:
        raise InvalidParameter(f"ReplayPolicy: {_POINT_TYPE} must be {_TIMESTAMP}")
    start_s, end_s = _moment(document, "StartingPoint"), _moment(document, "EndingPoint")
    if start_s is None or not archive.begins_s(now) <= start_s <= now:
        raise InvalidParameter("ReplayPolicy: StartingPoint must be a time between BeginningArchiveTime and now")
    if end_s is not None and end_s <= start_s:
        raise InvalidParameter("ReplayPolicy: EndingPoint must be later than StartingPoint")
    return Replay(start_s, end_s)


def time_text(at_s: float) -> str:
    """A virtual second as SNS writes times."""
    return (EPOCH + timedelta(seconds=at_s)).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def _moment(document: dict[str, Any], name: str) -> float | None:
    """A time in seconds since opening; without a zone it is UTC."""
    text = document.get(name)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        raise InvalidParameter(f"ReplayPolicy: {name} must be a time such as 2030-01-01T00:00:00.000Z") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - EPOCH.timestamp()
