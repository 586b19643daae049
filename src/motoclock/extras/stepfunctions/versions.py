"""Versions of a state machine: publishing, listing and deleting them, which moto leaves out.

Source: API reference of PublishStateMachineVersion and DeleteStateMachineVersion. moto itself keeps versions and aliases.
"""

from typing import Any

from moto.stepfunctions.models import StateMachine

from motoclock.arn import Arn
from motoclock.extras.stepfunctions import machine_settings
from motoclock.extras.stepfunctions.refusals import Conflict


def publish(machine: StateMachine, description: str | None) -> Any:
    """The version of the machine as it is now: the latest one, if nothing has changed since and it was not deleted.

    A number is never used again. Source: developer guide, concepts-state-machine-version.
    """
    latest = machine.latest_version
    if (
        latest is None
        or latest not in machine.versions.values()
        or machine_settings.contents(latest) != machine_settings.contents(machine)
    ):
        machine.publish(description)
        latest = machine.latest_version
        latest.revision_id = getattr(machine, "revision_id", None)
    return latest


def newest_first(machine: StateMachine) -> list[Any]:
    return [machine.versions[number] for number in sorted(machine.versions, reverse=True)]


def delete(machine: StateMachine, version_arn: str) -> None:
    """ConflictException while an alias names the version. Its executions go on."""
    for alias in machine.aliases.values():
        if any(route["stateMachineVersionArn"] == version_arn for route in alias.routing_configuration):
            raise Conflict(
                "Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: "
                f"[{alias.name}]"
            )
    machine.versions.pop(int(Arn.of(version_arn).path[-1]), None)
