"""What AWS refuses in the settings of a state machine and of an alias, and the revisions that changes make.

Source: answers recorded on AWS in August 2023 (revisions, updates), December 2023 (aliases) and June 2024 (logging); API reference of
CreateStateMachineAlias.
"""

import uuid
from typing import Any

from moto.logs.models import logs_backends
from moto.stepfunctions.models import StateMachine, StateMachineAlias

from motoclock.arn import unqualified
from motoclock.extras.stepfunctions.refusals import (
    Conflict,
    Invalid,
    InvalidLoggingConfiguration,
    MissingRequiredParameter,
)
from motoclock.world import ACCOUNT, REGION

NO_LOG: dict[str, Any] = {"level": "OFF", "includeExecutionData": False}

# ------------------------------------------------------------------ logging


def logged(asked: dict[str, Any] | None) -> dict[str, Any]:
    """The whole logging configuration, of what was asked for. A level needs one log group, and that has to be there."""
    whole: dict[str, Any] = NO_LOG | (asked or {})
    if whole["level"] == "OFF":
        return whole
    destinations = whole.get("destinations") or []
    if len(destinations) != 1:
        raise _no_log("Must specify exactly one Log Destination.")
    arn = destinations[0].get("cloudWatchLogsLogGroup", {}).get("logGroupArn", "")
    if arn.partition(":log-group:")[2].removesuffix(":*") not in logs_backends[ACCOUNT][REGION].groups:
        raise _no_log("Log Destination not found.")
    return whole


def _no_log(why: str) -> InvalidLoggingConfiguration:
    return InvalidLoggingConfiguration(f"Invalid Logging Configuration: {why}")


# ------------------------------------------------------------------ revisions


def check_update(definition: Any, role_arn: Any, logging: Any, tracing: Any, encryption: Any) -> None:
    if all(each is None for each in (definition, role_arn, logging, tracing, encryption)):
        raise MissingRequiredParameter(
            "Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified"
        )


def contents(machine: StateMachine) -> tuple[Any, ...]:
    """What a revision is a revision of."""
    return (
        machine.definition, machine.roleArn, dict(machine.loggingConfiguration), dict(machine.tracingConfiguration),
        dict(machine.encryptionConfiguration),
    )  # fmt: skip


def revise(machine: StateMachine) -> None:
    """A change makes a revision with an id of its own; as it was made, a machine has none."""
    number = getattr(machine, "revisions", 0) + 1
    machine.revisions = number
    machine.revision_id = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{machine.arn} {machine.creation_date} {number}"))


def revision_of(machine: Any) -> dict[str, str]:
    """Of a state machine or a version."""
    revision = getattr(machine, "revision_id", None)
    return {"revisionId": revision} if revision else {}


def check_revision(machine: StateMachine, asked: str | None) -> None:
    present = getattr(machine, "revision_id", None)
    if asked is not None and asked != present:
        raise Conflict(
            f"Failed to publish the State Machine version for revision {asked}. The current State Machine revision is "
            f"{present or 'INITIAL'}."
        )


# ------------------------------------------------------------------ aliases


def check_routes(routes: list[dict[str, Any]]) -> None:
    arns = [route["stateMachineVersionArn"] for route in routes]
    shown = f"Received: [{', '.join(arns)}]"
    if any(unqualified(arn) == arn for arn in arns):
        raise Invalid(f"Routing configuration must contain state machine version ARNs. {shown}")
    if len(set(arns)) < len(arns):
        raise Invalid(f"Routing configuration must contain distinct state machine version ARNs. {shown}")
    weights = [route["weight"] for route in routes]
    if sum(weights) != 100:
        raise Invalid(f"Sum of routing configuration weights must equal 100. Received: {weights}")


def same_alias(
    machine: StateMachine, name: str, routes: list[dict[str, Any]], description: str | None
) -> StateMachineAlias | None:
    """The alias that there is, if it is what is asked for; None without one."""
    alias = machine.aliases.get(name)
    if alias is not None and (alias.routing_configuration, alias.description) != (routes, description):
        raise Conflict(
            "Failed to create alias because an alias with the same name and a different routing configuration already exists."
        )
    return alias
