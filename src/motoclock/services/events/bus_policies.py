"""The policy of an event bus, statement by statement.

A statement is replaced by one with its id and by nothing else; whose principal is everybody says "*"; a policy that is given whole
replaces all there was. Recorded on AWS in January 2025. moto drops every statement with the same principal. What AWS says to a policy
without statements, or to a statement that lacks something, is not known.
"""

from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.events.models import EventBus, EventBusPolicyStatement

_EVERYBODY = ":iam::*:root"
_PARTS = ("Sid", "Effect", "Principal", "Action", "Resource")


def install() -> None:
    EventBus.add_permission = _add_permission
    EventBus.add_policy = _add_policy


def _add_permission(
    bus: EventBus, statement_id: str, action: str, principal: dict[str, str], condition: dict[str, Any] | None
) -> None:
    whose: Any = "*" if principal.get("AWS", "").endswith(_EVERYBODY) else principal
    bus._statements[statement_id] = EventBusPolicyStatement(
        sid=statement_id, action=action, principal=whose, condition=condition, resource=bus.arn
    )


def _add_policy(bus: EventBus, policy: Any) -> None:
    bus._statements = {each["Sid"]: EventBusPolicyStatement.from_dict(each) for each in _statements(policy)}


def _statements(policy: Any) -> list[dict[str, Any]]:
    """One statement may stand without a list."""
    said = policy.get("Statement") if isinstance(policy, dict) else None
    statements: list[Any] = said if isinstance(said, list) else [said]
    for statement in statements:
        if not isinstance(statement, dict):
            raise _refused("no Statement")
        for part in _PARTS:
            if part not in statement:
                raise _refused(f"a Statement without {part}")
    return statements


def _refused(what: str) -> JsonRESTError:
    return JsonRESTError("ValidationException", f"This policy contains {what}.")
