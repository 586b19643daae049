"""The fragile systems outside AWS that handlers call."""

from sevenways.account.model import NodeKind
from sevenways.account.reading import Reading
from sevenways.draw.words import duration
from sevenways.trace import Kind


def read(reading: Reading) -> None:
    """Add every downstream system, with what it answered and how many requests it saw at once."""
    for host, system in reading.world.downstreams.items():
        calls = [
            event.detail for event in reading.events if event.kind is Kind.CALLED and host_of(event.detail.url) == host
        ]
        refused = sum(call.status >= 400 for call in calls)
        counts = [("requests", len(calls))] + ([("refused", refused)] if refused else [])
        counts += [("at once, at most", max(call.at_once for call in calls))] if calls else []
        reading.add_node(f"https://{host}", NodeKind.DOWNSTREAM, host, _facts(system), counts)


def host_of(url: str) -> str:
    """The host, with its port, of a URL."""
    return url.split("://", 1)[-1].split("/", 1)[0]


def _facts(system) -> list[str]:
    facts = []
    if latency := getattr(system, "latency_s", None):
        facts.append(f"latency {duration(latency)}")
    if capacity := getattr(system, "capacity", None):
        facts.append(f"capacity {capacity} at once")
    if rate := getattr(system, "error_rate", None):
        facts.append(f"fails {rate:.0%} of requests")
    return facts
