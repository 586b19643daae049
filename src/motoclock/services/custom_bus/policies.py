"""Resource policies of buses: "default" is the owner's, "AWS_RAM" belongs to AWS Resource Access Manager, which is not here.

Source: API reference PutResourcePolicy. Modelled: a policy is kept and its revisions are counted; nothing evaluates it, for there is
one account.
"""

import json
from collections.abc import Mapping
from typing import Any

from moto.moto_api._internal import mock_random

from motoclock.facts import custom_bus as facts
from motoclock.services.custom_bus.buses import Buses, EventBusV2
from motoclock.services.custom_bus.errors import (
    AccessDeniedException,
    ConflictException,
    InvalidInputException,
    PolicyLengthExceededException,
    PublicPolicyException,
    ResourceNotFoundException,
)

_OWNERS, _RAMS = "default", "AWS_RAM"
_NO_POLICY = "NO_POLICY"
_BYTES_MAX = facts.POLICY_MAX_BYTES.value


class Policies(Buses):
    """The operations on resource policies."""

    def put_resource_policy(self, given: Mapping[str, Any]) -> dict[str, Any]:
        bus, name = self.bus(given["ResourceArn"]), _written_name(given)
        _expect(bus, name, given.get("ExpectedRevisionId"))
        document = given["PolicyDocument"]
        if len(document.encode()) > _BYTES_MAX:
            raise PolicyLengthExceededException(f"The policy is larger than {_BYTES_MAX:,} bytes.")
        _check_document(document)
        revision = str(mock_random.uuid4())
        bus.policies[name] = (document, revision)
        return {"ResourceArn": bus.arn, "PolicyName": name, "RevisionId": revision}

    def get_resource_policy(self, given: Mapping[str, Any]) -> dict[str, Any]:
        bus, name = self.bus(given["ResourceArn"]), _name(given)
        if name not in bus.policies:
            raise ResourceNotFoundException(f"Event bus {bus.name} has no policy {name}.")
        document, revision = bus.policies[name]
        return {"ResourceArn": bus.arn, "PolicyDocument": document, "PolicyName": name, "RevisionId": revision}

    def list_resource_policies(self, given: Mapping[str, Any]) -> dict[str, Any]:
        bus = self.bus(given["ResourceArn"])
        return {
            "PolicySummaries": [
                {"PolicyName": name, "RevisionId": revision} for name, (_, revision) in bus.policies.items()
            ]
        }

    def delete_resource_policy(self, given: Mapping[str, Any]) -> dict[str, Any]:
        bus, name = self.bus(given["ResourceArn"]), _written_name(given)
        expected = given.get("ExpectedRevisionId")
        if expected == _NO_POLICY:
            raise InvalidInputException(f"ExpectedRevisionId {_NO_POLICY} is for PutResourcePolicy only.")
        _expect(bus, name, expected)
        _, revision = bus.policies.pop(name, ("", None))
        return {"RevisionId": revision}


def _name(given: Mapping[str, Any]) -> str:
    name = given.get("PolicyName") or _OWNERS
    if name not in (_OWNERS, _RAMS):
        raise InvalidInputException(f"PolicyName is {_OWNERS} or {_RAMS}, not {name}.")
    return name


def _written_name(given: Mapping[str, Any]) -> str:
    name = _name(given)
    if name == _RAMS:
        raise AccessDeniedException(f"Only AWS Resource Access Manager writes the policy {_RAMS}.")
    return name


def _expect(bus: EventBusV2, name: str, revision: str | None) -> None:
    present = bus.policies[name][1] if name in bus.policies else _NO_POLICY
    if revision is not None and revision != present:
        raise ConflictException(f"The revision of the policy {name} is not {revision}: read it again.")


def _check_document(text: str) -> None:
    try:
        document = json.loads(text)
        statements = document["Statement"]
    except (ValueError, KeyError, TypeError):
        raise InvalidInputException("PolicyDocument is no JSON with a Statement.") from None
    for one in statements if isinstance(statements, list) else [statements]:
        principal = one.get("Principal")
        anybody = principal == "*" or (
            isinstance(principal, dict) and "*" in (principal.get("AWS"), principal.get("Service"))
        )
        if anybody and one.get("Effect") == "Allow" and not one.get("Condition"):
            raise PublicPolicyException("The policy grants access to everybody: name principals, or add a condition.")
