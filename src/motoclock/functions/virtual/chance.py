"""`random`, `uuid` and `secrets` in handlers: each execution environment draws from a stream of its own, seeded by the Cloud's seed."""

import random as real_random
import secrets as real_secrets
import uuid as real_uuid
from typing import Any

from motoclock.functions.virtual.current import facade, running_environment
from motoclock.functions.virtual.times import TIME

_GREGORIAN_100NS = 0x01B21DD213814000  # from 1582-10-15, where UUID version 1 counts from, to 1970
_OUTSIDE = real_random.Random()


def _stream() -> real_random.Random:
    environment = running_environment()
    return _OUTSIDE if environment is None else environment.random


def urandom(size: int) -> bytes:
    return _stream().randbytes(size)


class _Random(real_random.Random):
    """`random.Random()`: without a seed of its own it is seeded from the environment's stream."""

    def __init__(self, x: Any = None):
        super().__init__(_stream().getrandbits(64) if x is None else x)

    def seed(self, a: Any = None, version: int = 2) -> None:
        super().seed(_stream().getrandbits(64) if a is None else a, version)


class _SystemRandom(_Random):
    def seed(self, *args: Any, **kwargs: Any) -> None:
        """As the real one: seeding a source of true randomness does nothing."""

    def random(self) -> float:
        return _stream().random()

    def getrandbits(self, k: int) -> int:
        return _stream().getrandbits(k)

    def randbytes(self, n: int) -> bytes:
        return _stream().randbytes(n)


def _drawing(name: str) -> Any:
    def draw(*args: Any, **kwargs: Any) -> Any:
        return getattr(_stream(), name)(*args, **kwargs)

    draw.__name__ = name
    return draw


def _uuid1(node: int | None = None, clock_seq: int | None = None) -> real_uuid.UUID:
    if running_environment() is None:
        return real_uuid.uuid1(node, clock_seq)
    stamp = TIME.time_ns() // 100 + _GREGORIAN_100NS
    sequence = _stream().getrandbits(14) if clock_seq is None else clock_seq
    node = _stream().getrandbits(48) | (1 << 40) if node is None else node
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
    return real_uuid.UUID(int=_stream().getrandbits(128), version=4)


def _uuid7() -> real_uuid.UUID:
    bits = (TIME.time_ns() // 10**6 & (1 << 48) - 1) << 80 | _stream().getrandbits(80)
    bits = bits & ~(0xF << 76) | 7 << 76
    return real_uuid.UUID(int=bits & ~(0x3 << 62) | 0x2 << 62)


def _token_bytes(nbytes: int | None = None) -> bytes:
    return urandom(32 if nbytes is None else nbytes)


def _token_hex(nbytes: int | None = None) -> str:
    return _token_bytes(nbytes).hex()


def _token_urlsafe(nbytes: int | None = None) -> str:
    import base64

    return base64.urlsafe_b64encode(_token_bytes(nbytes)).rstrip(b"=").decode()


_DRAWS = [
    name for name in real_random.__all__ if name not in ("Random", "SystemRandom") and hasattr(real_random.Random, name)
]
RANDOM = facade(real_random, Random=_Random, SystemRandom=_SystemRandom, **{name: _drawing(name) for name in _DRAWS})
UUID = facade(real_uuid, uuid1=_uuid1, uuid4=_uuid4, **({"uuid7": _uuid7} if hasattr(real_uuid, "uuid7") else {}))
SECRETS = facade(
    real_secrets,
    SystemRandom=_SystemRandom,
    choice=_drawing("choice"),
    randbits=_drawing("getrandbits"),
    randbelow=lambda n: _stream().randrange(n),
    token_bytes=_token_bytes,
    token_hex=_token_hex,
    token_urlsafe=_token_urlsafe,
)
