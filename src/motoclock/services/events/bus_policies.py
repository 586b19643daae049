"""The policy of an event bus, statement by statement.

A statement is replaced by one with its id and by nothing else; whose principal is everybody says "*"; a policy that is given whole
replaces all there was. Recorded on AWS in January 2025. moto drops every statement with the same principal.
"""

from typing import Any

from moto.events.models import EventBus, EventBusPolicyStatement

_EVERYBODY = ":iam::*:root"


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


def _add_policy(bus: EventBus, policy: dict[str, Any]) -> None:
    bus._statements = {each["Sid"]: EventBusPolicyStatement.from_dict(each) for each in policy["Statement"]}
