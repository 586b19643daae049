"""`random`, `uuid` and `secrets` in handlers: each execution environment has chance of its own, seeded by the Cloud's seed.

As on AWS, where each is a process: two environments roll different numbers, one that is warm rolls on, and who gets which message
decides which roll it meets. So a setting that sends messages to other environments changes which of them fail, not how often. And as in
a process, the dice of `random` are not what the machine draws (`os.urandom`, and what stands on it: ids, tokens, the seed of a new
`Random`, names of temporary files): neither a print nor an id nor a call of AWS shifts a roll, and `random.seed(7)` repeats no id.
"""

import random as real_random
import secrets as real_secrets
import uuid as real_uuid
from collections.abc import Callable
from typing import Any

from motoclock.functions.virtual.current import facade, running_environment
from motoclock.functions.virtual.times import TIME

_GREGORIAN_100NS = 0x01B21DD213814000  # from 1582-10-15, where UUID version 1 counts from, to 1970
_OUTSIDE = real_random.Random()


class FileNames:
    """The names that `tempfile` tries in an environment, in place of its own sequence."""

    _LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789_"

    def __init__(self, entropy: real_random.Random):
        self._entropy = entropy

    def __iter__(self) -> "FileNames":
        return self

    def __next__(self) -> str:
        return "".join(self._entropy.choices(self._LETTERS, k=8))


def _dice() -> real_random.Random:
    environment = running_environment()
    return _OUTSIDE if environment is None else environment.random


def _entropy() -> real_random.Random:
    environment = running_environment()
    return _OUTSIDE if environment is None else environment.entropy


class _Random(real_random.Random):
    """`random.Random()`: without a seed of its own the machine gives it one."""

    def __init__(self, x: Any = None):
        super().__init__(_entropy().getrandbits(64) if x is None else x)

    def seed(self, a: Any = None, version: int = 2) -> None:
        super().seed(_entropy().getrandbits(64) if a is None else a, version)


class _SystemRandom(_Random):
    def seed(self, *args: Any, **kwargs: Any) -> None:
        """As the real one: seeding a source of true randomness does nothing."""

    def random(self) -> float:
        return _entropy().random()

    def getrandbits(self, k: int) -> int:
        return _entropy().getrandbits(k)

    def randbytes(self, n: int) -> bytes:
        return _entropy().randbytes(n)


def _drawing(name: str, stream: Callable[[], real_random.Random]) -> Any:
    def draw(*args: Any, **kwargs: Any) -> Any:
        return getattr(stream(), name)(*args, **kwargs)

    draw.__name__ = name
    return draw


def _seed(a: Any = None, version: int = 2) -> None:
    _dice().seed(_entropy().getrandbits(64) if a is None else a, version)


def _uuid1(node: int | None = None, clock_seq: int | None = None) -> real_uuid.UUID:
    if running_environment() is None:
        return real_uuid.uuid1(node, clock_seq)
    stamp = TIME.time_ns() // 100 + _GREGORIAN_100NS
    sequence = _entropy().getrandbits(14) if clock_seq is None else clock_seq
    node = _entropy().getrandbits(48) | (1 << 40) if node is None else node
    fields = (
        stamp & 0xFFFFFFFF,
        stamp >> 32 & 0xFFFF,
        stamp >> 48 & 0x0FFF,
        sequence >> 8 & 0x3F,
        sequence & 0xFF,
        node,
    )
    return real_uuid.UUID(fields=fields, version=1)


def _uuid4() -> real_uuid.UUID:
    return real_uuid.UUID(int=_entropy().getrandbits(128), version=4)


def _uuid7() -> real_uuid.UUID:
    bits = (TIME.time_ns() // 10**6 & (1 << 48) - 1) << 80 | _entropy().getrandbits(80)
    bits = bits & ~(0xF << 76) | 7 << 76
    return real_uuid.UUID(int=bits & ~(0x3 << 62) | 0x2 << 62)


def _token_bytes(nbytes: int | None = None) -> bytes:
    return _entropy().randbytes(32 if nbytes is None else nbytes)


def _token_hex(nbytes: int | None = None) -> str:
    return _token_bytes(nbytes).hex()


def _token_urlsafe(nbytes: int | None = None) -> str:
    import base64

    return base64.urlsafe_b64encode(_token_bytes(nbytes)).rstrip(b"=").decode()


_DRAWS = [
    name for name in real_random.__all__ if name not in ("Random", "SystemRandom") and hasattr(real_random.Random, name)
]
_ROLLS = {name: _drawing(name, _dice) for name in _DRAWS} | {"seed": _seed}
RANDOM = facade(real_random, Random=_Random, SystemRandom=_SystemRandom, **_ROLLS)
UUID = facade(real_uuid, uuid1=_uuid1, uuid4=_uuid4, **({"uuid7": _uuid7} if hasattr(real_uuid, "uuid7") else {}))
SECRETS = facade(
    real_secrets,
    SystemRandom=_SystemRandom,
    choice=_drawing("choice", _entropy),
    randbits=_drawing("getrandbits", _entropy),
    randbelow=lambda n: _entropy().randrange(n),
    token_bytes=_token_bytes,
    token_hex=_token_hex,
    token_urlsafe=_token_urlsafe,
)
