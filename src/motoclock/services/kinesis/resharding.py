"""Splitting and merging shards. A parent is closed, keeps its records until they expire, and its children take over its range.

Source: Kinesis API reference, SplitShard, MergeShards, UpdateShardCount. Modelled: it happens at once; the stream is never UPDATING.
"""

import itertools
from typing import TYPE_CHECKING

from motoclock.facts import kinesis as facts
from motoclock.services.kinesis.errors import invalid, limit_exceeded
from motoclock.services.kinesis.shard import LogShard

if TYPE_CHECKING:
    from motoclock.services.kinesis.stream import LogStream

_FACTOR_MAX = facts.RESHARD_FACTOR_MAX.value
TOP = 2**facts.HASH_BITS.value - 1


def even_ranges(count: int) -> list[tuple[int, int]]:
    """The hash space in `count` equal ranges, both ends included."""
    step = (TOP + 1) // count
    return [(n * step, TOP if n == count - 1 else (n + 1) * step - 1) for n in range(count)]


def split(stream: "LogStream", shard: LogShard, at: int) -> None:
    """Two children; the second begins at hash `at`."""
    _must_be_open(stream, shard)
    if not shard.starting_hash < at <= shard.ending_hash:
        raise invalid(
            f"NewStartingHashKey {at} used in SplitShard() on shard {shard.shard_id} in stream {stream.stream_name} under account "
            f"{stream.account_id} is not both greater than one plus the shard's StartingHashKey {shard.starting_hash} and less than "
            f"the shard's EndingHashKey {shard.ending_hash}."
        )
    shard.close(stream.next_count())
    stream.add_shard(shard.starting_hash, at - 1, (shard,))
    stream.add_shard(at, shard.ending_hash, (shard,))


def merge(stream: "LogStream", shard: LogShard, other: LogShard) -> None:
    """One child of two shards whose ranges touch, in either order."""
    _must_be_open(stream, shard)
    _must_be_open(stream, other)
    low, high = sorted((shard, other), key=lambda one: one.starting_hash)
    if low.ending_hash + 1 != high.starting_hash:
        raise invalid(
            f"Shards {shard.shard_id} and {other.shard_id} in stream {stream.stream_name} under account {stream.account_id} are not "
            "an adjacent pair of shards eligible for merging"
        )
    for one in (shard, other):
        one.close(stream.next_count())
    stream.add_shard(low.starting_hash, high.ending_hash, (shard, other))


def check_target(stream: "LogStream", target: int) -> None:
    """One UpdateShardCount at most doubles or halves."""
    count = len(stream.open_shards)
    if target > count * _FACTOR_MAX:
        raise limit_exceeded(
            "UpdateShardCount cannot scale up over double your current open shard count. "
            f"Current open shard count: {count} Target shard count: {target}"
        )
    if target * _FACTOR_MAX < count:
        raise limit_exceeded(
            "UpdateShardCount cannot scale down below half your current open shard count. "
            f"Current open shard count: {count} Target shard count: {target}"
        )


def scale(stream: "LogStream", target: int) -> None:
    """Shards of equal size: to double or halve, every shard is split in two or merged with its neighbour.

    For another target shards are split where a new one begins, and what lies inside a new one is merged: like AWS's own, by way of
    short-lived shards.
    """
    starts = [start for start, _end in even_ranges(target)]
    for start in starts[1:]:
        there = max((shard for shard in stream.open_shards if shard.starting_hash <= start + target), key=_start)
        if start - there.starting_hash > target:  # thirds and sixths are rounded; one or two hashes are no shard
            split(stream, there, start)
    for start, end in itertools.zip_longest(starts, starts[1:], fillvalue=TOP + 1 + target):
        inside = [shard for shard in stream.open_shards if start <= shard.starting_hash + target < end]
        while len(inside) > 1:
            merge(stream, *sorted(inside, key=_start)[:2])
            inside = [shard for shard in stream.open_shards if start <= shard.starting_hash + target < end]


def _start(shard: LogShard) -> int:
    return shard.starting_hash


def _must_be_open(stream: "LogStream", shard: LogShard) -> None:
    if not shard.is_open:
        raise invalid(
            f"Shard {shard.shard_id} in stream {stream.stream_name} under account {stream.account_id} has already been merged or "
            "split, and thus is not eligible for merging or splitting."
        )
