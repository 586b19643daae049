"""Shard iterators: a place in a shard, as a token that tells nothing and is the same in every run.

An iterator is good for five minutes. Source: Kinesis API reference, GetShardIterator.
"""

import base64
import datetime
import json
from dataclasses import dataclass

from motoclock.clock import EPOCH
from motoclock.facts import kinesis as facts
from motoclock.services.kinesis.errors import KinesisError, invalid
from motoclock.services.kinesis.sequence import shard_of
from motoclock.services.kinesis.shard import LogShard
from motoclock.services.shard_log import TOLERANCE_S

_AGE_MAX_S = facts.ITERATOR_AGE_MAX_S.value
_HEAD = "AAAAAAAAAA"  # AWS's tokens start so


@dataclass(frozen=True, slots=True)
class ShardIterator:
    """`position` is the log's; `made_at` a virtual second; `reads` how many reads led here: no two tokens of a reader are the same."""

    stream: str
    shard: str
    position: int
    made_at: float
    reads: int = 0

    @property
    def token(self) -> str:
        content = json.dumps([self.stream, self.shard, self.position, self.made_at, self.reads]).encode()
        return _HEAD + base64.b64encode(content).decode()

    @staticmethod
    def of(token: str, now: float) -> "ShardIterator":
        """The iterator behind a token; InvalidArgumentException for nonsense, ExpiredIteratorException after five minutes.

        A token in quotation marks, as a shell leaves it, is good too: recorded on AWS (by December 2023).
        """
        try:
            iterator = ShardIterator(*json.loads(base64.b64decode(token.strip('"').removeprefix(_HEAD))))
        except (ValueError, TypeError):
            raise invalid("Invalid ShardIterator.") from None
        if now - iterator.made_at > _AGE_MAX_S:
            made, current = (EPOCH + datetime.timedelta(seconds=at) for at in (iterator.made_at, now))
            raise KinesisError(
                "ExpiredIteratorException",
                f"Iterator expired. The iterator was created at time {made:%a %b %d %H:%M:%S UTC %Y} while right now it is "
                f"{current:%a %b %d %H:%M:%S UTC %Y} which is further in the future than the tolerated delay of "
                f"{int(_AGE_MAX_S * 1000)} milliseconds.",
            )
        return iterator


def position_of(
    shard: LogShard,
    kind: str,
    now: float,
    sequence: str | None = None,
    timestamp: float | datetime.datetime | None = None,
) -> int:
    """The position in a shard's log that an iterator type stands for at virtual second `now`. `timestamp` is in seconds since 1970."""
    log = shard.log
    match kind:
        case "TRIM_HORIZON":
            return log.start
        case "LATEST":
            return log.end
        case "AT_TIMESTAMP":
            if timestamp is None:
                raise invalid("Must either specify timestamp parameter or iterator type other than AT_TIMESTAMP.")
            at = virtual_second(timestamp)
            if at > now + TOLERANCE_S:
                millis = [round((EPOCH.timestamp() + second) * 1000) for second in (at, now)]
                raise invalid(
                    "The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. "
                    f"timestampInMillis: {millis[0]}, currentTimestampInMillis: {millis[1]}"
                )
            return log.at_time(at)
        case "AT_SEQUENCE_NUMBER" | "AFTER_SEQUENCE_NUMBER":
            if not sequence or not str(sequence).isdecimal():
                raise invalid(f"StartingSequenceNumber {sequence} used in GetShardIterator is invalid.")
            if shard_of(int(sequence)) != shard.number or int(sequence) < shard.starting_sequence:
                raise invalid(
                    f"StartingSequenceNumber {sequence} used in GetShardIterator on shard {shard.shard_id} is invalid because it "
                    "did not come from this shard."
                )
            return log.at_sequence(int(sequence) + (kind == "AFTER_SEQUENCE_NUMBER"))
    raise invalid(f"Invalid ShardIteratorType: {kind}")


def virtual_second(timestamp: float | str | datetime.datetime) -> float:
    """A moment as the API gives it (seconds since 1970, ISO 8601, or a datetime) in virtual seconds since opening."""
    if isinstance(timestamp, str):
        try:
            timestamp = float(timestamp)
        except ValueError:
            timestamp = datetime.datetime.fromisoformat(timestamp.replace("Z", "+00:00"))
    if isinstance(timestamp, datetime.datetime):
        aware = timestamp if timestamp.tzinfo else timestamp.replace(tzinfo=datetime.UTC)
        return (aware - EPOCH).total_seconds()
    return timestamp - EPOCH.timestamp()
