"""What a function was given that moto forgets or tells otherwise: where it logs, its VPC, SnapStart.

Recorded on AWS in November 2025. Modelled: what a function logs is text, whatever format it asks for; an update changes of its logging
what it names; nothing comes of SnapStart, nor of a VPC, whose subnets need not exist.
"""

from typing import Any

from motoclock.functions.deployed import log_group_of

_TEXT, _JSON = "Text", "JSON"
_LEVELS = ("ApplicationLogLevel", "SystemLogLevel")
_LEVEL_DEFAULT = "INFO"
_NO_SNAPSHOTS = {"ApplyOn": "None"}


def logging_config(before: dict[str, str], given: dict[str, str], name: str) -> dict[str, str]:
    """The whole of it. Levels are of JSON alone: with text they are gone."""
    config = {"LogFormat": _TEXT, "LogGroup": log_group_of(name), **before, **given}
    levels = {level: config.pop(level, _LEVEL_DEFAULT) for level in _LEVELS}
    return {**config, **levels} if config["LogFormat"] == _JSON else config


def snap_start(given: dict[str, str] | None, version: str) -> dict[str, str]:
    """A version that was published with it has its snapshot at once (modelled)."""
    asked = given or _NO_SNAPSHOTS
    has_one = version.isdecimal() and asked != _NO_SNAPSHOTS
    return {**asked, "OptimizationStatus": "On" if has_one else "Off"}


def vpc_config(given: dict[str, Any] | None, account: str, region: str) -> dict[str, Any] | None:
    """With the VPC of its subnets; "" once it is out of it again, None when it never was in one."""
    if given is None:
        return None
    subnets = given.get("SubnetIds") or []
    return {
        "SubnetIds": subnets,
        "SecurityGroupIds": given.get("SecurityGroupIds") or [],
        "VpcId": _vpc_of(subnets, account, region),
        "Ipv6AllowedForDualStack": bool(given.get("Ipv6AllowedForDualStack")),
    }


def _vpc_of(subnets: list[str], account: str, region: str) -> str:
    if not subnets:
        return ""
    from moto.ec2.models import ec2_backends  # a second to load, for nearly nobody

    known = (subnet for zone in ec2_backends[account][region].subnets.values() for subnet in zone.values())
    return next((subnet.vpc_id for subnet in known if subnet.id in subnets), "vpc-123abc")
