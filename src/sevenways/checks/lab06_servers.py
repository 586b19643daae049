"""The web servers of lab 06: Python processes that send the same clicks."""

from collections.abc import Mapping
from typing import Any

from sevenways.checks.processes import Process
from sevenways.checks.registry import Observation
from sevenways.draw.hash_ranges import place_of

Click = dict[str, Any]
_SHARDS = 4


class Server:
    """A process in which `key_of` runs."""

    def __init__(self, number: int, key_of: Any):
        self._process = Process(number, key_of)

    @property
    def why(self) -> str:
        return self._process.why

    def key(self, click: Click) -> str:
        """The partition key that this server sends the click under."""
        key = self._process.attempt(dict(click))
        if not isinstance(key, str) or not key:
            raise Observation(f"a partition key is a text, and for {click['id']} it was {key!r}")
        return key


def all_servers_agree(sent: Mapping[str, str], other: Server, clicks: list[Click]) -> None:
    """Whichever server sends a click, it goes to the same shard. `sent`: each click's key from one server.

    The other one gets the clicks in another order, as servers behind a load balancer do.
    """
    there = {click["id"]: _shard(other.key(click)) for click in reversed(clicks)}
    for click in clicks:
        here = _shard(sent[click["id"]])
        if here != there[click["id"]]:
            raise Observation(
                f"from one web server the clicks of {click['visitor']} go to shard {here}, and from another to shard "
                f"{there[click['id']]}: {other.why}"
            )


def _shard(key: str) -> int:
    return int(place_of(key) * _SHARDS)
