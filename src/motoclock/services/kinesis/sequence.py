"""Sequence numbers as Kinesis writes them: 56 digits, rising in a shard, higher in a child than in its parents.

Modelled: AWS does not publish the form. Ours packs the second in which the shard was made, its number, a counter of the stream and the
second of the arrival into 186 bits, which gives numbers that start with 49 and look like AWS's.
"""

from motoclock.clock import EPOCH

_EPOCH_S = int(EPOCH.timestamp())
_VERSION = 2


def shard_of(number: int) -> int:
    """The number of the shard that a sequence number belongs to."""
    return number >> 4 & 0xFFFFFFFF


def sequence_number(shard_born_s: int, shard_number: int, count: int, at_s: float) -> int:
    """The number of the `count`-th record of a stream. Times are virtual seconds since opening."""
    number = _VERSION
    for value, bits in (
        (_EPOCH_S + shard_born_s, 36),
        (shard_number & 0xF, 4),
        (count, 64),
        (0, 8),
        (_EPOCH_S + int(at_s), 36),
        (shard_number, 32),
        (_VERSION, 4),
    ):
        number = number << bits | value
    return number
