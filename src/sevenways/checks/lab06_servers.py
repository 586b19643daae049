"""The web servers of lab 06: Python processes, in each of which `hash` makes other numbers of the same text.

Modelled: what a learner's own functions get by calling `hash`. The order of a set, and what a process remembers, are the same on all.
"""

import hashlib
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from sevenways.checks.registry import Observation
from sevenways.draw.hash_ranges import place_of

_SHARDS = 4


@contextmanager
def on_server(number: int, function: Any) -> Iterator[None]:
    """Inside the block the function, and those of its notebook that it calls, find the `hash` of that server's process.

    Not a patch of `builtins`: what libraries have put into sets and dicts has to be found again.
    """
    names = getattr(inspect.unwrap(function), "__globals__", None) if callable(function) else None
    if names is None or "hash" in names:  # a function of the learner's own, which is the same everywhere
        yield
        return
    names["hash"] = partial(_hash, number)
    try:
        yield
    finally:
        names.pop("hash", None)


def _hash(process: int, thing: Any) -> int:
    """Text and bytes are hashed with a seed of the process (PYTHONHASHSEED), and so is what holds them; numbers are not."""
    match thing:
        case str() | bytes():
            data = thing.encode(errors="surrogatepass") if isinstance(thing, str) else thing
            digest = hashlib.blake2b(data, digest_size=8, salt=process.to_bytes(8, "big")).digest()
            return int.from_bytes(digest, "big", signed=True)
        case tuple():
            return hash(tuple(_hash(process, part) for part in thing))
        case frozenset():
            return hash(frozenset(_hash(process, part) for part in thing))
    return hash(thing)


def all_servers_agree(key_from: Callable[[int, dict[str, Any]], str], clicks: list[dict[str, Any]]) -> None:
    """Whichever server sends a click, it goes to the same shard."""
    for click in clicks:
        here, there = (_shard(key_from(number, click)) for number in (1, 2))
        if here != there:
            raise Observation(
                f"from one web server the clicks of {click['visitor']} go to shard {here}, and from another to shard {there}: "
                "what `hash` makes of a text differs from process to process"
            )


def _shard(key: str) -> int:
    return int(place_of(key) * _SHARDS)
