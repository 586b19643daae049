"""The fragile systems outside AWS that handlers call."""

from typing import Any

from motoclock.account.model import NodeKind
from motoclock.account.reading import Reading
from motoclock.trace import Called
from motoclock.wording import duration


def read(reading: Reading) -> None:
    """Add every downstream system, with what it answered and how many requests it saw at once."""
    for host, system in reading.world.downstreams.items():
        calls = [event.what for event in reading.of_kind(Called) if host_of(event.what.url) == host]
        refused = sum(map(is_refused, calls))
        counts = [("requests", len(calls))] + ([("refused", refused)] if refused else [])
        counts += [("at once (peak)", max(call.at_once for call in calls))] if calls else []
        reading.add_node(f"https://{host}", NodeKind.DOWNSTREAM, host, _facts(system), counts)


def is_refused(call: Called) -> bool:
    """Whether the other side said no, by its answer or by taking no connection."""
    return call.status >= 400 or not call.status


def host_of(url: str) -> str:
    """The host, with its port, of a URL."""
    return url.split("://", 1)[-1].split("/", 1)[0]


def _facts(system: Any) -> list[str]:
    facts = []
    if callable(system.latency_s):
        facts.append("latency varies")
    elif system.latency_s:
        facts.append(f"latency {duration(system.latency_s)}")
    if system.capacity is not None:
        facts.append(f"capacity {system.capacity} at once")
    if system.error_rate:
        facts.append(f"refuses {system.error_rate:.0%}")
    return facts if system.up else [*facts, "down"]
