"""Deliveries that AWS would refuse because no policy allows them: what a verdict says of them, in whichever lab."""

from motoclock.trace import Unpermitted
from motoclock.wording import name_of
from sevenways.checks.registry import Observation
from sevenways.cloud import Cloud


def with_what_is_missing(seen: Observation, cloud: Cloud) -> Observation:
    """What was seen in a world that refuses such deliveries, and the statement that was missing, unless the sentence has it."""
    said = str(seen)
    unsaid = [what for what in _missing(cloud) if what.action not in said or name_of(what.target) not in said]
    return Observation(f"{said}; {_in_words(unsaid[0])}", seen.shown) if unsaid else seen


def all_would_arrive(cloud: Cloud) -> None:
    """All is well in a world that lets everything through. On AWS it would have to be allowed."""
    for what in _missing(cloud):
        raise Observation(f"all is well here; AWS would refuse to deliver: {_in_words(what)}")


def _missing(cloud: Cloud) -> list[Unpermitted]:
    return [event.what for event in cloud.trace.of(Unpermitted)]


def _in_words(what: Unpermitted) -> str:
    return f"{what.principal} has no statement that allows {what.action} on {name_of(what.target)}"
