"""What names, modes, record sizes and filters of streams may be."""

import re
from typing import Any

from motoclock.facts import kinesis as facts
from motoclock.services.kinesis.errors import invalid, missing, validation

_KIB = 1024
_RECORD_KIB = (facts.RECORD_SIZE_DEFAULT_BYTES.value // _KIB, facts.RECORD_SIZE_MAX_BYTES.value // _KIB)

_NAME = re.compile(r"[a-zA-Z0-9_.-]{1,128}")
_MODES = ("PROVISIONED", "ON_DEMAND")
_FILTERS_NEED = {"AFTER_SHARD_ID": "ShardId", "AT_TIMESTAMP": "Timestamp", "FROM_TIMESTAMP": "Timestamp"}


def check_name(member: str, name: str | None) -> None:
    """ValidationException for a name that no stream or consumer can have."""
    if name is None:
        raise missing(member)
    if not _NAME.fullmatch(name):
        raise validation(member, name, "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+")


def mode_of(stream_mode: dict[str, str] | None) -> str:
    """The capacity mode that StreamModeDetails asks for; provisioned without any."""
    mode = (stream_mode or {}).get("StreamMode") or "PROVISIONED"
    if mode not in _MODES:
        raise validation(
            "streamModeDetails.streamMode", mode, f"Member must satisfy enum value set: [{', '.join(_MODES)}]"
        )
    return mode


def check_record_size(kib: int) -> None:
    """ValidationException for a MaxRecordSizeInKiB out of range."""
    low, high = _RECORD_KIB
    if not low <= kib <= high:
        raise validation("maxRecordSizeInKiB", kib, f"Member must have value between {low} and {high}")


def check_distribution(strategy: str | None) -> None:
    """AUTO spreads records over the shards whatever their keys, and gives up their order: it is refused, since nothing here does so."""
    if strategy == "AUTO":
        raise invalid(
            "RecordDistributionStrategy AUTO is not simulated: here the partition key always chooses the shard. Leave it out, or choose"
            " USER_PARTITION_KEY."
        )
    if strategy not in (None, "USER_PARTITION_KEY"):
        raise validation(
            "recordDistributionStrategy", strategy, "Member must satisfy enum value set: [AUTO, USER_PARTITION_KEY]"
        )


def kind_of_filter(shard_filter: dict[str, Any]) -> str:
    """The type of a ShardFilter, which has what this type needs. AWS's words for one that lacks it are not known."""
    kind: str = shard_filter.get("Type", "FROM_TRIM_HORIZON")
    needed = _FILTERS_NEED.get(kind)
    if needed and needed not in shard_filter:
        raise invalid(f"A ShardFilter of type {kind} needs {needed}.")
    return kind
