"""Those whom the topic of lab 03 could not hand its messages to."""

from collections import Counter

from motoclock.trace import Refused, Unpermitted
from motoclock.wording import name_of, times
from sevenways.checks import lab03_topic
from sevenways.checks.lines import was
from sevenways.checks.registry import Observation
from sevenways.cloud import Cloud


def refused_by(cloud: Cloud, topic: str) -> None:
    """In the order in which they were. The first has its reason told; a statement that was missing is named by `lab_cloud`."""
    refused = [event.what for event in cloud.trace.of(Refused) if event.resource == topic]
    if not refused:
        return
    first = refused[0]
    often = Counter(what.target for what in refused)
    alike = [target for target, number in often.items() if number == often[first.target]]
    who = lab03_topic.named([name_of(target) for target in alike])
    said = f"{who} {was(alike)} refused {times(often[first.target])}{' each' if len(alike) > 1 else ''}"
    unpermitted = {event.what.target for event in cloud.trace.of(Unpermitted)}
    raise Observation(said if first.target in unpermitted else f"{said}: {first.reason}")
