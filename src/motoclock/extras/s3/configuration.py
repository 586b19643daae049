"""What PutBucketNotificationConfiguration takes, in moto's form. moto ends with a bare AssertionError where S3 takes or refuses.

Recorded on AWS in January and September 2025: the names of filter rules have any case, and a value may be empty.
"""

from typing import Any

import xmltodict
from moto.s3.exceptions import InvalidArgumentError
from moto.s3.responses import S3Response

from motoclock.arn import Arn

_KINDS = {"Topic": "sns", "Queue": "sqs", "CloudFunction": "lambda"}


def wanted(response: S3Response) -> dict[str, Any]:
    """In place of the method of moto's class; KeyError for what is malformed."""
    found = xmltodict.parse(response.body)["NotificationConfiguration"] or {}
    configuration: dict[str, Any] = {}
    for kind, service in _KINDS.items():
        entries = _listed(found.get(f"{kind}Configuration"))
        for entry in entries:
            if Arn.of(entry[kind]).service != service:
                raise InvalidArgumentError("The ARN could not be parsed", kind, entry[kind])
            entry["Event"] = _listed(entry["Event"])
            if entry.get("Filter"):
                entry["Filter"] = {"S3Key": {"FilterRule": _rules(entry["Filter"]["S3Key"])}}
        if entries:
            configuration[f"{kind}Configuration"] = entries
    if "EventBridgeConfiguration" in found:
        configuration["EventBridgeConfiguration"] = {}
    return configuration


def _rules(key: dict[str, Any] | None) -> list[dict[str, str]]:
    rules = [
        {"Name": rule["Name"].lower(), "Value": rule["Value"] or ""} for rule in _listed((key or {})["FilterRule"])
    ]
    if any(rule["Name"] not in ("prefix", "suffix") for rule in rules):
        raise KeyError("FilterRule")
    return rules


def _listed(value: Any) -> list[Any]:
    """One element and many look alike in XML."""
    return [] if value is None else value if isinstance(value, list) else [value]
