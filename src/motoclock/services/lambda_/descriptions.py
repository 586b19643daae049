"""What a function's configuration says beside what its maker gave: state, revision, runtime version, logging.

Recorded on AWS in November 2025. Nothing here is drawn by chance: a revision follows from the function and the count of its changes,
the hash in a runtime version's ARN from the runtime's name (modelled: AWS's are those of its images).
"""

import hashlib
import json
import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from moto.awslambda.exceptions import InvalidParameterValueException

from motoclock.services.lambda_.settings import logging_config, snap_start

if TYPE_CHECKING:
    from motoclock.services.lambda_.backend import SevenLambdaFunction

_REASON = "The function is being created."
PENDING = {"State": "Pending", "StateReason": _REASON, "StateReasonCode": "Creating"}
_LATEST = "$LATEST"
_PAGE = "50"  # unless MaxItems says otherwise: API reference, ListFunctionEventInvokeConfigs, ListFunctionUrlConfigs
_NOT_LISTED = frozenset({"State", "LastUpdateStatus", "RuntimeVersionConfig"})
_IN_PROGRESS = {
    "LastUpdateStatus": "InProgress",
    "LastUpdateStatusReason": _REASON,
    "LastUpdateStatusReasonCode": "Creating",
}


def described(function: "SevenLambdaFunction", on_create: bool) -> dict[str, Any]:
    """The part of GetFunctionConfiguration's answer that moto leaves out or has otherwise."""
    found: dict[str, Any] = {
        "RevisionId": _revision(function, "created" if on_create else "active"),
        "LoggingConfig": logging_config({}, function.logging, function.function_name),
        "SnapStart": snap_start(function.snap_start, str(function.version)),
        "LastModified": _moment(function.last_modified),
    }
    if function.run_time:
        version = hashlib.sha256(function.run_time.encode()).hexdigest()
        arn = f"arn:aws:lambda:{function.region}::runtime:{version}"
        found["RuntimeVersionConfig"] = {"RuntimeVersionArn": arn}
    return found | (PENDING if on_create else {})


def in_progress(function: "SevenLambdaFunction") -> dict[str, str]:
    """What the answer to an update says; when it is done, the revision is another one."""
    return {**_IN_PROGRESS, "RevisionId": _revision(function, "changing")}


def paged(query: str, every: list[Any]) -> tuple[list[Any], dict[str, str]]:
    """A page of MaxItems, and what leads to the next one: the marker is the number of those that were given.

    AWS's words for another marker are not known.
    """
    asked = parse_qs(query)
    marker = asked.get("Marker", ["0"])[0]
    if not marker.isdecimal():
        raise InvalidParameterValueException("Invalid marker.")
    first = int(marker)
    last = first + int(asked.get("MaxItems", [_PAGE])[0])
    return every[first:last], {"NextMarker": str(last)} if last < len(every) else {}


def listed(answer: str, which: str) -> str:
    """A list's answer: of no function it says what state it is in, nor its runtime's version."""
    told = [
        {name: value for name, value in one.items() if name not in _NOT_LISTED} for one in json.loads(answer)[which]
    ]
    return json.dumps({which: told})


def _revision(function: "SevenLambdaFunction", state: str) -> str:
    """Lists name what is not published by another ARN; a version is one revision for ever (recorded in November 2025)."""
    arn, version = function.function_arn.removesuffix(f":{_LATEST}"), function.version
    place = f"{arn}/{version}/{function.revision}/{state if version == _LATEST else 'active'}"
    return str(uuid.uuid5(uuid.NAMESPACE_URL, place))


def _moment(text: str) -> str:
    """moto's 2030-01-01T00:00:00.000000000Z as AWS writes it: 2030-01-01T00:00:00.000+0000."""
    head, _, fraction = text.rstrip("Z").partition(".")
    return f"{head}.{fraction[:3]:0<3}+0000"
